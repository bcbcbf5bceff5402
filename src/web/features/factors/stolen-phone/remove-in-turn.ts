import type { Factor } from '#contract/endpoints.ts';
import { ApiError } from '#contract/errors.ts';
import { deleteFactor } from '../../../api/client/delete-factor.ts';
import { request } from '../../../api/client/request.ts';
import { signalRemoved } from '../../../flows/verification/webauthn/signal-removed.ts';

/** After these errors, no other removal can succeed. */
const ends = new Set(['step_up_required', 'signed_out', 'frozen']);

/**
 * Methods that a step-up already covers are first. For the others it throws `step_up_required`. `onEnd`: called after
 * each removal; `error` is null if the method was removed.
 */
export async function removeInTurn(
  factors: readonly Factor[],
  onEnd: (factor: Factor, error: unknown) => void,
): Promise<void> {
  const query = { purpose: `remove:${factors.map(({ id }) => id).join(',')}` as const };
  const { stepUp } = await request('getStepUp', { params: {}, query });
  const isLacking = ({ id }: Factor): boolean => stepUp?.purpose.includes(id) === true;
  const proven = factors.filter((factor) => !isLacking(factor));
  for (const factor of proven) {
    try {
      await removeOne(factor);
      onEnd(factor, null);
    } catch (error) {
      if (error instanceof ApiError && ends.has(error.code)) throw error;
      onEnd(factor, error);
    }
  }
  if (!stepUp) return;
  // The options for the step-up may include a method that is now removed, so they are fetched again.
  if (proven.length > 0) return removeInTurn(factors.filter(isLacking), onEnd);
  throw new ApiError('step_up_required', stepUp);
}

/** The browser's password manager must no longer offer a removed passkey. */
async function removeOne({ id, kind }: Factor): Promise<void> {
  const isKey = kind === 'webauthn';
  const detail = isKey ? await request('getFactor', { params: { factorId: id } }).catch(() => null) : null;
  await deleteFactor(id);
  void signalRemoved(detail?.credential);
}
