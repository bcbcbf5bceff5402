import { sql } from 'kysely';
import type { Store } from '../../platform/store/open.ts';
import type { Head } from './keys.ts';

/** Returns the end of the log from the store. Throws when there is none. */
export async function readHead(store: Store): Promise<Head> {
  const { seq, at, hash, signatures } = await store
    .selectFrom('audit_log_head')
    .select(['seq', 'at', 'hash', 'signatures'])
    .where('id', '=', 1)
    .executeTakeFirstOrThrow();
  return { seq, at, hash, signatures: JSON.parse(signatures) as Head['signatures'] };
}

/**
 * The last row's number, as a part of a statement. Readers stop there: whoever can only insert rows can put some beyond
 * it, which no head covers.
 */
export const lastWritten = sql<number>`(SELECT seq FROM audit_log_head WHERE id = 1)`;

/** Returns the number of a row that no portal wrote: below 1, or beyond the head. Null for none. */
export async function rowOutside(store: Store): Promise<number | null> {
  const rows = store.selectFrom('audit_log').select('seq').orderBy('seq').limit(1);
  const row =
    (await rows.where('seq', '<', 1).executeTakeFirst()) ??
    (await rows.where('seq', '>', lastWritten).executeTakeFirst());
  return row?.seq ?? null;
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
