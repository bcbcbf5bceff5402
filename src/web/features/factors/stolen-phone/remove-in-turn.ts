import type { Factor } from '#contract/endpoints.ts';
import { ApiError } from '#contract/errors.ts';
import { deleteFactor } from '../../../api/client/delete-factor.ts';
import { request } from '../../../api/client/request.ts';
import { signalRemoved } from '../../../flows/verification/webauthn/signal-removed.ts';

/** Errors after which no other removal can succeed. */
const ends = new Set(['step_up_required', 'signed_out', 'frozen']);

/**
 * Removes methods one after the other, those first for which a proof was made. Throws `step_up_required` for the
 * others, and what would refuse them all.
 * @param onEnd told how each removal ended; `error` is null if the method is gone
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
  // The ways to prove that were read before these went may name one of them.
  if (proven.length > 0) return removeInTurn(factors.filter(isLacking), onEnd);
  throw new ApiError('step_up_required', stepUp);
}

/** Removes a method, and tells the browser's password manager of a passkey that is gone. */
async function removeOne({ id, kind }: Factor): Promise<void> {
  const isKey = kind === 'webauthn';
  const detail = isKey ? await request('getFactor', { params: { factorId: id } }).catch(() => null) : null;
  await deleteFactor(id);
  void signalRemoved(detail?.credential);
}
