import { freeText, type AuditReason } from '#contract/audit-log/audit-reasons.ts';
import { printPurpose } from '#contract/purposes.ts';
import { ApiError, type ErrorRule } from '#contract/errors.ts';
import type { Approval } from '#contract/helpdesk.ts';
import type { Helpdesk } from '../../access/helpdesk.ts';
import type { StepUps } from '../../../../identity/step-up/step-ups.ts';
import { continued, getCorrelationId, type AuditLog } from '../../../../records/audit-log/audit-log.ts';
import type { SecurityMethod } from '../../../../identity/methods/security-methods.ts';
import { change, readPolicy } from '../../../../http/policies.ts';
import type { KnownNames } from '../../../../identity/users/known-names.ts';
import type { RecoveryCodes } from '../../recovery-codes/recovery-codes.ts';
import type { ResetLimits } from '../../reset-model/reset-limits.ts';
import type { Approvals } from '../approvals.ts';
import { isOpen, type ApprovalRow } from '../approval-row.ts';
import { isStillThere } from '../../caller-verification/what-verified.ts';
import { assertNotFrozen } from '../../../../identity/users/assert-not-frozen.ts';
import { requireHelpdesk } from '../../access/authorize-operation.ts';
import type { AuthorizedOperation, HelpdeskContext, HelpdeskRows } from '../../access/authorize-operation.ts';
import { carryOut, type CarryOutServices } from '../../resets/carry-out.ts';
import { readSubject, type SubjectServices } from '../../resets/prepare-reset.ts';
import {
  assertAllShown,
  assertLockedOut,
  rebuildReset,
  toAuditDetails,
  type WaitingReset,
} from '../../reset-model/reset.ts';
import { consumeOwnStepUp } from '../../access/consume-own-step-up.ts';
import type { AttackSigns } from '../../attack-signs/attack-signs.ts';
import type { Evidence } from './evidence.ts';

type Decide = HelpdeskContext<'decideApproval'>;

type ApprovalServices = { helpdeskServices: { approvals: Approvals } };
type ListServices = ApprovalServices & { helpdesk: Helpdesk | null };
type DecisionServices = ApprovalServices & { auditLog: AuditLog; helpdeskServices: { attackSigns: AttackSigns } };
type RevealServices = { helpdeskServices: { recoveryCodes: RecoveryCodes }; stepUps: StepUps };
type CarryOutDecisionServices = DecisionServices &
  CarryOutServices &
  SubjectServices & { helpdeskServices: { limits: ResetLimits; names: KnownNames }; stepUps: StepUps };

const refuse = (rule: ErrorRule<'out_of_policy'>) => ApiError.withRule('out_of_policy', rule);
/** For each status of an undecided request: why it can no longer be decided. */
const closedRule: Partial<Record<ApprovalRow['status'], ErrorRule<'conflict'>>> = {
  waiting: 'expired',
  withdrawn: 'withdrawn',
  replaced: 'replaced',
  reported: 'withdrawn',
};
const over = (rule: ErrorRule<'conflict'>) => ApiError.withRule('conflict', rule);

const personOfApproval = async (
  { params }: { params: { id: string } },
  { helpdeskServices }: ApprovalServices,
): Promise<string | null> => (await helpdeskServices.approvals.find(params.id))?.user_id ?? null;

async function getApproval({ approvals }: ApprovalServices['helpdeskServices'], id: string): Promise<ApprovalRow> {
  const row = await approvals.find(id);
  if (!row) throw new ApiError('not_found');
  return row;
}

/** A decision continues the operation of the request. */
const continuing = <C extends Pick<Decide, 'operation'>>(context: C, { reset }: ApprovalRow): C => ({
  ...context,
  operation: continued(context.operation, getCorrelationId(reset.by)),
});

/** A decision has a reason of its own. */
function createDecision({ reset }: ApprovalRow) {
  const { why: _, ...operation } = toAuditDetails(reset);
  return operation;
}
const getDecider = ({ person: { id, name, login } }: Decide) => ({ id, name, login });

/** Throws `conflict` if another approver decided first. */
async function decide(
  { helpdeskServices: { approvals, attackSigns }, auditLog }: DecisionServices,
  context: Decide,
  row: ApprovalRow,
  failed: AuditReason | null = null,
): Promise<void> {
  const { body } = context;
  const event = body.decision === 'deny' ? 'helpdesk.approval.deny' : 'helpdesk.approval.approve';
  const details = { ...createDecision(row), event, approver: context.session.user_id } as const;
  const said = [body.decision === 'deny' && body.reason, body.note].filter(Boolean).join(': ');
  const why = failed ?? (said ? freeText(said) : null);
  const outcome = { outcome: failed === null ? 'success' : 'failure', reason: why } as const;
  const suspicious = body.decision === 'deny' && body.reason === 'attack';
  const decided = await auditLog.event(context.operation, details, outcome, async (tx) => {
    if (!(await approvals.decide(row.id, body, getDecider(context), tx))) return false;
    if (failed !== null) await approvals.fail(row.id, tx);
    if (suspicious) await attackSigns.record(tx, row.user_id, 'request_denied', getDecider(context));
  });
  if (!decided) throw over('decided');
}

/** Throws `out_of_policy` if the agent has lost the right since the request. */
async function assertAgentMay(
  { users }: CarryOutDecisionServices,
  { helpdesk }: AuthorizedOperation,
  reset: WaitingReset,
  methods: readonly SecurityMethod[],
): Promise<void> {
  const { agent, person, all } = reset;
  try {
    await users.current(agent.id, true);
    const target = await helpdesk.readTarget(await helpdesk.readStaffMember(agent.id, true), person.id);
    if (reset.operation !== 'reset') {
      helpdesk.assertAllowed(target, reset.operation);
      return;
    }
    // The person may have lost other methods since the request, so the reset of one method may now leave none.
    const taken = new Set(reset.methods.flatMap(({ ids }) => ids));
    const stays = methods.some(({ counts, members }) => counts && !members.some(({ id }) => taken.has(id)));
    helpdesk.assertAllowed(target, all || !stays ? 'resetAll' : 'resetOne');
  } catch (error) {
    const refused = ['signed_out', 'locked', 'not_found', 'out_of_policy'];
    throw error instanceof ApiError && refused.includes(error.code) ? refuse('agent_not_allowed') : error;
  }
}

async function approve(services: CarryOutDecisionServices, context: Decide, row: ApprovalRow): Promise<void> {
  const { session, operation, authorized } = context;
  const { reset } = row;
  await assertNotFrozen(services, reset.agent.id);
  const { approvals, limits, resets } = services.helpdeskServices;
  await limits.assert(reset, true);
  if (reset.operation === 'reset') await resets.assertNoneOpen(reset.person.id, over('reset_first'));
  const { methods } = await authorized.securityMethods();
  await assertAgentMay(services, authorized, reset, methods);
  if (reset.operation === 'unlock') assertLockedOut(authorized.target.person);
  const subject = await readSubject(services, context, reset.operation, reset);
  await approvals.assertNoReset(reset);
  assertAllShown(reset, subject);
  await consumeOwnStepUp(services, context, printPurpose({ name: 'approve', approvalId: row.id }));
  let current;
  try {
    current = rebuildReset(reset, subject);
    const removed = reset.after.flatMap(({ ids }) => ids);
    if (reset.caller && !isStillThere(reset.caller, methods, removed)) throw new ApiError('not_found');
  } catch (error) {
    await decide(services, context, row, 'a method is gone');
    throw ApiError.withRule('conflict', 'gone', {}, { cause: error });
  }
  await decide(services, context, row);
  await carryOut(services, authorized, current, operation, session.user_id);
}

export const approvalRows = {
  listRequests: {
    ...readPolicy,
    who: 'staff',
    async handler({ session }, services: ListServices) {
      const staff = await requireHelpdesk(services).readStaffMember(session.user_id, false);
      const { approvals } = services.helpdeskServices;
      const requests = await approvals.listOwn(staff);
      return { requests, since: await approvals.findLastAct(session) };
    },
  },

  listApprovals: {
    ...readPolicy,
    who: 'approver',
    async handler({ session }, services: ListServices & { helpdeskServices: { evidence: Evidence } }) {
      const staff = await requireHelpdesk(services).readStaffMember(session.user_id, false);
      const { approvals, evidence } = services.helpdeskServices;
      const listed = await approvals.list(staff);
      return {
        approvals: await Promise.all(
          listed.map(async (one) => (one.mine ? { ...one, evidence: await evidence.of(one) } : one)),
        ),
      };
    },
  },

  decideApproval: {
    ...change('helpdesk.approval.approve', { who: 'approver' }),
    subject: personOfApproval,
    operations: () => ['approve'],
    async handler(request: Decide, services: CarryOutDecisionServices): Promise<Approval> {
      const { helpdeskServices } = services;
      const { body, session, authorized } = request;
      const row = await getApproval(helpdeskServices, request.params.id);
      const context = continuing(request, row);
      if (row.agent_id === session.user_id) throw refuse('own_request');
      if (!isOpen(row, services.clock.now())) throw over(closedRule[row.status] ?? 'decided');
      await helpdeskServices.names.record(authorized.target.person);
      if (body.decision === 'approve') await approve(services, context, row);
      else await decide(services, context, row);
      return (
        await helpdeskServices.approvals.present([await getApproval(helpdeskServices, row.id)], authorized.staff)
      )[0]!;
    },
  },

  revealRecoveryCode: {
    ...change('helpdesk.recovery_code.reveal', { who: 'approver' }),
    subject: personOfApproval,
    operations: () => ['revealRecoveryCode'],
    async handler(context: HelpdeskContext<'revealRecoveryCode'>, services: DecisionServices & RevealServices) {
      const { helpdeskServices, auditLog } = services;
      const { recoveryCodes } = helpdeskServices;
      const { session } = context;
      const row = await getApproval(helpdeskServices, context.params.id);
      const { operation } = continuing(context, row);
      if (row.decider_id !== session.user_id) throw refuse('not_decider');
      if (!(await recoveryCodes.waiting([row.id])).has(row.id)) throw over('shown');
      await consumeOwnStepUp(services, context, printPurpose({ name: 'recovery-code', approvalId: row.id }));
      let shown: Awaited<ReturnType<typeof recoveryCodes.show>> = null;
      const details = {
        ...createDecision(row),
        event: 'helpdesk.recovery_code.reveal',
        approver: session.user_id,
      } as const;
      await auditLog.event(
        operation,
        details,
        { outcome: 'success', reason: 'shown to be handed over' },
        async (tx) => {
          shown = await recoveryCodes.show(row.id, tx);
          if (!shown) return false;
        },
      );
      if (!shown) throw over('shown');
      const { code, expiresAt } = shown as NonNullable<typeof shown>;
      return { code, expiresAt: new Date(expiresAt).toISOString() };
    },
  },
} satisfies HelpdeskRows<'listRequests' | 'listApprovals' | 'decideApproval' | 'revealRecoveryCode'>;
