import type { Portal } from '../test-env.ts';

/** After Okta's answer and before the outcome row. Returns a function that ends this. */
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

/** Later writes by the locks' holders fail. */
export async function endLeases({ store }: Portal): Promise<void> {
  await store
    .updateTable('locks')
    .set(({ eb }) => ({ fence: eb('fence', '+', 1), expires_at: 0 }))
    .execute();
}
