import type { ApiError } from '#contract/errors.ts';
import { OktaError } from '#okta/wire/okta-error.ts';
import type { FailureReason } from '../../platform/metrics/observer.ts';

/** Null: none of the reasons, for example for a 500. `isFlood`: a limit on arrival refused the request. */
export function failureReason(error: ApiError, isFlood: boolean): FailureReason | null {
  if (error.code === 'store_unavailable') return 'store';
  if (error.code === 'org_error' || error.code === 'org_unavailable' || error.code === 'org_timeout') return 'org';
  if (error.status !== 429) return null;
  if (isFlood) return 'flood';
  const limitScope = error.cause instanceof OktaError ? error.cause.limitScope : null;
  return limitScope === null ? 'other' : limitScope === 'org' ? 'org_rate_limit' : 'person_share';
}
