import type { Store } from './open.ts';
import { sha256 } from './secrets.ts';

/**
 * Consumes a one-time value, for all portals on one store. Pass only values that were found genuine, since each writes
 * a row.
 * @param value the value, after a word that says what it is
 * @param until when its age alone invalidates it, in milliseconds; the row is deleted after that
 * @returns false when it was consumed before
 */
export async function consumeOnce(store: Store, value: string, until: number): Promise<boolean> {
  const row = { token_hash: sha256(value), expires_at: until };
  const written = await store
    .insertInto('consumed_tokens')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return written.numInsertedOrUpdatedRows === 1n;
}

/** How often a request may come, until it succeeded. */
const MOST_TRIES = 5;

/**
 * Lets a request with a one-time id try: the first claims the id for what it asks, and the same request may try again
 * until `endTries`, five times in all.
 * @param request the whole request as text
 * @returns false for another request with the id, after `endTries`, and at the sixth try
 */
export async function takeTry(store: Store, value: string, request: string, until: number): Promise<boolean> {
  const request_hash = sha256(request);
  const row = { token_hash: sha256(value), expires_at: until, request_hash, tries_left: MOST_TRIES - 1 };
  const written = await store
    .insertInto('consumed_tokens')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .column('token_hash')
        .doUpdateSet(({ eb }) => ({ tries_left: eb('consumed_tokens.tries_left', '-', 1) }))
        .where('consumed_tokens.request_hash', '=', request_hash)
        .where('consumed_tokens.tries_left', '>', 0),
    )
    .executeTakeFirst();
  return written.numInsertedOrUpdatedRows === 1n;
}

/** Ends a request's tries, for example in the transaction of its effect. */
export async function endTries(tx: Store, value: string): Promise<void> {
  await tx.updateTable('consumed_tokens').set({ tries_left: 0 }).where('token_hash', '=', sha256(value)).execute();
}
