import type { Cancellation } from './request-headers.ts';

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

type Ending = 'timeout' | 'silent' | 'aborted' | 'late';

/** The call's time limits and the caller's signal, joined. */
export class Deadline {
  readonly #end: number;
  readonly #endsBy: 'timeout' | 'late';
  readonly #caller: Cancellation | undefined;
  #why: Ending | null = null;
  #answerBy = Number.POSITIVE_INFINITY;
  #onEnd: (() => void) | null = null;
  #controller: AbortController | null = null;
  /** One for both limits: it runs until the earlier one, and then on to the other. */
  #timer: NodeJS.Timeout | undefined;
  #firesAt = Number.POSITIVE_INFINITY;
  readonly #onAbort = () => this.#stop('aborted');

  /** @param requestMs what is left of the request that the call belongs to; infinite outside a request */
  constructor(ms: number, caller?: Cancellation, requestMs = Number.POSITIVE_INFINITY) {
    this.#end = performance.now() + Math.min(ms, requestMs);
    this.#endsBy = requestMs < ms ? 'late' : 'timeout';
    this.#caller = caller;
    if (caller?.aborted) this.#stop('aborted');
    else caller?.addEventListener('abort', this.#onAbort);
  }

  #stop(reason: Ending): void {
    if (this.#why !== null) return;
    this.#why = reason;
    clearTimeout(this.#timer);
    this.#controller?.abort();
    this.#onEnd?.();
  }

  #check(): void {
    const now = performance.now();
    this.#firesAt = Number.POSITIVE_INFINITY;
    if (now >= this.#end) this.#stop(this.#endsBy);
    else if (now >= this.#answerBy) this.#stop('silent');
    else this.#fireIn(Math.min(this.#end, this.#answerBy) - now, now);
  }

  #fireIn(wait: number, now: number): void {
    if (now + wait >= this.#firesAt) return;
    clearTimeout(this.#timer);
    this.#firesAt = now + wait;
    this.#timer = setTimeout(() => this.#check(), Math.ceil(wait));
  }

  /** For waits other than an answer. */
  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      if (this.#why === null) this.#fireIn(this.left(), performance.now());
      else this.#controller.abort();
    }
    return this.#controller.signal;
  }

  /**
   * Why the call had to end: its limit, an answer that did not begin in time, the caller, or (`late`) the end of its
   * request. Null while it may go on.
   */
  ended(): Ending | null {
    return this.#why;
  }

  /**
   * Begins an attempt, whose answer must begin within so many milliseconds. Calls `listener` when a limit is over, and
   * never the one before.
   */
  begin(within: number, listener: () => void): void {
    const now = performance.now();
    const left = this.#end - now;
    this.#onEnd = listener;
    this.#answerBy = now + within;
    this.#fireIn(within < left ? within : left, now);
  }

  /** The answer has begun, or will not come: from now on, only the call's own limit counts. */
  stopWaiting(): void {
    this.#answerBy = Number.POSITIVE_INFINITY;
  }

  /** Milliseconds until the limit. */
  left(): number {
    return this.#end - performance.now();
  }

  /** Must be called at the end of the call; it removes the timer and the listener. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#onEnd = null;
    this.#caller?.removeEventListener('abort', this.#onAbort);
  }
}
