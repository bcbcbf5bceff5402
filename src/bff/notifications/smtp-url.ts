import { isLoopback } from '../config/env/loopback.ts';

/**
 * Whether an `SMTP_URL` was told to send in the clear (`smtp://…?insecure=true`) to somewhere else than this machine.
 */
export function isInTheClear(url: string): boolean {
  const { protocol, hostname, searchParams } = new URL(url);
  return protocol === 'smtp:' && searchParams.get('insecure') === 'true' && !isLoopback(hostname);
}

/**
 * Whether STARTTLS has to come before anything of worth: always, but for this machine and where `?insecure=true` says
 * otherwise.
 */
export function needsStartTls(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'smtp:' && !isLoopback(hostname) && !isInTheClear(url);
}
