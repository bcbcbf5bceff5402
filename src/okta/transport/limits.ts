/** Time limits in milliseconds, sizes in bytes. */
export type Limits = {
  /** To open a connection, TLS included. */
  connectMs: number;
  /** From sending an attempt, opening the connection included, to the answer's headers. */
  headersMs: number;
  /** The whole call: waiting for a connection, all attempts, the pauses between them, and the body's last byte. */
  callMs: number;
  maxReplyBytes: number;
  /** Concurrent connections to the org; more calls wait for one, within their time. */
  connections: number;
};

export const defaultLimits: Limits = {
  connectMs: 1000,
  headersMs: 5000,
  callMs: 10_000,
  maxReplyBytes: 1_000_000,
  connections: 32,
};

type EndReason = 'timeout' | 'silent' | 'aborted' | 'late';

/** The call's time limits and the caller's signal, joined. */
export class Deadline {
  readonly #end: number;
  readonly #caller: AbortSignal | undefined;
  readonly #controller = new AbortController();
  readonly #limit: NodeJS.Timeout;
  #answer: NodeJS.Timeout | undefined;
  #onEnd: (() => void) | null = null;
  readonly #onAbort = () => this.#stop('aborted');
  /** For waits other than an answer. */
  readonly signal = this.#controller.signal;

  /** @param requestMs what is left of the request that the call belongs to; infinite outside a request */
  constructor(ms: number, caller?: AbortSignal, requestMs = Number.POSITIVE_INFINITY) {
    const left = Math.min(ms, requestMs);
    this.#end = performance.now() + left;
    this.#limit = setTimeout(() => this.#stop(requestMs < ms ? 'late' : 'timeout'), Math.ceil(left));
    this.#caller = caller;
    if (caller?.aborted) this.#stop('aborted');
    else caller?.addEventListener('abort', this.#onAbort);
  }

  #stop(reason: EndReason): void {
    if (this.signal.aborted) return;
    this.#controller.abort(reason);
    this.#onEnd?.();
  }

  /**
   * Why the call had to end: its limit, an answer that did not begin in time, the caller, or (`late`) the end of its
   * request. Null while it may go on.
   */
  ended(): EndReason | null {
    return this.signal.aborted ? (this.signal.reason as EndReason) : null;
  }

  /**
   * Begins an attempt, whose answer must begin within so many milliseconds. Calls `listener` when a limit is over, and
   * never the one before.
   */
  begin(within: number, listener: () => void): void {
    this.#onEnd = listener;
    this.#answer = setTimeout(() => this.#stop('silent'), within);
  }

  /** The answer has begun, or will not come: from now on, only the call's own limit counts. */
  stopWaiting(): void {
    clearTimeout(this.#answer);
  }

  /** Milliseconds until the limit. */
  left(): number {
    return this.#end - performance.now();
  }

  /** Must be called at the end of the call; it removes the timers and the listener. */
  close(): void {
    clearTimeout(this.#limit);
    this.stopWaiting();
    this.#onEnd = null;
    this.#caller?.removeEventListener('abort', this.#onAbort);
  }
}
