import { errors } from 'undici';
import { OktaError, type OktaErrorDetails, type OktaErrorKind } from '../wire/okta-error.ts';
import { readError } from '../wire/error.ts';
import type { Deadline } from './limits.ts';
import type { Exchange, ExchangeFailed } from './pool.ts';
import { retryAtOf } from './rate.ts';
import { headerOf, jsonOf } from './reply.ts';

/** A failed attempt: what the caller will be told, and whether a read may be tried again. */
export type Failure = { error: OktaError; again: 'broken' | 'limited' | 'stale' | null };

/**
 * What is asked, for messages and for judging harm: the path with its places unfilled, so that no id gets into a log
 * this way.
 */
export type Asked = { method: string; template: string; sends?: boolean };

/** An error in words that name neither people nor secrets. */
export function errorOf(asked: Asked, kind: OktaErrorKind, what: string, details: OktaErrorDetails): OktaError {
  return new OktaError(kind, `${asked.method} ${asked.template}: ${what}`, details);
}

/** Judges an exchange that broke. */
export function failureOfBreak(asked: Asked, broken: ExchangeFailed, deadline: Deadline): Failure {
  const { stage, cause } = broken;
  const details: OktaErrorDetails = { cause, acted: stage === 'connect' ? 'no' : harm(asked) };
  const ended = deadline.ended();
  if (ended === 'aborted') return { error: errorOf(asked, 'aborted', 'the caller gave up', details), again: null };
  if (ended === 'timeout') return { error: errorOf(asked, 'timeout', 'the call took too long', details), again: null };
  if (ended === 'late')
    return { error: errorOf(asked, 'timeout', 'the request it was made for took too long', details), again: null };
  if (ended === 'silent') return { error: errorOf(asked, 'timeout', 'no answer in time', details), again: null };
  const code = codeOf(cause);
  if (code === 'UND_ERR_CONNECT_TIMEOUT')
    return { error: errorOf(asked, 'timeout', 'no connection in time', details), again: 'broken' };
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE')
    return { error: errorOf(asked, 'bad_reply', 'the answer is too large', details), again: null };
  if (stage === 'body')
    return { error: errorOf(asked, 'bad_reply', 'the answer was cut short', details), again: 'broken' };
  if (cause instanceof errors.HTTPParserError || code === 'UND_ERR_HEADERS_OVERFLOW') {
    return { error: errorOf(asked, 'bad_reply', 'the answer is not HTTP', details), again: null };
  }
  const what = stage === 'connect' ? 'no connection' : 'the connection broke before an answer';
  return { error: errorOf(asked, 'unavailable', what, details), again: 'broken' };
}

/**
 * Judges an answer whose status is no success.
 * A redirect is never followed: it would carry the credential to wherever it points.
 */
export function failureOfStatus(asked: Asked, exchange: Exchange, now: number): Failure {
  const { status } = exchange;
  const details = { status, oktaRequestId: headerOf(exchange, 'x-okta-request-id'), acted: harm(asked) };
  if (status < 400)
    return {
      error: errorOf(asked, 'bad_reply', `answered with ${status}, which is not followed`, details),
      again: null,
    };
  const again = status === 429 ? 'limited' : status === 502 || status === 503 || status === 504 ? 'broken' : null;
  const read = readError(jsonOf(exchange));
  if (read === null && status >= 500)
    return { error: errorOf(asked, 'bad_reply', `answered with ${status} and no error of Okta's`, details), again };
  const code = read?.code ?? null;
  // A refusal was not carried out. 408 comes from proxies on the way, which do not know.
  const acted = status < 500 && status !== 408 ? 'no' : details.acted;
  const retryAt = status === 429 ? retryAtOf(exchange, code, now, asked.sends === true) : null;
  return {
    error: errorOf(asked, 'api', `${status} ${code ?? 'without a code'}`, { ...read, ...details, acted, retryAt }),
    again,
  };
}

/** A success that does not hold what this call gives. */
export function failureOfShape(asked: Asked, exchange: Exchange, cause: unknown): Failure {
  const details = {
    status: exchange.status,
    oktaRequestId: headerOf(exchange, 'x-okta-request-id'),
    acted: harm(asked),
    cause,
  };
  return { error: errorOf(asked, 'bad_reply', 'the answer is not what this call gives', details), again: null };
}

/** There was no access token to send the call with: of the call itself, nothing was carried out. */
export function failureOfCredential(asked: Asked, error: OktaError): Failure {
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
  return { error: errorOf(asked, kind, `no access token: ${error.message}`, details), again: null };
}

function harm(asked: Asked): 'no' | 'maybe' {
  return asked.method === 'GET' ? 'no' : 'maybe';
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
}
