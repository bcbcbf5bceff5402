import { createHmac } from 'node:crypto';
import { sameText } from '../kind/passcode.ts';

/**
 * Returns the token in the URL of a factor's QR image. The URL needs no credential, so the token must protect it: it is
 * derived from the factor's secret (HMAC, RFC 2104), cannot be guessed, does not reveal the secret, and is invalid
 * after the secret is replaced.
 */
export function qrToken(secret: Buffer, factorId: string): string {
  return `20111${createHmac('sha384', secret).update(`qr:${factorId}`).digest('base64url').slice(0, 48)}`;
}

/** Whether a token belongs to this factor's secret, in constant time. */
export function isQrToken(given: string, secret: Buffer, factorId: string): boolean {
  return sameText(given, qrToken(secret, factorId));
}
