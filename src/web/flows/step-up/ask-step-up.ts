import { ApiError } from '#contract/errors.ts';
import type { PurposeText } from '#contract/purposes.ts';
import { request } from '../../api/client/request.ts';

/**
 * Throws `step_up_required` if a step-up is missing. The page then does not request the change, because the server
 * would record a refusal.
 */
export async function askStepUp(purpose: PurposeText): Promise<void> {
  const { stepUp } = await request('getStepUp', { params: {}, query: { purpose } });
  if (stepUp) throw new ApiError('step_up_required', stepUp);
}
