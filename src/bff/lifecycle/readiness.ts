import type { FastifyInstance } from 'fastify';
import { ApiError } from '#contract/errors.ts';
import type { OktaClient } from '#okta/client.ts';

export type Readiness = ReturnType<typeof createReadiness>;

/**
 * Whether Okta answers and the store can be written, as checked in the background: a health request itself calls
 * neither.
 * @param write rejects when the store cannot be written
 */
export function createReadiness(okta: Pick<OktaClient, 'ping'>, write: () => Promise<void>) {
  let state: 'unknown' | 'ready' | 'away' = 'unknown';
  let isWritable = true;
  let asking: Promise<void> | null = null;
  return {
    state: () => state,
    isWritable: () => isWritable,
    /** Checks both once; never rejects. A caller during a check waits for the same result. */
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
 * `/healthz`: the process runs. `/readyz`: Okta answers, and the process is not ending. With a read-only store people
 * can still read and sign out, so the process stays ready; the field `store` tells it.
 */
export function healthRoutes(app: FastifyInstance, readiness: Readiness, isEnding: () => boolean): void {
  const config = { policy: 'health' } as const;
  app.get('/healthz', { config }, async () => ({ status: 'ok' }));
  app.get('/readyz', { config }, async (request, reply) => {
    if (!isEnding() && readiness.state() === 'ready')
      return { status: 'ready', store: readiness.isWritable() ? 'writable' : 'read-only' };
    // Answered here, since a thrown error would be logged at every probe.
    const error = new ApiError('org_unavailable');
    return reply.code(error.status).send(error.toBody(request.id));
  });
}
