import type { IncomingHttpHeaders } from 'node:http';
import { logMessage, type MessageLog } from '../platform/lifecycle/log-messages.ts';

const isForwarding = (name: string) => name === 'forwarded' || name.startsWith('x-forwarded-');

export function isForwarded(headers: IncomingHttpHeaders): boolean {
  for (const name in headers) if (isForwarding(name)) return true;
  return false;
}

/**
 * All clients behind an untrusted proxy share one limit, so the operator must learn of it.
 * `note` stores the peer's address for `latchkey doctor`.
 */
export function createForwardingWarning(log: MessageLog, note: (peer: string) => Promise<void>) {
  let warned = false;
  return (peer: string): void => {
    if (warned) return;
    warned = true;
    logMessage(log, 'forwarding headers from a peer that TRUSTED_PROXIES does not name are ignored', { peer });
    note(peer).catch((err: unknown) => logMessage(log, 'the untrusted proxy was not noted', { err }));
  };
}
