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

/** Returns the first row that is still in the store: earlier ones went to the archive. */
export const oldestRow = (store: Store): Promise<{ seq: number; at: number; prev: string } | undefined> =>
  store
    .selectFrom('audit_log')
    .select(['seq', 'at', 'prev'])
    .where('seq', '>', 0)
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst();
