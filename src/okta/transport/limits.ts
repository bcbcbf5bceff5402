/** Times in milliseconds, sizes in bytes. */
export type Limits = {
  /** Includes TLS. */
  connectMs: number;
  /** From the start of an attempt, including the connecting, to the answer's headers. */
  headersMs: number;
  /** The whole call, with all attempts and pauses. */
  callMs: number;
  maxReplyBytes: number;
  /** Connections at the same time. Further calls wait, within their time limit. */
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

export class Deadline {
  readonly #end: number;
  readonly #caller: AbortSignal | undefined;
  readonly #controller = new AbortController();
  readonly #limit: NodeJS.Timeout;
  #answer: NodeJS.Timeout | undefined;
  #onEnd: (() => void) | null = null;
  readonly #onAbort = () => this.#stop('aborted');
  /** Use it for waits other than the wait for an answer, such as a pause before a retry. */
  readonly signal = this.#controller.signal;

  /** @param requestMs milliseconds until the request's deadline */
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

  /** `timeout`: the call's own limit. `silent`: no answer in time. `late`: the request's deadline. */
  ended(): EndReason | null {
    return this.signal.aborted ? (this.signal.reason as EndReason) : null;
  }

  /** Calls `listener` if a limit ends the attempt. `within`: milliseconds until the answer must begin. */
  begin(within: number, listener: () => void): void {
    this.#onEnd = listener;
    this.#answer = setTimeout(() => this.#stop('silent'), within);
  }

  /** Call this when the answer has begun or will not come. */
  stopWaiting(): void {
    clearTimeout(this.#answer);
  }

  /** Milliseconds until the call's own limit. */
  left(): number {
    return this.#end - performance.now();
  }

  close(): void {
    clearTimeout(this.#limit);
    this.stopWaiting();
    this.#onEnd = null;
    this.#caller?.removeEventListener('abort', this.#onAbort);
  }
}
