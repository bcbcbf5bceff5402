import { ApiError, errors, type ErrorCode } from '#contract/errors.ts';
import type { PageProblem } from '#contract/page.ts';
import { NetworkError } from '../../api/client/network-error.ts';

/** Each problem has a heading and a lead in `problem.json`. */
export type ProblemName =
  | 'signed_out'
  | 'not_found'
  | 'forbidden'
  | 'from_elsewhere'
  | 'locked'
  | 'frozen'
  | 'busy'
  | 'org_down'
  | 'store_down'
  | 'internal'
  | 'network'
  | 'sign_in_expired'
  | 'sign_in_refused'
  | 'too_many_sessions';

/** Plain data, because the server sends it to the browser as JSON. */
export type Problem = {
  name: ProblemName;
  /** HTTP status; 0 for problems that occur only in the browser. */
  status: number;
  /** Some problem pages add details for a code. */
  code?: ErrorCode;
  retryAt?: string;
  requestId?: string;
  /** The address to which a failed sign-in would have returned. */
  signIn?: string;
};

const problemNames: Partial<Record<ErrorCode, ProblemName>> = {
  signed_out: 'signed_out',
  not_found: 'not_found',
  // A link contains an invalid id, so the page does not exist.
  bad_request: 'not_found',
  forbidden: 'forbidden',
  from_elsewhere: 'from_elsewhere',
  locked: 'locked',
  frozen: 'frozen',
  busy: 'busy',
  too_many_attempts: 'busy',
  org_error: 'org_down',
  org_unavailable: 'org_down',
  org_timeout: 'org_down',
  store_unavailable: 'store_down',
};

export const notFound: Problem = { name: 'not_found', status: 404, code: 'not_found' };
export const signedOut: Problem = { name: 'signed_out', status: 401, code: 'signed_out' };

export function classifyError(error: unknown): Problem {
  if (error instanceof NetworkError) return { name: 'network', status: 0 };
  if (!(error instanceof ApiError)) return { name: 'internal', status: 500, code: 'internal' };
  const name = problemNames[error.code] ?? 'internal';
  const status = name === 'not_found' ? 404 : name === 'internal' ? 500 : errors[error.code].status;
  return {
    name,
    status,
    code: error.code,
    ...(error.details.retryAt && { retryAt: error.details.retryAt }),
    ...(error.requestId && { requestId: error.requestId }),
  };
}

export function toProblem(problem: PageProblem): Problem {
  if (problem.kind === 'error') return classifyError(problem.error);
  return { name: problem.kind, status: problem.kind === 'sign_in_expired' ? 400 : 403 };
}
