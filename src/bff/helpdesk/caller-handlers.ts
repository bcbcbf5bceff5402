import { ApiError } from '#contract/errors.ts';
import type { CallerProof, CallerProofBody } from '#contract/helpdesk.ts';
import type { Context, Handlers, Rooms } from '../context.ts';
import { judgeFailure } from '../errors.ts';
import { findHeld } from '../factors/held.ts';
import { atDesk } from './at-desk.ts';
import type { AtDesk } from './at-desk.ts';
import type { Caller } from './caller-proofs.ts';
import { answersThemselves, pushesOf } from './caller-ways.ts';
import { countsDespite, freezeWindowOf } from './freeze-window.ts';
import { changedLately, phonesOf } from './contacts.ts';

type Begin = Context<'beginCallerProof'>;
type Body<W extends CallerProofBody['way']> = Extract<CallerProofBody, { way: W }>;

class OverAlready extends Error {}

const refuse = (rule: string) => new ApiError('out_of_policy', 'The helpdesk’s rules do not allow this.', { rule });
const noMethod = () => new ApiError('not_found', 'There is no such method.');

/**
 * Verifying who is calling. Codes of the caller's own methods are never asked for: that would teach people to read
 * codes to callers.
 */
export function callerHandlers(rooms: Rooms): Handlers<'beginCallerProof' | 'pollCallerProof' | 'answerCallerProof'> {
  const { audit, callerProofs, challenges, clock, messages } = rooms;

  const asker = ({ session }: Begin, { target }: AtDesk) => ({
    agent_id: session.user_id,
    agent_name: session.name,
    user_id: target.person.id,
  });
  const about = (userId: string, factorId: string | null = null, kind: string | null = null) =>
    ({ event: 'helpdesk.caller.challenge', subject: userId, factorId, kind }) as const;

  /** A push with a number, which the agent reads out and the caller chooses on the phone. */
  async function push(context: Begin, desk: AtDesk, { factorId }: Body<'push'>): Promise<Caller> {
    const found = pushesOf((await desk.holding()).held, context.means).find(({ factor }) => factor.id === factorId);
    if (!found) throw noMethod();
    const { person } = desk.target;
    await challenges.assertMaySend(person.id);
    const named = about(person.id, factorId, found.one.kind);
    const asked = await audit.change(
      context.actor,
      named,
      async () => {
        // The phone shows one at a time; what this agent asked before is over, whatever the org says of it.
        for (const one of await callerProofs.waiting({ ...asker(context, desk), way: 'push' })) {
          if (!(await callerProofs.settle(one, 'expired')) || one.factor_id === null || one.transaction_id === null)
            continue;
          await desk.factors.cancel(one.factor_id, one.transaction_id).catch(() => undefined);
        }
        return desk.factors.challenge(factorId);
      },
      () => ({}),
      judgeFailure,
      messages.counted(person.id, null),
    );
    const { transactionId: transaction_id, number, expiresAt } = asked;
    return callerProofs.ask(
      { ...asker(context, desk), way: 'push', factor_id: factorId, transaction_id, number },
      expiresAt,
    );
  }

  /**
   * A question on the caller's own page, who is told what is about to be reset and speaks the code that shows there.
   */
  async function ownSession(context: Begin, desk: AtDesk, { factorIds }: Body<'own-session'>): Promise<Caller> {
    const { held } = await desk.holding();
    if (!answersThemselves(held)) throw refuse('nothing_to_answer_with');
    const all = factorIds === 'all';
    const wanted = all ? held : factorIds.map((id) => findHeld(held, id) ?? null);
    if (wanted.includes(null)) throw noMethod();
    const methods = [...new Set(wanted)].map((one) => ({ id: one!.id, name: one!.name }));
    await audit.event(context.actor, about(desk.target.person.id), { outcome: 'success', reason: 'own-session' });
    return callerProofs.ask({ ...asker(context, desk), way: 'own-session', methods, all: Number(all) });
  }

  /**
   * The agent's word that she called the number on file. It is worth no more than that, so that it needs an approver.
   */
  async function callBack(context: Begin, desk: AtDesk, { factorId }: Body<'call-back'>): Promise<Caller> {
    const found = phonesOf((await desk.holding()).held).find(({ id }) => id === factorId);
    if (!found) throw noMethod();
    if (changedLately(found, clock.now())) throw refuse('contact_changed');
    const named = { ...about(desk.target.person.id, factorId, found.kind), event: 'helpdesk.caller.verify' } as const;
    await audit.event(context.actor, named, { outcome: 'success', reason: 'call-back' });
    return callerProofs.attest({ ...asker(context, desk), way: 'call-back', factor_id: factorId });
  }

  /** Ends the waiting with one line in the trail, together; false when somebody was quicker. */
  async function end(
    { actor }: Pick<Begin, 'actor'>,
    proof: Caller,
    status: 'proven' | 'denied' | 'expired',
    reason: string,
  ): Promise<boolean> {
    const named = { event: 'helpdesk.caller.verify', subject: proof.user_id, factorId: proof.factor_id } as const;
    try {
      await audit.event(
        actor,
        named,
        { outcome: status === 'proven' ? 'success' : 'failure', reason },
        async (step) => {
          if (!(await callerProofs.settle(proof, status, step))) throw new OverAlready();
        },
      );
      return true;
    } catch (error) {
      if (error instanceof OverAlready) return false;
      throw error;
    }
  }

  /** This agent's own about this person. */
  async function ownProof({ session, params }: Context<'pollCallerProof' | 'answerCallerProof'>): Promise<Caller> {
    const proof = await callerProofs.find(session.user_id, params.userId, params.id);
    if (!proof) throw new ApiError('not_found', 'There is no such question.');
    return proof;
  }

  /** How a push stands at the org, asked no oftener than is due. */
  async function follow(context: Context<'pollCallerProof'>, proof: Caller): Promise<void> {
    const { factor_id: factorId, transaction_id: transactionId } = proof;
    if (proof.way !== 'push' || proof.status !== 'waiting' || factorId === null || transactionId === null) return;
    if (clock.now() >= proof.expires_at) {
      await end(context, proof, 'expired', 'push: timeout');
      return;
    }
    if (!(await callerProofs.claim(proof))) return;
    const desk = await atDesk(rooms, context, proof.user_id, 'challenge', false);
    const result = await desk.factors.poll(factorId, transactionId).catch((error: unknown) => {
      if (error instanceof ApiError && error.code === 'not_found') return 'ERROR' as const;
      throw error;
    });
    if (result === 'WAITING') return;
    const status = result === 'SUCCESS' ? 'proven' : result === 'TIMEOUT' ? 'expired' : 'denied';
    await end(context, proof, status, `push: ${result.toLowerCase()}`);
  }

  return {
    async beginCallerProof(context): Promise<CallerProof> {
      const { body, params } = context;
      const desk = await atDesk(rooms, context, params.userId, 'challenge', true);
      if (!desk.helpdesk.settings.policy.callerWays.includes(body.way)) throw refuse('way_not_in_use');
      const { held } = await desk.holding();
      const freeze = await freezeWindowOf(rooms, params.userId, held);
      if (
        freeze &&
        !countsDespite(freeze, { way: body.way, factorId: 'factorId' in body ? body.factorId : null }, held)
      )
        throw refuse('frozen_way');
      if (body.way === 'push') return callerProofs.present(await push(context, desk, body));
      if (body.way === 'own-session') return callerProofs.present(await ownSession(context, desk, body));
      return callerProofs.present(await callBack(context, desk, body));
    },

    async pollCallerProof(context) {
      await follow(context, await ownProof(context));
      return callerProofs.present(await ownProof(context));
    },

    async answerCallerProof(context) {
      await atDesk(rooms, context, context.params.userId, 'challenge', true);
      const proof = await ownProof(context);
      const tried = proof.way === 'own-session' ? await callerProofs.tryCode(proof, context.body.code) : null;
      if (!tried) throw new ApiError('conflict', 'There is no code to give for this one.');
      if (tried.right) {
        await end(context, proof, 'proven', 'own-session');
        return callerProofs.present(await ownProof(context));
      }
      const named = { event: 'helpdesk.caller.verify', subject: proof.user_id } as const;
      if (tried.triesLeft > 0)
        await audit.event(context.actor, named, { outcome: 'failure', reason: 'own-session: wrong code' });
      else await end(context, proof, 'denied', 'own-session: too many wrong codes');
      throw new ApiError('wrong_code', 'That code is not right.', { triesLeft: tried.triesLeft });
    },
  };
}
