import { ApiError } from '#contract/errors.ts';

/** Milliseconds between polls. A free Okta org allows about 50 calls a minute. */
const interval = 4_000;

/** Error codes that end polling: nothing is left to poll, or the session is over. */
const endingCodes = new Set([
  'not_found',
  'step_up_required',
  'conflict',
  'already_enrolled',
  'forbidden',
  'signed_out',
  'locked',
]);

/**
 * Returns the milliseconds until the next poll, or false if polling ends.
 * @param last the last answer: whether the outcome is still open, or an error
 * @param now milliseconds since the epoch
 */
export function pollInterval(last: { open: boolean; error: unknown }, now: number): number | false {
  const { open, error } = last;
  if (!(error instanceof ApiError)) return open ? interval : false;
  if (endingCodes.has(error.code)) return false;
  const wait = error.details.retryAt ? Date.parse(error.details.retryAt) - now : 0;
  return Math.max(interval, Number.isFinite(wait) ? wait : 0);
}
