import type { EnrollBody } from '#contract/endpoints.ts';
import { ApiError } from '#contract/errors.ts';
import type { Clock } from '#clock';
import type { SecurityMethods } from '../factors/methods/security-methods.ts';
import type { PortalUser } from '../users/users.ts';
import { requirementOfPurpose, STEP_UP_MS, type StepUpRequirement } from './requirement.ts';
import type { StepUps } from './step-ups.ts';
import type { AttemptContext } from './wrong-codes.ts';

type Kind = 'enroll' | 'remove' | 'sessions';

function purposeOf(stepUp: Kind, params: { factorId?: string }, body: EnrollBody): string {
  if (stepUp === 'enroll') return `enroll:${body.kind}`;
  return stepUp === 'remove' ? `remove:${params.factorId}` : 'sessions';
}

/**
 * A person without a method may add the first one after a fresh sign-in alone, so "none" must be certain. A policy can
 * hide the list (the user then still offers `resetFactors`), and the list may be unreadable.
 */
function assertNoMethods({ methods, complete }: SecurityMethods, person: PortalUser): void {
  if (methods.some(({ counts }) => counts)) return;
  if (!complete || (methods.length === 0 && person.hasFactors)) {
    throw new ApiError('forbidden');
  }
}

/**
 * Checks the step-up that a request needs, and consumes it. Returns the requirement (null: none) and the step-up's id,
 * to restore it if the change fails. A fresh sign-in is enough for a person without a method; to end other sessions,
 * any step-up of the last 5 minutes is.
 * @param redeemRecoveryCode lets a person without a method start to add one; throws if the code is missing or wrong
 */
export async function requireStepUp(
  { stepUps, clock }: { stepUps: StepUps; clock: Clock },
  stepUp: Kind,
  context: AttemptContext & { params: object; body: unknown },
  redeemRecoveryCode: (body: EnrollBody) => Promise<void>,
): Promise<{ requirement: StepUpRequirement | null; consumed: string | null }> {
  const { session } = context;
  const body = context.body as EnrollBody;
  const purpose = purposeOf(stepUp, context.params, body);
  if (stepUp === 'sessions' && clock.now() - session.verified_at <= STEP_UP_MS)
    return { requirement: null, consumed: null };
  const whole = await context.securityMethods();
  if (stepUp === 'enroll') assertNoMethods(whole, context.person);
  const requirement = requirementOfPurpose(purpose, whole.methods, await context.capabilities());
  if (!requirement) return { requirement, consumed: null };
  const fresh = stepUp === 'sessions' ? session.verified_at : session.auth_time;
  if (requirement.strength === 0 && clock.now() - fresh <= STEP_UP_MS) {
    if (stepUp === 'enroll') await redeemRecoveryCode(body);
    return { requirement, consumed: null };
  }
  const consumed =
    requirement.strength > 0 || stepUp !== 'enroll'
      ? await stepUps.consume(session, purpose, requirement.strength)
      : null;
  if (consumed) return { requirement, consumed };
  const { strength, options } = requirement;
  throw new ApiError('step_up_required', { purpose, strength, options });
}
