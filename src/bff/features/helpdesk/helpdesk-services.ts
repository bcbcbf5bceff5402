import type { Actor } from '../../records/audit-log/audit-log.ts';
import type { Store } from '../../platform/store/open.ts';
import type { Sealer } from '../../platform/store/secrets.ts';
import { createApprovals } from './approvals/approvals.ts';
import { createEvidence } from './approvals/handlers/evidence.ts';
import { createFreezes } from './freezes/freezes.ts';
import { withdrawn } from './freezes/withdrawals.ts';
import type { Limits } from './access/policy.ts';
import { createKnownNames } from '../../identity/users/known-names.ts';
import { createPendingCancellations } from './freezes/pending-cancellations.ts';
import { createResetLimits } from './reset-model/reset-limits.ts';
import { createResets, type ResetParts } from './resets/resets.ts';
import { createLogPages } from './audit-log/log-pages.ts';
import { createAuditReader } from './audit-log/audit-reader.ts';
import { createRecoveryCodes } from './recovery-codes/recovery-codes.ts';
import { createStartLimits } from './caller-verification/start-limits.ts';
import { createAttackSigns } from './attack-signs/attack-signs.ts';

type Created = 'limits' | 'attackSigns' | 'freezes' | 'recoveryCodes' | 'approvals' | 'pendingCancellations';
type Parts = Omit<ResetParts, Created> & { sealer: Sealer; limits: Limits };

export function createHelpdeskServices(parts: Parts) {
  const { store, clock } = parts;
  const freezes = createFreezes(store, clock);
  const recoveryCodes = createRecoveryCodes(store, clock, parts.sealer);
  const attackSigns = createAttackSigns(store, clock);
  const pendingCancellations = createPendingCancellations(store, clock);
  const approvals = createApprovals(store, clock, recoveryCodes, pendingCancellations);
  const names = createKnownNames(store, parts.okta);
  const limits = createResetLimits(store, clock, parts.limits);
  return {
    /** Returns ms since 1970. */
    frozenAt: freezes.since,
    /** Returns false if the call failed. */
    endAtOrg: (userId: string): Promise<boolean> =>
      parts.okta.sessions.revokeUserSessions({ userId, oauthTokens: true }).then(
        () => true,
        () => false,
      ),
    endReported: async (agent: { id: string }, person: { id: string }, actor: Actor, tx: Store) =>
      (await approvals.endOwn({ agent, person }, 'reported', tx)).map((one) => withdrawn(one, actor, 'reported')),
    approvals,
    evidence: createEvidence(store, clock, attackSigns, names, approvals, freezes),
    freezes,
    names,
    attackSigns,
    startLimits: createStartLimits(store, clock),
    resets: createResets({ ...parts, limits, attackSigns, freezes, recoveryCodes, approvals, pendingCancellations }),
    pendingCancellations,
    limits,
    logPages: createLogPages(store, names),
    auditReader: createAuditReader(store, clock, names),
    recoveryCodes,
  };
}
