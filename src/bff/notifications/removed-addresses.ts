import type { Store } from '../store/open.ts';

export type RemovedAddresses = ReturnType<typeof createRemovedAddresses>;

/**
 * Where the owner of a removed email method is told of it (checklist L5). Okta forgets the address with the method, so
 * it is kept with the intent until the outcome is written, for whoever has to find out what became of it.
 */
export function createRemovedAddresses(store: Store) {
  return {
    async keep(intent: number, address: string, step: Store): Promise<void> {
      await step.insertInto('removed_addresses').values({ intent, address }).execute();
    },

    async of(intent: number): Promise<string[]> {
      const row = await store
        .selectFrom('removed_addresses')
        .select('address')
        .where('intent', '=', intent)
        .executeTakeFirst();
      return row ? [row.address] : [];
    },

    /** To be called once the intent has its outcome. */
    async drop(intent: number, step: Store = store): Promise<void> {
      await step.deleteFrom('removed_addresses').where('intent', '=', intent).execute();
    },
  };
}
