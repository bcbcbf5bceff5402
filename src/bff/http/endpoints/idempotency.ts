import { ApiError } from '#contract/errors.ts';
import type { Clock } from '#clock';
import type { Store } from '../../store/open.ts';

const KEY_MS = 24 * 60 * 60_000;

export type Idempotency = ReturnType<typeof createIdempotency>;

/** `Idempotency-Key`s of a day, per person: one click, one effect. A repeat is told what is there, never the secret. */
export function createIdempotency(store: Store, clock: Clock) {
  return {
    /**
     * Throws `already_enrolled` when that key was used: with the id of what was made, or without when nobody knows of
     * it.
     */
    async assertNew(userId: string, key: string): Promise<void> {
      const known = await store
        .selectFrom('idempotency')
        .selectAll()
        .where('user_id', '=', userId)
        .where('key', '=', key)
        .where('expires_at', '>', clock.now())
        .executeTakeFirst();
      if (known)
        throw new ApiError(
          'already_enrolled',
          'That was done already.',
          known.factor_id ? { factorId: known.factor_id } : {},
        );
    },

    /** Takes a key before its change. */
    async claim(userId: string, key: string): Promise<void> {
      const now = clock.now();
      await store.deleteFrom('idempotency').where('expires_at', '<=', now).execute();
      await store
        .insertInto('idempotency')
        .values({ user_id: userId, key, factor_id: null, expires_at: now + KEY_MS })
        .execute();
    },

    /** Notes what came of it. */
    async note(userId: string, key: string, factorId: string): Promise<void> {
      await store
        .updateTable('idempotency')
        .set({ factor_id: factorId })
        .where('user_id', '=', userId)
        .where('key', '=', key)
        .execute();
    },

    /** What was made has another id from now on. */
    async follow(userId: string, from: string, to: string): Promise<void> {
      await store
        .updateTable('idempotency')
        .set({ factor_id: to })
        .where('user_id', '=', userId)
        .where('factor_id', '=', from)
        .execute();
    },

    /** Frees a key whose change certainly did not happen. */
    async free(userId: string, key: string): Promise<void> {
      await store
        .deleteFrom('idempotency')
        .where('user_id', '=', userId)
        .where('key', '=', key)
        .where('factor_id', 'is', null)
        .execute();
    },
  };
}
