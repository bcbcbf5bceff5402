import type { ErrorCode } from '#contract/errors.ts';
import { ApiError, errorStatus } from '#contract/errors.ts';
import type { PageProblem } from '#contract/page.ts';
import { NetworkError } from '../../api/client/network-error.ts';
import type { MessageId } from '../../i18n/translate.tsx';

/** Which page is shown instead of the one asked for. */
export type ProblemName =
  | 'signed_out'
  | 'not_found'
  | 'forbidden'
  | 'locked'
  | 'frozen'
  | 'busy'
  | 'org_down'
  | 'store_down'
  | 'internal'
  | 'network'
  | 'sign_in_expired'
  | 'sign_in_refused';

/** Plain data: it travels in the page from the server. */
export type Problem = {
  name: ProblemName;
  /** HTTP status of the page; 0 where only a browser can meet it. */
  status: number;
  /** The API's code, where there is one: some pages say a little more about it. */
  code?: ErrorCode;
  retryAt?: string;
  requestId?: string;
};

/** Codes that have a page of their own; whatever else a reading call may say is a fault of ours. */
const named: Partial<Record<ErrorCode, ProblemName>> = {
  signed_out: 'signed_out',
  not_found: 'not_found',
  // An id that cannot be one: for the person who followed a link it is a page that is not there.
  bad_request: 'not_found',
  forbidden: 'forbidden',
  locked: 'locked',
  frozen: 'frozen',
  busy: 'busy',
  too_many_attempts: 'busy',
  org_error: 'org_down',
  org_unavailable: 'org_down',
  org_timeout: 'org_down',
  store_unavailable: 'store_down',
};

export const problemTitle: Record<ProblemName, MessageId> = {
  signed_out: 'problem.signed_out.heading',
  not_found: 'problem.not_found.heading',
  forbidden: 'problem.forbidden.heading',
  locked: 'problem.locked.heading',
  frozen: 'problem.frozen.heading',
  busy: 'problem.busy.heading',
  org_down: 'problem.org_down.heading',
  store_down: 'problem.store_down.heading',
  internal: 'problem.internal.heading',
  network: 'problem.network.heading',
  sign_in_expired: 'problem.sign_in_expired.heading',
  sign_in_refused: 'problem.sign_in_refused.heading',
};

export const notFound: Problem = { name: 'not_found', status: 404, code: 'not_found' };
export const signedOut: Problem = { name: 'signed_out', status: 401, code: 'signed_out' };

/** The page about a failed reading call. */
export function problemOf(error: unknown): Problem {
  if (error instanceof NetworkError) return { name: 'network', status: 0 };
  if (!(error instanceof ApiError)) return { name: 'internal', status: 500, code: 'internal' };
  const name = named[error.code] ?? 'internal';
  const status = name === 'not_found' ? 404 : name === 'internal' ? 500 : errorStatus[error.code];
  return {
    name,
    status,
    code: error.code,
    ...(error.details.retryAt && { retryAt: error.details.retryAt }),
    ...(error.requestId && { requestId: error.requestId }),
  };
}

/** The page the BFF asks for. */
export function problemAsked(problem: PageProblem): Problem {
  if (problem.kind === 'error') return problemOf(problem.error);
  return { name: problem.kind, status: problem.kind === 'sign_in_expired' ? 400 : 403 };
}
