import type { Clock } from '#clock';
import { prepare, type Value } from '#database/prepared.ts';
import { lockingRows } from '#database/row-locks.ts';
import { changeStore } from '../../../platform/store/change-store.ts';
import type { Store } from '../../../platform/store/open.ts';
import { upsert } from '../../../platform/store/upsert.ts';
import type { SecurityMethod } from '../../../identity/methods/security-methods.ts';
import { progressOf, type NewPhonePlan } from './progress.ts';

/** How long a plan is kept, in milliseconds. */
const PLAN_MS = 14 * 24 * 60 * 60_000;

/** `expiresAt` in milliseconds. */
export type StoredPlan = NewPhonePlan & { expiresAt: number };

export type NewPhonePlans = ReturnType<typeof createNewPhonePlans>;

/** The plans for new phones, one a person, so that any browser of theirs can go on. */
export function createNewPhonePlans(store: Store, clock: Clock) {
  const byPerson = prepare(store, (value: Value<{ userId: string }>) =>
    store.selectFrom('new_phone_plans').select(['plan', 'expires_at']).where('user_id', '=', value('userId')),
  );
  const read = ({ plan, expires_at }: { plan: string; expires_at: number }): StoredPlan | null =>
    expires_at > clock.now() ? { ...(JSON.parse(plan) as NewPhonePlan), expiresAt: expires_at } : null;

  return {
    /** Returns a person's plan, or null. */
    async of(userId: string): Promise<StoredPlan | null> {
      const [row] = await byPerson({ userId });
      return row ? read(row) : null;
    },

    /** Returns how many methods of a person's plan have moved, or null without a plan. */
    async countMoved(
      userId: string,
      methods: readonly SecurityMethod[],
    ): Promise<{ moved: number; of: number } | null> {
      const plan = await this.of(userId);
      if (!plan) return null;
      const progress = progressOf(plan, methods);
      return { moved: progress.filter(({ state }) => state === 'moved').length, of: progress.length };
    },

    /** Stores a person's plan in place of an earlier one; it is kept for 14 days from now. */
    set: (userId: string, plan: NewPhonePlan) => async (tx: Store) => {
      const now = clock.now();
      const row = { user_id: userId, plan: JSON.stringify(plan), expires_at: now + PLAN_MS };
      await upsert(tx, 'new_phone_plans', ['user_id'], row);
    },

    end: (userId: string) => async (tx: Store) => {
      await tx.deleteFrom('new_phone_plans').where('user_id', '=', userId).execute();
    },

    /** Notes that a method worked in a test, if the plan moves it. */
    async noteTest(userId: string, factorId: string): Promise<void> {
      if (!(await this.of(userId))?.methods.some(({ members }) => members.includes(factorId))) return;
      await changeStore(store, async (tx) => {
        const query = tx.selectFrom('new_phone_plans').select(['plan', 'expires_at']).where('user_id', '=', userId);
        const row = await lockingRows(tx, query).executeTakeFirst();
        if (!row) return;
        const { expiresAt: _, ...plan } = read(row) ?? { expiresAt: 0 };
        if (!('tested' in plan) || plan.tested.includes(factorId)) return;
        const tested = JSON.stringify({ ...plan, tested: [...plan.tested, factorId] });
        await tx.updateTable('new_phone_plans').set({ plan: tested }).where('user_id', '=', userId).execute();
      });
    },
  };
}
