import type { InTransaction } from '../audit-log/audit-log.ts';
import type { Store } from '../../platform/store/open.ts';

/**
 * Stores the address of an email method with the intent to remove this method. Okta deletes the address with the
 * method, but its owner must be notified (checklist L5). The stored address is deleted with the intent's outcome.
 */
export const keepRemovedAddress =
  (address: string | null): InTransaction =>
  async (tx) =>
  async (seq) => {
    if (address === null) return;
    await tx.updateTable('open_intents').set({ removed_address: address }).where('seq', '=', seq).execute();
  };

/** Creates the function that returns the address stored with an open intent, or null. */
export const prepareFindRemovedAddress =
  (store: Store) =>
  async (intent: number): Promise<string | null> => {
    const open = store.selectFrom('open_intents').select('removed_address').where('seq', '=', intent);
    return (await open.executeTakeFirst())?.removed_address ?? null;
  };
