import { isLoopback } from '../../platform/env/loopback.ts';

export function isInTheClear(url: string): boolean {
  const { protocol, hostname, searchParams } = new URL(url);
  return protocol === 'smtp:' && searchParams.get('insecure') === 'true' && !isLoopback(hostname);
}

/** `smtps://…` needs no STARTTLS, because the connection begins with TLS. */
export function needsStartTls(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'smtp:' && !isLoopback(hostname) && !isInTheClear(url);
}
