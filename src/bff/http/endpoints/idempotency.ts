import { ApiError } from '#contract/errors.ts';
import type { Clock } from '#clock';
import type { Store } from '../../store/open.ts';

const KEY_MS = 24 * 60 * 60_000;

export type Idempotency = ReturnType<typeof createIdempotency>;

/** `Idempotency-Key`s of a day, per person: one click has one effect. A repeat learns what exists, never the secret. */
export function createIdempotency(store: Store, clock: Clock) {
  return {
    /** Throws `already_enrolled` if that key was used, with the id of the new factor where it is known. */
    async assertNew(userId: string, key: string): Promise<void> {
      const known = await store
        .selectFrom('idempotency')
        .selectAll()
        .where('user_id', '=', userId)
        .where('key', '=', key)
        .where('expires_at', '>', clock.now())
        .executeTakeFirst();
      if (known) throw new ApiError('already_enrolled', known.factor_id ? { factorId: known.factor_id } : {});
    },

    /** Claims a key before its change. */
    async claim(userId: string, key: string): Promise<void> {
      const now = clock.now();
      await store.deleteFrom('idempotency').where('expires_at', '<=', now).execute();
      await store
        .insertInto('idempotency')
        .values({ user_id: userId, key, factor_id: null, expires_at: now + KEY_MS })
        .execute();
    },

    /** Stores the change's factor id. */
    async note(userId: string, key: string, factorId: string): Promise<void> {
      await store
        .updateTable('idempotency')
        .set({ factor_id: factorId })
        .where('user_id', '=', userId)
        .where('key', '=', key)
        .execute();
    },

    /** Replaces the id of a factor whose id changed. */
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
