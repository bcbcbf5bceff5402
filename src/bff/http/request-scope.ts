import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '#clock';
import { runInScope, type CallScope } from '#okta/transport/call-scope.ts';
import { DEADLINE_MS } from '../platform/lifecycle/deadline.ts';
import type { EndpointPolicy } from './policies.ts';

declare module 'fastify' {
  interface FastifyRequest {
    time: Pick<CallScope, 'elapsed' | 'arrivedAt' | 'endsAt'>;
  }
}

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
 * `signIn`: the user id of somebody who signs in.
 * Their sign-ins have a share of the rate limit that no session can use up.
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
