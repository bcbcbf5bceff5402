import type { Alongside, AuditRow, Outcome } from '../../audit-log/audit-log.ts';
import type { Services } from '../../context.ts';
import { securityMethodsOf } from '../../factors/methods/security-methods.ts';
import { afterOf } from '../reset-plan.ts';

/**
 * What became of a reset whose outcome was never written, by what the person holds now; with all that it owes. Rejects
 * with what the org's failures become.
 */
export async function reconcileReset(
  services: Services,
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
