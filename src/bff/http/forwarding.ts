import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyBaseLogger } from 'fastify';

const isForwarding = (name: string) => name === 'forwarded' || name.startsWith('x-forwarded-');

/** Whether the headers say that a proxy forwarded the request. */
export function isForwarded(headers: IncomingHttpHeaders): boolean {
  for (const name in headers) if (isForwarding(name)) return true;
  return false;
}

/**
 * Warns once per process that a peer that is no trusted proxy sent forwarding headers: all its clients share one limit,
 * and the audit log shows one address for all of them.
 * @param note stores the peer's address for `npm run doctor`
 */
export function createForwardingWarning(log: FastifyBaseLogger, note: (peer: string) => Promise<void>) {
  let warned = false;
  return (peer: string): void => {
    if (warned) return;
    warned = true;
    log.warn(
      { peer },
      'forwarding headers from a peer that TRUSTED_PROXIES does not name are ignored: if it is your proxy, name it there',
    );
    note(peer).catch((error: unknown) => log.warn({ err: error }, 'the untrusted proxy could not be noted'));
  };
}
