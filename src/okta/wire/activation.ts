import * as z from 'zod/mini';
import { isObject, numberOrNull, objectOrNull, textOrNull, type Json } from './lenient.ts';

const activation = z.object({
  /** TOTP: the secret seed. Only the answer to enrolling contains it. */
  sharedSecret: textOrNull,
  /** How many seconds a code is valid. */
  timeStep: numberOrNull,
  factorResult: textOrNull,
  /** Push only: ISO 8601. */
  expiresAt: textOrNull,
});

export type FactorActivation = z.infer<typeof activation> & {
  /** A secret that can enroll a phone: never log it. */
  qrcodeHref: string | null;
  /**
   * A security key's creation options as Okta sends them, with bytes in base64url: `challenge`, `rp` (perhaps without
   * an `id`), `user`, `pubKeyCredParams`, `authenticatorSelection`, `attestation`, `excludeCredentials`. Null without a
   * challenge.
   */
  options: Json | null;
};

/** The fields of WebAuthn Level 2, section 5.4. Other fields are not passed to the browser. */
const creationOptions = [
  'challenge',
  'rp',
  'user',
  'pubKeyCredParams',
  'authenticatorSelection',
  'attestation',
  'excludeCredentials',
];

export function activationIn(embedded: Json | null): FactorActivation | null {
  const json = embedded?.['activation'];
  if (!isObject(json)) return null;
  const given = creationOptions.filter((name) => json[name] != null);
  const options =
    typeof json['challenge'] === 'string' ? Object.fromEntries(given.map((name) => [name, json[name]])) : null;
  return { ...z.parse(activation, json), qrcodeHref: qrcodeIn(json), options };
}

function qrcodeIn(json: Json): string | null {
  const links = isObject(json['_links']) ? json['_links'] : {};
  return isObject(links['qrcode']) && typeof links['qrcode']['href'] === 'string' ? links['qrcode']['href'] : null;
}

const link = z.object({ expiresAt: textOrNull, _embedded: objectOrNull });

/** ISO 8601. Null if the answer has no expiry. */
export function readLinkExpiry(json: unknown): { expiresAt: string | null } {
  if (!isObject(json) || (typeof json['id'] !== 'string' && typeof json['factorResult'] !== 'string'))
    throw new TypeError('a pending factor was due');
  const { expiresAt, _embedded } = z.parse(link, json);
  return { expiresAt: activationIn(_embedded)?.expiresAt ?? expiresAt };
}
