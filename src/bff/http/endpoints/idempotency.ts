import { ApiError } from '#contract/errors.ts';
import type { Clock } from '#clock';
import { deleteUntil } from '#database/row-locks.ts';
import type { Store } from '../../platform/store/open.ts';

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

    /**
     * Claims a key in the transaction of its change's intent: a kill before the intent leaves nothing claimed. The
     * transaction of the outcome notes the factor, or frees the key of a change that did not happen
     * (`audit-log/close-intent.ts`). Throws `already_enrolled` if another request claimed it.
     */
    claim: (userId: string, key: string) => async (step: Store) => {
      const now = clock.now();
      await deleteUntil(step, 'idempotency', 'expires_at', now);
      const row = { user_id: userId, key, factor_id: null, intent: 0, expires_at: now + KEY_MS };
      const claimed = await step
        .insertInto('idempotency')
        .values(row)
        .onConflict((conflict) =>
          conflict.columns(['user_id', 'key']).doUpdateSet(row).where('idempotency.expires_at', '<=', now),
        )
        .executeTakeFirst();
      if (!claimed.numInsertedOrUpdatedRows) throw new ApiError('already_enrolled');
      return async (intent: number): Promise<void> => {
        const mine = step.updateTable('idempotency').set({ intent });
        await mine.where('user_id', '=', userId).where('key', '=', key).execute();
      };
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
  };
}
