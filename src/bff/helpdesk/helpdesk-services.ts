import type { Approval } from '#contract/helpdesk.ts';
import type { Clock } from '#clock';
import type { OktaClient } from '#okta/client.ts';
import type { Alarms } from '../alarms/alarms.ts';
import type { AuditLog } from '../audit-log/audit-log.ts';
import type { Outbox } from '../notifications/outbox.ts';
import type { Store } from '../store/open.ts';
import type { Sealer } from '../store/secrets.ts';
import { createApprovals } from './approvals/approvals.ts';
import type { Approvals } from './approvals/approvals.ts';
import { createFreezes } from './freezes/freezes.ts';
import type { Freezes } from './freezes/freezes.ts';
import type { StaffMember } from './access/helpdesk.ts';
import { createKnownNames } from './search/known-names.ts';
import type { KnownNames } from './search/known-names.ts';
import { createUnfreezes } from './resets/unfreezes.ts';
import type { Unfreezes } from './resets/unfreezes.ts';
import { createPendingCancellations } from './freezes/pending-cancellations.ts';
import type { PendingCancellations } from './freezes/pending-cancellations.ts';
import { createResetLimits } from './resets/reset-limits.ts';
import type { ResetLimits } from './resets/reset-limits.ts';
import { createResets } from './resets/resets.ts';
import type { ResetParts, Resets } from './resets/resets.ts';
import { createAuditReader } from './audit-log/audit-reader.ts';
import type { AuditReader } from './audit-log/audit-reader.ts';
import { createRecoveryCodes } from './recovery-codes/recovery-codes.ts';
import type { RecoveryCodes } from './recovery-codes/recovery-codes.ts';
import { createWithdrawals } from './freezes/withdrawals.ts';
import type { Withdrawals } from './freezes/withdrawals.ts';

/** What the helpdesk's handlers use. */
export type HelpdeskServices = {
  /** Returns when the person's methods were frozen (milliseconds), or null. */
  frozenAt(userId: string): Promise<number | null>;
  /** Returns the approvals about this person that this agent requested, or that an approver can see. */
  approvalsAbout(staff: StaffMember, userId: string): Promise<Approval[]>;
  /** Ends a person's sessions at Okta. Returns false when Okta did not. */
  endAtOrg(userId: string): Promise<boolean>;
  approvals: Approvals;
  freezes: Freezes;
  names: KnownNames;
  unfreezes: Unfreezes;
  pendingCancellations: PendingCancellations;
  resets: Resets;
  limits: ResetLimits;
  auditReader: AuditReader;
  recoveryCodes: RecoveryCodes;
  withdrawals: Withdrawals;
};

type Parts = {
  store: Store;
  clock: Clock;
  okta: OktaClient;
  alarms: Pick<Alarms, 'raise'>;
  sealer: Sealer;
  auditLog: AuditLog;
  outbox: Outbox;
  codeAttempts: ResetParts['codeAttempts'];
  words: ResetParts['words'];
};

/** Creates the helpdesk's services on one store. */
export function createHelpdeskServices(parts: Parts): HelpdeskServices {
  const { store, clock } = parts;
  const freezes = createFreezes(store, clock);
  const recoveryCodes = createRecoveryCodes(store, clock, parts.sealer);
  const approvals = createApprovals(store, clock, recoveryCodes);
  const unfreezes = createUnfreezes({ ...parts, freezes, approvals });
  const pendingCancellations = createPendingCancellations(store, clock);
  const names = createKnownNames(store, parts.okta);
  return {
    frozenAt: freezes.since,
    approvalsAbout: (staff, userId) => approvals.list(staff, userId),
    endAtOrg: (userId) =>
      parts.okta.sessions.revokeUserSessions({ userId, oauthTokens: true }).then(
        () => true,
        () => false,
      ),
    approvals,
    freezes,
    names,
    resets: createResets({ ...parts, freezes, recoveryCodes, approvals, unfreezes, pendingCancellations }),
    unfreezes,
    pendingCancellations,
    limits: createResetLimits(store, clock),
    auditReader: createAuditReader(store, clock, names),
    recoveryCodes,
    withdrawals: createWithdrawals(store, clock, parts.auditLog),
  };
}
