import { ApiError } from '#contract/errors.ts';
import type { Approval } from '#contract/helpdesk.ts';
import type { RequestContext, Handlers, Services } from '../context.ts';
import { readSecurityMethods } from '../context.ts';
import { judgeFailure } from '../errors/api-errors.ts';
import type { ApprovalRow, ApprovalRequest } from './approvals/approvals.ts';
import { assertNotFrozen } from './freezes/assert-not-frozen.ts';
import { authorizeOperation, requireHelpdesk } from './access/authorize-operation.ts';
import type { AuthorizedOperation } from './access/authorize-operation.ts';
import { assertCancelled, cancelEnrollments } from './freezes/cancel-enrollments.ts';
import { freezeWindowOf } from './freezes/freeze-window.ts';
import { assertNoneFrozen } from './freezes/freezes.ts';
import { unfreezeOnly, unfreezeOf } from './resets/unfreeze-choice.ts';
import { chosen, planFor, resetAuditDetails } from './resets/reset-choice.ts';
import { consumeOwnStepUp } from './access/consume-own-step-up.ts';

type Decide = RequestContext<'decideApproval'>;

class Decided extends Error {}

/** Whether anything is reset; lifting a freeze need not. */
const resetsAny = ({ factorIds }: ApprovalRequest): boolean => factorIds === 'all' || factorIds.length > 0;

const refuse = (rule: string) => new ApiError('out_of_policy', 'The helpdesk’s rules do not allow this.', { rule });
const over = (rule: string) => new ApiError('conflict', 'There is nothing to decide any more.', { rule });

/**
 * What approvers decide. Approving does the reset at once, in the approver's own request, with everything judged anew.
 */
export function approvalHandlers(
  services: Services,
): Handlers<'listApprovals' | 'decideApproval' | 'revealRecoveryCode'> {
  const { helpdeskServices, auditLog, lock, users, stepUps } = services;
  const { approvals, resets, recoveryCodes } = helpdeskServices;

  /** That one, or `not_found`. */
  async function found(id: string): Promise<ApprovalRow> {
    const row = await approvals.find(id);
    if (!row) throw new ApiError('not_found', 'There is no such request.');
    return row;
  }

  const auditDetailsOf = ({ about, user_id }: ApprovalRow) => ({
    subject: user_id,
    ticket: about.ticket,
    callerVerification: about.callerVerification,
  });
  const byOf = ({ person: { id, name, login } }: Decide) => ({ id, name, login });

  /** Writes a decision and its line in the audit log together. Throws `conflict` when somebody was quicker. */
  async function decide(
    context: Decide,
    row: ApprovalRow,
    status: 'approved' | 'denied',
    failed: string | null = null,
  ): Promise<void> {
    const event = status === 'denied' ? 'helpdesk.approval.deny' : 'helpdesk.approval.approve';
    const about = { ...auditDetailsOf(row), event, approver: context.session.user_id } as const;
    const why = failed ?? context.body.note ?? null;
    try {
      await auditLog.event(
        context.actor,
        about,
        { outcome: failed === null ? 'success' : 'failure', reason: why },
        async (step) => {
          await assertNoneFrozen(step, [context.session.user_id]);
          if (!(await approvals.decide(row.id, status, byOf(context), step))) throw new Decided();
          if (failed !== null) await approvals.end(row.id, 'failed', step);
        },
      );
    } catch (error) {
      throw error instanceof Decided ? over('decided') : error;
    }
  }

  /** Whether whoever asked may still do it: half an hour is long. */
  async function assertAgentMay(
    { helpdesk }: AuthorizedOperation,
    { agent_id, user_id, about }: ApprovalRow,
  ): Promise<void> {
    const gone = (error: unknown) => {
      throw error instanceof ApiError && ['signed_out', 'locked', 'not_found'].includes(error.code)
        ? refuse('agents_only')
        : error;
    };
    await users.current(agent_id, true).catch(gone);
    const target = await helpdesk
      .staffOf(agent_id, true)
      .then((agent) => helpdesk.targetOf(agent, user_id))
      .catch(gone);
    if (about.unfreeze !== null) helpdesk.assertAllowed(target!, 'unfreeze');
    if (resetsAny(about)) helpdesk.assertAllowed(target!, about.factorIds === 'all' ? 'resetAll' : 'resetOne');
  }

  async function approve(context: Decide, authorized: AuthorizedOperation, row: ApprovalRow): Promise<void> {
    const { session, actor } = context;
    const { person } = authorized.target;
    const { factorIds, agent, reason, note, unfreeze: requestedAt } = row.about;
    if (requestedAt === null) await assertNotFrozen(services, person.id);
    await assertNotFrozen(services, row.agent_id);
    await assertAgentMay(authorized, row);
    await helpdeskServices.limits.assert(authorized.helpdesk.settings.policy.limits, row.agent_id, person.id, true);
    const { methods } = await authorized.securityMethods();
    const freeze = requestedAt === null ? null : await freezeWindowOf(services, person.id, methods);
    if (requestedAt !== null && freeze?.requestedAt !== requestedAt) throw over('not_frozen');
    if (freeze) await assertCancelled(services, person.id, actor);
    const consumed = await consumeOwnStepUp(services, context, `approve:${row.id}`);
    let targets;
    try {
      targets = chosen(methods, factorIds);
    } catch (error) {
      await decide(context, row, 'approved', 'a method is gone');
      throw new ApiError('conflict', 'What was to be reset is not there any more.', { rule: 'gone' }, { cause: error });
    }
    await decide(context, row, 'approved');
    const all = factorIds === 'all';
    const about = {
      ...auditDetailsOf(row),
      ...resetAuditDetails(all, targets, { reason, note }),
      approver: session.user_id,
    };
    const by = { ...actor, userId: row.agent_id };
    const alone = !resetsAny(row.about);
    // A reset ends the approval; the lift that comes after it has none of its own to end.
    const unfreeze =
      freeze &&
      (await unfreezeOf(services, authorized, methods, freeze, {
        actor: by,
        about,
        approvalId: alone ? row.id : null,
      }));
    const codeTo = await services.addresses.old(person);
    const plan = planFor(authorized, methods, targets, {
      id: resets.newId(),
      all,
      agent: agent.name,
      approvalId: row.id,
      codeTo,
      unfreeze,
    });
    try {
      // The reset is the agent's, who answers for it; the request that did it is the approver's.
      if (unfreeze && alone) await unfreezeOnly(services, unfreeze, methods);
      else {
        await resets.run(
          by,
          about,
          plan,
          authorized.factors,
          methods,
          readSecurityMethods(services, person, authorized.factors),
        );
        await cancelEnrollments(services, person.id, actor);
      }
    } catch (error) {
      if (judgeFailure(error).outcome === 'failure' && !(await resets.stands(plan.id))) {
        await stepUps.restore(consumed);
        if (alone) await approvals.end(row.id, 'failed');
      }
      throw error;
    }
  }

  return {
    async listApprovals({ session }) {
      return { approvals: await approvals.list(await requireHelpdesk(services).staffOf(session.user_id, false)) };
    },

    async decideApproval(context): Promise<Approval> {
      const { params, body, session } = context;
      const { user_id: userId } = await found(params.id);
      return lock(`person ${userId}`, async () => {
        const authorized = await authorizeOperation(services, context, userId, 'approve', true);
        const row = await found(params.id);
        if (row.agent_id === session.user_id) throw refuse('own');
        if (!approvals.isOpen(row))
          throw over({ waiting: 'expired', withdrawn: 'withdrawn' }[row.status as string] ?? 'decided');
        await helpdeskServices.names.note(authorized.target.person);
        if (body.decision === 'approve') await approve(context, authorized, row);
        else await decide(context, row, 'denied');
        return (await approvals.present([await found(row.id)], authorized.staff))[0]!;
      });
    },

    async revealRecoveryCode(context) {
      const { params, session, actor } = context;
      const row = await found(params.id);
      return lock(`person ${row.user_id}`, async () => {
        await authorizeOperation(services, context, row.user_id, 'revealRecoveryCode', true);
        if (row.decider_id !== session.user_id) throw refuse('approver');
        if (!(await recoveryCodes.waiting([row.id])).has(row.id)) throw over('shown');
        const consumed = await consumeOwnStepUp(services, context, `recovery-code:${row.id}`);
        let shown: Awaited<ReturnType<typeof recoveryCodes.show>> = null;
        const about = {
          ...auditDetailsOf(row),
          event: 'helpdesk.recovery_code.reveal',
          approver: session.user_id,
        } as const;
        await auditLog
          .event(actor, about, { outcome: 'success', reason: 'shown to be handed over' }, async (step) => {
            await assertNoneFrozen(step, [session.user_id]);
            shown = await recoveryCodes.show(row.id, step);
            if (!shown) throw new Decided();
          })
          .catch(async (error: unknown) => {
            await stepUps.restore(consumed);
            throw error instanceof Decided ? over('shown') : error;
          });
        const { code, expiresAt } = shown!;
        return { code, expiresAt: new Date(expiresAt).toISOString() };
      });
    },
  };
}
