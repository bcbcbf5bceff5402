import type { Approval } from '#contract/helpdesk.ts';
import type { Clock } from '#clock';
import type { OktaClient } from '#okta/client.ts';
import type { Alarms } from '../alarms/alarms.ts';
import type { Audit } from '../audit/audit.ts';
import type { Outbox } from '../notices/outbox.ts';
import type { Store } from '../store/open.ts';
import type { Sealer } from '../store/secrets.ts';
import { createApprovals } from './approvals.ts';
import type { Approvals } from './approvals.ts';
import { createFreezes } from './freezes.ts';
import type { Freezes } from './freezes.ts';
import type { Viewer } from './helpdesk.ts';
import { createKnownNames } from './known-names.ts';
import type { KnownNames } from './known-names.ts';
import { createLifts } from './lifts.ts';
import type { Lifts } from './lifts.ts';
import { createOwedCancels } from './owed-cancels.ts';
import type { OwedCancels } from './owed-cancels.ts';
import { createResetLimits } from './reset-limits.ts';
import type { ResetLimits } from './reset-limits.ts';
import { createResets } from './resets.ts';
import type { ResetParts, Resets } from './resets.ts';
import { createTrail } from './trail.ts';
import type { Trail } from './trail.ts';
import { createWayBacks } from './way-backs.ts';
import type { WayBacks } from './way-backs.ts';
import { createWithdrawals } from './withdrawals.ts';
import type { Withdrawals } from './withdrawals.ts';

/** What the desk does to people, and what is known of it. */
export type Acts = {
  /** Since when somebody's changes are frozen (milliseconds), or null. */
  frozenAt(userId: string): Promise<number | null>;
  /** Those about this person that are this agent's own, or wait for this approver. */
  approvalsAbout(viewer: Viewer, userId: string): Promise<Approval[]>;
  /** Ends somebody's sessions at the org; false when it did not. */
  endAtOrg(userId: string): Promise<boolean>;
  approvals: Approvals;
  freezes: Freezes;
  names: KnownNames;
  lifts: Lifts;
  owedCancels: OwedCancels;
  resets: Resets;
  limits: ResetLimits;
  trail: Trail;
  wayBacks: WayBacks;
  withdrawals: Withdrawals;
};

type Parts = {
  store: Store;
  clock: Clock;
  okta: OktaClient;
  alarms: Pick<Alarms, 'raise'>;
  sealer: Sealer;
  audit: Audit;
  outbox: Outbox;
  tries: ResetParts['tries'];
  words: ResetParts['words'];
};

/** Opens them on one store. */
export function createActs(parts: Parts): Acts {
  const { store, clock } = parts;
  const freezes = createFreezes(store, clock);
  const wayBacks = createWayBacks(store, clock, parts.sealer);
  const approvals = createApprovals(store, clock, wayBacks);
  const lifts = createLifts({ ...parts, freezes, approvals });
  const owedCancels = createOwedCancels(store, clock);
  const names = createKnownNames(store, parts.okta);
  return {
    frozenAt: freezes.since,
    approvalsAbout: (viewer, userId) => approvals.list(viewer, userId),
    endAtOrg: (userId) =>
      parts.okta.sessions.revokeUserSessions({ userId, oauthTokens: true }).then(
        () => true,
        () => false,
      ),
    approvals,
    freezes,
    names,
    resets: createResets({ ...parts, freezes, wayBacks, approvals, lifts, owedCancels }),
    lifts,
    owedCancels,
    limits: createResetLimits(store, clock),
    trail: createTrail(store, clock, names),
    wayBacks,
    withdrawals: createWithdrawals(store, clock, parts.audit),
  };
}
