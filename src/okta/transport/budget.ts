import type { Rate } from './rate.ts';
import { createShares, type Usage } from './shares.ts';

export type { Usage } from './shares.ts';

/** One rate bucket as last seen. `resetAt` in milliseconds of the clock. */
export type BucketSnapshot = { bucket: string; limit: number; remaining: number; resetAt: number };

export type Budget = {
  /**
   * Milliseconds until when this bucket is closed to such a call, or null when it may go; then {@link Budget.begin}
   * counts it.
   */
  closedUntil(bucket: string, usage?: Usage): number | null;
  /** Counts a call as under way. Give what its answer said to the returned function, or null when it said nothing. */
  begin(bucket: string, usage?: Usage): (rate: Rate | null) => void;
  snapshot(): BucketSnapshot[];
};

/** We leave a fifth to the org's other callers: an administrator at work must not be locked out by a portal. */
const ours = 0.8;
/** Of what a call may use at most, reads may use this part: the rest is for changes. */
const readsPart = 0.9;
/** A window this large is an org without limits. */
const unlimited = 100_000;
/**
 * One person's calls under way on a bucket of which nobody knows the size yet: a fifth of the smallest that Okta has.
 */
const unknownUnderWay = 10;
/** Whole seconds on both sides put one window's end up to a second off from answer to answer. */
const sameWindowMs = 2000;

/** `apart`: buckets that cannot be this one at the org, by what their answers said. */
type Bucket = { rate: Rate | null; underWay: number; apart: Set<Bucket> };

const anybody: Usage = { caller: null, search: false, change: true };

/**
 * Stops by itself before the org says 429. Okta counts per minute and path; the headers of each answer say how far the
 * window is used. Calls under way are counted as used, since a burst would else pass before the first answer is back.
 *
 * Headers do not name the bucket, and several paths may share one. Paths whose window has the same size and end are
 * taken for one bucket, until an answer shows more left on one than on the other.
 *
 * @param clock milliseconds; a window whose end has passed, or lies absurdly far after the clock was set back, is over.
 */
export function createBudget(clock: { now(): number }): Budget {
  const buckets = new Map<string, Bucket>();
  const shares = createShares<Bucket>();

  function open(name: string): Bucket {
    let bucket = buckets.get(name);
    if (bucket === undefined) buckets.set(name, (bucket = { rate: null, underWay: 0, apart: new Set() }));
    return bucket;
  }

  function live({ rate }: Bucket): Rate | null {
    if (rate === null) return null;
    const left = rate.resetAt - clock.now();
    return left > 0 && left <= 11 * 60_000 ? rate : null;
  }

  function current(bucket: Bucket): Rate | null {
    if (bucket.rate === null) return null;
    // A window that is over: its size is what the next one will have, until an answer says otherwise.
    return live(bucket) ?? { limit: bucket.rate.limit, remaining: bucket.rate.limit, resetAt: clock.now() + 1000 };
  }

  /** The bucket and those that may be the same at the org. One whose window is over may be any of its size. */
  function poolOf(bucket: Bucket): Bucket[] {
    const own = live(bucket);
    const limit = bucket.rate?.limit;
    return [...buckets.values()].filter((other) => {
      if (other === bucket) return true;
      if (other.rate?.limit !== limit || bucket.apart.has(other)) return false;
      const rate = live(other);
      // Of a window that is over, only what is under way can be in the next one.
      if (rate === null) return other.underWay > 0;
      return own === null || Math.abs(rate.resetAt - own.resetAt) <= sameWindowMs;
    });
  }

  /** Within one window what remains only falls: whoever has more left than is possible is another bucket. */
  function tellApart(bucket: Bucket, said: Rate): void {
    for (const other of poolOf(bucket)) {
      const rate = live(other);
      if (other === bucket || rate === null || Math.abs(rate.resetAt - said.resetAt) > sameWindowMs) continue;
      if (said.remaining <= rate.remaining + bucket.underWay + other.underWay + 1) continue;
      bucket.apart.add(other);
      other.apart.add(bucket);
    }
  }

  return {
    closedUntil(name, usage = anybody) {
      const bucket = open(name);
      const rate = current(bucket);
      if (rate === null) {
        const { caller } = usage;
        return caller !== null && shares.underWay(bucket, caller) >= unknownUnderWay ? clock.now() + 1000 : null;
      }
      if (rate.limit >= unlimited) return null;
      const pool = poolOf(bucket);
      const rates = pool.map(live).filter((one) => one !== null);
      const { resetAt } = live(bucket) ?? rates[0] ?? rate;
      const remaining = Math.min(rate.remaining, ...rates.map((one) => one.remaining));
      const used = rate.limit - remaining + pool.reduce((sum, { underWay }) => sum + underWay, 0);
      const part = usage.change ? 1 : readsPart;
      // One call at least, or a tiny bucket would stay closed for ever.
      if (used + 1 > Math.max(1, rate.limit * ours * part)) return resetAt;
      return shares.exceeds(pool, usage, rate.limit, part, clock.now()) ? resetAt : null;
    },
    begin(name, usage = anybody) {
      const bucket = open(name);
      bucket.underWay += 1;
      // An org without limits needs no counting.
      const ended =
        bucket.rate !== null && bucket.rate.limit >= unlimited
          ? null
          : shares.count(bucket, usage, live(bucket)?.resetAt ?? null, clock.now());
      return (said) => {
        bucket.underWay -= 1;
        if (said !== null) {
          tellApart(bucket, said);
          const known = current(bucket);
          bucket.rate = newer(known, said);
          if (known === null || said.resetAt > known.resetAt + sameWindowMs) shares.turn(bucket, bucket.rate.resetAt);
        }
        ended?.();
      };
    },
    snapshot: () =>
      [...buckets].flatMap(([name, bucket]) => (bucket.rate === null ? [] : [{ bucket: name, ...bucket.rate }])),
  };
}

/** Answers may arrive out of order: within one window what remains only falls, and a window never comes back. */
function newer(known: Rate | null, said: Rate): Rate {
  if (known === null || said.limit !== known.limit || said.resetAt > known.resetAt + sameWindowMs) return said;
  if (said.resetAt < known.resetAt - sameWindowMs) return known;
  return { ...said, remaining: Math.min(known.remaining, said.remaining) };
}
