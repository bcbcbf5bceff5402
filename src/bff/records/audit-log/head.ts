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
