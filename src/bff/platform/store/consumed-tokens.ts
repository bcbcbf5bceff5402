import type { Store } from './open.ts';
import { sha256 } from './secrets.ts';

/**
 * Check first that the value is genuine, because each call writes a row. Returns false when the value was already used.
 * @param value the value, after a word that names its type
 * @param until when the value expires, in ms
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

const MOST_TRIES = 5;

/**
 * The id belongs to the first request that uses it. Returns false for another request with the same id, after
 * `endTries`, and from the sixth try on.
 * @param request the whole request as text
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

export async function endTries(tx: Store, value: string): Promise<void> {
  await tx.updateTable('consumed_tokens').set({ tries_left: 0 }).where('token_hash', '=', sha256(value)).execute();
}
