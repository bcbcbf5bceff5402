import { freeText } from '#contract/audit-log/audit-reasons.ts';
import type { InTransaction, AuditRow, Outcome } from '../../../records/audit-log/audit-log.ts';
import { createSecurityMethods, type Engine } from '../../../identity/methods/security-methods.ts';
import type { GetPersonFactors } from '../../../identity/methods/person-factors.ts';
import type { Users } from '../../../identity/users/users.ts';
import { listRemoved } from '../reset-model/reset.ts';
import type { PendingCancellations } from '../freezes/pending-cancellations.ts';
import type { Resets } from './resets.ts';

/** `followUp` belongs to the transaction of the outcome. Rejects with the ApiError of Okta's failure. */
export async function reconcileReset(
  services: {
    helpdeskServices: { pendingCancellations: PendingCancellations; resets: Resets };
    engine(): Promise<Engine>;
    users: Users;
    getPersonFactors: GetPersonFactors;
  },
  intent: AuditRow,
): Promise<{ verdict: Outcome; followUp: InTransaction | undefined }> {
  const { resets } = services.helpdeskServices;
  const reset = await resets.begunBy(intent.seq);
  if (!reset) return { verdict: { outcome: 'unknown' }, followUp: undefined };
  if (reset.operation === 'unlock') {
    const { status } = await services.users.read(reset.person.id);
    const why = freeText(`${intent.reason ?? ''}; reconciled`);
    if (status !== 'LOCKED_OUT')
      return { verdict: { outcome: 'success', reason: why }, followUp: resets.finish(reset, reset.stays, []) };
    return { verdict: { outcome: 'failure', reason: why }, followUp: (tx) => resets.drop(reset, tx) };
  }
  const [engine, person, list] = await Promise.all([
    services.engine(),
    services.users.read(reset.person.id),
    services.getPersonFactors(reset.person.id, { requestId: 'reconcile' }).list(),
  ]);
  const { pendingCancellations } = services.helpdeskServices;
  const now = await pendingCancellations.asAfterReset(person.id, createSecurityMethods(list, engine, person.email));
  const gone = listRemoved(reset, now);
  const why = intent.reason ?? '';
  if (gone.length === 0 && reset.methods.length > 0) {
    const failed = { outcome: 'failure', reason: freeText(`${why}; reconciled`) } as const;
    return { verdict: failed, followUp: (tx) => resets.drop(reset, tx) };
  }
  const partly = gone.length < reset.methods.length ? `: ${gone.length} of ${reset.methods.length}` : '';
  return {
    verdict: { outcome: 'success', reason: freeText(`${why}; reconciled${partly}`) },
    followUp: resets.finish(reset, now, gone),
  };
}
