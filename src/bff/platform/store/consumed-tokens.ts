import type { Clock } from '#clock';
import { deleteUntil } from '#database/row-locks.ts';
import type { Store } from './open.ts';
import { hashOf } from './secrets.ts';

/**
 * Consumes a one-time value, for all portals on one store. Pass only values that were found genuine, since each writes
 * a row.
 * @param value the value, after a word that says what it is
 * @param until when its age alone invalidates it, in milliseconds; the row is deleted after that
 * @returns false when it was consumed before
 */
export async function consumeOnce(store: Store, clock: Clock, value: string, until: number): Promise<boolean> {
  await deleteUntil(store, 'consumed_tokens', 'expires_at', clock.now());
  const row = { token_hash: hashOf(value), expires_at: until };
  const written = await store
    .insertInto('consumed_tokens')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return written.numInsertedOrUpdatedRows === 1n;
}
