import { errors } from 'undici';
import { OktaError, type OktaErrorDetails, type OktaErrorKind } from '../wire/okta-error.ts';
import { readError } from '../wire/error.ts';
import type { Deadline } from './limits.ts';
import type { Exchange, ExchangeFailed } from './pool.ts';
import { readRetryAt } from './rate.ts';
import { getHeader, parseJson } from './reply.ts';

/** `retryReason`: why a read may be sent again. Null if it may not. */
export type Failure = { error: OktaError; retryReason: 'broken' | 'limited' | 'stale' | null };

/** A template contains no ids, so no id reaches a log. */
export type CalledOperation = { method: string; template: string; sends?: boolean };

export function createError(
  call: CalledOperation,
  kind: OktaErrorKind,
  what: string,
  details: OktaErrorDetails,
): OktaError {
  return new OktaError(kind, `${call.method} ${call.template}: ${what}`, details);
}

export function failureOfBreak(call: CalledOperation, broken: ExchangeFailed, deadline: Deadline): Failure {
  const { stage, cause } = broken;
  const details: OktaErrorDetails = { cause, acted: stage === 'connect' ? 'no' : actedBy(call) };
  const failed = (kind: OktaErrorKind, what: string, retryReason: Failure['retryReason'] = null) => ({
    error: createError(call, kind, what, details),
    retryReason,
  });
  const ended = deadline.ended();
  if (ended === 'aborted') return failed('aborted', 'the caller gave up');
  if (ended === 'timeout') return failed('timeout', 'the call took too long');
  if (ended === 'late') return failed('timeout', 'the request it was made for took too long');
  if (ended === 'silent') return failed('timeout', 'no answer in time');
  const code = readCode(cause);
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return failed('timeout', 'no connection in time', 'broken');
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return failed('bad_reply', 'the answer is too large');
  if (stage === 'body') return failed('bad_reply', 'the answer was cut short', 'broken');
  if (cause instanceof errors.HTTPParserError || code === 'UND_ERR_HEADERS_OVERFLOW')
    return failed('bad_reply', 'the answer is not HTTP');
  const what = stage === 'connect' ? 'no connection' : 'the connection broke before an answer';
  return failed('unavailable', what, 'broken');
}

/** A redirect is an error: following it could send the credential elsewhere. */
export function failureOfStatus(call: CalledOperation, exchange: Exchange, now: number): Failure {
  const { status } = exchange;
  const details = { status, oktaRequestId: getHeader(exchange, 'x-okta-request-id'), acted: actedBy(call) };
  const failed = (what: string, retryReason: Failure['retryReason']) => ({
    error: createError(call, 'bad_reply', what, details),
    retryReason,
  });
  if (status < 400) return failed(`answered with ${status}, which is not followed`, null);
  const retryReason = status === 429 ? 'limited' : status === 502 || status === 503 || status === 504 ? 'broken' : null;
  const read = readError(parseJson(exchange));
  if (read === null && status >= 500) return failed(`answered with ${status} and no error of Okta's`, retryReason);
  const code = read?.code ?? null;
  // A refused call had no effect. A 408 may come from a proxy, which does not know the effect.
  const acted = status < 500 && status !== 408 ? 'no' : details.acted;
  const retryAt = status === 429 ? readRetryAt(exchange, code, now, call.sends === true) : null;
  // For a change, the limit may be one person's: five activations in 5 min, or one message in 30 s.
  const limitScope = status === 429 && call.method === 'GET' ? 'org' : null;
  const properties = { ...read, ...details, acted, retryAt, limitScope } as const;
  return { error: createError(call, 'api', `${status} ${code ?? 'without a code'}`, properties), retryReason };
}

export function failureOfShape(call: CalledOperation, exchange: Exchange, cause: unknown): Failure {
  const oktaRequestId = getHeader(exchange, 'x-okta-request-id');
  const details = { status: exchange.status, oktaRequestId, acted: actedBy(call), cause };
  return {
    error: createError(call, 'bad_reply', 'the answer is not what this call gives', details),
    retryReason: null,
  };
}

export function failureOfCredential(call: CalledOperation, error: OktaError): Failure {
  const { kind, status, code, summary, causes, errorId, oktaRequestId, retryAt, limitScope } = error;
  const details = { status, code, summary, causes, errorId, oktaRequestId, retryAt, limitScope, cause: error };
  const what = `no access token: ${error.message}`;
  return { error: createError(call, kind, what, { ...details, acted: 'no' }), retryReason: null };
}

function actedBy(call: CalledOperation): 'no' | 'maybe' {
  return call.method === 'GET' ? 'no' : 'maybe';
}

function readCode(cause: unknown): string {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
}
