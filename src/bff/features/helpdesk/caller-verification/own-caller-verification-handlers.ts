import { ApiError } from '#contract/errors.ts';
import { namedMethodOf } from '../../../identity/methods/security-methods.ts';
import type { Helpdesk } from '../access/helpdesk.ts';
import type { OpenActs } from '../acts/open-acts.ts';
import type { CallerVerifications } from './caller-verifications.ts';
import type { StepUps } from '../../../identity/step-up/step-ups.ts';
import type { RequestContext } from '../../../http/endpoints/endpoint-row.ts';
import { change, read } from '../../../http/policies.ts';
import { ANSWER_STRENGTH, requirementOfPurpose, SURE_ANSWER_STRENGTH } from '../../../identity/step-up/requirement.ts';
import { requireHelpdesk, type HelpdeskRows } from '../access/authorize-operation.ts';
import { endVerification, type Ending } from './push-results.ts';
import type { OwnMethods } from '../../factors/read-security-methods.ts';

type Listing = { callerVerifications: CallerVerifications; helpdesk: Helpdesk | null };

const PURPOSE = 'caller-verification';
const iso = (ms: number) => new Date(ms).toISOString();

/**
 * Consumes the strongest recent step-up with a second method. A thief may have the password and whatever else the
 * person knows.
 */
async function stepUp(
  { stepUps }: { stepUps: StepUps },
  { session, securityMethods, capabilities }: RequestContext<'answerCallerVerification'> & OwnMethods,
): Promise<{ id: string; strength: number }> {
  const { strength, options } = requirementOfPurpose(PURPOSE, (await securityMethods()).methods, await capabilities())!;
  if (strength < ANSWER_STRENGTH) throw new ApiError('out_of_policy', { rule: 'nothing_to_answer_with' });
  for (const least of [SURE_ANSWER_STRENGTH, strength]) {
    const id = await stepUps.consume(session, PURPOSE, least);
    if (id) return { id, strength: least };
  }
  throw new ApiError('step_up_required', { purpose: PURPOSE, strength, options });
}

/** The endpoints of a person's own page, which asks whether they called the helpdesk. */
export const ownCallerVerificationRows = {
  listCallerVerifications: {
    ...read,
    activity: false,
    async handler({ session }, services: Listing) {
      requireHelpdesk(services);
      const waiting = await services.callerVerifications.pendingFor(session.user_id);
      return {
        requests: waiting.map(({ id, agent_name, methods, all, reason, created_at, expires_at }) => ({
          id,
          agent: agent_name,
          methods: methods.map(namedMethodOf),
          all: all === 1,
          reason,
          at: iso(created_at),
          expiresAt: iso(expires_at),
        })),
      };
    },
  },

  answerCallerVerification: {
    ...change('helpdesk.caller_verification.verify', { limit: 'code' }),
    correlation: ({ session, params }, { helpdeskServices }: { helpdeskServices: { openActs: OpenActs } }) =>
      helpdeskServices.openActs.ofVerification(params.id, session.user_id),
    async handler(context, services: Listing & Ending & { stepUps: StepUps }) {
      requireHelpdesk(services);
      const { auditLog, callerVerifications, stepUps } = services;
      const { session, params, body, actor } = context;
      const over = () => new ApiError('not_found');
      const pending = (await callerVerifications.pendingFor(session.user_id)).find(({ id }) => id === params.id);
      if (!pending) throw over();
      const about = { event: 'helpdesk.caller_verification.verify', subject: session.user_id } as const;
      if (body.answer === 'no') {
        const why = 'own-session: the person did not call';
        if (!(await endVerification(services, actor, pending, 'denied', why, 'not_called'))) throw over();
        return { code: null, expiresAt: null };
      }
      const consumed = await stepUp(services, context);
      let given: Awaited<ReturnType<typeof callerVerifications.issueCode>> = null;
      try {
        await auditLog.event(
          actor,
          about,
          { outcome: 'success', reason: 'own-session: a code was shown' },
          async (step) => {
            given = await callerVerifications.issueCode(session.user_id, pending.id, consumed.strength, step);
            if (!given) return false;
          },
        );
        if (!given) throw over();
      } catch (error) {
        await stepUps.restore(consumed.id);
        throw error;
      }
      const { code, expiresAt } = given as NonNullable<typeof given>;
      return { code, expiresAt: iso(expiresAt) };
    },
  },
} satisfies HelpdeskRows<'listCallerVerifications' | 'answerCallerVerification'>;
