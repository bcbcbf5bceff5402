import type { Store } from '../../platform/store/open.ts';

export type RemovedAddresses = ReturnType<typeof createRemovedAddresses>;

/**
 * The address of a removed email method, so that its owner is notified of the removal (checklist L5). Okta deletes the
 * address with the method. The portal keeps it with the intent until the outcome is written, for reconciliation.
 */
export function createRemovedAddresses(store: Store) {
  return {
    async keep(intent: number, address: string, tx: Store): Promise<void> {
      await tx.insertInto('removed_addresses').values({ intent, address }).execute();
    },

    async of(intent: number): Promise<string[]> {
      const row = await store
        .selectFrom('removed_addresses')
        .select('address')
        .where('intent', '=', intent)
        .executeTakeFirst();
      return row ? [row.address] : [];
    },

    /** Deletes the address. Callers do this once the intent has its outcome. */
    async drop(intent: number, tx: Store = store): Promise<void> {
      await tx.deleteFrom('removed_addresses').where('intent', '=', intent).execute();
    },
  };
}
