import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '#clock';
import { runInScope } from '#okta/transport/call-scope.ts';
import type { EndpointPolicy } from './policies.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Milliseconds of the clock. */
    arrivedAt: number;
  }
}

/**
 * From arrival to the end of the last call to the org, waiting for a lock included. The page waits longer, so that it
 * hears of the end.
 */
const DEADLINE_MS = 25_000;

/** Notes when each request came, before anything else is done for it. */
export function noteArrival(app: FastifyInstance, clock: Clock): void {
  app.decorateRequest('arrivedAt', 0);
  app.addHook('onRequest', (request, _reply, done) => {
    request.arrivedAt = clock.now();
    done();
  });
}

/**
 * Runs an endpoint's work in the scope of its request: every call to the org ends with it, and counts for whoever
 * asked.
 */
export function runForRequest<T>(
  { arrivedAt, session }: FastifyRequest,
  policy: Pick<EndpointPolicy, 'change' | 'search'>,
  work: () => Promise<T>,
): Promise<T> {
  const { change, search = false } = policy;
  return runInScope(
    { caller: session?.user_id ?? null, change, search, arrivedAt, endsAt: arrivedAt + DEADLINE_MS },
    work,
  );
}
