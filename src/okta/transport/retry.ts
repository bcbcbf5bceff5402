import type { Failure } from './failure.ts';

/** How many attempts each reason has had already. */
export type Attempts = { broken: number; limited: number; stale: number };

/** A 429 is waited for only when its reset is this near: a person is looking at a page meanwhile. */
const nearMs = 3000;

/**
 * How long to wait before a read is tried again, in milliseconds; null to give up. Once after it broke (no connection,
 * cut before the answer was whole, 502, 503, 504), after a short pause with some chance in it; up to twice after a 429
 * whose reset is near; once and at once with a new access token after the old one was refused. Time limits are not
 * tried again: the time is gone. Never asked for a change: a second POST might be a second factor, a second message.
 *
 * @param left milliseconds until the call's limit
 */
export function pauseAfter(
  failure: Failure,
  had: Attempts,
  now: number,
  left: number,
  random: () => number,
): number | null {
  if (failure.again === null) return null;
  if (failure.again === 'stale') return had.stale === 0 ? 0 : null;
  if (failure.again === 'broken') {
    const pause = 20 + random() * 80;
    return had.broken === 0 && pause < left ? pause : null;
  }
  const { retryAt } = failure.error;
  if (had.limited >= 2 || retryAt === null) return null;
  const pause = Math.max(0, retryAt - now);
  return pause <= nearMs && pause < left ? pause : null;
}
