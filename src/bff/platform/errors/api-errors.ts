import { freeText, type AuditReason } from '#contract/audit-log/audit-reasons.ts';
import { ApiError, type ErrorCode, type ErrorDetails } from '#contract/errors.ts';
import { isForeignKeyViolation, isUnusable } from '#database/errors.ts';
import { OktaError } from '#okta/wire/okta-error.ts';

/** A change was made at Okta but its outcome could not be stored. `cause` says why. */
export class UnrecordedOutcome extends Error {
  override readonly name = 'UnrecordedOutcome';
  constructor(cause: unknown) {
    super('a change at the org was made, and its outcome could not be recorded', { cause });
  }
}

/** The store can be read but must not be written. The message says why. */
export class StoreRefused extends Error {}

/** The portal's error codes by Okta's code. */
const byOktaCode: Record<string, ErrorCode> = {
  E0000001: 'conflict',
  E0000007: 'not_found',
  E0000038: 'conflict',
  E0000068: 'wrong_code',
  E0000069: 'locked',
  E0000082: 'wrong_code',
  E0000083: 'wrong_code',
  E0000098: 'bad_phone',
  E0000099: 'bad_phone',
  E0000107: 'conflict',
  E0000109: 'sent_too_soon',
  E0000112: 'conflict',
  E0000118: 'sent_too_soon',
  E0000119: 'locked',
  E0000121: 'bad_phone',
  E0000133: 'sent_too_soon',
  E0000136: 'conflict',
  E0000140: 'bad_phone',
  E0000146: 'busy',
  E0000147: 'busy',
  E0000150: 'busy',
  E0000151: 'busy',
  E0000154: 'conflict',
  E0000180: 'conflict',
  E0000186: 'busy',
  E0000204: 'busy',
  E0000205: 'busy',
  E0000233: 'conflict',
  E0000247: 'conflict',
};

export const saysWrongCode = ({ reason }: { reason: string | null }): boolean =>
  reason !== null && Object.hasOwn(byOktaCode, reason) && byOktaCode[reason] === 'wrong_code';

/** Limits on messages over days or weeks. Okta does not say when they end, so the error has no `retryAt`. */
const quotas = new Set(['E0000146', 'E0000147', 'E0000150', 'E0000151', 'E0000186', 'E0000204', 'E0000205']);

/** Texts under the general code `E0000001`. Source: Okta's published API and its fixtures. */
const byCause: [RegExp, ErrorCode][] = [
  [/already set up/i, 'already_enrolled'],
  [/existing verified phone number/i, 'phone_on_file'],
  [/invalid phone number/i, 'bad_phone'],
  [/invalid profile/i, 'bad_answer'],
];

/** A 429 to a message that lasts at least this long (ms) is taken for the person's own limit, not for the org's. */
const PERSON_LIMIT_MS = 30_000;

function chooseCode(error: OktaError): ErrorCode {
  if (error.kind === 'timeout') return 'org_timeout';
  if (error.kind === 'unavailable') return error.acted === 'maybe' ? 'org_error' : 'org_unavailable';
  if (error.kind === 'throttled') return 'busy';
  if (error.kind !== 'api') return 'org_error';
  if (error.code === 'E0000001') {
    const found = byCause.find(([text]) => error.causes.some((cause) => text.test(cause)));
    if (found) return found[1];
  }
  const codeByOkta = error.code === null ? undefined : byOktaCode[error.code];
  if (codeByOkta) return codeByOkta;
  if (error.status === 429) return 'busy';
  if (error.status === 503) return 'org_unavailable';
  if (error.status === 504) return 'org_timeout';
  return 'org_error';
}

/**
 * The ApiError contains no text from Okta, but has `error` as its cause for the log. `sends`: whether the call sends a
 * message or push.
 */
export function toApiError(error: unknown, now: number, sends = false): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof UnrecordedOutcome) return toApiError(error.cause, now);
  if (isUnusable(error) || error instanceof StoreRefused)
    return new ApiError('store_unavailable', {}, { cause: error });
  // Every foreign key refers to a session, so the session ended during the request.
  if (isForeignKeyViolation(error)) return new ApiError('signed_out', {}, { cause: error });
  if (!(error instanceof OktaError)) return new ApiError('internal', {}, { cause: error });
  const personal =
    sends && error.code === 'E0000047' && error.retryAt !== null && error.retryAt - now >= PERSON_LIMIT_MS;
  const code = personal ? 'sent_too_soon' : chooseCode(error);
  if (error.code !== null && quotas.has(error.code)) return new ApiError('busy', {}, { cause: error });
  const wait = { busy: 10_000, sent_too_soon: PERSON_LIMIT_MS }[code as string];
  const details: ErrorDetails =
    wait === undefined ? {} : { retryAt: new Date(error.retryAt ?? now + wait).toISOString() };
  return new ApiError(code, details, { cause: error });
}

/** `failure`: a failed change certainly had no effect at Okta. `unknown`: it may have had one. */
export function classifyFailure(error: unknown): { outcome: 'failure' | 'unknown'; reason: AuditReason } {
  if (error instanceof UnrecordedOutcome) return { outcome: 'unknown', reason: 'unrecorded' };
  const source = error instanceof ApiError && error.cause instanceof OktaError ? error.cause : error;
  if (source instanceof OktaError) {
    return { outcome: source.acted === 'maybe' ? 'unknown' : 'failure', reason: freeText(source.code ?? source.kind) };
  }
  return { outcome: 'failure', reason: error instanceof ApiError ? error.code : 'internal' };
}

/** Statuses from Okta itself. After a gateway's 502 or 504, Okta may still be working on the change. */
const final = new Set([500, 503]);

/** Whether Okta itself answered, so that Okta no longer works on the failed change. */
export function isAnswered(error: unknown): boolean {
  const source = error instanceof ApiError ? error.cause : error;
  return source instanceof OktaError && source.status !== null && final.has(source.status);
}

/** For a request that must wait for another change of the same person. `at`: when to try again, in ms. */
export const busyUntil = (at: number, cause?: unknown): ApiError =>
  ApiError.withRule('busy', 'change_runs', { retryAt: new Date(at).toISOString() }, { cause });

export const SOON_MS = 5000;

/** The browser closed its connection. */
export const isAborted = ({ cause }: ApiError): boolean => cause instanceof OktaError && cause.kind === 'aborted';
