import type { denialRules } from '#contract/errors.ts';
import { targetKinds, type helpdeskRoles } from '#contract/helpdesk-replies.ts';
import type { callerVerificationTypes } from '#contract/helpdesk-schemas.ts';

export type Role = (typeof helpdeskRoles)[number];
export type TargetKind = (typeof targetKinds)[number];
export const operations = [
  'search',
  'view',
  'challenge',
  'resetOne',
  'resetAll',
  'approve',
  'revealRecoveryCode',
  'unfreeze',
  'unlock',
  'readLog',
  'report',
] as const;
export type Operation = (typeof operations)[number];
export type CallerVerificationType = (typeof callerVerificationTypes)[number];

/** Why an operation is denied. The browser has a text for each rule. */
type Denial = (typeof denialRules)[number];
type Rule = Denial | 'ordinary' | 'privileged' | 'approver' | 'auditor';

export type Cell = ({ allowed: true; rule: Rule } | { allowed: false; rule: Denial }) & {
  /** Whether the caller must be verified. An unverified caller needs a note by the agent, and an approver. */
  callerVerification: boolean;
  /**
   * `sometimes`: an approver is needed only for a reason (`approvalReasons`), for example a reset or a sign of attack
   * within the last day, an unverified caller, or a caller verified only weakly.
   */
  approval: 'none' | 'sometimes' | 'always';
  /** Whether reading requires a step-up with `HELPDESK_ACR`. Changes always require a step-up of their own. */
  stepUp: boolean;
};

export type Limits = {
  resetsPerAgentHour: number;
  resetsPerPersonDay: number;
  unlocksPerPersonDay: number;
  /** Caller verifications of one person and one type in an hour: by one agent (`Agent`), by all agents (`Person`). */
  verificationsPerAgentHour: number;
  verificationsPerPersonHour: number;
};

export type HelpdeskPolicy = {
  cells: Record<Role, Record<TargetKind, Record<Operation, Cell>>>;
  limits: Limits;
};

/** For several operations in one request: the first cell, with the strictest approval and verification of all cells. */
export function strictest(first: Cell, ...more: readonly Cell[]): Cell {
  const all = [first, ...more];
  const approval = (['always', 'sometimes'] as const).find((one) => all.some((cell) => cell.approval === one));
  return {
    ...first,
    callerVerification: all.some(({ callerVerification }) => callerVerification),
    approval: approval ?? 'none',
  };
}

const plain = { callerVerification: false, approval: 'none', stepUp: false } as const;
const no = (rule: Denial): Cell => ({ allowed: false, rule, ...plain });
const yes = (rule: Rule): Cell => ({ allowed: true, rule, ...plain });
const reset = (rule: Rule, approval: Cell['approval']): Cell => ({
  allowed: true,
  rule,
  callerVerification: true,
  approval,
  stepUp: false,
});

type Row = Record<Operation, Cell>;
/** Returns a row with the same cell for all operations, except those in `over`. */
const row = (all: Cell, over: Partial<Row> = {}): Row => ({
  ...(Object.fromEntries(operations.map((one) => [one, all])) as Row),
  ...over,
});
const alike = (all: Row): Record<TargetKind, Row> =>
  Object.fromEntries(targetKinds.map((kind) => [kind, all])) as Record<TargetKind, Row>;
const readOperations = (rule: Rule) => ({ search: yes(rule), view: yes(rule) });
const approversOnly = {
  approve: no('approvers_only'),
  revealRecoveryCode: no('approvers_only'),
  readLog: no('approvers_only'),
};

/** What an agent may do to another staff member. */
const agentToStaff = (rule: Denial): Row =>
  row(no(rule), { ...readOperations(rule), report: yes(rule), ...approversOnly });
const agentToPerson = (rule: Rule, approval: Cell['approval']): Row => ({
  ...readOperations(rule),
  report: yes(rule),
  challenge: yes(rule),
  resetOne: reset(rule, approval),
  resetAll: reset(rule, approval),
  ...approversOnly,
  unfreeze: reset(rule, 'always'),
  unlock: reset(rule, approval),
});
/** What an approver may do to another staff member. An unfreeze needs a verified caller or a second approver. */
const approverToStaff = (rule: Denial): Row =>
  row(no(rule), {
    ...readOperations(rule),
    report: yes('approver'),
    challenge: yes('approver'),
    approve: yes('approver'),
    unfreeze: reset('approver', 'sometimes'),
    readLog: yes('approver'),
  });
const approverToPerson: Row = row(no('agents_only'), {
  ...readOperations('approver'),
  report: yes('approver'),
  approve: yes('approver'),
  revealRecoveryCode: yes('approver'),
  readLog: yes('approver'),
});

/** An auditor only reads what others did at the helpdesk. */
const auditor: Row = row(no('helpdesk_only'), { readLog: { ...yes('auditor'), stepUp: true } });

/**
 * Who may do what to whom: roles × kinds of target × operations (ASVS 8.2.1; CISA AA23-320A: attackers persuade
 * helpdesks to reset the methods of administrators). A person outside the agent's scope does not exist for the agent,
 * and has no column. `target` is the role of the affected person, who has no role at the helpdesk. Somebody who is an
 * agent and an approver may do what either role allows, except to themselves.
 */
const cells: HelpdeskPolicy['cells'] = {
  nobody: alike(row(no('helpdesk_only'))),
  target: { ...alike(row(no('helpdesk_only'))), self: row(no('own')) },
  agent: {
    self: row(no('own'), readOperations('own')),
    peer: agentToStaff('peer'),
    above: agentToStaff('above'),
    'in-scope': agentToPerson('ordinary', 'sometimes'),
    privileged: agentToPerson('privileged', 'always'),
  },
  approver: {
    self: row(no('own'), { ...readOperations('own'), readLog: yes('approver') }),
    peer: approverToStaff('peer'),
    above: approverToStaff('above'),
    'in-scope': approverToPerson,
    privileged: approverToPerson,
  },
  auditor: alike(auditor),
};

export const standardPolicy: HelpdeskPolicy = {
  cells,
  limits: {
    resetsPerAgentHour: 10,
    resetsPerPersonDay: 3,
    unlocksPerPersonDay: 3,
    verificationsPerAgentHour: 3,
    verificationsPerPersonHour: 6,
  },
};

/** The roles of a person at the helpdesk; most people have none. */
export type HelpdeskRoles = { agent: boolean; approver: boolean; auditor: boolean };

/** Returns the policy's roles of a person. If no role allows an operation, the first role's rule is the reason. */
function listPolicyRoles(roles: HelpdeskRoles, kind: TargetKind): Role[] {
  const own = (['agent', 'approver', 'auditor'] as const).filter((role) => roles[role]);
  return own.length > 0 ? own : [kind === 'self' ? 'target' : 'nobody'];
}

/**
 * Returns the cell of the first role that allows the operation. If no role allows it, returns the first role's cell.
 */
export function findCell(policy: HelpdeskPolicy, roles: HelpdeskRoles, kind: TargetKind, operation: Operation): Cell {
  const cells = listPolicyRoles(roles, kind).map((role) => policy.cells[role][kind][operation]);
  return cells.find(({ allowed }) => allowed) ?? cells[0]!;
}
