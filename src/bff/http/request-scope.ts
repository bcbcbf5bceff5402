import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '#clock';
import { runInScope, type CallScope } from '#okta/transport/call-scope.ts';
import { DEADLINE_MS } from '../platform/lifecycle/deadline.ts';
import type { EndpointPolicy } from './policies.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** When the request arrived, and when its calls to Okta must end. */
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
 * Runs work in the scope of its request: calls to Okta end at the request's deadline, and count against the share of
 * Okta's rate limit that the request's user has.
 * @param policy `signIn` names somebody who signs in. No session can use up the share for their sign-ins.
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
