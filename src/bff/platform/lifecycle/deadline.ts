import type { Clock } from '#clock';
import { runInScope } from '#okta/transport/call-scope.ts';

/**
 * Maximum time from a request's arrival to the end of its last call to Okta, in milliseconds. Includes waits for locks.
 * The page waits longer, so it receives the timeout error.
 */
export const DEADLINE_MS = 25_000;

/**
 * Runs background work under a lock. Its calls to Okta have the same deadline as a request's, which is shorter than the
 * lock's lease.
 */
export function withDeadline<T>({ elapsed }: Clock, work: () => Promise<T>): Promise<T> {
  const now = elapsed();
  return runInScope(
    { caller: null, change: true, search: false, elapsed, arrivedAt: now, endsAt: now + DEADLINE_MS },
    work,
  );
}
