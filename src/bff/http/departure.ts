import type { FastifyReply } from 'fastify';

/**
 * Returns a signal that fires when the browser disconnects before the answer is written.
 * The signal does not reference the request, because calls to Okta would then keep the whole request in memory.
 */
export function createDepartureSignal({ raw }: FastifyReply): AbortSignal {
  const departure = new AbortController();
  raw.on('close', () => {
    if (!raw.writableFinished) departure.abort();
  });
  return departure.signal;
}
