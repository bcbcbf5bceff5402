import type { Rate } from './rate.ts';
import { createShares, type Usage } from './shares.ts';

/** `resetAt`: milliseconds since 1970, on our clock. */
export type BucketSnapshot = { bucket: string; limit: number; remaining: number; resetAt: number };

/** The part of each limit for all portals together. The rest is for other clients, such as the administrators. */
const portalPart = 0.8;
/** The part of the portal's calls that reads may use. The rest is reserved for changes. */
const readsPart = 0.9;
/** A limit of this size means that the org has no limits. */
export const unlimited = 100_000;
export const readsIn = (limit: number): number => limit * portalPart * readsPart;
/** How many calls one person may have running on a bucket of unknown size: a fifth of Okta's smallest bucket. */
const unknownUnderWay = 10;
/** Times are rounded to seconds, so two answers may report the same window's end up to 2 s apart. */
const sameWindowMs = 2000;

/** `until`: milliseconds. `limitScope`: whose limit closes the bucket, the org's or the caller's share. */
export type Closed = { until: number; limitScope: 'org' | 'caller' };
/** `apart`: buckets that answers have shown to be different buckets at Okta. */
type Bucket = { rate: Rate | null; underWay: number; apart: Set<Bucket> };

const noCaller: Usage = { caller: null, search: false, change: true };

/** Null if no answer reported the current window. */
function live({ rate }: Bucket, now: number): Rate | null {
  if (rate === null) return null;
  const left = rate.resetAt - now;
  return left > 0 && left <= 11 * 60_000 ? rate : null;
}

function current(bucket: Bucket, now: number): Rate | null {
  if (bucket.rate === null) return null;
  // The next window is assumed to have the same size until an answer reports it.
  return live(bucket, now) ?? { limit: bucket.rate.limit, remaining: bucket.rate.limit, resetAt: now + 1000 };
}

/** All buckets that may be one bucket at Okta. If a bucket's window is over, only its size must match. */
function findPool(buckets: Iterable<Bucket>, bucket: Bucket, now: number): Bucket[] {
  const own = live(bucket, now);
  const limit = bucket.rate?.limit;
  const maySame = (other: Bucket): boolean => {
    if (other === bucket) return true;
    if (other.rate?.limit !== limit || bucket.apart.has(other)) return false;
    const rate = live(other, now);
    if (rate === null) return other.underWay > 0;
    return own === null || Math.abs(rate.resetAt - own.resetAt) <= sameWindowMs;
  };
  return [...buckets].filter(maySame);
}

/**
 * In a window, the number of remaining calls only falls. If a path reports more calls than another path has left, the
 * two have different buckets at Okta.
 */
function tellApart(pool: readonly Bucket[], bucket: Bucket, reported: Rate, now: number): void {
  for (const other of pool) {
    const rate = live(other, now);
    if (other === bucket || rate === null || Math.abs(rate.resetAt - reported.resetAt) > sameWindowMs) continue;
    if (reported.remaining <= rate.remaining + bucket.underWay + other.underWay + 1) continue;
    bucket.apart.add(other);
    other.apart.add(bucket);
  }
}

function measure(pool: readonly Bucket[], bucket: Bucket, rate: Rate, now: number): { used: number; resetAt: number } {
  const windows = pool.flatMap((other) => live(other, now) ?? []);
  const remaining = Math.min(rate.remaining, ...windows.map((one) => one.remaining));
  const running = pool.reduce((sum, { underWay }) => sum + underWay, 0);
  return { used: rate.limit - remaining + running, resetAt: (live(bucket, now) ?? windows[0] ?? rate).resetAt };
}

/**
 * Headers do not name the bucket, and several paths may share one. So paths with the same size and end of window are
 * treated as one bucket until an answer contradicts.
 * @param clock in milliseconds
 * @param replicas how many portals call the org. Each sends only its part
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
    /** Null: the call may start. Call `begin` then. */
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
      // At least one call is allowed, because otherwise a tiny bucket would stay closed for ever.
      if (used + 1 > Math.max(1, rate.limit * portalPart * part)) return { until: resetAt, limitScope: 'org' };
      const portals = replicas();
      const own = rate.limit / portals;
      if (portals > 1 && shares.sent(pool, now) + 1 > Math.max(1, own * portalPart * part))
        return { until: resetAt, limitScope: 'org' };
      return shares.exceeds(pool, usage, own, part, now) ? { until: resetAt, limitScope: 'caller' } : null;
    },
    /** Pass the rate limit in the answer, or null, to the returned function. */
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

/** Answers may arrive in the wrong order. In a window, `remaining` only falls, and a window never returns. */
function newer(earlier: Rate | null, reported: Rate): Rate {
  if (earlier === null || reported.limit !== earlier.limit || reported.resetAt > earlier.resetAt + sameWindowMs)
    return reported;
  if (reported.resetAt < earlier.resetAt - sameWindowMs) return earlier;
  return { ...reported, remaining: Math.min(earlier.remaining, reported.remaining) };
}
