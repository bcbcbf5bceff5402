import { sql } from 'kysely';
import type { Store } from '../../platform/store/open.ts';
import { signaturesIn, type Head } from './keys.ts';

/** Returns the end of the log from the store. Throws when there is none. */
export async function readHead(store: Store): Promise<Head> {
  const { seq, at, hash, signatures } = await store
    .selectFrom('audit_log_head')
    .select(['seq', 'at', 'hash', 'signatures'])
    .where('id', '=', 1)
    .executeTakeFirstOrThrow();
  return { seq, at, hash, signatures: signaturesIn(signatures) };
}

/**
 * The last row's number, as a part of a statement. Readers stop there: whoever can only insert rows can put some beyond
 * it, which no head covers.
 */
export const lastWritten = sql<number>`(SELECT seq FROM audit_log_head WHERE id = 1)`;

type Place = Pick<Head, 'seq' | 'hash'>;
const printPlace = ({ seq, hash }: Place) => `row ${seq} (${hash})`;
const pattern = /^the rows up to row (\d+) \((\S+)\) went; /;

/**
 * The reason of an `audit_log.prune` row: the last row that went, and from where the log was verified.
 * @param checkpoint null: none was printed before
 */
export const prunedText = (last: Place, checkpoint: Place | null): string =>
  `the rows up to ${printPlace(last)} went; ${checkpoint ? `verified with the checkpoint of ${printPlace(checkpoint)}` : 'no checkpoint was given'}`;

/** The last row that went, and the row that says so. */
export type Pruned = Place & { by: number };

/**
 * Reads the newest row about pruned rows; null when all rows are there. Nobody can plant one: up to the head every
 * number is taken or pruned, and the newest counts.
 */
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

/** The number of the last row that went, after which readers begin; 0 for none. */
export const prunedUntil = async (store: Store): Promise<number> => (await lastPruned(store))?.seq ?? 0;

/** Returns the number of a row that no portal wrote: below 1, among the pruned, or beyond the head. Null for none. */
export async function rowOutside(store: Store): Promise<number | null> {
  const rows = store.selectFrom('audit_log').select('seq').orderBy('seq').limit(1);
  const row =
    (await rows.where('seq', '<=', await prunedUntil(store)).executeTakeFirst()) ??
    (await rows.where('seq', '>', lastWritten).executeTakeFirst());
  return row?.seq ?? null;
}
