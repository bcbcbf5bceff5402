import * as z from 'zod/mini';
import { isObject, numberOrNull, objectOrNull, textOrNull, type Json } from './lenient.ts';

const activation = z.object({
  /** TOTP: the seed, once, in the answer to enrolling and never again. */
  sharedSecret: textOrNull,
  /** How the seed is written; only `base32` has been seen. */
  encoding: textOrNull,
  /** Seconds a code lives. */
  timeStep: numberOrNull,
  /** Digits of a code in every recording, although some samples print the seed's length: size nothing from it. */
  keyLength: numberOrNull,
  factorResult: textOrNull,
  /** Push: until when the enrollment waits for the phone. */
  expiresAt: textOrNull,
});

export type FactorActivation = z.infer<typeof activation> & {
  /**
   * Where the org shows its QR image. Whoever knows this address can enroll a phone: for `getQrCode` alone, and no log.
   */
  qrcodeHref: string | null;
  /**
   * A security key's creation options as the wire has them, bytes in base64url: `challenge`, `rp` (which may lack an
   * `id`), `user`, `pubKeyCredParams`, `authenticatorSelection`, `attestation`, `excludeCredentials`; null without a
   * challenge.
   */
  options: Json | null;
};

/**
 * What a security key is asked with (WebAuthn Level 2, section 5.4); anything else in the object is not for the
 * browser.
 */
const creationOptions = [
  'challenge',
  'rp',
  'user',
  'pubKeyCredParams',
  'authenticatorSelection',
  'attestation',
  'excludeCredentials',
];

/** What finishes an enrollment, from the `_embedded` of a factor; null when there is none. */
export function activationIn(embedded: Json | null): FactorActivation | null {
  const json = embedded?.['activation'];
  if (!isObject(json)) return null;
  const given = creationOptions.filter((name) => json[name] != null);
  const options =
    typeof json['challenge'] === 'string' ? Object.fromEntries(given.map((name) => [name, json[name]])) : null;
  return { ...z.parse(activation, json), qrcodeHref: qrcodeIn(json), options };
}

/** The address of the QR image in an object's links. */
export function qrcodeIn(json: Json): string | null {
  const links = isObject(json['_links']) ? json['_links'] : {};
  return isObject(links['qrcode']) && typeof links['qrcode']['href'] === 'string' ? links['qrcode']['href'] : null;
}

const link = z.object({ expiresAt: textOrNull, _embedded: objectOrNull });

/**
 * Until when a link that was just sent is good (ISO 8601), from the pending factor that is the answer, or null when it
 * does not say.
 * @throws {TypeError} for anything that is no factor and no result
 */
export function readLinkExpiry(json: unknown): { expiresAt: string | null } {
  if (!isObject(json) || (typeof json['id'] !== 'string' && typeof json['factorResult'] !== 'string'))
    throw new TypeError('a pending factor was due');
  const { expiresAt, _embedded } = z.parse(link, json);
  return { expiresAt: activationIn(_embedded)?.expiresAt ?? expiresAt };
}
