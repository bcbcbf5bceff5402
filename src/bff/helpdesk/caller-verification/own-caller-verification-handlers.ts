import { ApiError } from '#contract/errors.ts';
import type { RequestContext, Handlers, Services } from '../../context.ts';
import { ANSWER_STRENGTH, requirementOfPurpose } from '../../step-up/requirement.ts';
import { requireHelpdesk } from '../access/authorize-operation.ts';

const PURPOSE = 'caller-verification';
const iso = (ms: number) => new Date(ms).toISOString();

class OverAlready extends Error {}

/** What the helpdesk asks a person on their own page: is it you who called? */
export function ownCallerVerificationHandlers(
  services: Services,
): Handlers<'listCallerVerifications' | 'answerCallerVerification'> {
  const { auditLog, callerVerifications, stepUps } = services;

  /**
   * Spends a proof of the last minutes by a second method. The password alone, or what the person knows besides, is
   * what a thief has.
   */
  async function stepUp({
    session,
    securityMethods,
    capabilities,
  }: RequestContext<'answerCallerVerification'>): Promise<string> {
    const { strength, options } = requirementOfPurpose(PURPOSE, (await securityMethods()).methods, capabilities)!;
    if (strength < ANSWER_STRENGTH)
      throw new ApiError('out_of_policy', 'None of your methods can answer this.', { rule: 'nothing_to_answer_with' });
    const consumed = await stepUps.consume(session, PURPOSE, strength);
    if (!consumed)
      throw new ApiError('step_up_required', 'First prove that it is you.', { purpose: PURPOSE, strength, options });
    return consumed;
  }

  return {
    async listCallerVerifications({ session }) {
      requireHelpdesk(services);
      const waiting = await callerVerifications.pendingFor(session.user_id);
      return {
        requests: waiting.map(({ id, agent_name, methods, all, created_at, expires_at }) => ({
          id,
          agent: agent_name,
          methods: methods.map(({ name }) => name),
          all: all === 1,
          at: iso(created_at),
          expiresAt: iso(expires_at),
        })),
      };
    },

    async answerCallerVerification(context) {
      requireHelpdesk(services);
      const { session, params, body, actor } = context;
      const over = () => new ApiError('not_found', 'There is no such question.');
      const asked = (await callerVerifications.pendingFor(session.user_id)).find(({ id }) => id === params.id);
      if (!asked) throw over();
      const about = { event: 'helpdesk.caller_verification.verify', subject: session.user_id } as const;
      try {
        if (body.answer === 'no') {
          await auditLog.event(
            actor,
            about,
            { outcome: 'failure', reason: 'own-session: the person did not call' },
            async (step) => {
              if (!(await callerVerifications.close(asked, 'denied', step))) throw new OverAlready();
            },
          );
          return { code: null, expiresAt: null };
        }
        const consumed = await stepUp(context);
        let given: Awaited<ReturnType<typeof callerVerifications.issueCode>> = null;
        await auditLog
          .event(actor, about, { outcome: 'success', reason: 'own-session: a code was shown' }, async (step) => {
            given = await callerVerifications.issueCode(session.user_id, asked.id, step);
            if (!given) throw new OverAlready();
          })
          .catch(async (error: unknown) => {
            await stepUps.restore(consumed);
            throw error;
          });
        const { code, expiresAt } = given!;
        return { code, expiresAt: iso(expiresAt) };
      } catch (error) {
        throw error instanceof OverAlready ? over() : error;
      }
    },
  };
}
