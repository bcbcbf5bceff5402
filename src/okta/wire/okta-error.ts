/**
 * What kept a call from giving its answer.
 * - `api`: the org answered with an error of its own (status 4xx or 5xx).
 * - `unavailable`: no connection, or it broke before the first byte of an answer, or our breaker is open.
 * - `timeout`: a time limit of ours ran out.
 * - `bad_reply`: an answer came, and it is not what this call gives (truncated, not JSON, too large, a redirect, a
 * wrong shape).
 * - `aborted`: the caller gave up.
 * - `throttled`: we stopped by ourselves before the org's rate limit; nothing was sent.
 */
export type OktaErrorKind = 'api' | 'unavailable' | 'timeout' | 'bad_reply' | 'aborted' | 'throttled';

export type OktaErrorDetails = {
  /** HTTP status of the answer, null when there was none. */
  status?: number | null;
  /**
   * Okta's `errorCode` (`E0000068`), or the `error` of an OAuth endpoint. The only part of an error that Okta promises
   * to keep.
   */
  code?: string | null;
  /** Okta's `errorSummary`: may name ids, may change, is not for people's eyes. */
  summary?: string | null;
  /** The `errorSummary` of each of Okta's `errorCauses`. */
  causes?: string[];
  errorId?: string | null;
  /** The answer's `x-okta-request-id`, by which Okta's support finds the call. */
  oktaRequestId?: string | null;
  /** When to try again, in milliseconds of the client's clock; null when nobody knows. */
  retryAt?: number | null;
  /** Whether the org may have carried out what was asked. Always `no` for reads, which change nothing. */
  acted?: 'no' | 'maybe';
  cause?: unknown;
};

/**
 * The one error every call of the client may reject with (besides a TypeError for an id that is none). It never holds
 * the credential.
 */
export class OktaError extends Error {
  override readonly name = 'OktaError';
  readonly kind: OktaErrorKind;
  readonly status: number | null;
  readonly code: string | null;
  readonly summary: string | null;
  readonly causes: string[];
  readonly errorId: string | null;
  readonly oktaRequestId: string | null;
  readonly retryAt: number | null;
  readonly acted: 'no' | 'maybe';

  constructor(kind: OktaErrorKind, message: string, details: OktaErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = kind;
    this.status = details.status ?? null;
    this.code = details.code ?? null;
    this.summary = details.summary ?? null;
    this.causes = details.causes ?? [];
    this.errorId = details.errorId ?? null;
    this.oktaRequestId = details.oktaRequestId ?? null;
    this.retryAt = details.retryAt ?? null;
    this.acted = details.acted ?? 'no';
  }

  /** For logs: everything but the stack and the cause. */
  toJSON(): Record<string, unknown> {
    const { name, message, kind, status, code, summary, causes, errorId, oktaRequestId, retryAt, acted } = this;
    return { name, message, kind, status, code, summary, causes, errorId, oktaRequestId, retryAt, acted };
  }
}
