import type { EndpointName } from '#contract/endpoints.ts';
import { ApiError } from '#contract/errors.ts';
import type { RequestContext, Services } from '../../context.ts';
import { requirementOfPurpose } from '../../step-up/requirement.ts';

/**
 * Spends the proof of herself that somebody at the helpdesk gave for one act; gives its id, to restore it should
 * nothing
 * come of the act. Throws `step_up_required`. It is the last that is asked, so that nobody proves herself for what is
 * refused anyway.
 */
export async function consumeOwnStepUp(
  { stepUps }: Pick<Services, 'stepUps'>,
  {
    session,
    securityMethods,
    capabilities,
  }: Pick<RequestContext<EndpointName>, 'session' | 'securityMethods' | 'capabilities'>,
  purpose: string,
): Promise<string> {
  const { strength, options } = requirementOfPurpose(purpose, (await securityMethods()).methods, capabilities)!;
  const consumed = await stepUps.consume(session, purpose, strength);
  if (!consumed) throw new ApiError('step_up_required', 'First prove that it is you.', { purpose, strength, options });
  return consumed;
}
