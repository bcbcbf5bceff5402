import type { Clock } from '#clock';
import { runInScope } from '#okta/transport/call-scope.ts';

/** From a request's arrival to the end of its last call to Okta, in ms. Includes waits for locks. */
export const DEADLINE_MS = 25_000;

export function withDeadline<T>({ elapsed }: Clock, work: () => Promise<T>): Promise<T> {
  const now = elapsed();
  return runInScope(
    { caller: null, change: true, search: false, elapsed, arrivedAt: now, endsAt: now + DEADLINE_MS },
    work,
  );
}
