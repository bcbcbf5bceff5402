import type { Alongside, AuditRow, Outcome } from '../audit/audit.ts';
import type { Services } from '../context.ts';
import { securityMethodsOf } from '../factors/security-methods.ts';
import { afterOf } from './reset-plan.ts';

/**
 * What became of a reset whose outcome was never written, by what the person holds now; with all that it owes. Rejects
 * with what the org's failures become.
 */
export async function settleReset(
  services: Services,
  intent: AuditRow,
): Promise<{ verdict: Outcome; owed: Alongside | undefined }> {
  const { resets } = services.helpdeskServices;
  const plan = await resets.planOf(intent.seq);
  if (!plan) return { verdict: { outcome: 'unknown' }, owed: undefined };
  const [engine, person, list] = await Promise.all([
    services.engine(),
    services.people.read(plan.userId),
    services.factorsOf(plan.userId, { requestId: 'settle' }).list(),
  ]);
  const after = afterOf(plan, securityMethodsOf(list, engine, person.email));
  const why = intent.reason ?? '';
  if (after.gone.length === 0 && plan.methods.length > 0) {
    await resets.drop(plan);
    return { verdict: { outcome: 'failure', reason: `${why}; settled` }, owed: undefined };
  }
  const partly = after.gone.length < plan.methods.length ? `: ${after.gone.length} of ${plan.methods.length}` : '';
  return { verdict: { outcome: 'success', reason: `${why}; settled${partly}` }, owed: resets.finish(plan, after) };
}
