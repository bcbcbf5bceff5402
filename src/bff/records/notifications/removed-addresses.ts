import type { InTransaction } from '../audit-log/audit-log.ts';
import type { Store } from '../../platform/store/open.ts';

/** Okta deletes the address with the method, but the address's owner must be notified (checklist L5). */
export const keepRemovedAddress =
  (address: string | null): InTransaction =>
  async (tx) =>
  async (seq) => {
    if (address === null) return;
    await tx.updateTable('open_intents').set({ removed_address: address }).where('seq', '=', seq).execute();
  };

export const prepareFindRemovedAddress =
  (store: Store) =>
  async (intent: number): Promise<string | null> => {
    const open = store.selectFrom('open_intents').select('removed_address').where('seq', '=', intent);
    return (await open.executeTakeFirst())?.removed_address ?? null;
  };
