import { ApiError } from '#contract/errors.ts';
import type { Verified } from '#contract/endpoints.ts';
import type { VerificationType } from '#contract/kinds.ts';
import type { VerifyResult } from '#okta/wire/verify-result.ts';
import type { Transactions } from './transactions.ts';
import type { Passkeys } from '../../../identity/methods/passkeys.ts';
import type { NumberMatching } from '../../../identity/methods/number-matching.ts';
import type { Clock } from '#clock';
import { classifyFailure } from '../../../platform/errors/api-errors.ts';
import { findPhone, type SendingServices } from '../../../identity/step-up/messages.ts';
import type { StepUpRequirement } from '../../../identity/step-up/requirement.ts';
import {
  PLAIN_PUSH,
  type FactorVerification,
  type SecurityMethod,
} from '../../../identity/methods/security-methods.ts';
import { kinds } from '../../../platform/kinds/registry.ts';
import { CODE_SECONDS, sentBy } from '../../../platform/kinds/sent-codes.ts';
import { callBack, type PushContext } from './push.ts';

export type VerificationRequest = {
  context: PushContext;
  target: SecurityMethod;
  verification: FactorVerification;
  /** Null: the person only tests the method. */
  requirement: StepUpRequirement | null;
};

const PUSH_MS = 5 * 60_000;

export type ChallengeServices = SendingServices & {
  clock: Clock;
  numberMatching: NumberMatching;
  passkeys: Passkeys;
  transactions: Transactions;
};
type Challenger = (services: ChallengeServices, asking: VerificationRequest) => Promise<Verified>;

const badAnswer = () => new ApiError('org_error');
const named = ({ context, target, verification }: VerificationRequest) =>
  ({
    event: 'user.mfa.factor.challenge',
    subject: context.session.user_id,
    factorId: verification.factor.id,
    kind: target.kind,
  }) as const;

/** Throws if the person has reached the limit of messages and pushes. */
async function send(
  services: ChallengeServices,
  asking: VerificationRequest,
  due: string,
  ask: () => Promise<VerifyResult>,
): Promise<VerifyResult> {
  const { operation, session } = asking.context;
  const { auditLog, messages } = services;
  await messages.assertMaySend(session.user_id);
  const result = await auditLog.change(operation, named(asking), ask, {
    first: messages.counted(session.user_id, findPhone(asking.verification.factor)),
  });
  if (result.factorResult !== due) throw badAnswer();
  return result;
}

const message: Challenger = async (services, asking) => {
  const { context, verification } = asking;
  await send(services, asking, 'CHALLENGE', () =>
    context.factors.verify(verification.factor.id, {}, { tokenLifetimeSeconds: CODE_SECONDS }),
  );
  const policy = kinds[asking.target.kind];
  const sent = sentBy(policy, verification.factor, services.clock.now());
  return { factorResult: 'CHALLENGE', challenge: { how: 'code', digits: policy.digits!, sent } };
};

const assertion: Challenger = async (services, asking) => {
  const { context, verification } = asking;
  let result: VerifyResult;
  try {
    result = await context.factors.verify(verification.factor.id, {});
    if (result.factorResult !== 'CHALLENGE' || typeof result.challenge?.['challenge'] !== 'string') throw badAnswer();
  } catch (error) {
    await services.auditLog.event(context.operation.actor, named(asking), classifyFailure(error));
    throw error;
  }
  await services.auditLog.event(context.operation, named(asking), { outcome: 'success', reason: 'a key is asked' });
  const { challenge, userVerification } = result.challenge as { challenge: string; userVerification?: unknown };
  const rpId = await services.passkeys.rpId();
  // Okta's answer may have the profile of another key of this person (OKTA-482701), so it is not used.
  const id = verification.factor.profile?.['credentialId'];
  const asks = userVerification === 'required' || userVerification === 'discouraged' ? userVerification : 'preferred';
  const options = {
    challenge,
    ...(rpId !== null && { rpId }),
    allowCredentials: typeof id === 'string' ? [{ type: 'public-key', id }] : [],
    userVerification: asks,
  };
  return { factorResult: 'CHALLENGE', challenge: { how: 'assert', options } };
};

/**
 * A phone shows only one push, so this session's earlier push is cancelled first.
 * A push without a number is cancelled if it is too weak for the step-up.
 */
const push: Challenger = async (services, asking) => {
  const { context, target, verification, requirement } = asking;
  const { session } = context;
  const { transactions, clock } = services;
  const factorId = verification.factor.id;
  const result = await send(services, asking, 'WAITING', async () => {
    for (const one of await transactions.waiting(session, factorId)) {
      if (await transactions.finish(one, 'CANCELLED')) await callBack(services, context, one);
    }
    return context.factors.verify(factorId, { useNumberMatchingChallenge: true });
  });
  const { transactionId: id, correctAnswer: number } = result;
  if (id === null) throw badAnswer();
  await services.numberMatching.learn(number !== null);
  const strength = number === null ? PLAIN_PUSH : verification.strength;
  if (requirement && strength < requirement.strength) {
    await callBack(services, context, { id, factor_id: factorId, kind: target.kind });
    const { purpose, strength, options } = requirement;
    const others = options.filter((option) => option.type !== 'factor' || option.factorId !== factorId);
    throw new ApiError('step_up_required', { purpose, strength, options: others });
  }
  const ends = Date.parse(result.expiresAt ?? '');
  const expires_at = Number.isNaN(ends) ? clock.now() + PUSH_MS : ends;
  const owner = { session_id: session.id, user_id: session.user_id, factor_id: factorId, kind: target.kind };
  await transactions.keep({ id, ...owner, purpose: requirement?.purpose ?? null, strength, number, expires_at });
  return { factorResult: 'WAITING', transactionId: id, number, expiresAt: new Date(expires_at).toISOString() };
};

/** Null: no challenge is needed. */
export const challengers: Record<VerificationType, Challenger | null> = {
  code: null,
  answer: null,
  'sent-code': message,
  key: assertion,
  push,
};
