import { ApiError } from '#contract/errors.ts';
import type { PurposeText } from '#contract/purposes.ts';
import { request } from '../../api/client/request.ts';

/**
 * Asks which step-up a change takes, before it is requested: a request without it would be recorded as refused. Throws
 * what that request would be answered, `step_up_required`.
 */
export async function askStepUp(purpose: PurposeText): Promise<void> {
  const { stepUp } = await request('getStepUp', { params: {}, query: { purpose } });
  if (stepUp) throw new ApiError('step_up_required', stepUp);
}
