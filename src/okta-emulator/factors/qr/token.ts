import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * The token in the address of a factor's QR image: whoever has it may see the image, without any credential. It follows
 * from the factor's secret (HMAC, RFC 2104), so it is as hard to guess, tells nothing of it, and dies when the secret
 * is replaced.
 */
export function qrToken(secret: Buffer, factorId: string): string {
  return `20111${createHmac('sha384', secret).update(`qr:${factorId}`).digest('base64url').slice(0, 48)}`;
}

/** Whether a token is the one of this factor's secret. Takes the same time whichever letters are wrong. */
export function isQrToken(given: string, secret: Buffer, factorId: string): boolean {
  const right = Buffer.from(qrToken(secret, factorId));
  const asked = Buffer.from(given);
  return asked.length === right.length && timingSafeEqual(asked, right);
}
