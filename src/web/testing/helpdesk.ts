import type {
  Approval,
  AuditLine,
  AuditLines,
  CallerVerification,
  HelpdeskPerson,
  OperationPlan,
  PlanBody,
  PendingCallerVerification,
  SecurityHistoryEntry,
  PersonFound,
} from '#contract/helpdesk.ts';
import { home, totp } from './person.ts';

// Data as the BFF returns them to the helpdesk's pages.
const ids = '00u0000000000000000';
const named = (at: number, name: string, login: string): Approval['agent'] => ({ id: `${ids}${at}`, name, login });
const agent = named(1, 'Dorothy Vaughan', 'helpdesk@example.com');
const approver = named(2, 'Mary Jackson', 'admin@example.com');
const katherine = named(3, 'Katherine Johnson', 'katherine@example.com');

export const verify = {
  ...totp,
  id: '00f0000000000000001a',
  kind: 'okta-verify' as const,
  name: null,
  detail: 'iPhone 15',
};
export const sms = {
  ...totp,
  id: '00f0000000000000002a',
  kind: 'sms' as const,
  name: null,
  detail: '•••• 0142',
  strength: 2 as const,
};

const permissions = (rule: 'ordinary' | 'peer', allowed: boolean): HelpdeskPerson['permissions'] => {
  const permission = { allowed, rule };
  return {
    challenge: permission,
    resetOne: permission,
    resetAll: permission,
    unfreeze: permission,
    unlock: permission,
    report: permission,
  };
};

export const helpdeskPerson: HelpdeskPerson = {
  person: {
    ...katherine,
    status: 'ACTIVE',
    groups: ['Everyone', 'Engineering'],
    language: 'de',
  },
  target: 'in-scope',
  watch: { token: 'watch-token', state: 'state-1' },
  factors: [verify, sms],
  alsoRemoved: [{ factorId: verify.id, parts: ['push', 'totp'], restoredByOkta: false }],
  warnings: [],
  frozenAt: null,
  cancellationAt: null,
  recoveryCode: null,
  reported: [],
  suspects: [],
  ...{ attackSigns: [], needsApprover: null, limit: null },
  recentChanges: [
    { at: '2026-03-09T09:00:00.000Z', event: 'user.mfa.factor.reset', kind: 'sms', by: 'Dorothy Vaughan' },
  ],
  permissions: permissions('ordinary', true),
  unverifiedAllowed: true,
  callerVerificationOptions: [
    {
      type: 'push',
      factorId: verify.id,
      method: { kind: 'okta-verify', name: null },
      detail: 'iPhone 15',
    },
    { type: 'own-session', factorId: null, method: null, detail: null },
    {
      type: 'call-back',
      factorId: sms.id,
      method: { kind: 'sms', name: null },
      detail: '•••• 0142',
    },
  ],
  lastDenial: null,
  waitingApprovals: [],
};

export const peer: HelpdeskPerson = {
  ...helpdeskPerson,
  target: 'peer',
  permissions: { ...permissions('peer', false), report: { allowed: true, rule: 'peer' } },
  callerVerificationOptions: [],
};

const plain = { attackSigns: false, about: [] };
export const found: PersonFound[] = [
  { id: katherine.id, name: katherine.name, login: katherine.login, email: null, status: 'ACTIVE', ...plain },
  { id: `${ids}4`, name: 'Katrin Bauer', login: 'kbauer', email: 'k•••@example.com', status: 'SUSPENDED', ...plain },
];

export const pushed: CallerVerification = {
  id: 'caller-verification-1',
  type: 'push',
  status: 'waiting',
  number: 42,
  called: null,
  triesLeft: null,
  expiresAt: '2026-03-10T12:05:00.000Z',
  choice: { factorIds: [verify.id], reason: 'lost' },
  doubt: null,
  needsApproval: false,
};

const byText = { kind: 'sms' as const, name: null };
export const approval: Approval = {
  id: 'approval-1',
  status: 'waiting',
  agent,
  person: katherine,
  methods: [{ id: verify.id, kind: 'okta-verify', name: null, detail: 'iPhone 15' }],
  all: false,
  reason: 'lost',
  ticket: 'INC-20418',
  note: 'Left it on the train.',
  callerVerificationType: 'call-back',
  caller: { method: byText, at: '2026-03-10T11:56:00.000Z', called: '•••• 0123', warnings: ['same_phone'] },
  consequences: {
    remaining: [{ kind: 'sms', name: null }],
    suspects: [],
    codeTo: ['k••@example.com'],
    notifies: ['k••@example.com'],
  },
  evidence: {
    attackSigns: [{ kind: 'push_denied', by: 'Hedy Lamarr', times: 1, at: '2026-03-10T11:50:00.000Z', signs: [] }],
    reported: [],
    recentChanges: [
      { at: '2026-03-09T09:00:00.000Z', event: 'user.mfa.factor.activate', kind: 'sms', by: katherine.name },
    ],
    resets: [{ at: '2026-03-08T09:00:00.000Z', by: 'Hedy Lamarr', approver: approver.name }],
    ended: [
      {
        at: '2026-03-10T11:40:00.000Z',
        by: 'Hedy Lamarr',
        status: 'reported',
        denial: null,
      },
    ],
    agentResets: 3,
  },
  effects: null,
  approvalReasons: ['call_back'],
  operation: 'reset',
  resetFirst: false,
  createdAt: '2026-03-10T11:58:00.000Z',
  expiresAt: '2026-03-10T12:28:00.000Z',
  decidedBy: null,
  decidedAt: null,
  denial: null,
  decisionNote: null,
  mine: true,
  cancellationAt: null,
  recoveryCodeWaits: false,
};
export const decided: Approval = {
  ...approval,
  id: 'approval-2',
  status: 'done',
  mine: false,
  evidence: null,
  effects: {
    removed: [{ kind: 'okta-verify', name: null }],
    remaining: [{ kind: 'sms', name: null }],
    recoveryCode: null,
    notified: ['k••@example.com'],
  },
  decidedBy: approver,
  decidedAt: '2026-03-10T11:59:00.000Z',
};

export const pendingVerification: PendingCallerVerification = {
  id: 'asked-00001',
  type: 'own-session',
  end: 'open',
  agent: agent.name,
  methods: [{ kind: 'okta-verify', name: null }],
  all: false,
  reason: 'lost',
  at: '2026-03-10T11:59:00.000Z',
  expiresAt: '2026-03-10T12:09:00.000Z',
};

export const past: SecurityHistoryEntry = {
  id: 'h-1',
  at: '2026-03-09T09:00:00.000Z',
  event: 'user.mfa.factor.reset',
  kind: 'sms',
  requested: null,
  by: 'helpdesk',
  agent: agent.name,
  browser: null,
  system: null,
  address: null,
  outcome: 'SUCCESS',
};

export const line: AuditLine = {
  seq: 17,
  at: '2026-03-10T11:58:00.000Z',
  type: 'outcome',
  event: 'user.mfa.factor.reset',
  outcome: 'success',
  by: agent.name,
  operator: false,
  person: katherine.name,
  kind: 'okta-verify',
  times: 1,
  refused: null,
  ticket: 'INC-20418',
  reason: 'lost',
  note: 'She is abroad.',
  denial: null,
  signs: [],
  requested: null,
  withdrawal: null,
  again: false,
  failure: null,
  verified: { type: 'push', at: '2026-03-10T11:53:00.000Z' },
  unverified: false,
  approver: approver.name,
  denied: false,
  decision: null,
  operation: 'r-1',
  address: '192.0.2.7',
  browser: 'Firefox',
  system: 'Linux',
  requestId: 'r-1',
};
export const auditLines: AuditLines = { lines: [line], searchedTo: null, next: null, token: 'look-1' };

export function createPlan(body: PlanBody, over: Partial<OperationPlan> = {}): OperationPlan {
  const { operation, factorIds = [], reason, ticket, callerVerificationId, note } = body;
  const isChosen = (id: string) => operation === 'reset' && (factorIds === 'all' || factorIds.includes(id));
  const { factorIds: agreed } = pushed.choice;
  const widens = factorIds === 'all' || factorIds.some((id) => agreed !== 'all' && !agreed.includes(id));
  const unverified = callerVerificationId ? (widens ? 'more_than_confirmed' : null) : note ? null : 'none';
  const lacks: [boolean, OperationPlan['missing'][number]][] = [
    [operation === 'reset' && factorIds.length === 0, { code: 'bad_request', rule: 'choice' }],
    [operation !== 'unlock' && !reason, { code: 'bad_request', rule: 'reason' }],
    [!ticket?.startsWith('INC-'), { code: 'ticket_required' }],
    [unverified !== null, { code: 'caller_verification_required', rule: unverified ?? '' }],
  ];
  const { factors, alsoRemoved, callerVerificationOptions } = helpdeskPerson;
  return {
    operation,
    removed: factors
      .filter(({ id }) => isChosen(id))
      .map(({ id }) => ({
        parts: [],
        restoredByOkta: false,
        ...alsoRemoved.find((one) => one.factorId === id),
        factorId: id,
      })),
    remaining: factors.flatMap(({ id }) => (isChosen(id) ? [] : [id])),
    recoveryCode: null,
    notifies: ['k••@example.com'],
    notifiesRemoved: 0,
    approvalReasons: !callerVerificationId && note ? ['not_verified'] : [],
    callerOptions: callerVerificationOptions.map(({ type, factorId }) => ({
      type,
      factorId,
      approvalReasons:
        type === 'call-back' ? ['call_back'] : type === 'push' && isChosen(factorId ?? '') ? ['same_method'] : [],
    })),
    missing: lacks.flatMap(([holds, one]) => (holds ? [one] : [])),
    stepUp: null,
    ...over,
  };
}

export const helpdeskAnswers = {
  getOwnStepUp: { lacks: null, limit: null },
  getPerson: helpdeskPerson,
  searchPeople: { people: found, more: false, limited: false },
  listApprovals: { approvals: [approval, decided] },
  listRequests: { requests: [approval, decided], since: null },
  getAuditAccess: { stepUp: null },
  listAuditLog: auditLines,
  listCallerVerifications: { requests: [pendingVerification] },
  getSecurityHistory: { entries: [past], frozenAt: null },
} as const;

export const homeOfStaff = (helpdesk: 'agent' | 'approver' | 'auditor') => ({
  ...home,
  session: { ...home.session, helpdesk },
});
