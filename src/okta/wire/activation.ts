import * as z from 'zod/mini';
import { isObject, numberOrNull, objectOrNull, textOrNull, type Json } from './lenient.ts';

const activation = z.object({
  /** TOTP: the secret seed. Only the answer to enrolling contains it. */
  sharedSecret: textOrNull,
  /** How many seconds a code is valid. */
  timeStep: numberOrNull,
  factorResult: textOrNull,
  /** Push: when the enrollment expires. */
  expiresAt: textOrNull,
});

export type FactorActivation = z.infer<typeof activation> & {
  /** The QR image's address. It is a secret that can enroll a phone: pass it only to `getQrCode`, and never log it. */
  qrcodeHref: string | null;
  /**
   * A security key's creation options as Okta sends them, with bytes in base64url: `challenge`, `rp` (perhaps without
   * an `id`), `user`, `pubKeyCredParams`, `authenticatorSelection`, `attestation`, `excludeCredentials`. Null without a
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

/** Returns what is needed to finish an enrollment, from a factor's `_embedded`; null if there is nothing. */
export function activationIn(embedded: Json | null): FactorActivation | null {
  const json = embedded?.['activation'];
  if (!isObject(json)) return null;
  const given = creationOptions.filter((name) => json[name] != null);
  const options =
    typeof json['challenge'] === 'string' ? Object.fromEntries(given.map((name) => [name, json[name]])) : null;
  return { ...z.parse(activation, json), qrcodeHref: qrcodeIn(json), options };
}

/** Returns the QR image's address from an object's links. */
function qrcodeIn(json: Json): string | null {
  const links = isObject(json['_links']) ? json['_links'] : {};
  return isObject(links['qrcode']) && typeof links['qrcode']['href'] === 'string' ? links['qrcode']['href'] : null;
}

const link = z.object({ expiresAt: textOrNull, _embedded: objectOrNull });

/**
 * Returns when a sent link expires (ISO 8601), from the pending factor in the answer; null if the answer does not say.
 * @throws {TypeError} if the answer is neither a factor nor a result
 */
export function readLinkExpiry(json: unknown): { expiresAt: string | null } {
  if (!isObject(json) || (typeof json['id'] !== 'string' && typeof json['factorResult'] !== 'string'))
    throw new TypeError('a pending factor was due');
  const { expiresAt, _embedded } = z.parse(link, json);
  return { expiresAt: activationIn(_embedded)?.expiresAt ?? expiresAt };
}
