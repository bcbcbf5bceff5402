import { prepare, type Value } from '#database/prepared.ts';
import type { Clock } from '#clock';
import type { Store } from '../../../platform/store/open.ts';
import { upsert } from '../../../platform/store/upsert.ts';

/** A person's last sign-in without the phone: when (milliseconds), and with which of their factors. */
export type Rehearsal = { at: number; factorIds: readonly string[] };

export type Rehearsals = ReturnType<typeof createRehearsals>;

/** The last rehearsal that each person passed. */
export function createRehearsals(store: Store, clock: Clock) {
  const byPerson = prepare(store, (value: Value<{ userId: string }>) =>
    store.selectFrom('rehearsals').select(['at', 'factor_ids']).where('user_id', '=', value('userId')),
  );
  return {
    async of(userId: string): Promise<Rehearsal | null> {
      const [row] = await byPerson({ userId });
      return row ? { at: row.at, factorIds: JSON.parse(row.factor_ids) as string[] } : null;
    },

    /** Notes a rehearsal that was passed now, in the transaction `tx`. */
    pass: (userId: string, factorIds: readonly string[], tx: Store): Promise<void> =>
      upsert(tx, 'rehearsals', ['user_id'], {
        user_id: userId,
        at: clock.now(),
        factor_ids: JSON.stringify(factorIds),
      }),
  };
}
