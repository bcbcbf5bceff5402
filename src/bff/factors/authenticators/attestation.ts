import type { KeyBackup } from '#contract/kinds.ts';

/** What an authenticator says of itself when it makes a key. `aaguid` is null if it does not say it. */
export type KeyOrigin = { aaguid: string | null; backup: KeyBackup };

const ANONYMOUS = '00000000-0000-0000-0000-000000000000';

/**
 * Reads what a new key's authenticator says of itself (WebAuthn Level 3, section 6.1); null if it cannot be read. Okta
 * has accepted the attestation object; nothing here proves what it says, so it only names and describes.
 * @param attestation an attestation object, base64 or base64url
 */
export async function keyOriginOf(attestation: string): Promise<KeyOrigin | null> {
  // Loaded when somebody adds a key: it costs more than the whole start of the portal would.
  const helpers = await import('@simplewebauthn/server/helpers');
  try {
    const object = helpers.decodeAttestationObject(new Uint8Array(Buffer.from(attestation, 'base64')));
    const { flags, aaguid } = helpers.parseAuthenticatorData(object.get('authData'));
    const id = aaguid === undefined ? ANONYMOUS : helpers.convertAAGUIDToString(aaguid);
    return {
      aaguid: id === ANONYMOUS ? null : id,
      backup: flags.be ? (flags.bs ? 'synced' : 'syncable') : 'device',
    };
  } catch {
    // The library throws errors of many kinds for bytes that are no attestation object.
    return null;
  }
}
