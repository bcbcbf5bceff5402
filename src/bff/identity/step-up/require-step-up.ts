import type { EnrollBody } from '#contract/endpoints.ts';
import { ApiError } from '#contract/errors.ts';
import { parsePurpose, printPurpose, splitPurpose, type PurposeText } from '#contract/purposes.ts';
import type { Clock } from '#clock';
import type { Session } from '../sessions/sessions.ts';
import { findBlockingMethod } from '../methods/in-the-way.ts';
import type { Engine, SecurityMethods } from '../methods/security-methods.ts';
import type { PortalUser } from '../users/users.ts';
import type { Replacements } from './replacements.ts';
import { kinds } from '../../platform/kinds/registry.ts';
import { assertNotOpen, assertReplaceable, findOpen, isResumable } from './replacing.ts';
import { findFinished, requirementOfPurpose, STEP_UP_MS, type StepUpRequirement } from './requirement.ts';
import type { StepUps } from './step-ups.ts';
import type { AttemptContext } from './wrong-codes.ts';

type Kind = 'enroll' | 'remove' | 'replace' | 'sessions';
type StepUpServices = { stepUps: StepUps; replacements: Replacements; clock: Clock; engine: () => Promise<Engine> };
type StepUpRequest = AttemptContext & { params: object; body: unknown };
/** `requirement`: null if none. `consumed`: the consumed step-up's id. */
type StepUpOutcome = { requirement: StepUpRequirement | null; consumed: string | null };

const withoutStepUp: StepUpOutcome = { requirement: null, consumed: null };

function createPurpose(stepUp: Kind, params: { factorId?: string }, { kind }: EnrollBody): PurposeText {
  if (stepUp === 'sessions') return printPurpose({ name: stepUp });
  if (stepUp === 'enroll') return printPurpose({ name: stepUp, kind });
  const factorId = params.factorId!;
  return printPurpose(stepUp === 'remove' ? { name: stepUp, factorIds: [factorId] } : { name: stepUp, factorId });
}

/**
 * A person without methods needs only a fresh sign-in to add the first one. Throws `forbidden` if Okta's list could be
 * incomplete, because then the person could have methods.
 */
function assertNoMethods({ methods, complete }: SecurityMethods, person: PortalUser): void {
  if (methods.some(({ counts }) => counts)) return;
  if (!complete || (methods.length === 0 && person.hasFactors)) {
    throw new ApiError('forbidden');
  }
}

/** Throws `already_enrolled` before the person is asked for a step-up. */
function assertNotThere({ methods }: SecurityMethods, { login, email }: PortalUser, body: EnrollBody): void {
  const there = findBlockingMethod(methods, body, { login, email, orgName: '' });
  if (there) throw new ApiError('already_enrolled', { factorId: there.id });
}

const isSignInEnough = ({ clock }: { clock: Clock }, session: Session, { purpose, strength }: StepUpRequirement) =>
  strength === 0 && clock.now() - (purpose === 'sessions' ? session.verified_at : session.auth_time) <= STEP_UP_MS;

/** Null if no step-up is missing, or if only the change itself can find out whether it needs one. */
export async function missingStepUp(
  services: Pick<StepUpServices, 'stepUps' | 'replacements' | 'clock'>,
  { session, securityMethods, capabilities }: Pick<StepUpRequest, 'session' | 'securityMethods' | 'capabilities'>,
  text: PurposeText,
): Promise<StepUpRequirement | null> {
  const { stepUps, replacements } = services;
  const { methods } = await securityMethods();
  const purpose = parsePurpose(text);
  if (purpose?.name === 'enroll') {
    const { kind } = purpose;
    const isThere = !kinds[kind].several && methods.some((one) => one.kind === kind);
    if (isThere || !methods.some(({ counts }) => counts)) return null;
    if ((await replacements.listGranted(session, kind)).length > 0) return null;
  }
  const replaced = purpose?.name === 'replace' ? findFinished(methods, purpose.factorId) : undefined;
  const started = purpose?.name === 'enroll' ? purpose.kind : replaced?.kind;
  if (started && (await findOpen(stepUps, methods, started)).length > 0) return null;
  const able = await capabilities();
  const lacking: PurposeText[] = [];
  for (const one of splitPurpose(text)) {
    const requirement = requirementOfPurpose(one, methods, able);
    if (!requirement || isSignInEnough(services, session, requirement)) continue;
    if (!(await stepUps.wasMade(session, one, requirement.strength))) lacking.push(one);
  }
  if (lacking.length === 0) return null;
  if (purpose?.name !== 'remove') return requirementOfPurpose(text, methods, able);
  const factorIds = purpose.factorIds.filter((id) => lacking.includes(`remove:${id}`));
  return requirementOfPurpose(printPurpose({ ...purpose, factorIds }), methods, able);
}

/** `redeemRecoveryCode` lets a person without a method add one, and throws if the code is missing or wrong. */
export async function requireStepUp(
  services: StepUpServices,
  stepUp: Kind,
  context: StepUpRequest,
  redeemRecoveryCode: (body: EnrollBody) => Promise<void>,
): Promise<StepUpOutcome> {
  const { stepUps, clock } = services;
  const { session } = context;
  const body = context.body as EnrollBody;
  const params = context.params as { factorId?: string };
  if (stepUp === 'sessions' && clock.now() - session.verified_at <= STEP_UP_MS) return withoutStepUp;
  const whole = await context.securityMethods();
  if (stepUp === 'enroll' || stepUp === 'replace') {
    const wanted = { stepUp, factorId: params.factorId, kind: body.kind };
    const isGranted = await isResumable(services, session, wanted, whole.methods);
    await assertNotOpen(services, session, body, whole.methods);
    if (isGranted) return withoutStepUp;
    if (stepUp === 'enroll') assertNotThere(whole, context.person, body);
    // The old method is already removed, so this request adds the new one.
    else if (!(await assertReplaceable(services, context, params.factorId!, body.kind)))
      return requireStepUp(services, 'enroll', context, redeemRecoveryCode);
  }
  const purpose = createPurpose(stepUp, params, body);
  if (stepUp === 'enroll') assertNoMethods(whole, context.person);
  const requirement = requirementOfPurpose(purpose, whole.methods, await context.capabilities());
  if (!requirement) return { requirement, consumed: null };
  if (isSignInEnough(services, session, requirement)) {
    if (stepUp === 'enroll') await redeemRecoveryCode(body);
    return { requirement, consumed: null };
  }
  const consumed =
    requirement.strength > 0 || stepUp !== 'enroll'
      ? await stepUps.consume(session, purpose, requirement.strength, context.operation.actor.requestId)
      : null;
  if (consumed) return { requirement, consumed };
  const { strength, options } = requirement;
  throw new ApiError('step_up_required', { purpose, strength, options });
}
