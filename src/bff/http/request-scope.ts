import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '#clock';
import { runInScope, type CallScope } from '#okta/transport/call-scope.ts';
import { DEADLINE_MS } from '../platform/lifecycle/deadline.ts';
import type { EndpointPolicy } from './policies.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** When it arrived, and when its calls to Okta end. */
    time: Pick<CallScope, 'elapsed' | 'arrivedAt' | 'endsAt'>;
  }
}

/** Records each request's arrival time before anything else. */
export function stampArrival(app: FastifyInstance, clock: Clock): void {
  const { elapsed } = clock;
  app.decorateRequest('time');
  app.addHook('onRequest', (request, _reply, done) => {
    const arrivedAt = elapsed();
    request.time = { elapsed, arrivedAt, endsAt: arrivedAt + DEADLINE_MS };
    done();
  });
}

/**
 * Runs an endpoint's work in the scope of its request: every call to Okta ends with the request and counts for its
 * user.
 * @param policy `signIn`: calls of somebody who signs in; no session can use up their share of Okta's rate limit
 */
export function runForRequest<T>(
  { time, session, trace }: FastifyRequest,
  policy: Pick<EndpointPolicy, 'change' | 'search'> & { signIn?: string },
  work: () => Promise<T>,
): Promise<T> {
  const { change, search = false, signIn } = policy;
  const { traceparent } = trace;
  const caller = signIn === undefined ? (session?.user_id ?? null) : `sign-in ${signIn}`;
  return runInScope({ caller, change, search, ...time, traceparent }, work);
}
