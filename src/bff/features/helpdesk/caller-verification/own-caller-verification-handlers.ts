import type { EndpointBody } from '#contract/endpoints.ts';
import { printPurpose } from '#contract/purposes.ts';
import { ApiError } from '#contract/errors.ts';
import type { Helpdesk } from '../access/helpdesk.ts';
import { continued, type Operation, type Stop } from '../../../records/audit-log/audit-log.ts';
import type { CallerVerifications, StoredCallerVerification } from './caller-verifications.ts';
import type { StepUps } from '../../../identity/step-up/step-ups.ts';
import type { RequestContext } from '../../../http/endpoints/endpoint-row.ts';
import { change, readPolicy } from '../../../http/policies.ts';
import {
  ANSWER_STRENGTH,
  PHISHING_RESISTANT,
  requirementOfPurpose,
  SURE_ANSWER_STRENGTH,
} from '../../../identity/step-up/requirement.ts';
import { requireHelpdesk, type HelpdeskRows } from '../access/authorize-operation.ts';
import { lockPeople } from '../../../platform/store/change-store.ts';
import { withdrawRequest } from '../freezes/withdrawals.ts';
import type { FollowServices } from './push-results.ts';
import { whatVerified, type WhatVerified } from './what-verified.ts';
import type { OwnMethods } from '../../factors/read-security-methods.ts';

type AnswerContext = RequestContext<'answerCallerVerification', Operation> & OwnMethods;
type ListServices = { callerVerifications: CallerVerifications; helpdesk: Helpdesk | null };

const PURPOSE = printPurpose({ name: 'caller-verification' });
const iso = (ms: number) => new Date(ms).toISOString();

/** Consumes the strongest recent step-up. A password alone is not enough, because a thief may know it. */
async function stepUp(
  { stepUps }: { stepUps: StepUps },
  { session, securityMethods, capabilities, operation }: AnswerContext,
): Promise<{ id: string; strength: number }> {
  const { strength, options } = requirementOfPurpose(PURPOSE, (await securityMethods()).methods, await capabilities())!;
  if (strength < ANSWER_STRENGTH) throw ApiError.withRule('out_of_policy', 'nothing_to_answer_with');
  for (const least of [PHISHING_RESISTANT, SURE_ANSWER_STRENGTH, strength]) {
    const id = await stepUps.consume(session, PURPOSE, least, operation.actor.requestId);
    if (id) return { id, strength: least };
  }
  throw new ApiError('step_up_required', { purpose: PURPOSE, strength, options });
}

/** Throws `out_of_policy` if the factors that the person answered with are gone. */
async function answeredBy(
  { stepUps }: { stepUps: StepUps },
  { securityMethods }: OwnMethods,
  asked: StoredCallerVerification,
  { id, strength }: { id: string; strength: number },
): Promise<WhatVerified> {
  const factorId = await stepUps.findFactor(id);
  const by = whatVerified(asked, { factorId, strength }, (await securityMethods()).methods, false);
  if (!by) throw ApiError.withRule('out_of_policy', 'nothing_to_answer_with');
  return by;
}

/**
 * A denial is a sign of attack, and withdraws the request that used the verification. `reset`: whether a reset used it.
 */
async function deny(
  { auditLog, callerVerifications, clock, helpdeskServices: { attackSigns } }: FollowServices,
  stop: Stop,
  asked: StoredCallerVerification,
): Promise<{ code: null; expiresAt: null; reset: boolean }> {
  const { id, user_id: userId, agent_id, agent_name: name, factor_id: factorId } = asked;
  const details = { event: 'helpdesk.caller_verification.verify', subject: userId, factorId } as const;
  const failure = { outcome: 'failure', reason: `${asked.type}: the person did not call` } as const;
  let withdrawn: Awaited<ReturnType<typeof withdrawRequest>> = { reset: false, beside: [] };
  // A repeated “no” writes no row. Otherwise many rows would push others off the log's first page.
  await auditLog.event(
    stop,
    details,
    failure,
    async (tx) => {
      await lockPeople(tx, userId, agent_id);
      withdrawn = await withdrawRequest(asked, stop.actor, clock.now(), tx);
      if (!(await callerVerifications.deny(userId, id, tx))) return false;
      await attackSigns.record(tx, userId, 'not_called', { id: agent_id, name });
    },
    () => withdrawn.beside,
  );
  return { code: null, expiresAt: null, reset: withdrawn.reset };
}

export const ownCallerVerificationRows = {
  listCallerVerifications: {
    ...readPolicy,
    activity: false,
    async handler({ session }, services: ListServices) {
      requireHelpdesk(services);
      return { requests: await services.callerVerifications.shownTo(session.user_id) };
    },
  },

  answerCallerVerification: {
    // A “no” has no limit, because a thief's session could use it up.
    ...change('helpdesk.caller_verification.verify', { limit: 'unhindered', unlocked: true }),
    atOnce: (body) => (body as EndpointBody<'answerCallerVerification'>).answer === 'no',
    async handler(context: AnswerContext, services: ListServices & FollowServices & { stepUps: StepUps }) {
      requireHelpdesk(services);
      const { auditLog, callerVerifications } = services;
      const { session, params } = context;
      const over = () => new ApiError('not_found');
      const asked = await callerVerifications.findOwn(session.user_id, params.id);
      if (!asked) throw over();
      const operation = continued(context.operation, asked.correlation_id);
      if (operation.type === 'stop') return deny(services, operation, asked);
      if (asked.type !== 'own-session' || asked.end !== 'open') throw over();
      const details = { event: 'helpdesk.caller_verification.verify', subject: session.user_id } as const;
      const consumed = await stepUp(services, context);
      const by = await answeredBy(services, context, asked, consumed);
      let given: Awaited<ReturnType<typeof callerVerifications.issueCode>> = null;
      const outcome = { outcome: 'success', reason: 'own-session: a code was shown' } as const;
      await auditLog.event(operation, details, outcome, async (tx) => {
        given = await callerVerifications.issueCode(session.user_id, asked.id, by, tx);
        if (!given) return false;
      });
      if (!given) throw over();
      const { code, expiresAt } = given as NonNullable<typeof given>;
      return { code, expiresAt: iso(expiresAt), reset: false };
    },
  },
} satisfies HelpdeskRows<'listCallerVerifications' | 'answerCallerVerification'>;
