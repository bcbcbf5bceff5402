import type { Clock } from '#clock';
import type { Store } from './open.ts';
import { hashOf } from './secrets.ts';

/**
 * Spends something that is good for one use, for all portals on one store. Only what was found genuine may come here:
 * each is a row.
 * @param value what is spent, after the word for what it is
 * @param until when it would be refused for its age alone, in milliseconds; the row goes after that
 * @returns false when it was spent before.
 */
export async function consumeOnce(store: Store, clock: Clock, value: string, until: number): Promise<boolean> {
  await store.deleteFrom('consumed_tokens').where('expires_at', '<=', clock.now()).execute();
  const row = { token_hash: hashOf(value), expires_at: until };
  const written = await store
    .insertInto('consumed_tokens')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return written.numInsertedOrUpdatedRows === 1n;
}
