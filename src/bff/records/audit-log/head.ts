import { sql } from 'kysely';
import type { Store } from '../../platform/store/open.ts';
import { signaturesIn, type Head } from './keys.ts';

export async function readHead(store: Store): Promise<Head> {
  const { seq, at, hash, signatures } = await store
    .selectFrom('audit_log_head')
    .select(['seq', 'at', 'hash', 'signatures'])
    .where('id', '=', 1)
    .executeTakeFirstOrThrow();
  return { seq, at, hash, signatures: signaturesIn(signatures) };
}

/**
 * Queries must stop at this row: an attacker who can insert rows can add rows after it, which the signed head does not
 * cover.
 */
export const lastWritten = sql<number>`(SELECT seq FROM audit_log_head WHERE id = 1)`;

type Place = Pick<Head, 'seq' | 'hash'>;
const printPlace = ({ seq, hash }: Place) => `row ${seq} (${hash})`;
const pattern = /^the rows up to row (\d+) \((\S+)\) went; /;

/** `last`: the last deleted row. `checkpoint`: the checkpoint of the verification, or null. */
export const prunedText = (last: Place, checkpoint: Place | null): string =>
  `the rows up to ${printPlace(last)} went; ${checkpoint ? `verified with the checkpoint of ${printPlace(checkpoint)}` : 'no checkpoint was given'}`;

/** The last deleted row. `by`: the number of the `audit_log.prune` row. */
export type Pruned = Place & { by: number };

/** An attacker cannot insert a newer `audit_log.prune` row: all numbers from the last one to the head are in use. */
export async function lastPruned(store: Store): Promise<Pruned | null> {
  const row = await store
    .selectFrom('audit_log')
    .select(['seq', 'reason'])
    .where('event', '=', 'audit_log.prune')
    .where('seq', '<=', lastWritten)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  const [, seq, hash] = pattern.exec(row?.reason ?? '') ?? [];
  return row && seq !== undefined && hash !== undefined ? { seq: Number(seq), hash, by: row.seq } : null;
}

/** 0 if no row was deleted. */
export const prunedUntil = async (store: Store): Promise<number> => (await lastPruned(store))?.seq ?? 0;

/** A row below 1, in the deleted range, or beyond the head: no portal can have written it. */
export async function rowOutside(store: Store): Promise<number | null> {
  const rows = store.selectFrom('audit_log').select('seq').orderBy('seq').limit(1);
  const row =
    (await rows.where('seq', '<=', await prunedUntil(store)).executeTakeFirst()) ??
    (await rows.where('seq', '>', lastWritten).executeTakeFirst());
  return row?.seq ?? null;
}
