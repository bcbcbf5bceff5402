import type { EndpointName } from '#contract/endpoints.ts';
import { ApiError } from '#contract/errors.ts';
import type { RequestContext } from '../../../http/endpoints/endpoint-row.ts';
import type { StepUps } from '../../../identity/step-up/step-ups.ts';
import type { OwnMethods } from '../../factors/read-security-methods.ts';
import { requirementOfPurpose } from '../../../identity/step-up/requirement.ts';

/**
 * Consumes the step-up that a staff member made for one operation. Returns its id, to restore it if nothing was
 * changed. Throws `step_up_required`. Callers do this last, so that nobody steps up for an operation that is then
 * denied.
 * @param purposes any of them serves; the last one is what somebody without one is asked for
 */
export async function consumeOwnStepUp(
  { stepUps }: { stepUps: StepUps },
  {
    session,
    securityMethods,
    capabilities,
  }: Pick<RequestContext<EndpointName>, 'session' | 'capabilities'> & OwnMethods,
  ...purposes: string[]
): Promise<string> {
  const purpose = purposes.at(-1)!;
  const { strength, options } = requirementOfPurpose(purpose, (await securityMethods()).methods, await capabilities())!;
  for (const one of purposes) {
    const consumed = await stepUps.consume(session, one, strength);
    if (consumed) return consumed;
  }
  throw new ApiError('step_up_required', { purpose, strength, options });
}
