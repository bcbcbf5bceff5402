/** `caller`: the person for whom the call is made. */
export type Usage = { readonly caller: string | null; readonly search: boolean; readonly change: boolean };

/** The part of a window for one person, and the part for all helpdesk searches together. */
const personShare = 1 / 5;
const searchShare = 1 / 3;
const minuteMs = 60_000;

type Count = { sent: number; underWay: number };
type Counts = { endsAt: number; people: Map<string, Count>; searches: Count; all: Count };

/** Running calls are also counted in the new window. */
function startWindow(counts: Counts, endsAt: number): void {
  counts.endsAt = endsAt;
  counts.searches.sent = counts.searches.underWay;
  counts.all.sent = counts.all.underWay;
  for (const [caller, count] of counts.people) {
    count.sent = count.underWay;
    if (count.sent === 0) counts.people.delete(caller);
  }
}

const none = (): Count => ({ sent: 0, underWay: 0 });

/** Counts calls in each window: all calls, those of each person, and the helpdesk's searches. */
export function createShares<Bucket extends object>() {
  const buckets = new Map<Bucket, Counts>();

  function findCounts(bucket: Bucket, resetAt: number | null, now: number): Counts | undefined {
    const counts = buckets.get(bucket);
    // If the end is too far away, the clock was set back.
    if (counts !== undefined && (now >= counts.endsAt || counts.endsAt - now > 11 * minuteMs))
      startWindow(counts, resetAt ?? now + minuteMs);
    return counts;
  }

  function openCounts(bucket: Bucket, resetAt: number | null, now: number): Counts {
    const earlier = findCounts(bucket, resetAt, now);
    if (earlier !== undefined) return earlier;
    const counts: Counts = { endsAt: resetAt ?? now + minuteMs, people: new Map(), searches: none(), all: none() };
    buckets.set(bucket, counts);
    return counts;
  }

  return {
    underWay: (bucket: Bucket, caller: string): number => buckets.get(bucket)?.people.get(caller)?.underWay ?? 0,
    /** `limit`: calls in the window. `part`: the part of the share that may be used. */
    exceeds(pool: readonly Bucket[], { caller, search }: Usage, limit: number, part: number, now: number): boolean {
      let searched = 1;
      let sent = 1;
      for (const bucket of pool) {
        const counts = findCounts(bucket, null, now);
        searched += counts?.searches.sent ?? 0;
        if (caller !== null) sent += counts?.people.get(caller)?.sent ?? 0;
      }
      if (search && searched > Math.max(1, limit * searchShare * part)) return true;
      return caller !== null && sent > Math.max(1, limit * personShare * part);
    },
    sent: (pool: readonly Bucket[], now: number): number =>
      pool.reduce((total, bucket) => total + (findCounts(bucket, null, now)?.all.sent ?? 0), 0),
    /** Call the returned function when the call has ended. `resetAt`: null if unknown. */
    count(bucket: Bucket, { caller, search }: Usage, resetAt: number | null, now: number): () => void {
      const { people, searches, all } = openCounts(bucket, resetAt, now);
      const counters: Count[] = search ? [searches, all] : [all];
      if (caller !== null) {
        const count = people.get(caller) ?? none();
        people.set(caller, count);
        counters.push(count);
      }
      for (const count of counters) {
        count.sent += 1;
        count.underWay += 1;
      }
      return () => {
        for (const count of counters) count.underWay -= 1;
      };
    },
    entries: () => [...buckets.values()].reduce((total, { people }) => total + people.size, 0),
    startWindow(bucket: Bucket, endsAt: number): void {
      const counts = buckets.get(bucket);
      if (counts !== undefined) startWindow(counts, endsAt);
    },
  };
}
