/** `path` excludes the query, which may contain codes. `status` is 0 if the connection was cut. */
export type LoggedRequest = { method: string; path: string; status: number; at: string };

/** Newest first. */
export type RequestLog = { add(request: LoggedRequest): void; list(limit?: number): LoggedRequest[]; clear(): void };

const KEPT = 20_000;

export function createRequestLog(): RequestLog {
  let kept: LoggedRequest[] = [];
  return {
    add(request) {
      kept.push(request);
      if (kept.length >= 2 * KEPT) kept = kept.slice(-KEPT);
    },
    list: (limit = KEPT) => kept.slice(-Math.min(limit, KEPT)).reverse(),
    clear() {
      kept = [];
    },
  };
}
