import type { Rate } from './rate.ts';
import { createShares, type Usage } from './shares.ts';

/** One rate-limit bucket as last reported; `resetAt` in milliseconds of the clock. */
export type BucketSnapshot = { bucket: string; limit: number; remaining: number; resetAt: number };

/** The portal leaves a fifth of each limit to the org's other clients, so it cannot lock out an administrator. */
const portalPart = 0.8;
/** Reads may use this part of what a call may use at most; the rest is for changes. */
const readsPart = 0.9;
/** A limit this large means an org without limits. */
export const unlimited = 100_000;
/** How many reads all portals together may send in a window of `limit` calls. */
export const readsIn = (limit: number): number => limit * portalPart * readsPart;
/** How many calls one person may have running on a bucket of unknown size: a fifth of Okta's smallest. */
const unknownUnderWay = 10;
/** Both sides round to seconds, so the same window's end differs by up to two seconds between answers. */
const sameWindowMs = 2000;

/** Until when a bucket is closed, in milliseconds, and whose limit closes it: the org's or the caller's share. */
export type Closed = { until: number; limitScope: 'org' | 'caller' };
/** `apart`: buckets whose answers show that they differ from this one at Okta. */
type Bucket = { rate: Rate | null; underWay: number; apart: Set<Bucket> };

const noCaller: Usage = { caller: null, search: false, change: true };

/** What is left in a bucket's present window; null without one. */
function live({ rate }: Bucket, now: number): Rate | null {
  if (rate === null) return null;
  const left = rate.resetAt - now;
  return left > 0 && left <= 11 * 60_000 ? rate : null;
}

function current(bucket: Bucket, now: number): Rate | null {
  if (bucket.rate === null) return null;
  // The window is over: the next one has the same size, until an answer says otherwise.
  return live(bucket, now) ?? { limit: bucket.rate.limit, remaining: bucket.rate.limit, resetAt: now + 1000 };
}

/** All buckets that may be one bucket at Okta. A bucket whose window is over may match any of its size. */
function findPool(buckets: Iterable<Bucket>, bucket: Bucket, now: number): Bucket[] {
  const own = live(bucket, now);
  const limit = bucket.rate?.limit;
  const maySame = (other: Bucket): boolean => {
    if (other === bucket) return true;
    if (other.rate?.limit !== limit || bucket.apart.has(other)) return false;
    const rate = live(other, now);
    // When the window is over, only running calls count in the next one.
    if (rate === null) return other.underWay > 0;
    return own === null || Math.abs(rate.resetAt - own.resetAt) <= sameWindowMs;
  };
  return [...buckets].filter(maySame);
}

/** Within one window the remaining number only falls: a bucket with more left than possible is another one. */
function tellApart(pool: readonly Bucket[], bucket: Bucket, reported: Rate, now: number): void {
  for (const other of pool) {
    const rate = live(other, now);
    if (other === bucket || rate === null || Math.abs(rate.resetAt - reported.resetAt) > sameWindowMs) continue;
    if (reported.remaining <= rate.remaining + bucket.underWay + other.underWay + 1) continue;
    bucket.apart.add(other);
    other.apart.add(bucket);
  }
}

/** How many calls of a pool's window are used, running ones included, and when that window ends. */
function measure(pool: readonly Bucket[], bucket: Bucket, rate: Rate, now: number): { used: number; resetAt: number } {
  const windows = pool.flatMap((other) => live(other, now) ?? []);
  const remaining = Math.min(rate.remaining, ...windows.map((one) => one.remaining));
  const running = pool.reduce((sum, { underWay }) => sum + underWay, 0);
  return { used: rate.limit - remaining + running, resetAt: (live(bucket, now) ?? windows[0] ?? rate).resetAt };
}

/**
 * Stops calls before Okta answers 429. Okta counts per minute and path; each answer's headers say how much of the
 * window is used. Running calls count as used, or a burst would pass before the first answer.
 * Headers do not name the bucket, and several paths may share one. Paths whose windows have the same size and end count
 * as one bucket, until an answer shows more left on one than on the other.
 * @param clock in milliseconds; a window whose end has passed, or lies too far ahead after the clock was set back, is
 * over
 * @param replicas how many portals call the org now: each sends its part of what all may send, since none knows what
 * the others have running
 */
export function createBudget(clock: { now(): number }, replicas: () => number = () => 1) {
  const buckets = new Map<string, Bucket>();
  const shares = createShares<Bucket>();

  function open(name: string): Bucket {
    let bucket = buckets.get(name);
    if (bucket === undefined) buckets.set(name, (bucket = { rate: null, underWay: 0, apart: new Set() }));
    return bucket;
  }

  return {
    /** Whether the bucket is closed to such a call; null when the call may start. Then `begin`. */
    closed(name: string, usage: Usage = noCaller): Closed | null {
      const now = clock.now();
      const bucket = open(name);
      const rate = current(bucket, now);
      if (rate === null) {
        const { caller } = usage;
        return caller !== null && shares.underWay(bucket, caller) >= unknownUnderWay
          ? { until: now + 1000, limitScope: 'caller' }
          : null;
      }
      if (rate.limit >= unlimited) return null;
      const pool = findPool(buckets.values(), bucket, now);
      const { used, resetAt } = measure(pool, bucket, rate, now);
      const part = usage.change ? 1 : readsPart;
      // Allows one call at least: otherwise a tiny bucket would stay closed for ever.
      if (used + 1 > Math.max(1, rate.limit * portalPart * part)) return { until: resetAt, limitScope: 'org' };
      const portals = replicas();
      const own = rate.limit / portals;
      if (portals > 1 && shares.sent(pool, now) + 1 > Math.max(1, own * portalPart * part))
        return { until: resetAt, limitScope: 'org' };
      return shares.exceeds(pool, usage, own, part, now) ? { until: resetAt, limitScope: 'caller' } : null;
    },
    /** Counts a call as running. Pass the rate limit of its answer to the returned function, or null without one. */
    begin(name: string, usage: Usage = noCaller): (rate: Rate | null) => void {
      const bucket = open(name);
      bucket.underWay += 1;
      const startedAt = clock.now();
      const ended =
        bucket.rate !== null && bucket.rate.limit >= unlimited
          ? null
          : shares.count(bucket, usage, live(bucket, startedAt)?.resetAt ?? null, startedAt);
      return (reported) => {
        bucket.underWay -= 1;
        if (reported !== null) {
          const now = clock.now();
          tellApart(findPool(buckets.values(), bucket, now), bucket, reported, now);
          const earlier = current(bucket, now);
          bucket.rate = newer(earlier, reported);
          if (earlier === null || reported.resetAt > earlier.resetAt + sameWindowMs)
            shares.startWindow(bucket, bucket.rate.resetAt);
        }
        ended?.();
      };
    },
    snapshot: (): BucketSnapshot[] =>
      [...buckets].flatMap(([name, bucket]) => (bucket.rate === null ? [] : [{ bucket: name, ...bucket.rate }])),
  };
}

/**
 * Gives the later of two answers, which may arrive out of order: within a window the remaining number only falls, and a
 * window never returns.
 */
function newer(earlier: Rate | null, reported: Rate): Rate {
  if (earlier === null || reported.limit !== earlier.limit || reported.resetAt > earlier.resetAt + sameWindowMs)
    return reported;
  if (reported.resetAt < earlier.resetAt - sameWindowMs) return earlier;
  return { ...reported, remaining: Math.min(earlier.remaining, reported.remaining) };
}
