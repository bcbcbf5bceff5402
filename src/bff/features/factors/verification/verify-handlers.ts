import { ApiError } from '#contract/errors.ts';
import type { EndpointParams, VerifyBody } from '#contract/endpoints.ts';
import type { VerificationType } from '#contract/kinds.ts';
import type { VerifyFactorBody } from '#okta/factor-bodies.ts';
import { assertCodeLength } from '../../../platform/kinds/registry.ts';
import { classifyFailure } from '../../../platform/errors/api-errors.ts';
import { withCookies, type EndpointRows, type RequestContext } from '../../../http/endpoints/endpoint-row.ts';
import type { OwnMethods } from '../read-security-methods.ts';
import { change, readPolicy } from '../../../http/policies.ts';
import { createAttempt, notifyOfWrongCodes } from '../../../identity/step-up/wrong-codes.ts';
import type { FactorNotes } from '../../../identity/methods/notes.ts';
import type { StepUps } from '../../../identity/step-up/step-ups.ts';
import { requirementOfPurpose, type StepUpRequirement } from '../../../identity/step-up/requirement.ts';
import { challengers, type VerificationRequest, type ChallengeServices } from './challenge.ts';
import { verificationOfMember, findSecurityMethod } from '../../../identity/methods/security-methods.ts';
import { callBack, follow, presentPush } from './push.ts';
import type { Push } from './transactions.ts';

const passCodeIn = (body: VerifyBody): VerifyFactorBody | null =>
  'passCode' in body ? { passCode: body.passCode } : null;

/** Null: the answer is of another verification type. */
const answers: Record<VerificationType, (body: VerifyBody) => VerifyFactorBody | null> = {
  code: passCodeIn,
  'sent-code': passCodeIn,
  answer: (body) => ('answer' in body ? { answer: body.answer } : null),
  push: () => null,
  key(body) {
    if (!('clientData' in body)) return null;
    const { clientData, authenticatorData, signatureData } = body;
    return { clientData, authenticatorData, signatureData };
  },
};

type VerificationInContext = VerificationRequest & { context: RequestContext<'verifyFactor'> & OwnMethods };

const asksForChallenge = (body: VerifyBody): boolean =>
  !('passCode' in body || 'answer' in body || 'clientData' in body);

/** Throws if this method cannot give the step-up. Okta is then not asked to verify. */
async function requirementFor(
  { body, capabilities, securityMethods }: VerificationInContext['context'],
  factorId: string,
): Promise<StepUpRequirement | null> {
  if (body.purpose === undefined) return null;
  const requirement = requirementOfPurpose(body.purpose, (await securityMethods()).methods, await capabilities());
  if (!requirement) throw new ApiError('conflict');
  const { purpose, strength, options } = requirement;
  if (!options.some((option) => option.type === 'factor' && option.factorId === factorId)) {
    throw new ApiError('step_up_required', { purpose, strength, options });
  }
  return requirement;
}

type CheckServices = Parameters<typeof notifyOfWrongCodes>[0] & { notes: FactorNotes; stepUps: StepUps };
type PollServices = Parameters<typeof follow>[0];
type VerifyServices = CheckServices & ChallengeServices & PollServices;

/**
 * A wrong signature counts like a wrong code, because Okta counts it towards its lockout.
 * Returns when the step-up expires, in ms since 1970. Null: a test.
 */
async function verifyAnswer(
  services: CheckServices,
  { context, target, verification, requirement }: VerificationInContext,
  answer: VerifyFactorBody,
): Promise<number | null> {
  const { auditLog, codeAttempts, notes, stepUps } = services;
  const { session, factors, operation } = context;
  const event = requirement ? 'user.authentication.step_up' : 'user.mfa.factor.verify';
  const details = { event, subject: session.user_id, factorId: verification.factor.id, kind: target.kind } as const;
  try {
    await codeAttempts.guard(createAttempt(context, target.kind, verification.verificationType, true), async () => {
      const { factorResult } = await factors.verify(verification.factor.id, answer);
      if (factorResult !== 'SUCCESS') throw new ApiError('wrong_code');
    });
  } catch (error) {
    await auditLog.event(operation.actor, details, classifyFailure(error));
    await notifyOfWrongCodes(services, context, target.kind);
    throw error;
  }
  const outcome = { outcome: 'success', reason: requirement?.purpose ?? 'test' } as const;
  let until: number | null = null;
  await auditLog.event(operation, details, outcome, async (tx) => {
    await notes.used(session.user_id, verification.factor.id, tx);
    if (requirement)
      until = await stepUps.give(session, requirement.purpose, verification.strength, tx, verification.factor.id);
  });
  return until;
}

/** Throws `not_found` for a push of another session. */
async function ownPush(
  { transactions }: PollServices,
  {
    session,
    params,
  }: Pick<RequestContext<'pollTransaction'>, 'session'> & { params: EndpointParams<'pollTransaction'> },
): Promise<Push> {
  const push = await transactions.find(session, params.factorId, params.transactionId);
  if (!push) throw new ApiError('not_found');
  return push;
}

export const verifyRows = {
  verifyFactor: {
    ...change('user.mfa.factor.verify', { limit: 'code', repeats: 'always' }),
    async handler(context, services: VerifyServices) {
      const { codeAttempts } = services;
      const { params, body } = context;
      const target = findSecurityMethod((await context.securityMethods()).methods, params.factorId);
      if (!target) throw new ApiError('not_found');
      const verification = verificationOfMember(target, params.factorId, await context.capabilities());
      if (!verification) throw new ApiError('conflict');
      const challenge = challengers[verification.verificationType];
      const answer = answers[verification.verificationType](body);
      if (answer && 'passCode' in body) assertCodeLength(target.kind, body.passCode);
      const asks = asksForChallenge(body);
      if (asks ? !challenge : !answer) throw new ApiError('conflict');
      const requirement = await requirementFor(context, verification.factor.id);
      const asking = { context, target, verification, requirement };
      if (challenge && asks) {
        // No code is sent while none would be accepted. A push has no code to guess.
        if (verification.verificationType !== 'push')
          await codeAttempts.assertOpen(createAttempt(context, target.kind, verification.verificationType, true));
        return challenge(services, asking);
      }
      const expires = await verifyAnswer(services, asking, answer!);
      if (!requirement || expires === null) return { factorResult: 'SUCCESS' };
      const stepUp = {
        purpose: requirement.purpose,
        strength: verification.strength,
        expiresAt: new Date(expires).toISOString(),
      };
      const verified = { factorResult: 'SUCCESS', stepUp } as const;
      return withCookies(verified, { session: 'renewed' });
    },
  },

  // A timer of the page sends these requests, so they do not extend the session.
  pollTransaction: {
    ...readPolicy,
    activity: false,
    forOneBrowser: true,
    repeats: 'renewing',
    async handler(context, services: PollServices) {
      const { push, steppedUp } = await follow(services, context, await ownPush(services, context));
      const pollState = await presentPush(services, context, push);
      return withCookies(pollState, steppedUp ? { session: 'renewed' } : {});
    },
  },

  cancelTransaction: {
    ...change('user.mfa.factor.cancel'),
    async handler(context, services: PollServices) {
      const { clock, transactions } = services;
      const push = await ownPush(services, context);
      if (clock.now() >= push.expires_at) throw new ApiError('conflict');
      // The push is cancelled in the store first, so that a later approval has no effect.
      await callBack(services, context, push, async (tx) => {
        if (!(await transactions.finish(push, 'CANCELLED', tx))) throw new ApiError('conflict');
      });
      return undefined;
    },
  },
} satisfies EndpointRows<'verifyFactor' | 'pollTransaction' | 'cancelTransaction', OwnMethods>;
