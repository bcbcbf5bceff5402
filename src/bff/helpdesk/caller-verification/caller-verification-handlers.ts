import { ApiError } from '#contract/errors.ts';
import type { CallerVerification, CallerVerificationBody } from '#contract/helpdesk.ts';
import type { RequestContext, Handlers, Services } from '../../context.ts';
import { judgeFailure } from '../../errors/api-errors.ts';
import { findSecurityMethod } from '../../factors/methods/security-methods.ts';
import { authorizeOperation } from '../access/authorize-operation.ts';
import type { AuthorizedOperation } from '../access/authorize-operation.ts';
import type { StoredCallerVerification } from './caller-verifications.ts';
import { answersThemselves, pushesOf } from './verification-types.ts';
import { countsDespite, freezeWindowOf } from '../freezes/freeze-window.ts';
import { changedRecently, phonesOf } from './contact-methods.ts';

type Begin = RequestContext<'startCallerVerification'>;
type Body<W extends CallerVerificationBody['type']> = Extract<CallerVerificationBody, { type: W }>;

class OverAlready extends Error {}

const refuse = (rule: string) => new ApiError('out_of_policy', 'The helpdesk’s rules do not allow this.', { rule });
const noMethod = () => new ApiError('not_found', 'There is no such method.');

/**
 * Verifying who is calling. Codes of the caller's own methods are never asked for: that would teach people to read
 * codes to callers.
 */
export function callerVerificationHandlers(
  services: Services,
): Handlers<'startCallerVerification' | 'pollCallerVerification' | 'checkCallerCode'> {
  const { auditLog, callerVerifications, sendLimit, clock, messages } = services;

  const participants = ({ session }: Begin, { target }: AuthorizedOperation) => ({
    agent_id: session.user_id,
    agent_name: session.name,
    user_id: target.person.id,
  });
  const about = (userId: string, factorId: string | null = null, kind: string | null = null) =>
    ({ event: 'helpdesk.caller_verification.start', subject: userId, factorId, kind }) as const;

  /** A push with a number, which the agent reads out and the caller chooses on the phone. */
  async function push(
    context: Begin,
    authorized: AuthorizedOperation,
    { factorId }: Body<'push'>,
  ): Promise<StoredCallerVerification> {
    const found = pushesOf((await authorized.securityMethods()).methods, context.capabilities).find(
      ({ factor }) => factor.id === factorId,
    );
    if (!found) throw noMethod();
    const { person } = authorized.target;
    await sendLimit.assertMaySend(person.id);
    const named = about(person.id, factorId, found.one.kind);
    const asked = await auditLog.change(
      context.actor,
      named,
      async () => {
        // The phone shows one at a time; what this agent asked before is over, whatever the org says of it.
        for (const one of await callerVerifications.waiting({ ...participants(context, authorized), type: 'push' })) {
          if (
            !(await callerVerifications.close(one, 'expired')) ||
            one.factor_id === null ||
            one.transaction_id === null
          )
            continue;
          await authorized.factors.cancel(one.factor_id, one.transaction_id).catch(() => undefined);
        }
        return authorized.factors.challenge(factorId);
      },
      () => ({}),
      judgeFailure,
      messages.counted(person.id, null),
    );
    const { transactionId: transaction_id, number, expiresAt } = asked;
    return callerVerifications.start(
      { ...participants(context, authorized), type: 'push', factor_id: factorId, transaction_id, number },
      expiresAt,
    );
  }

  /**
   * A question on the caller's own page, who is told what is about to be reset and speaks the code that shows there.
   */
  async function ownSession(
    context: Begin,
    authorized: AuthorizedOperation,
    { factorIds }: Body<'own-session'>,
  ): Promise<StoredCallerVerification> {
    const { methods } = await authorized.securityMethods();
    if (!answersThemselves(methods)) throw refuse('nothing_to_answer_with');
    const all = factorIds === 'all';
    const wanted = all ? methods : factorIds.map((id) => findSecurityMethod(methods, id) ?? null);
    if (wanted.includes(null)) throw noMethod();
    const wantedMethods = [...new Set(wanted)].map((one) => ({ id: one!.id, name: one!.name }));
    await auditLog.event(context.actor, about(authorized.target.person.id), {
      outcome: 'success',
      reason: 'own-session',
    });
    return callerVerifications.start({
      ...participants(context, authorized),
      type: 'own-session',
      methods: wantedMethods,
      all: Number(all),
    });
  }

  /**
   * The agent's word that she called the number on file. It is worth no more than that, so that it needs an approver.
   */
  async function callBack(
    context: Begin,
    authorized: AuthorizedOperation,
    { factorId }: Body<'call-back'>,
  ): Promise<StoredCallerVerification> {
    const found = phonesOf((await authorized.securityMethods()).methods).find(({ id }) => id === factorId);
    if (!found) throw noMethod();
    if (changedRecently(found, clock.now())) throw refuse('contact_changed');
    const named = {
      ...about(authorized.target.person.id, factorId, found.kind),
      event: 'helpdesk.caller_verification.verify',
    } as const;
    await auditLog.event(context.actor, named, { outcome: 'success', reason: 'call-back' });
    return callerVerifications.attest({ ...participants(context, authorized), type: 'call-back', factor_id: factorId });
  }

  /** Ends the waiting with one line in the audit log, together; false when somebody was quicker. */
  async function end(
    { actor }: Pick<Begin, 'actor'>,
    verification: StoredCallerVerification,
    status: 'verified' | 'denied' | 'expired',
    reason: string,
  ): Promise<boolean> {
    const named = {
      event: 'helpdesk.caller_verification.verify',
      subject: verification.user_id,
      factorId: verification.factor_id,
    } as const;
    try {
      await auditLog.event(
        actor,
        named,
        { outcome: status === 'verified' ? 'success' : 'failure', reason },
        async (step) => {
          if (!(await callerVerifications.close(verification, status, step))) throw new OverAlready();
        },
      );
      return true;
    } catch (error) {
      if (error instanceof OverAlready) return false;
      throw error;
    }
  }

  /** This agent's own about this person. */
  async function ownVerification({
    session,
    params,
  }: RequestContext<'pollCallerVerification' | 'checkCallerCode'>): Promise<StoredCallerVerification> {
    const verification = await callerVerifications.find(session.user_id, params.userId, params.id);
    if (!verification) throw new ApiError('not_found', 'There is no such question.');
    return verification;
  }

  /** How a push stands at the org, asked no oftener than is due. */
  async function follow(
    context: RequestContext<'pollCallerVerification'>,
    verification: StoredCallerVerification,
  ): Promise<void> {
    const { factor_id: factorId, transaction_id: transactionId } = verification;
    if (
      verification.type !== 'push' ||
      verification.status !== 'waiting' ||
      factorId === null ||
      transactionId === null
    )
      return;
    if (clock.now() >= verification.expires_at) {
      await end(context, verification, 'expired', 'push: timeout');
      return;
    }
    if (!(await callerVerifications.claim(verification))) return;
    const authorized = await authorizeOperation(services, context, verification.user_id, 'challenge', false);
    const result = await authorized.factors.poll(factorId, transactionId).catch((error: unknown) => {
      if (error instanceof ApiError && error.code === 'not_found') return 'ERROR' as const;
      throw error;
    });
    if (result === 'WAITING') return;
    const status = result === 'SUCCESS' ? 'verified' : result === 'TIMEOUT' ? 'expired' : 'denied';
    await end(context, verification, status, `push: ${result.toLowerCase()}`);
  }

  return {
    async startCallerVerification(context): Promise<CallerVerification> {
      const { body, params } = context;
      const authorized = await authorizeOperation(services, context, params.userId, 'challenge', true);
      if (!authorized.helpdesk.settings.policy.callerVerificationTypes.includes(body.type))
        throw refuse('type_not_enabled');
      const { methods } = await authorized.securityMethods();
      const freeze = await freezeWindowOf(services, params.userId, methods);
      if (
        freeze &&
        !countsDespite(freeze, { type: body.type, factorId: 'factorId' in body ? body.factorId : null }, methods)
      )
        throw refuse('not_while_frozen');
      if (body.type === 'push') return callerVerifications.present(await push(context, authorized, body));
      if (body.type === 'own-session') return callerVerifications.present(await ownSession(context, authorized, body));
      return callerVerifications.present(await callBack(context, authorized, body));
    },

    async pollCallerVerification(context) {
      await follow(context, await ownVerification(context));
      return callerVerifications.present(await ownVerification(context));
    },

    async checkCallerCode(context) {
      await authorizeOperation(services, context, context.params.userId, 'challenge', true);
      const verification = await ownVerification(context);
      const tried =
        verification.type === 'own-session'
          ? await callerVerifications.checkCode(verification, context.body.code)
          : null;
      if (!tried) throw new ApiError('conflict', 'There is no code to give for this one.');
      if (tried.right) {
        await end(context, verification, 'verified', 'own-session');
        return callerVerifications.present(await ownVerification(context));
      }
      const named = { event: 'helpdesk.caller_verification.verify', subject: verification.user_id } as const;
      if (tried.triesLeft > 0)
        await auditLog.event(context.actor, named, { outcome: 'failure', reason: 'own-session: wrong code' });
      else await end(context, verification, 'denied', 'own-session: too many wrong codes');
      throw new ApiError('wrong_code', 'That code is not right.', { triesLeft: tried.triesLeft });
    },
  };
}
