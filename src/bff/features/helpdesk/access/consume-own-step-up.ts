import type { PurposeText } from '#contract/purposes.ts';
import type { EndpointName } from '#contract/endpoints.ts';
import { ApiError } from '#contract/errors.ts';
import type { RequestContext } from '../../../http/endpoints/endpoint-row.ts';
import type { StepUps } from '../../../identity/step-up/step-ups.ts';
import type { OwnMethods } from '../../factors/read-security-methods.ts';
import { requirementOfPurpose } from '../../../identity/step-up/requirement.ts';

type StepUpContext = Pick<RequestContext<EndpointName>, 'capabilities'> & Pick<OwnMethods, 'securityMethods'>;

export const ownStepUp = async ({ securityMethods, capabilities }: StepUpContext, purpose: PurposeText) =>
  requirementOfPurpose(purpose, (await securityMethods()).methods, await capabilities())!;

/** Call this after all other checks, because nobody must step up for a denied operation. Throws `step_up_required`. */
export async function consumeOwnStepUp(
  { stepUps }: { stepUps: StepUps },
  context: Pick<RequestContext<EndpointName>, 'session' | 'capabilities' | 'operation'> & OwnMethods,
  purpose: PurposeText,
): Promise<void> {
  const { strength, options } = await ownStepUp(context, purpose);
  if ((await stepUps.consume(context.session, purpose, strength, context.operation.actor.requestId)) === null)
    throw new ApiError('step_up_required', { purpose, strength, options });
}
