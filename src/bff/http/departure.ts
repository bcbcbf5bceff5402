import type { FastifyReply } from 'fastify';

/**
 * Fires when the browser leaves before its answer is written, so that nobody waits for what the answer needs. It has no
 * reference to the request: calls to Okta hold it, and would keep the whole request in memory.
 */
export function createDepartureSignal({ raw }: FastifyReply): AbortSignal {
  const departure = new AbortController();
  raw.on('close', () => {
    if (!raw.writableFinished) departure.abort();
  });
  return departure.signal;
}
