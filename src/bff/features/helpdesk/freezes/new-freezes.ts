import { changeStore } from '../../../platform/store/change-store.ts';
import type { Store } from '../../../platform/store/open.ts';
import type { Alarms } from '../../../records/alarms/alarms.ts';
import type { Helpdesk } from '../access/helpdesk.ts';

/** The most people whose privileges one check reads at Okta. */
const AT_ONCE = 50;

type Parts = { store: Store; alarms: Pick<Alarms, 'raise' | 'recordPrivileged'>; helpdesk: Helpdesk };

/**
 * A freeze does not wait for Okta, so this check reads privileges afterwards.
 * Rejects if Okta does not answer, and the next check reads again.
 */
export async function raiseNewFreezes({ store, alarms, helpdesk }: Parts): Promise<void> {
  const frozen = await store
    .selectFrom('counted_events')
    .select('who')
    .where('kind', '=', 'new_freeze')
    .orderBy('at')
    .limit(AT_ONCE)
    .execute();
  for (const { who } of frozen) {
    const privileged = await helpdesk.isPrivileged(who);
    await changeStore(store, async (tx) => {
      const marks = tx.deleteFrom('counted_events').where('kind', '=', 'new_freeze').where('who', '=', who);
      if ((await marks.executeTakeFirst()).numDeletedRows === 0n || !privileged) return;
      await alarms.recordPrivileged(who, tx);
      await alarms.raise(tx, { name: 'privileged_freeze', subject: who, details: {} });
    });
  }
}
