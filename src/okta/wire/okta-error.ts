/**
 * - `unavailable`: no connection, no first byte of an answer, or an open breaker.
 * - `timeout`: one of our time limits was exceeded.
 * - `bad_reply`: the answer is not what this call returns.
 * - `throttled`: our rate budget is used up. Nothing was sent.
 */
export type OktaErrorKind = 'api' | 'unavailable' | 'timeout' | 'bad_reply' | 'aborted' | 'throttled';

export type OktaErrorDetails = {
  status?: number | null;
  /** Okta's `errorCode` (`E0000068`), or an OAuth endpoint's `error`. */
  code?: string | null;
  /** Okta's `errorSummary`. It may contain ids and may change, so it is never shown to people. */
  summary?: string | null;
  causes?: string[];
  errorId?: string | null;
  /** Okta's support can find the call with it. */
  oktaRequestId?: string | null;
  /** Milliseconds since 1970 on the client's clock. Null if unknown. */
  retryAt?: number | null;
  /** Whose rate limit refused the call. */
  limitScope?: 'org' | 'caller' | null;
  /** Whether Okta may have carried out the change. Always `no` for reads. */
  acted?: 'no' | 'maybe';
  cause?: unknown;
};

/**
 * The error with which every call of the client rejects, except a TypeError for an invalid id. Never contains the
 * credential.
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
  readonly limitScope: 'org' | 'caller' | null;
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
    this.limitScope = details.limitScope ?? null;
    this.acted = details.acted ?? 'no';
  }

  toJSON(): Record<string, unknown> {
    const { name, message, kind, status, code, summary, causes, errorId, oktaRequestId, retryAt, acted } = this;
    return { name, message, kind, status, code, summary, causes, errorId, oktaRequestId, retryAt, acted };
  }
}
