/**
 * What a call is for: whose it is, whether it is one of the helpdesk's searches, and whether it belongs to a change.
 */
export type Usage = { readonly caller: string | null; readonly search: boolean; readonly change: boolean };

/** Of a window's calls: one person's at most, and the helpdesk's searches together. */
const personShare = 1 / 5;
const searchShare = 1 / 3;
const minuteMs = 60_000;

type Count = { sent: number; underWay: number };
type Counts = { endsAt: number; people: Map<string, Count>; searches: Count };

export type Shares<Bucket extends object> = {
  /**
   * Whether one more call would be over its person's or the searches' share of a window of `limit` calls.
   * @param part of the share that may be used
   */
  exceeds(pool: readonly Bucket[], usage: Usage, limit: number, part: number, now: number): boolean;
  /** A person's calls that have not ended yet. */
  underWay(bucket: Bucket, caller: string): number;
  /**
   * Counts a call; the function returned says that it has ended.
   * @param resetAt when the window ends, null when nobody knows
   */
  count(bucket: Bucket, usage: Usage, resetAt: number | null, now: number): () => void;
  /** How many people are counted now. */
  entries(): number;
  /** A new window began, which ends at `resetAt`: what is under way is counted in it, and nothing else. */
  turn(bucket: Bucket, resetAt: number): void;
};

/**
 * Counts each person's calls and the helpdesk's searches in each window. Every entry stands for a call in its window,
 * so that there are never more entries than the window has calls; they go with it.
 */
export function createShares<Bucket extends object>(): Shares<Bucket> {
  const all = new Map<Bucket, Counts>();

  function turn(bucket: Bucket, endsAt: number): void {
    const counts = all.get(bucket);
    if (counts === undefined) return;
    counts.endsAt = endsAt;
    counts.searches.sent = counts.searches.underWay;
    for (const [caller, count] of counts.people) {
      count.sent = count.underWay;
      if (count.sent === 0) counts.people.delete(caller);
    }
  }

  function known(bucket: Bucket, resetAt: number | null, now: number): Counts | undefined {
    const counts = all.get(bucket);
    // The clock may have been set back: a window is never this far from its end.
    if (counts !== undefined && (now >= counts.endsAt || counts.endsAt - now > 11 * minuteMs))
      turn(bucket, resetAt ?? now + minuteMs);
    return counts;
  }

  function countsOf(bucket: Bucket, resetAt: number | null, now: number): Counts {
    const earlier = known(bucket, resetAt, now);
    if (earlier !== undefined) return earlier;
    const counts: Counts = { endsAt: resetAt ?? now + minuteMs, people: new Map(), searches: { sent: 0, underWay: 0 } };
    all.set(bucket, counts);
    return counts;
  }

  return {
    underWay: (bucket, caller) => all.get(bucket)?.people.get(caller)?.underWay ?? 0,
    exceeds(pool, { caller, search }, limit, part, now) {
      const counted = pool.map((bucket) => known(bucket, null, now)).filter((counts) => counts !== undefined);
      const sum = (sent: (counts: Counts) => number) => counted.reduce((total, counts) => total + sent(counts), 0);
      const over = (used: number, share: number) => used + 1 > Math.max(1, limit * share * part);
      if (
        search &&
        over(
          sum(({ searches }) => searches.sent),
          searchShare,
        )
      )
        return true;
      return (
        caller !== null &&
        over(
          sum(({ people }) => people.get(caller)?.sent ?? 0),
          personShare,
        )
      );
    },
    count(bucket, { caller, search }, resetAt, now) {
      const { people, searches } = countsOf(bucket, resetAt, now);
      const mine: Count[] = search ? [searches] : [];
      if (caller !== null) {
        const count = people.get(caller) ?? { sent: 0, underWay: 0 };
        people.set(caller, count);
        mine.push(count);
      }
      for (const count of mine) {
        count.sent += 1;
        count.underWay += 1;
      }
      return () => {
        for (const count of mine) count.underWay -= 1;
      };
    },
    entries: () => [...all.values()].reduce((total, { people }) => total + people.size, 0),
    turn,
  };
}
