import { ApiError, type ErrorRule } from '#contract/errors.ts';
import type { NewRow } from '../../../records/audit-log/audit-log.ts';
import { lockPeople } from '../../../platform/store/change-store.ts';
import type { Store } from '../../../platform/store/open.ts';
import type { Approvals } from '../approvals/approvals.ts';
import type { CallerVerifications } from '../caller-verification/caller-verifications.ts';
import { assertNoneFrozen } from '../../../identity/users/assert-not-frozen.ts';
import { assertFreezeAllows } from '../freezes/freeze-window.ts';
import type { Freezes } from '../freezes/freezes.ts';
import { withdrawn } from '../freezes/withdrawals.ts';
import type { AttackSigns } from '../attack-signs/attack-signs.ts';
import type { Reset } from '../reset-model/reset.ts';
import type { ResetLimits } from '../reset-model/reset-limits.ts';

type Parts = {
  approvals: Approvals;
  callerVerifications: CallerVerifications;
  freezes: Freezes;
  attackSigns: AttackSigns;
  limits: ResetLimits;
};

export const notVerified = (rule: ErrorRule<'caller_verification_required'>) =>
  ApiError.withRule('caller_verification_required', rule);

/**
 * Belongs to the transaction that stores or begins a reset, and checks again what may have changed since it was
 * planned. Returns the audit rows of the agent's earlier request, which this one replaces.
 */
export async function begin(
  { approvals, callerVerifications, freezes, attackSigns, limits }: Parts,
  reset: Reset,
  tx: Store,
): Promise<NewRow[]> {
  const { agent, person, caller, operation, freeze } = reset;
  const approver = 'approver' in reset ? reset.approver : null;
  await lockPeople(tx, agent.id, approver, person.id);
  await assertNoneFrozen(tx, [agent.id, approver]);
  assertFreezeAllows(operation, (await freezes.of(person.id, tx))?.requestedAt ?? null, freeze);
  if (reset.state === 'begun') await approvals.assertNoReset(reset, tx);
  if (reset.state === 'begun' && approver === null) await attackSigns.assertNone(tx, person.id);
  await limits.assert(reset, approver !== null, tx);
  if (reset.state === 'waiting') await limits.assertMayAsk(reset, tx);
  if (approver !== null) {
    await approvals.assertApproved(reset.id, tx);
    return [];
  }
  await approvals.assertNoneWaits(reset, tx);
  if (caller && !(await callerVerifications.consume(agent.id, person.id, caller.id, tx)))
    throw notVerified('not_verified');
  const replaced = await approvals.endOwn(reset, 'replaced', tx);
  return replaced.map((one) => withdrawn(one, reset.by, 'replaced'));
}
