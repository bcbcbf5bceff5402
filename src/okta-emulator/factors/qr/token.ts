import { createHmac } from 'node:crypto';
import { sameText } from '../kind/passcode.ts';

/** The image's URL needs no credential, so the token must not be guessable (HMAC, RFC 2104). */
export function qrToken(secret: Buffer, factorId: string): string {
  return `20111${createHmac('sha384', secret).update(`qr:${factorId}`).digest('base64url').slice(0, 48)}`;
}

/** Compares in constant time. */
export function isQrToken(given: string, secret: Buffer, factorId: string): boolean {
  return sameText(given, qrToken(secret, factorId));
}
