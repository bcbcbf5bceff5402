import type { Failure } from './failure.ts';

export type Attempts = { broken: number; limited: number; stale: number };

/** A 429 is retried only if its reset is at most this far away (ms), because a person waits for the page. */
const nearMs = 3000;

/** Milliseconds, or null to give up. Never call this for a change: a second POST could create a second factor. */
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
