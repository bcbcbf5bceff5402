import { ApiError } from '#contract/errors.ts';
import type { Clock } from '#clock';
import type { Store } from '../store/open.ts';

const CLOSED_MS = 5 * 60_000;
/** An answer of the org comes within its time limit, or never. */
const TRYING_MS = 20_000;

/**
 * Counts wrong codes per person, over all factors, routes and sessions, so that no way around the count is left. It stays one below
 * the org's own lockout: at that many in a row Okta locks the account (E0000069), which no five minutes undo.
 */
export type CodeTries = ReturnType<typeof createCodeTries>;

/** @param lockout the org's number of wrong codes in a row that lock an account. */
export function createCodeTries(store: Store, clock: Clock, lockout: number) {
  const limit = Math.max(1, lockout - 1);
  const closed = (until: number) =>
    new ApiError('too_many_attempts', 'Too many wrong codes.', { retryAt: new Date(until).toISOString() });

  /** Counts the try before the org sees the code; parallel guesses cannot all slip in under the limit. */
  async function reserve(userId: string): Promise<void> {
    const now = clock.now();
    await store.transaction().execute(async (step) => {
      const row = await step.selectFrom('code_tries').selectAll().where('user_id', '=', userId).executeTakeFirst();
      const misses = row?.misses ?? 0;
      if (row && now < row.closed_until) throw closed(row.closed_until);
      if (row && misses >= limit && now < row.trying_until) throw closed(row.trying_until);
      await step
        .insertInto('code_tries')
        .values({ user_id: userId, misses: misses + 1, closed_until: 0, trying_until: now + TRYING_MS })
        .onConflict((conflict) => conflict.column('user_id').doUpdateSet({ misses: misses + 1, trying_until: now + TRYING_MS }))
        .execute();
    });
  }

  return {
    /**
     * Runs one check of a code. `check` resolves when the code was right and rejects with `wrong_code` when it was wrong; any other
     * failure says nothing about the code and is not counted.
     * Rejects with `wrong_code` (with the tries left) or `too_many_attempts` (with `retryAt`).
     */
    async guard<T>(userId: string, check: () => Promise<T>): Promise<T> {
      await reserve(userId);
      try {
        const result = await check();
        await store.deleteFrom('code_tries').where('user_id', '=', userId).execute();
        return result;
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== 'wrong_code') {
          await store
            .updateTable('code_tries')
            .set((row) => ({ misses: row('misses', '-', 1), trying_until: 0 }))
            .where('user_id', '=', userId)
            .where('misses', '>', 0)
            .execute();
          throw error;
        }
        const { misses } = await store
          .selectFrom('code_tries')
          .select('misses')
          .where('user_id', '=', userId)
          .executeTakeFirstOrThrow();
        if (misses < limit) {
          throw new ApiError('wrong_code', 'That code is not right.', { triesLeft: limit - misses }, { cause: error.cause });
        }
        const until = clock.now() + CLOSED_MS;
        await store.updateTable('code_tries').set({ closed_until: until, trying_until: 0 }).where('user_id', '=', userId).execute();
        throw closed(until);
      }
    },
  };
}
