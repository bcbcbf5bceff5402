import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '#clock';
import { runInScope } from '#okta/transport/call-scope.ts';
import type { EndpointPolicy } from './policies.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** In milliseconds of the clock. */
    arrivedAt: number;
  }
}

/**
 * The time from arrival to the end of the last call to Okta, including waits for a lock. The page waits longer, so it
 * receives the timeout error.
 */
export const DEADLINE_MS = 25_000;

/** Records each request's arrival time before anything else. */
export function noteArrival(app: FastifyInstance, clock: Clock): void {
  app.decorateRequest('arrivedAt', 0);
  app.addHook('onRequest', (request, _reply, done) => {
    request.arrivedAt = clock.now();
    done();
  });
}

/**
 * Runs an endpoint's work in the scope of its request: every call to Okta ends with the request and counts for its
 * user.
 */
export function runForRequest<T>(
  { arrivedAt, session, trace }: FastifyRequest,
  policy: Pick<EndpointPolicy, 'change' | 'search'>,
  work: () => Promise<T>,
): Promise<T> {
  const { change, search = false } = policy;
  const { traceparent } = trace;
  const caller = session?.user_id ?? null;
  return runInScope({ caller, change, search, arrivedAt, endsAt: arrivedAt + DEADLINE_MS, traceparent }, work);
}

/**
 * Runs work of the portal itself under a lock, in no request: its calls to Okta end as early as a request's, before the
 * lease of the lock ends.
 */
export function withDeadline<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  const now = clock.now();
  return runInScope({ caller: null, change: true, search: false, arrivedAt: now, endsAt: now + DEADLINE_MS }, work);
}
