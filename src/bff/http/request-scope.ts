import type { FastifyInstance, FastifyRequest } from 'fastify';
import { runInScope } from '#okta/transport/call-scope.ts';
import { DEADLINE_MS } from '../platform/lifecycle/deadline.ts';
import type { EndpointPolicy } from './policies.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** By `performance.now()`, in milliseconds. */
    arrivedAt: number;
  }
}

/** Records each request's arrival time before anything else. */
export function noteArrival(app: FastifyInstance): void {
  app.decorateRequest('arrivedAt', 0);
  app.addHook('onRequest', (request, _reply, done) => {
    request.arrivedAt = performance.now();
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
