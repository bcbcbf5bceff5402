import { errors } from 'undici';
import { OktaError, type OktaErrorDetails, type OktaErrorKind } from '../wire/okta-error.ts';
import { readError } from '../wire/error.ts';
import type { Deadline } from './limits.ts';
import type { Exchange, ExchangeFailed } from './pool.ts';
import { retryAtOf } from './rate.ts';
import { headerOf, jsonOf } from './reply.ts';

/** A failed attempt: the caller's error, and whether a read may be retried. */
export type Failure = { error: OktaError; retryReason: 'broken' | 'limited' | 'stale' | null };

/** What is called, for messages and for `acted`. The template has no ids, so none reaches a log. */
export type CalledOperation = { method: string; template: string; sends?: boolean };

/** An error whose message names neither people nor secrets. */
export function errorOf(
  call: CalledOperation,
  kind: OktaErrorKind,
  what: string,
  details: OktaErrorDetails,
): OktaError {
  return new OktaError(kind, `${call.method} ${call.template}: ${what}`, details);
}

/** The failure of a broken exchange. */
export function failureOfBreak(call: CalledOperation, broken: ExchangeFailed, deadline: Deadline): Failure {
  const { stage, cause } = broken;
  const details: OktaErrorDetails = { cause, acted: stage === 'connect' ? 'no' : actedBy(call) };
  const ended = deadline.ended();
  if (ended === 'aborted') return { error: errorOf(call, 'aborted', 'the caller gave up', details), retryReason: null };
  if (ended === 'timeout')
    return { error: errorOf(call, 'timeout', 'the call took too long', details), retryReason: null };
  if (ended === 'late')
    return { error: errorOf(call, 'timeout', 'the request it was made for took too long', details), retryReason: null };
  if (ended === 'silent') return { error: errorOf(call, 'timeout', 'no answer in time', details), retryReason: null };
  const code = codeOf(cause);
  if (code === 'UND_ERR_CONNECT_TIMEOUT')
    return { error: errorOf(call, 'timeout', 'no connection in time', details), retryReason: 'broken' };
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE')
    return { error: errorOf(call, 'bad_reply', 'the answer is too large', details), retryReason: null };
  if (stage === 'body')
    return { error: errorOf(call, 'bad_reply', 'the answer was cut short', details), retryReason: 'broken' };
  if (cause instanceof errors.HTTPParserError || code === 'UND_ERR_HEADERS_OVERFLOW') {
    return { error: errorOf(call, 'bad_reply', 'the answer is not HTTP', details), retryReason: null };
  }
  const what = stage === 'connect' ? 'no connection' : 'the connection broke before an answer';
  return { error: errorOf(call, 'unavailable', what, details), retryReason: 'broken' };
}

/**
 * The failure of an answer with an error status. A redirect is not followed: it would send the credential elsewhere.
 */
export function failureOfStatus(call: CalledOperation, exchange: Exchange, now: number): Failure {
  const { status } = exchange;
  const details = { status, oktaRequestId: headerOf(exchange, 'x-okta-request-id'), acted: actedBy(call) };
  if (status < 400)
    return {
      error: errorOf(call, 'bad_reply', `answered with ${status}, which is not followed`, details),
      retryReason: null,
    };
  const retryReason = status === 429 ? 'limited' : status === 502 || status === 503 || status === 504 ? 'broken' : null;
  const read = readError(jsonOf(exchange));
  if (read === null && status >= 500)
    return {
      error: errorOf(call, 'bad_reply', `answered with ${status} and no error of Okta's`, details),
      retryReason,
    };
  const code = read?.code ?? null;
  // A refusal was not carried out. A proxy may send 408 without knowing.
  const acted = status < 500 && status !== 408 ? 'no' : details.acted;
  const retryAt = status === 429 ? retryAtOf(exchange, code, now, call.sends === true) : null;
  return {
    error: errorOf(call, 'api', `${status} ${code ?? 'without a code'}`, { ...read, ...details, acted, retryAt }),
    retryReason,
  };
}

/** The failure of a success that is not what this call gives. */
export function failureOfShape(call: CalledOperation, exchange: Exchange, cause: unknown): Failure {
  const details = {
    status: exchange.status,
    oktaRequestId: headerOf(exchange, 'x-okta-request-id'),
    acted: actedBy(call),
    cause,
  };
  return { error: errorOf(call, 'bad_reply', 'the answer is not what this call gives', details), retryReason: null };
}

/** The failure of a call without an access token: the call itself was not sent. */
export function failureOfCredential(call: CalledOperation, error: OktaError): Failure {
  const { kind, status, code, summary, causes, errorId, oktaRequestId, retryAt } = error;
  const details: OktaErrorDetails = {
    status,
    code,
    summary,
    causes,
    errorId,
    oktaRequestId,
    retryAt,
    acted: 'no',
    cause: error,
  };
  return { error: errorOf(call, kind, `no access token: ${error.message}`, details), retryReason: null };
}

function actedBy(call: CalledOperation): 'no' | 'maybe' {
  return call.method === 'GET' ? 'no' : 'maybe';
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
}
