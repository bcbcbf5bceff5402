/** How long and how much. Times in milliseconds, sizes in bytes. */
export type Limits = {
  /** To a connection, TLS included. */
  connectMs: number;
  /** From the request sent to the answer's headers. */
  headersMs: number;
  /** The whole call: waiting for a connection, every attempt, the pauses between them, and the last byte of the body. */
  callMs: number;
  maxReplyBytes: number;
  /** Connections to the org at one time; more calls wait for one, within their time. */
  connections: number;
};

export const defaultLimits: Limits = { connectMs: 1000, headersMs: 5000, callMs: 10_000, maxReplyBytes: 1_000_000, connections: 32 };

/** A call's time and its caller's patience, joined into one signal. */
export type Deadline = {
  signal: AbortSignal;
  /** Why the signal fired: our limit or the caller. Null while it has not. */
  ended(): 'timeout' | 'aborted' | null;
  /** Milliseconds until the limit. */
  left(): number;
  /** Must be called when the call is over, or its timer and listener stay. */
  close(): void;
};

export function openDeadline(ms: number, caller?: AbortSignal): Deadline {
  const controller = new AbortController();
  const end = performance.now() + ms;
  let why: 'timeout' | 'aborted' | null = null;
  const stop = (reason: 'timeout' | 'aborted') => {
    why ??= reason;
    controller.abort();
  };
  const timer = setTimeout(stop, ms, 'timeout');
  const onAbort = () => stop('aborted');
  if (caller?.aborted) onAbort();
  else caller?.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    ended: () => why,
    left: () => end - performance.now(),
    close() {
      clearTimeout(timer);
      caller?.removeEventListener('abort', onAbort);
    },
  };
}
