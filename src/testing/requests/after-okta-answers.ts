import type { Portal } from '../test-env.ts';

/** Runs `happens` between Okta's answer to each change and its outcome row. Returns a function that stops this. */
export function afterOktaAnswers(portal: Portal, happens: () => Promise<unknown>): () => void {
  const { auditLog } = portal.app.services;
  const { change } = auditLog;
  auditLog.change = (actor, about, run, options) => {
    const paused = async () => {
      const result = await run();
      await happens();
      return result;
    };
    return change(actor, about, paused, options);
  };
  return () => void (auditLog.change = change);
}

/** Ends the leases of all locks, so that a holder's later writes fail. */
export async function endLeases({ store }: Portal): Promise<void> {
  await store
    .updateTable('locks')
    .set(({ eb }) => ({ fence: eb('fence', '+', 1), expires_at: 0 }))
    .execute();
}
