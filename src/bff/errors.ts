import { ApiError } from '#contract/errors.ts';
import type { ErrorCode, ErrorDetails } from '#contract/errors.ts';
import { OktaError } from '#okta/errors.ts';

/** Okta's own codes first: the same status means different things. */
const byOktaCode: Record<string, ErrorCode> = {
  E0000001: 'conflict',
  E0000007: 'not_found',
  E0000038: 'conflict',
  E0000068: 'wrong_code',
  E0000069: 'locked',
  E0000082: 'wrong_code',
  E0000083: 'wrong_code',
  E0000107: 'conflict',
  E0000112: 'conflict',
  E0000119: 'locked',
  E0000136: 'conflict',
};

const messages: Partial<Record<ErrorCode, string>> = {
  not_found: 'There is nothing of that name.',
  conflict: 'That is not possible in its present state.',
  wrong_code: 'That code is not right.',
  locked: 'This account is locked.',
  already_enrolled: 'There is one of this kind already.',
  busy: 'The org has too much to do.',
  org_error: 'The org gave no proper answer.',
  org_timeout: 'The org did not answer in time.',
  org_unavailable: 'The org is out of reach.',
};

function codeOf(error: OktaError): ErrorCode {
  if (error.kind === 'timeout') return 'org_timeout';
  if (error.kind === 'unavailable') return error.acted === 'maybe' ? 'org_error' : 'org_unavailable';
  if (error.kind === 'throttled') return 'busy';
  if (error.kind !== 'api') return 'org_error';
  if (error.code === 'E0000001' && error.causes.some((cause) => /already set up/i.test(cause))) return 'already_enrolled';
  const known = error.code === null ? undefined : byOktaCode[error.code];
  if (known) return known;
  if (error.status === 429) return 'busy';
  if (error.status === 503) return 'org_unavailable';
  if (error.status === 504) return 'org_timeout';
  return 'org_error';
}

/** Any failure as one of ours at `now` (milliseconds), with its cause kept for the log. None of the org's text goes out. */
export function apiErrorOf(error: unknown, now: number): ApiError {
  if (error instanceof ApiError) return error;
  if (!(error instanceof OktaError)) return new ApiError('internal', 'Something went wrong.', {}, { cause: error });
  const code = codeOf(error);
  const details: ErrorDetails = code === 'busy' ? { retryAt: new Date(error.retryAt ?? now + 10_000).toISOString() } : {};
  return new ApiError(code, messages[code] ?? 'That did not work.', details, { cause: error });
}

/** What a failed call to the org says of whether it happened. */
export function judgeFailure(error: unknown): { outcome: 'failure' | 'unknown'; reason: string } {
  const source = error instanceof ApiError && error.cause instanceof OktaError ? error.cause : error;
  if (source instanceof OktaError) {
    return { outcome: source.acted === 'maybe' ? 'unknown' : 'failure', reason: source.code ?? source.kind };
  }
  return { outcome: 'failure', reason: error instanceof ApiError ? error.code : 'internal' };
}
