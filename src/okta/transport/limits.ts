/** How long and how much. Times in milliseconds, sizes in bytes. */
export type Limits = {
  /** To a connection, TLS included. */
  connectMs: number;
  /** From sending an attempt, a connection included, to the answer's headers. */
  headersMs: number;
  /**
   * The whole call: waiting for a connection, every attempt, the pauses between them, and the last byte of the body.
   */
  callMs: number;
  maxReplyBytes: number;
  /** Connections to the org at one time; more calls wait for one, within their time. */
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

/** A call's time and its caller's patience, joined into one signal. */
export type Deadline = {
  signal: AbortSignal;
  /**
   * Why the signal fired: the call's limit, an answer that did not begin in time, the caller, or (`late`) the end of
   * the request it was made for. Null while it has not.
   */
  ended(): Ending | null;
  /** Gives an answer so many milliseconds to begin; the function returned says that it has. */
  answerWithin(ms: number): () => void;
  /** Milliseconds until the limit. */
  left(): number;
  /** Must be called when the call is over, or its timer and listener stay. */
  close(): void;
};

/** @param requestMs what is left of the request that the call is made for; infinite for none. */
export function openDeadline(ms: number, caller?: AbortSignal, requestMs = Number.POSITIVE_INFINITY): Deadline {
  const controller = new AbortController();
  const lasts = Math.min(ms, requestMs);
  const end = performance.now() + lasts;
  let why: Ending | null = null;
  const stop = (reason: Ending) => {
    why ??= reason;
    controller.abort();
  };
  const timer = setTimeout(stop, lasts, requestMs < ms ? 'late' : 'timeout');
  const onAbort = () => stop('aborted');
  if (caller?.aborted) onAbort();
  else caller?.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    ended: () => why,
    answerWithin(within) {
      const waiting = setTimeout(stop, within, 'silent');
      return () => clearTimeout(waiting);
    },
    left: () => end - performance.now(),
    close() {
      clearTimeout(timer);
      caller?.removeEventListener('abort', onAbort);
    },
  };
}
