import type { Selectable } from 'kysely';
import type { Approval, Effects, HelpdeskPerson } from '#contract/helpdesk.ts';
import { operations } from '#contract/helpdesk-schemas.ts';
import type { Tables } from '../../../platform/store/schema.ts';
import { pickNamedMethod } from '../../../identity/methods/security-methods.ts';
import type { NamedUser } from '../../../identity/users/known-names.ts';
import type { StaffMember } from '../access/helpdesk.ts';
import { listCounting, type WaitingReset } from '../reset-model/reset.ts';

type Row = Selectable<Tables['approvals']>;
export type ApprovalRow = Omit<Row, 'reset' | 'decided_by'> & {
  reset: WaitingReset & { effects?: Effects };
  decided_by: NamedUser | null;
};
type Operation = ApprovalRow['operation'];

export const readApproval = ({ reset, decided_by, ...row }: Row): ApprovalRow => ({
  ...row,
  reset: JSON.parse(reset) as WaitingReset,
  decided_by: decided_by === null ? null : (JSON.parse(decided_by) as NamedUser),
});

export const isOpen = ({ status, expires_at }: ApprovalRow, now: number): boolean =>
  status === 'waiting' && now < expires_at;

/** A reset and an unfreeze of one person may wait at the same time. No other two operations may. */
const apart = { reset: 'unfreeze', unfreeze: 'reset', unlock: null } as const;

/** An agent's new request may replace the agent's own pending request. */
export const isBlocking = (row: ApprovalRow, operation: Operation, agentId: string): boolean =>
  row.operation !== apart[operation] && (row.operation !== operation || row.agent_id !== agentId);

const iso = (ms: number) => new Date(ms).toISOString();

export function presentApproval(
  row: ApprovalRow,
  staff: StaffMember,
  now: number,
  { cancellationAt, hasCode, waits }: { cancellationAt: number | undefined; hasCode: boolean; waits: boolean },
): Approval {
  const { reset } = row;
  const { agent, person, methods, all, reason, ticket, note, caller, approvalReasons } = reset;
  return {
    id: row.id,
    status: row.status === 'waiting' && !isOpen(row, now) ? 'expired' : row.status,
    agent,
    person,
    methods: methods.map((one) => ({ id: one.id, ...pickNamedMethod(one), detail: one.detail })),
    all,
    reason,
    ticket,
    note,
    callerVerificationType: caller && caller.type,
    caller: caller && {
      method: caller.method,
      at: caller.at,
      called: caller.used[0]?.number ?? null,
      warnings: caller.warnings,
    },
    consequences: {
      remaining: listCounting(reset.stays),
      suspects: reset.stays.filter(({ suspect }) => suspect).map(pickNamedMethod),
      codeTo: reset.codeTo,
      notifies: reset.notifies,
    },
    evidence: null,
    effects: reset.effects ?? null,
    approvalReasons,
    operation: row.operation,
    resetFirst: waits && isOpen(row, now),
    createdAt: iso(row.created_at),
    expiresAt: iso(row.expires_at),
    decidedBy: row.decided_by,
    decidedAt: row.decided_at === null ? null : iso(row.decided_at),
    denial: row.denial,
    decisionNote: row.decision_note,
    mine: staff.roles.approver && isOpen(row, now) && ![row.agent_id, row.user_id].includes(staff.userId),
    cancellationAt: cancellationAt === undefined ? null : iso(cancellationAt),
    recoveryCodeWaits: row.decider_id === staff.userId && hasCode,
  };
}

/** For any staff member who sees the person. The rows are newest first. */
export function presentRequests(
  rows: readonly ApprovalRow[],
  staff: StaffMember,
  now: number,
): Pick<HelpdeskPerson, 'waitingApprovals' | 'lastDenial'> {
  const last = rows.find(({ agent_id }) => staff.roles.approver || agent_id === staff.userId);
  return {
    waitingApprovals: rows
      .filter((row) => isOpen(row, now))
      .map((row) => ({
        id: staff.roles.approver || row.agent_id === staff.userId ? row.id : null,
        operation: row.operation,
        by: row.reset.agent.name,
        own: row.agent_id === staff.userId,
        blocks: operations.filter((operation) => isBlocking(row, operation, staff.userId)),
        at: iso(row.created_at),
        expiresAt: iso(row.expires_at),
      })),
    lastDenial:
      last?.status === 'denied'
        ? {
            by: last.decided_by!.name,
            agent: last.reset.agent.name,
            at: iso(last.decided_at!),
            denial: last.denial,
            decisionNote: last.decision_note,
          }
        : null,
  };
}
