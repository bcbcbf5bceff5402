import { ApiError } from '#contract/errors.ts';

/** In ms. A free Okta org allows about 50 calls a minute. */
const interval = 4_000;

const endingCodes = new Set([
  'not_found',
  'step_up_required',
  'conflict',
  'already_enrolled',
  'forbidden',
  'signed_out',
  'locked',
]);

/** In ms; false ends the polling. `now`: ms since 1970. */
export function pollInterval(last: { open: boolean; error: unknown }, now: number): number | false {
  const { open, error } = last;
  if (!(error instanceof ApiError)) return open ? interval : false;
  if (endingCodes.has(error.code)) return false;
  const wait = error.details.retryAt ? Date.parse(error.details.retryAt) - now : 0;
  return Math.max(interval, Number.isFinite(wait) ? wait : 0);
}
