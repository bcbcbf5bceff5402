import { ApiError } from '#contract/errors.ts';
import type { Approval } from '#contract/helpdesk.ts';
import type { Context, Handlers, Rooms } from '../context.ts';
import { holdingOf } from '../context.ts';
import { judgeFailure } from '../errors.ts';
import type { ApprovalRow, Asked } from './approvals.ts';
import { assertNotFrozen } from './assert-not-frozen.ts';
import { atDesk, openDesk } from './at-desk.ts';
import type { AtDesk } from './at-desk.ts';
import { assertCancelled, cancelEnrollments } from './cancel-enrollments.ts';
import { freezeWindowOf } from './freeze-window.ts';
import { assertNoneFrozen } from './freezes.ts';
import { liftAlone, liftOf } from './lift-choice.ts';
import { chosen, planFor, resetTrail } from './reset-choice.ts';
import { spendOwnProof } from './spend-own-proof.ts';

type Decide = Context<'decideApproval'>;

class Decided extends Error {}

/** Whether anything is reset; lifting a freeze need not. */
const resetsAny = ({ factorIds }: Asked): boolean => factorIds === 'all' || factorIds.length > 0;

const refuse = (rule: string) => new ApiError('out_of_policy', 'The helpdesk’s rules do not allow this.', { rule });
const over = (rule: string) => new ApiError('conflict', 'There is nothing to decide any more.', { rule });

/**
 * What approvers decide. Approving does the reset at once, in the approver's own request, with everything judged anew.
 */
export function approvalHandlers(rooms: Rooms): Handlers<'listApprovals' | 'decideApproval' | 'showWayBack'> {
  const { acts, audit, lock, people, proofs } = rooms;
  const { approvals, resets, wayBacks } = acts;

  /** That one, or `not_found`. */
  async function found(id: string): Promise<ApprovalRow> {
    const row = await approvals.find(id);
    if (!row) throw new ApiError('not_found', 'There is no such request.');
    return row;
  }

  const trailOf = ({ about, user_id }: ApprovalRow) => ({
    subject: user_id,
    ticket: about.ticket,
    callerProof: about.callerProof,
  });
  const byOf = ({ person: { id, name, login } }: Decide) => ({ id, name, login });

  /** Writes a decision and its line in the trail together. Throws `conflict` when somebody was quicker. */
  async function decide(
    context: Decide,
    row: ApprovalRow,
    status: 'approved' | 'denied',
    failed: string | null = null,
  ): Promise<void> {
    const event = status === 'denied' ? 'helpdesk.approval.deny' : 'helpdesk.approval.approve';
    const about = { ...trailOf(row), event, approver: context.session.user_id } as const;
    const why = failed ?? context.body.note ?? null;
    try {
      await audit.event(
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
  async function assertAgentMay({ helpdesk }: AtDesk, { agent_id, user_id, about }: ApprovalRow): Promise<void> {
    const gone = (error: unknown) => {
      throw error instanceof ApiError && ['signed_out', 'locked', 'not_found'].includes(error.code)
        ? refuse('agents_only')
        : error;
    };
    await people.current(agent_id, true).catch(gone);
    const target = await helpdesk
      .viewerOf(agent_id, true)
      .then((agent) => helpdesk.targetOf(agent, user_id))
      .catch(gone);
    if (about.lift !== null) helpdesk.assertAllowed(target!, 'unfreeze');
    if (resetsAny(about)) helpdesk.assertAllowed(target!, about.factorIds === 'all' ? 'resetAll' : 'resetOne');
  }

  async function approve(context: Decide, desk: AtDesk, row: ApprovalRow): Promise<void> {
    const { session, actor } = context;
    const { person } = desk.target;
    const { factorIds, agent, reason, note, lift: pressedAt } = row.about;
    if (pressedAt === null) await assertNotFrozen(rooms, person.id);
    await assertNotFrozen(rooms, row.agent_id);
    await assertAgentMay(desk, row);
    await acts.limits.assert(desk.helpdesk.settings.policy.limits, row.agent_id, person.id, true);
    const { held } = await desk.holding();
    const freeze = pressedAt === null ? null : await freezeWindowOf(rooms, person.id, held);
    if (pressedAt !== null && freeze?.pressedAt !== pressedAt) throw over('not_frozen');
    if (freeze) await assertCancelled(rooms, person.id, actor);
    const spent = await spendOwnProof(rooms, context, `approve:${row.id}`);
    let targets;
    try {
      targets = chosen(held, factorIds);
    } catch (error) {
      await decide(context, row, 'approved', 'a method is gone');
      throw new ApiError('conflict', 'What was to be reset is not there any more.', { rule: 'gone' }, { cause: error });
    }
    await decide(context, row, 'approved');
    const all = factorIds === 'all';
    const about = { ...trailOf(row), ...resetTrail(all, targets, { reason, note }), approver: session.user_id };
    const by = { ...actor, userId: row.agent_id };
    const alone = !resetsAny(row.about);
    // A reset ends the approval; the lift that comes after it has none of its own to end.
    const lift =
      freeze && (await liftOf(rooms, desk, held, freeze, { actor: by, about, approvalId: alone ? row.id : null }));
    const codeTo = await rooms.addresses.old(person);
    const plan = planFor(desk, held, targets, {
      id: resets.newId(),
      all,
      agent: agent.name,
      approvalId: row.id,
      codeTo,
      lift,
    });
    try {
      // The reset is the agent's, who answers for it; the request that did it is the approver's.
      if (lift && alone) await liftAlone(rooms, lift, held);
      else {
        await resets.run(by, about, plan, desk.factors, held, holdingOf(rooms, person, desk.factors));
        await cancelEnrollments(rooms, person.id, actor);
      }
    } catch (error) {
      if (judgeFailure(error).outcome === 'failure' && !(await resets.stands(plan.id))) {
        await proofs.restore(spent);
        if (alone) await approvals.end(row.id, 'failed');
      }
      throw error;
    }
  }

  return {
    async listApprovals({ session }) {
      return { approvals: await approvals.list(await openDesk(rooms).viewerOf(session.user_id, false)) };
    },

    async decideApproval(context): Promise<Approval> {
      const { params, body, session } = context;
      const { user_id: userId } = await found(params.id);
      return lock(`person ${userId}`, async () => {
        const desk = await atDesk(rooms, context, userId, 'approve', true);
        const row = await found(params.id);
        if (row.agent_id === session.user_id) throw refuse('own');
        if (!approvals.isOpen(row))
          throw over({ waiting: 'expired', withdrawn: 'withdrawn' }[row.status as string] ?? 'decided');
        await acts.names.note(desk.target.person);
        if (body.decision === 'approve') await approve(context, desk, row);
        else await decide(context, row, 'denied');
        return (await approvals.present([await found(row.id)], desk.viewer))[0]!;
      });
    },

    async showWayBack(context) {
      const { params, session, actor } = context;
      const row = await found(params.id);
      return lock(`person ${row.user_id}`, async () => {
        await atDesk(rooms, context, row.user_id, 'handOver', true);
        if (row.decider_id !== session.user_id) throw refuse('approver');
        if (!(await wayBacks.waiting([row.id])).has(row.id)) throw over('shown');
        const spent = await spendOwnProof(rooms, context, `hand-over:${row.id}`);
        let shown: Awaited<ReturnType<typeof wayBacks.show>> = null;
        const about = { ...trailOf(row), event: 'helpdesk.approval.code', approver: session.user_id } as const;
        await audit
          .event(actor, about, { outcome: 'success', reason: 'shown to be handed over' }, async (step) => {
            await assertNoneFrozen(step, [session.user_id]);
            shown = await wayBacks.show(row.id, step);
            if (!shown) throw new Decided();
          })
          .catch(async (error: unknown) => {
            await proofs.restore(spent);
            throw error instanceof Decided ? over('shown') : error;
          });
        const { code, expiresAt } = shown!;
        return { code, expiresAt: new Date(expiresAt).toISOString() };
      });
    },
  };
}
