/** Time limits in milliseconds, sizes in bytes. */
export type Limits = {
  /** How long opening a connection may take, including TLS. */
  connectMs: number;
  /** From sending an attempt, including opening the connection, to the answer's headers. */
  headersMs: number;
  /** The whole call: waiting for a connection, all attempts, the pauses in between, and the body's last byte. */
  callMs: number;
  maxReplyBytes: number;
  /** Concurrent connections to the org. Further calls wait for a connection, within their time limit. */
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

/** Combines the call's time limits with the caller's signal. */
export class Deadline {
  readonly #end: number;
  readonly #caller: AbortSignal | undefined;
  readonly #controller = new AbortController();
  readonly #limit: NodeJS.Timeout;
  #answer: NodeJS.Timeout | undefined;
  #onEnd: (() => void) | null = null;
  readonly #onAbort = () => this.#stop('aborted');
  /** Aborts when the call must end. For waits other than the wait for an answer, such as a pause before a retry. */
  readonly signal = this.#controller.signal;

  /** @param requestMs milliseconds left for the request to which the call belongs; infinite outside a request */
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
   * Why the call had to end: its own limit (`timeout`), no answer in time (`silent`), the caller (`aborted`), or its
   * request's deadline (`late`). Null while the call may continue.
   */
  ended(): EndReason | null {
    return this.signal.aborted ? (this.signal.reason as EndReason) : null;
  }

  /**
   * Begins an attempt. `within`: how long the answer may take to begin, in milliseconds. Calls `listener` if a limit
   * ends the attempt. The previous attempt's listener is no longer called.
   */
  begin(within: number, listener: () => void): void {
    this.#onEnd = listener;
    this.#answer = setTimeout(() => this.#stop('silent'), within);
  }

  /**
   * Call this when the answer has begun or will not come. After that, only the call's limit, its request's deadline or
   * its caller can end the call.
   */
  stopWaiting(): void {
    clearTimeout(this.#answer);
  }

  /** Milliseconds until the call's limit. */
  left(): number {
    return this.#end - performance.now();
  }

  /** Call this at the end of the call. Removes the timers and the listener. */
  close(): void {
    clearTimeout(this.#limit);
    this.stopWaiting();
    this.#onEnd = null;
    this.#caller?.removeEventListener('abort', this.#onAbort);
  }
}
