import type { Rate } from './rate.ts';

/** One rate bucket as last seen. `resetAt` in milliseconds of the clock. */
export type BucketSnapshot = { bucket: string; limit: number; remaining: number; resetAt: number };

export type Budget = {
  /** Milliseconds until when this bucket is closed to us, or null when a call may go; then {@link Budget.begin} counts it. */
  closedUntil(bucket: string): number | null;
  /** Counts a call as under way. Give what its answer said to the returned function, or null when it said nothing. */
  begin(bucket: string): (rate: Rate | null) => void;
  snapshot(): BucketSnapshot[];
};

/** We leave a fifth to the org's other callers: an administrator at work must not be locked out by a portal. */
const share = 0.8;
/** A window this large is an org without limits. */
const unlimited = 100_000;

type Bucket = { rate: Rate | null; underWay: number };

/**
 * Stops by itself before the org says 429. Okta counts per minute and path; the headers of each answer say how far the window is
 * used. Calls under way are counted as used, since a burst would else pass before the first answer is back.
 *
 * @param clock milliseconds; a window whose end has passed, or lies absurdly far after the clock was set back, is over.
 */
export function createBudget(clock: { now(): number }): Budget {
  const buckets = new Map<string, Bucket>();

  function open(name: string): Bucket {
    let bucket = buckets.get(name);
    if (bucket === undefined) buckets.set(name, (bucket = { rate: null, underWay: 0 }));
    return bucket;
  }

  function current(bucket: Bucket): Rate | null {
    if (bucket.rate === null) return null;
    const left = bucket.rate.resetAt - clock.now();
    if (left > 0 && left <= 11 * 60_000) return bucket.rate;
    // The window is over: its size is what the next one will have, until an answer says otherwise.
    return { limit: bucket.rate.limit, remaining: bucket.rate.limit, resetAt: clock.now() + 1000 };
  }

  return {
    closedUntil(name) {
      const bucket = open(name);
      const rate = current(bucket);
      if (rate === null || rate.limit >= unlimited) return null;
      const used = rate.limit - rate.remaining + bucket.underWay;
      // One call at least, or a tiny bucket would stay closed for ever.
      return used + 1 > Math.max(1, rate.limit * share) ? rate.resetAt : null;
    },
    begin(name) {
      const bucket = open(name);
      bucket.underWay += 1;
      return (said) => {
        bucket.underWay -= 1;
        if (said !== null) bucket.rate = newer(current(bucket), said);
      };
    },
    snapshot: () =>
      [...buckets].flatMap(([name, bucket]) => (bucket.rate === null ? [] : [{ bucket: name, ...bucket.rate }])),
  };
}

/** Answers may arrive out of order: within one window what remains only falls, and a window never comes back. */
function newer(known: Rate | null, said: Rate): Rate {
  // Whole seconds on both sides put one window's end up to a second off from answer to answer.
  const sameWindow = 2000;
  if (known === null || said.limit !== known.limit || said.resetAt > known.resetAt + sameWindow) return said;
  if (said.resetAt < known.resetAt - sameWindow) return known;
  return { ...said, remaining: Math.min(known.remaining, said.remaining) };
}
