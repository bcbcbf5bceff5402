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

type Denial = (typeof denialRules)[number];
type Rule = Denial | 'ordinary' | 'privileged' | 'approver' | 'auditor';

export type Cell = ({ allowed: true; rule: Rule } | { allowed: false; rule: Denial }) & {
  /** Whether the operation needs a verified caller, or else an approver who accepts an unverified one. */
  callerVerification: boolean;
  /** `sometimes`: only for one of `approvalReasons`, for example a sign of attack within the last day. */
  approval: 'none' | 'sometimes' | 'always';
  /** Whether reading requires a step-up. A change always does. */
  stepUp: boolean;
};

export type Limits = {
  resetsPerAgentHour: number;
  resetsPerPersonDay: number;
  unlocksPerPersonDay: number;
  /** Caller verifications of one type per person and hour, by one agent (`Agent`) or all agents (`Person`). */
  verificationsPerAgentHour: number;
  verificationsPerPersonHour: number;
};

export type HelpdeskPolicy = {
  cells: Record<Role, Record<TargetKind, Record<Operation, Cell>>>;
  limits: Limits;
};

/** Returns the first cell, but with the strictest `approval` and `callerVerification` of all cells. */
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
/** An unfreeze needs a verified caller or a second approver. */
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

const auditor: Row = row(no('helpdesk_only'), { readLog: { ...yes('auditor'), stepUp: true } });

/**
 * Attackers persuade helpdesks to reset administrators (ASVS 8.2.1; CISA AA23-320A).
 * A `target` has no role at the helpdesk. Somebody who is an agent and an approver may do what either role allows.
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

export type HelpdeskRoles = { agent: boolean; approver: boolean; auditor: boolean };

/** Without a role, somebody is a `target` for themselves and a `nobody` for others. */
function listPolicyRoles(roles: HelpdeskRoles, kind: TargetKind): Role[] {
  const own = (['agent', 'approver', 'auditor'] as const).filter((role) => roles[role]);
  return own.length > 0 ? own : [kind === 'self' ? 'target' : 'nobody'];
}

/** Returns the cell of the first role that allows the operation, otherwise the first role's cell. */
export function findCell(policy: HelpdeskPolicy, roles: HelpdeskRoles, kind: TargetKind, operation: Operation): Cell {
  const cells = listPolicyRoles(roles, kind).map((role) => policy.cells[role][kind][operation]);
  return cells.find(({ allowed }) => allowed) ?? cells[0]!;
}
