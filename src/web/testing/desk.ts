import type {
  Approval,
  AuditEntry,
  CallerProof,
  DeskPerson,
  DeskRequest,
  HistoryEntry,
  PersonFound,
} from '#contract/helpdesk.ts';
import { home, totp } from './person.ts';

/** A helpdesk's data as the BFF would give it, for tests of its pages. */
const ids = '00u0000000000000000';
const named = (at: number, name: string, login: string): Approval['agent'] => ({ id: `${ids}${at}`, name, login });
const agent = named(1, 'Dorothy Vaughan', 'helpdesk@example.com');
const approver = named(2, 'Mary Jackson', 'admin@example.com');
const katherine = named(3, 'Katherine Johnson', 'katherine@example.com');

export const verify = {
  ...totp,
  id: '00f0000000000000001a',
  kind: 'okta-verify' as const,
  name: 'Okta Verify',
  named: false,
  detail: 'iPhone 15',
};
export const sms = {
  ...totp,
  id: '00f0000000000000002a',
  kind: 'sms' as const,
  name: 'Text message',
  named: false,
  detail: '•••• 0142',
  strength: 2 as const,
};

export const deskPerson: DeskPerson = {
  person: {
    ...katherine,
    email: katherine.login,
    status: 'ACTIVE',
    groups: ['Everyone', 'Engineering'],
    phones: [{ factorId: sms.id, number: '•••• 0142', changedLately: true }],
    notifies: ['k••@example.com'],
    codeTo: ['k••@example.com'],
  },
  target: 'in-scope',
  factors: [verify, sms],
  takesAlong: [{ factorId: verify.id, names: ['Okta Verify push', 'Okta Verify code'], comesBack: false }],
  warnings: [],
  frozenAt: null,
  suspects: [],
  recent: [
    { at: '2026-03-09T09:00:00.000Z', event: 'user.mfa.factor.reset', method: 'Text message', by: 'Dorothy Vaughan' },
  ],
  may: {
    challenge: { allowed: true, rule: 'ordinary', needsApproval: false },
    resetOne: { allowed: true, rule: 'ordinary', needsApproval: false },
    resetAll: { allowed: true, rule: 'ordinary', needsApproval: false },
    unfreeze: { allowed: true, rule: 'ordinary', needsApproval: false },
  },
  callerWays: [
    { way: 'push', factorId: verify.id, name: 'Okta Verify', detail: 'iPhone 15', needsApproval: false },
    { way: 'own-session', factorId: null, name: null, detail: null, needsApproval: false },
    { way: 'call-back', factorId: sms.id, name: 'Text message', detail: '•••• 0142', needsApproval: true },
  ],
  proof: null,
  ticketPattern: 'INC-[0-9]+',
  approvals: [],
};

export const peer: DeskPerson = {
  ...deskPerson,
  target: 'peer',
  may: {
    challenge: { allowed: false, rule: 'peer', needsApproval: false },
    resetOne: { allowed: false, rule: 'peer', needsApproval: false },
    resetAll: { allowed: false, rule: 'peer', needsApproval: false },
    unfreeze: { allowed: false, rule: 'peer', needsApproval: false },
  },
  callerWays: [],
};

export const found: PersonFound[] = [
  { id: katherine.id, name: katherine.name, login: katherine.login, email: katherine.login, status: 'ACTIVE' },
  { id: `${ids}4`, name: 'Katrin Bauer', login: 'kbauer', email: 'katrin@example.com', status: 'SUSPENDED' },
];

export const pushed: CallerProof = {
  id: 'caller-proof-1',
  way: 'push',
  status: 'waiting',
  number: 42,
  triesLeft: null,
  expiresAt: '2026-03-10T12:05:00.000Z',
  needsApproval: false,
};

export const approval: Approval = {
  id: 'approval-1',
  status: 'waiting',
  agent,
  person: katherine,
  methods: [{ id: verify.id, name: 'Okta Verify', detail: 'iPhone 15' }],
  all: false,
  reason: 'lost',
  ticket: 'INC-20418',
  note: 'Left it on the train.',
  callerWay: 'call-back',
  because: ['call_back'],
  lifts: false,
  createdAt: '2026-03-10T11:58:00.000Z',
  expiresAt: '2026-03-10T12:28:00.000Z',
  decidedBy: null,
  decidedAt: null,
  mine: true,
  handOver: false,
};
export const decided: Approval = {
  ...approval,
  id: 'approval-2',
  status: 'done',
  mine: false,
  decidedBy: approver,
  decidedAt: '2026-03-10T11:59:00.000Z',
};

export const asked: DeskRequest = {
  id: 'asked-00001',
  agent: agent.name,
  methods: ['Okta Verify'],
  all: false,
  at: '2026-03-10T11:59:00.000Z',
  expiresAt: '2026-03-10T12:09:00.000Z',
};

export const past: HistoryEntry = {
  id: 'h-1',
  at: '2026-03-09T09:00:00.000Z',
  event: 'user.mfa.factor.reset',
  method: 'Text message',
  by: 'helpdesk',
  agent: agent.name,
  device: null,
  outcome: 'SUCCESS',
};

export const entry: AuditEntry = {
  seq: 17,
  at: '2026-03-10T11:58:00.000Z',
  type: 'outcome',
  event: 'user.mfa.factor.reset',
  actor: agent.login,
  subject: katherine.login,
  factorId: verify.id,
  kind: 'okta-verify',
  outcome: 'SUCCESS',
  reason: 'lost',
  ticket: 'INC-20418',
  callerProof: 'push',
  approver: null,
  address: '192.0.2.7',
  agent: 'Firefox',
  requestId: 'r-1',
};

/** What the reading calls of the desk's pages answer. */
export const deskAnswers = {
  getPerson: deskPerson,
  searchPeople: { people: found, more: false, limited: false },
  listApprovals: { approvals: [approval, decided] },
  listAudit: { entries: [entry], next: null },
  listDeskRequests: { requests: [asked] },
  getHistory: { entries: [past], frozenAt: null },
} as const;

/** The home of somebody who works at the desk. */
export const atDesk = (helpdesk: 'agent' | 'admin') => ({ ...home, session: { ...home.session, helpdesk } });
