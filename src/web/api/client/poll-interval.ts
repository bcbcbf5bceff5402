import { ApiError } from '#contract/errors.ts';

/** How often we ask, in milliseconds: what an org's rate budget bears (a free one gives about 50 calls a minute). */
const interval = 4_000;

/** Codes by which the BFF says that there is nothing left to ask about, or nobody left to tell. */
const over = new Set([
  'not_found',
  'step_up_required',
  'conflict',
  'already_enrolled',
  'forbidden',
  'signed_out',
  'locked',
]);

/**
 * When to ask again, milliseconds from now, or false when the last answer was the last word.
 * @param last what came of asking: an answer that is still open or not, or an error
 * @param now milliseconds since the epoch
 */
export function pollInterval(last: { open: boolean; error: unknown }, now: number): number | false {
  const { open, error } = last;
  if (!(error instanceof ApiError)) return open ? interval : false;
  if (over.has(error.code)) return false;
  const wait = error.details.retryAt ? Date.parse(error.details.retryAt) - now : 0;
  return Math.max(interval, Number.isFinite(wait) ? wait : 0);
}
