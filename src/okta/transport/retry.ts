import type { Failure } from './failure.ts';

/** How many retries each reason has had. */
export type Attempts = { broken: number; limited: number; stale: number };

/** A 429 is retried only when its reset is this near: a person is waiting for the page. */
const nearMs = 3000;

/**
 * How long to wait before retrying a read, in milliseconds; null to give up. Once after a broken exchange (no
 * connection, a cut answer, 502, 503, 504), with jitter; up to twice after a 429 with a near reset; once and at once
 * with a new access token after a refused one. Timeouts are not retried. Never call it for a change: a second POST
 * could create a second factor or message.
 * @param left milliseconds until the call's limit
 */
export function pauseAfter(
  failure: Failure,
  had: Attempts,
  now: number,
  left: number,
  random: () => number,
): number | null {
  if (failure.retryReason === null) return null;
  if (failure.retryReason === 'stale') return had.stale === 0 ? 0 : null;
  if (failure.retryReason === 'broken') {
    const pause = 20 + random() * 80;
    return had.broken === 0 && pause < left ? pause : null;
  }
  const { retryAt } = failure.error;
  if (had.limited >= 2 || retryAt === null) return null;
  const pause = Math.max(0, retryAt - now);
  return pause <= nearMs && pause < left ? pause : null;
}
