import type { FastifyInstance } from 'fastify';
import { ApiError } from '#contract/errors.ts';
import type { OktaClient } from '#okta/client.ts';

export type Readiness = ReturnType<typeof createReadiness>;

/**
 * Whether the org answers and the store takes writes, as it was found in the background: whoever asks for health asks
 * nothing of either.
 * @param write rejects when nothing can be written
 */
export function createReadiness(okta: Pick<OktaClient, 'ping'>, write: () => Promise<void>) {
  let state: 'unknown' | 'ready' | 'away' = 'unknown';
  let isWritable = true;
  let asking: Promise<void> | null = null;
  return {
    state: () => state,
    isWritable: () => isWritable,
    /** Asks both once; never rejects. A caller who comes while it is asked waits for the same answer. */
    async probe(): Promise<void> {
      const org = () =>
        okta.ping().then(
          () => void (state = 'ready'),
          () => void (state = 'away'),
        );
      const store = () =>
        write().then(
          () => void (isWritable = true),
          () => void (isWritable = false),
        );
      asking ??= Promise.all([org(), store()]).then(() => void (asking = null));
      await asking;
    },
  };
}

/**
 * `/healthz`: the process lives. `/readyz`: the org answers, and we are not ending. Where the store takes no writes
 * people still read and sign out here, so that we stay ready; `store` says it.
 */
export function healthRoutes(app: FastifyInstance, readiness: Readiness, isEnding: () => boolean): void {
  const config = { policy: 'health' } as const;
  app.get('/healthz', { config }, async () => ({ status: 'ok' }));
  app.get('/readyz', { config }, async (request, reply) => {
    if (!isEnding() && readiness.state() === 'ready')
      return { status: 'ready', store: readiness.isWritable() ? 'writable' : 'read-only' };
    // Answered here: an error thrown would be logged at every probe.
    const error = new ApiError('org_unavailable', isEnding() ? 'This process is ending.' : 'The org is out of reach.');
    return reply.code(error.status).send(error.toBody(request.id));
  });
}
