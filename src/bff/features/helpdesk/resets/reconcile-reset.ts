import type { Alongside, AuditRow, Outcome } from '../../../records/audit-log/audit-log.ts';
import { securityMethodsOf, type Engine } from '../../../identity/methods/security-methods.ts';
import type { FactorsOf } from '../../../identity/methods/person-factors.ts';
import type { Users } from '../../../identity/users/users.ts';
import { afterOf } from './reset-plan.ts';
import type { Resets } from './resets.ts';

/**
 * Finds the outcome of a reset that has none, from the methods that the person has now. The result includes what
 * follows from the reset. Rejects with the ApiError of Okta's failure.
 */
export async function reconcileReset(
  services: {
    helpdeskServices: { resets: Resets };
    engine(): Promise<Engine>;
    users: Users;
    factorsOf: FactorsOf;
  },
  intent: AuditRow,
): Promise<{ verdict: Outcome; followUp: Alongside | undefined }> {
  const { resets } = services.helpdeskServices;
  const plan = await resets.planOf(intent.seq);
  if (!plan) return { verdict: { outcome: 'unknown' }, followUp: undefined };
  const [engine, person, list] = await Promise.all([
    services.engine(),
    services.users.read(plan.userId),
    services.factorsOf(plan.userId, { requestId: 'settle' }).list(),
  ]);
  const after = afterOf(plan, securityMethodsOf(list, engine, person.email));
  const why = intent.reason ?? '';
  if (after.gone.length === 0 && plan.methods.length > 0) {
    await resets.drop(plan);
    return { verdict: { outcome: 'failure', reason: `${why}; reconciled` }, followUp: undefined };
  }
  const partly = after.gone.length < plan.methods.length ? `: ${after.gone.length} of ${plan.methods.length}` : '';
  return {
    verdict: { outcome: 'success', reason: `${why}; reconciled${partly}` },
    followUp: resets.finish(plan, after),
  };
}
