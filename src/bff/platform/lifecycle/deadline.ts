import type { Clock } from '#clock';
import { runInScope } from '#okta/transport/call-scope.ts';

/**
 * The time from a request's arrival to the end of its last call to Okta, including waits for a lock. The page waits
 * longer, so it receives the timeout error.
 */
export const DEADLINE_MS = 25_000;

/**
 * Runs work of the portal itself under a lock, in no request: its calls to Okta end as early as a request's, before the
 * lease of the lock ends.
 */
export function withDeadline<T>({ elapsed }: Clock, work: () => Promise<T>): Promise<T> {
  const now = elapsed();
  return runInScope(
    { caller: null, change: true, search: false, elapsed, arrivedAt: now, endsAt: now + DEADLINE_MS },
    work,
  );
}
