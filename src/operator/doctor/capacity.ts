import { readsIn, unlimited, type BucketSnapshot } from '#okta/transport/budget.ts';

/** Calls to Okta for one page, and for one sign-in including its first page. */
export const CALLS = { page: 1, signIn: 4 };

/** Nobody knows which paths share a limit, so the smallest limit is used. Null: no answer contained a limit. */
export function describeCapacity(buckets: readonly BucketSnapshot[]): string | null {
  const limits = buckets.filter(({ bucket }) => bucket.startsWith('GET ')).map(({ limit }) => limit);
  if (limits.length === 0) return null;
  const smallest = Math.min(...limits);
  if (smallest >= unlimited) return 'the org sets none';
  const reads = readsIn(smallest);
  const text = (count: number) => Math.floor(count).toLocaleString('en');
  return `${text(smallest)} calls a minute carry about ${text(reads / CALLS.page)} page views a minute, or ${text((5 * reads) / CALLS.signIn)} sign-ins in 5 minutes, on all portals of one database together`;
}
