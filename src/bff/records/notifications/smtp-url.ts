import { isLoopback } from '../../platform/env/loopback.ts';

/** Whether an `SMTP_URL` sends unencrypted (`smtp://…?insecure=true`) to another machine. */
export function isInTheClear(url: string): boolean {
  const { protocol, hostname, searchParams } = new URL(url);
  return protocol === 'smtp:' && searchParams.get('insecure') === 'true' && !isLoopback(hostname);
}

/**
 * Whether STARTTLS is required before the login and the email. `smtp://…`: yes, except on loopback or with
 * `?insecure=true`. `smtps://…`: no, because the connection begins with TLS.
 */
export function needsStartTls(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'smtp:' && !isLoopback(hostname) && !isInTheClear(url);
}
