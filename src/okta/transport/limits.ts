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

/** The call's time limit and the caller's signal, joined into one signal. */
export type Deadline = ReturnType<typeof openDeadline>;

/** @param requestMs what is left of the request that the call belongs to; infinite outside a request */
export function openDeadline(ms: number, caller?: AbortSignal, requestMs = Number.POSITIVE_INFINITY) {
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
    /**
     * Why the signal fired: the call's limit, an answer that did not begin in time, the caller, or (`late`) the end of
     * its request. Null while it has not fired.
     */
    ended: (): Ending | null => why,
    /** Limits the time until the answer begins; call the returned function when it has. */
    answerWithin(within: number): () => void {
      const waiting = setTimeout(stop, within, 'silent');
      return () => clearTimeout(waiting);
    },
    /** Milliseconds until the limit. */
    left: () => end - performance.now(),
    /** Must be called at the end of the call; it removes the timer and the listener. */
    close(): void {
      clearTimeout(timer);
      caller?.removeEventListener('abort', onAbort);
    },
  };
}
