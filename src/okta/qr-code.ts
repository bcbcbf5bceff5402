import { OktaError } from './wire/okta-error.ts';
import type { Exchange } from './transport/pool.ts';

export type QrCode = { png: Buffer };

export const qrCodeTemplate = '/api/v1/users/{userId}/factors/{factorId}/qr/{token}';

const place = /^\/api\/v1\/users\/[\w.-]{1,64}\/factors\/[\w.-]{1,64}\/qr\/[\w.~-]{1,500}$/;

/** Bytes. A real QR image has about 1 kB. */
const mostBytes = 64_000;

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** @throws {OktaError} `bad_reply` for another origin or path. The message omits the address, which may be a secret. */
export function qrCodePath(href: string, origin: string): string {
  const url = URL.parse(href);
  // Compares the text, because a URL parser silently repairs dots, backslashes and user names.
  if (url === null || href !== origin + url.pathname || !place.test(url.pathname)) {
    throw new OktaError(
      'bad_reply',
      `GET ${qrCodeTemplate}: the link leads somewhere else than to the org's QR images`,
    );
  }
  return url.pathname;
}

/** Throws a TypeError for bytes that are not a PNG (RFC 2083, section 3.1), a RangeError for too many. */
export function readQrCode(_json: unknown, { bytes }: Exchange): QrCode {
  if (bytes === null) throw new TypeError('the body was read as text');
  if (bytes.length > mostBytes) throw new RangeError('the picture is too large');
  if (!bytes.subarray(0, signature.length).equals(signature)) throw new TypeError('a PNG was due');
  return { png: bytes };
}
