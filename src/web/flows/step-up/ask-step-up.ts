import { ApiError } from '#contract/errors.ts';
import type { PurposeText } from '#contract/purposes.ts';
import { request } from '../../api/client/request.ts';

/**
 * Asks the server which step-up a change requires, and throws `step_up_required` if one is missing. The page then does
 * not request the change, because the server would record a refusal.
 */
export async function askStepUp(purpose: PurposeText): Promise<void> {
  const { stepUp } = await request('getStepUp', { params: {}, query: { purpose } });
  if (stepUp) throw new ApiError('step_up_required', stepUp);
}
