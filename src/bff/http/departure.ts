import type { FastifyReply } from 'fastify';

/**
 * Fires when the browser disconnects before the answer is written. Calls to Okta hold the signal.
 * If it referenced the request, they would keep the whole request in memory.
 */
export function createDepartureSignal({ raw }: FastifyReply): AbortSignal {
  const departure = new AbortController();
  raw.on('close', () => {
    if (!raw.writableFinished) departure.abort();
  });
  return departure.signal;
}
