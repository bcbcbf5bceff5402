import { sql, type Selectable } from 'kysely';
import type { Store } from '../../platform/store/open.ts';
import type { Tables } from '../../platform/store/schema.ts';
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

/** The last row that went to the archive, as a part of a statement; 0 for none. Readers begin after it. */
export const lastArchived = sql<number>`(SELECT coalesce(max(last_seq), 0) FROM audit_log_segments WHERE last_seq > 0)`;

type Segment = Selectable<Tables['audit_log_segments']>;
/** Returns the newest rows that went to the archive: the log goes on after them. */
export const lastSegment = (store: Store): Promise<Segment | undefined> =>
  store
    .selectFrom('audit_log_segments')
    .selectAll()
    .where('last_seq', '>', 0)
    .orderBy('last_seq', 'desc')
    .limit(1)
    .executeTakeFirst();

/** Returns a row among those that went to the archive, which no portal is about to delete; null for none. */
async function rowLeftBehind(store: Store, isSigned: (segment: Segment) => boolean): Promise<number | null> {
  const newest = await lastSegment(store);
  if (!newest) return null;
  const { first_seq, last_seq, hash } = newest;
  // Readers begin after it, so it hides rows.
  if (!isSigned(newest)) return last_seq;
  const rows = store.selectFrom('audit_log').select(['seq', 'hash']).where('seq', '<=', last_seq).orderBy('seq');
  const first = await rows.limit(1).executeTakeFirst();
  if (!first) return null;
  // A portal deletes them in order, those of the newest segment last.
  const last = await store.selectFrom('audit_log').select('hash').where('seq', '=', last_seq).executeTakeFirst();
  return first.seq < first_seq || last?.hash !== hash ? first.seq : null;
}

/**
 * Returns the number of a row that no portal wrote: below 1, among the archived, or beyond the head. Null for none.
 * @param isSigned says of the newest segment of the archive whether a portal wrote it; without it, its last row counts
 */
export async function rowOutside(store: Store, isSigned = (_segment: Segment) => true): Promise<number | null> {
  const rows = store.selectFrom('audit_log').select('seq').orderBy('seq').limit(1);
  const row =
    (await rows.where('seq', '<', 1).executeTakeFirst()) ??
    (await rows.where('seq', '>', lastWritten).executeTakeFirst());
  return row?.seq ?? rowLeftBehind(store, isSigned);
}

/** Returns the first row that is still in the store: earlier ones went to the archive. */
export const oldestRow = (store: Store): Promise<{ seq: number; at: number; prev: string } | undefined> =>
  store
    .selectFrom('audit_log')
    .select(['seq', 'at', 'prev'])
    .where('seq', '>', 0)
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst();
