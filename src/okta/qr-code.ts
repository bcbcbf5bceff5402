import { OktaError } from './wire/okta-error.ts';
import type { Exchange } from './transport/pool.ts';

export type QrCode = { png: Buffer };

export const qrCodeTemplate = '/api/v1/users/{userId}/factors/{factorId}/qr/{token}';

const place = /^\/api\/v1\/users\/[\w.-]{1,64}\/factors\/[\w.-]{1,64}\/qr\/[\w.~-]{1,500}$/;

/** A real one is about 1 kB; a picture for a phone is never larger than this. */
const mostBytes = 64_000;

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * The path of a QR image's address.
 * @param origin the org's own
 * @throws {OktaError} `bad_reply` for an address on another origin, of another path, or with anything besides; it is
 * not repeated, since it may be a secret
 */
export function qrCodePath(href: string, origin: string): string {
  const url = URL.parse(href);
  // The address is compared as written, too: what a parser mends (dots, backslashes, a user name) is no link of Okta's.
  if (url === null || href !== origin + url.pathname || !place.test(url.pathname)) {
    throw new OktaError(
      'bad_reply',
      `GET ${qrCodeTemplate}: the link leads somewhere else than to the org's QR images`,
    );
  }
  return url.pathname;
}

/** @throws {TypeError} for what is no PNG (signature as in RFC 2083, section 3.1), and {RangeError} for a large one. */
export function readQrCode(_json: unknown, { bytes }: Exchange): QrCode {
  if (bytes === null) throw new TypeError('asked for as text');
  if (bytes.length > mostBytes) throw new RangeError('the picture is too large');
  if (!bytes.subarray(0, signature.length).equals(signature)) throw new TypeError('a PNG was due');
  return { png: bytes };
}
