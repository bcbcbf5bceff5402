import type { EndpointName, EnrollBody } from '#contract/endpoints.ts';
import { ApiError } from '#contract/errors.ts';
import type { RequestContext, Services } from '../../context.ts';
import { requirementOfPurpose, STEP_UP_MS } from '../../step-up/requirement.ts';
import type { StepUpRequirement } from '../../step-up/requirement.ts';
import type { GuardFunctions } from './guard-functions.ts';
import type { EndpointPolicy } from '../policies.ts';

type Kind = NonNullable<EndpointPolicy['stepUp']>;
type Functions = Pick<GuardFunctions, 'assertNoMethods' | 'redeemRecoveryCode'>;

function purposeOf(stepUp: Kind, params: { factorId?: string }, body: EnrollBody): string {
  if (stepUp === 'enroll') return `enroll:${body.kind}`;
  return stepUp === 'remove' ? `remove:${params.factorId}` : 'sessions';
}

/**
 * Checks the step-up that a request needs, and consumes it. Returns the requirement (null: none) and the step-up's id,
 * to restore it if the change fails. A fresh sign-in is enough for a person without a method; to end other sessions,
 * any step-up of the last 5 minutes is.
 */
export async function requireStepUp(
  { stepUps, clock }: Pick<Services, 'stepUps' | 'clock'>,
  ask: Functions,
  stepUp: EndpointPolicy['stepUp'],
  context: RequestContext<EndpointName>,
): Promise<{ requirement: StepUpRequirement | null; consumed: string | null }> {
  if (!stepUp) return { requirement: null, consumed: null };
  const { session } = context;
  const body = context.body as EnrollBody;
  const purpose = purposeOf(stepUp, context.params, body);
  if (stepUp === 'sessions' && clock.now() - session.verified_at <= STEP_UP_MS)
    return { requirement: null, consumed: null };
  const whole = await context.securityMethods();
  if (stepUp === 'enroll') ask.assertNoMethods(whole, context.person);
  const requirement = requirementOfPurpose(purpose, whole.methods, context.capabilities);
  if (!requirement) return { requirement, consumed: null };
  const fresh = stepUp === 'sessions' ? session.verified_at : session.auth_time;
  if (requirement.strength === 0 && clock.now() - fresh <= STEP_UP_MS) {
    if (stepUp === 'enroll') await ask.redeemRecoveryCode(context, body);
    return { requirement, consumed: null };
  }
  const consumed =
    requirement.strength > 0 || stepUp !== 'enroll'
      ? await stepUps.consume(session, purpose, requirement.strength)
      : null;
  if (consumed) return { requirement, consumed };
  const { strength, options } = requirement;
  throw new ApiError('step_up_required', 'First prove that it is you.', { purpose, strength, options });
}
