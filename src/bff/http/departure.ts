import type { FastifyReply } from 'fastify';

/**
 * Fires when the browser disconnects before the answer is written.
 * It must not reference the request, because calls to Okta hold the signal and would keep the request in memory.
 */
export function createDepartureSignal({ raw }: FastifyReply): AbortSignal {
  const departure = new AbortController();
  raw.on('close', () => {
    if (!raw.writableFinished) departure.abort();
  });
  return departure.signal;
}
