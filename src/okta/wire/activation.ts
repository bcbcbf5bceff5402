import * as z from 'zod/mini';
import { isObject, numberOrNull, objectOrNull, textOrNull, type Json } from './lenient.ts';

const activation = z.object({
  /** TOTP: the seed; only the answer to enrolling has it. */
  sharedSecret: textOrNull,
  /** Seconds that a code is valid. */
  timeStep: numberOrNull,
  factorResult: textOrNull,
  /** Push: when the enrollment expires. */
  expiresAt: textOrNull,
});

export type FactorActivation = z.infer<typeof activation> & {
  /** The QR image's address. It is a secret that can enroll a phone: use it for `getQrCode` only, and never log it. */
  qrcodeHref: string | null;
  /**
   * A security key's creation options as on the wire, bytes in base64url: `challenge`, `rp` (which may lack an `id`),
   * `user`, `pubKeyCredParams`, `authenticatorSelection`, `attestation`, `excludeCredentials`; null without a
   * challenge.
   */
  options: Json | null;
};

/** The fields that WebAuthn Level 2, section 5.4 defines; other fields are not passed to the browser. */
const creationOptions = [
  'challenge',
  'rp',
  'user',
  'pubKeyCredParams',
  'authenticatorSelection',
  'attestation',
  'excludeCredentials',
];

/** What finishes an enrollment, from a factor's `_embedded`; null when it has none. */
export function activationIn(embedded: Json | null): FactorActivation | null {
  const json = embedded?.['activation'];
  if (!isObject(json)) return null;
  const given = creationOptions.filter((name) => json[name] != null);
  const options =
    typeof json['challenge'] === 'string' ? Object.fromEntries(given.map((name) => [name, json[name]])) : null;
  return { ...z.parse(activation, json), qrcodeHref: qrcodeIn(json), options };
}

/** The address of the QR image in an object's links. */
function qrcodeIn(json: Json): string | null {
  const links = isObject(json['_links']) ? json['_links'] : {};
  return isObject(links['qrcode']) && typeof links['qrcode']['href'] === 'string' ? links['qrcode']['href'] : null;
}

const link = z.object({ expiresAt: textOrNull, _embedded: objectOrNull });

/**
 * When a sent link expires (ISO 8601), from the pending factor in the answer; null when it does not say.
 * @throws {TypeError} when it is neither a factor nor a result
 */
export function readLinkExpiry(json: unknown): { expiresAt: string | null } {
  if (!isObject(json) || (typeof json['id'] !== 'string' && typeof json['factorResult'] !== 'string'))
    throw new TypeError('a pending factor was due');
  const { expiresAt, _embedded } = z.parse(link, json);
  return { expiresAt: activationIn(_embedded)?.expiresAt ?? expiresAt };
}
