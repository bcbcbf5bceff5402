import { ApiError } from '#contract/errors.ts';
import type { ResetAnswer } from '#contract/helpdesk.ts';
import type { Context, Handlers, Rooms } from '../context.ts';
import { holdingOf } from '../context.ts';
import { judgeFailure } from '../errors.ts';
import type { Held } from '../factors/held.ts';
import { assertNotFrozen } from './assert-not-frozen.ts';
import { atDesk } from './at-desk.ts';
import type { AtDesk } from './at-desk.ts';
import type { Caller } from './caller-proofs.ts';
import { assertNoneFrozen } from './freezes.ts';
import { assertCancelled, cancelEnrollments } from './cancel-enrollments.ts';
import { countsDespite, freezeWindowOf } from './freeze-window.ts';
import type { FreezeWindow } from './freeze-window.ts';
import { liftAlone, liftOf } from './lift-choice.ts';
import { chosen, leavesNothing, planFor, presentChoice, resetTrail, whyOf } from './reset-choice.ts';
import { spendOwnProof } from './spend-own-proof.ts';

type Reset = Context<'resetMethods' | 'unfreeze'>;

const noProof = (rule: string) =>
  new ApiError('caller_proof_required', 'First verify who is calling, or say why that cannot be.', { rule });

/** Throws `ticket_required`. The whole ticket is held against the pattern. */
function assertTicket(ticket: string | undefined, pattern: string | null): string {
  if (ticket === undefined || (pattern !== null && !new RegExp(`^(?:${pattern})$`, 'u').test(ticket))) {
    throw new ApiError('ticket_required', 'A reset needs a ticket.');
  }
  return ticket;
}

/**
 * Resets by an agent: the ingredients, one after the other, each refused by its own name; then the act, or the question
 * to an approver.
 */
export function resetHandlers(rooms: Rooms): Handlers<'resetMethods' | 'unfreeze'> {
  const { acts, audit, callerProofs, lock, proofs } = rooms;

  /** How the caller was verified, or null where there is a note instead. Throws `caller_proof_required`. */
  async function callerOf(
    { session, body }: Reset,
    { helpdesk, target }: AtDesk,
    held: readonly Held[],
    targets: readonly Held[],
    freeze: FreezeWindow | null,
  ): Promise<Caller | null> {
    const { policy } = helpdesk.settings;
    if (body.callerProofId === undefined) {
      if (!policy.withoutProof || !body.note) throw noProof('none');
      return null;
    }
    const found = await callerProofs.find(session.user_id, target.person.id, body.callerProofId);
    if (!found || callerProofs.present(found).status !== 'proven' || !policy.callerWays.includes(found.way))
      throw noProof('not_proven');
    if (freeze && !countsDespite(freeze, { way: found.way, factorId: found.factor_id }, held))
      throw noProof('frozen_way');
    // Whoever said yes to one thing did not say yes to more.
    if (!callerProofs.covers(found, (body.factorIds ?? []) === 'all' ? 'all' : targets.map(({ id }) => id)))
      throw noProof('more_than_told');
    return found;
  }

  /** Why a second pair of eyes is needed; nothing where it is not. */
  async function reasonsFor({ cell, target }: AtDesk, caller: Caller | null, unreachable: boolean): Promise<string[]> {
    const { person } = target;
    const because: [string, boolean][] = [
      ['privileged', cell.approval === 'always'],
      ['second_reset', (await rooms.recent.resetsWithinDay(person.id)) > 0],
      ['call_back', caller?.way === 'call-back'],
      ['no_proof', caller === null],
      ['no_channel', unreachable],
    ];
    return because.flatMap(([why, holds]) => (holds ? [why] : []));
  }

  /** @param lifts whether the person's freeze is lifted by it */
  async function act(context: Reset, desk: AtDesk, lifts: boolean): Promise<ResetAnswer> {
    const { session, body, actor, person: agent } = context;
    const { settings } = desk.helpdesk;
    const { person } = desk.target;
    await acts.limits.assert(settings.policy.limits, session.user_id, person.id, false);
    const { reason } = body;
    if (reason === undefined) throw new ApiError('bad_request', 'A reset needs a reason.', { rule: 'reason' });
    const ticket = assertTicket(body.ticket, settings.ticketPattern);
    const { held } = await desk.holding();
    const freeze = lifts ? await freezeWindowOf(rooms, person.id, held) : null;
    if (lifts && !freeze) throw new ApiError('conflict', 'Nothing is stopped there.', { rule: 'not_frozen' });
    if (freeze) await assertCancelled(rooms, person.id, actor);
    const factorIds = body.factorIds ?? [];
    const targets = chosen(held, factorIds);
    const all = factorIds === 'all';
    const resets = all || targets.length > 0;
    const caller = await callerOf(context, desk, held, targets, freeze);
    const codeTo = await rooms.addresses.old(person);
    const because = await reasonsFor(desk, caller, resets && codeTo.length === 0 && leavesNothing(held, targets));
    if (because.length > 0 && (await acts.approvals.waitsFor(person.id)))
      throw new ApiError('conflict', 'A reset waits for an approver already.', { rule: 'approval_waits' });
    const spent = await spendOwnProof(rooms, context, `desk:${person.id}`);
    if (caller && !(await callerProofs.spend(session.user_id, person.id, caller.id))) {
      await proofs.restore(spent);
      throw noProof('not_proven');
    }
    const id = acts.resets.newId();
    const note = body.note || null;
    const callerProof = caller && `${caller.way}:${caller.id}`;
    const trail = { subject: person.id, why: whyOf({ reason, note }), ticket, callerProof };
    try {
      if (because.length === 0) {
        const about = { ...trail, ...resetTrail(all, targets, { reason, note }) };
        const lift = freeze && (await liftOf(rooms, desk, held, freeze, { actor, about, approvalId: null }));
        if (lift && !resets) return await liftAlone(rooms, lift, held);
        const plan = planFor(desk, held, targets, { id, all, agent: agent.name, approvalId: null, codeTo, lift });
        const done = await acts.resets.run(
          actor,
          about,
          plan,
          desk.factors,
          held,
          holdingOf(rooms, person, desk.factors),
        );
        await cancelEnrollments(rooms, person.id, actor);
        return done;
      }
      const asked = {
        agent: { id: agent.id, name: agent.name, login: agent.login },
        person: { id: person.id, name: person.name, login: person.login },
        factorIds: all ? ('all' as const) : targets.map((one) => one.id),
        methods: presentChoice(targets),
        reason,
        ticket,
        note,
        callerProof,
        callerWay: caller?.way ?? null,
        because,
        lift: freeze && freeze.pressedAt,
      };
      const outcome = { outcome: 'success', reason: `${trail.why} (${because.join(', ')})` } as const;
      await audit.event(actor, { ...trail, event: 'helpdesk.approval.request' }, outcome, async (step) => {
        await assertNoneFrozen(step, [session.user_id, freeze ? null : person.id]);
        await acts.approvals.ask(id, asked, step);
      });
      const [approval] = await acts.approvals.present([(await acts.approvals.find(id))!], desk.viewer);
      return { status: 'waiting', approval: approval! };
    } catch (error) {
      if (judgeFailure(error).outcome === 'failure' && !(await acts.resets.stands(id))) {
        await proofs.restore(spent);
        if (caller) await callerProofs.restore(caller.id);
      }
      throw error;
    }
  }

  return {
    async resetMethods(context) {
      const { params, body, session } = context;
      const desk = await atDesk(
        rooms,
        context,
        params.userId,
        body.factorIds === 'all' ? 'resetAll' : 'resetOne',
        true,
      );
      await assertNotFrozen(rooms, params.userId);
      await acts.names.note(desk.target.person);
      // An agent's resets are counted: two at once, of two people, stand in line.
      return lock(`desk ${session.user_id}`, () => act(context, desk, false));
    },

    async unfreeze(context) {
      const { params, body, session } = context;
      const desk = await atDesk(rooms, context, params.userId, 'unfreeze', true);
      if (body.factorIds !== undefined)
        desk.helpdesk.assertAllowed(desk.target, body.factorIds === 'all' ? 'resetAll' : 'resetOne');
      await acts.names.note(desk.target.person);
      return lock(`desk ${session.user_id}`, () => act(context, desk, true));
    },
  };
}
