import { prepare, type Value } from '#database/prepared.ts';
import type { Store } from '../../store/open.ts';

export type FactorNames = ReturnType<typeof createFactorNames>;

/**
 * The names that people give their methods. Okta stores none, so the portal does; a name is deleted with its factor.
 */
export function createFactorNames(store: Store) {
  const drop = async (userId: string, factorIds: readonly string[]) => {
    if (factorIds.length)
      await store
        .deleteFrom('factor_names')
        .where('user_id', '=', userId)
        .where('factor_id', 'in', factorIds)
        .execute();
  };
  const byPerson = prepare(store, (value: Value<{ userId: string }>) =>
    store.selectFrom('factor_names').select(['factor_id', 'name']).where('user_id', '=', value('userId')),
  );
  return {
    /** Names by factor id. */
    async of(userId: string): Promise<Map<string, string>> {
      const rows = await byPerson({ userId });
      return new Map(rows.map(({ factor_id, name }) => [factor_id, name]));
    },

    /**
     * Names a method by its representative member's id, and replaces the name of any other member. An empty name
     * deletes it.
     */
    async set(userId: string, factorId: string, members: readonly string[], name: string): Promise<void> {
      await drop(userId, members);
      if (name !== '')
        await store.insertInto('factor_names').values({ user_id: userId, factor_id: factorId, name }).execute();
    },

    /** Keeps the name of a factor whose id changed. */
    async follow(userId: string, from: string, to: string): Promise<void> {
      if (from === to) return;
      await drop(userId, [to]);
      await store
        .updateTable('factor_names')
        .set({ factor_id: to })
        .where('user_id', '=', userId)
        .where('factor_id', '=', from)
        .execute();
    },

    drop,
  };
}
