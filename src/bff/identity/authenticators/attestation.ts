import { decodeCBOR } from '@levischuck/tiny-cbor';
import type { KeyBackup } from '#contract/kinds.ts';

/**
 * What an authenticator says about itself when it creates a key. `aaguid` is null if the authenticator names no model.
 */
export type KeyOrigin = { aaguid: string | null; backup: KeyBackup };

/** Byte offsets and flags in authenticator data (WebAuthn Level 3, section 6.1). */
const FLAGS = 32;
const AAGUID = 37;
const CREDENTIAL = 53;
const BACKUP_ELIGIBLE = 0x08;
const BACKED_UP = 0x10;
const HAS_CREDENTIAL = 0x40;
const ANONYMOUS = '00000000-0000-0000-0000-000000000000';

/** Returns the authenticator data in an attestation object, a CBOR map (section 6.5.4), or null for other bytes. */
function authDataIn(bytes: Buffer): Buffer | null {
  try {
    const object = decodeCBOR(new Uint8Array(bytes));
    const data = object instanceof Map ? object.get('authData') : null;
    return data instanceof Uint8Array ? Buffer.from(data) : null;
  } catch {
    // The library throws errors of several kinds for bytes that are not CBOR.
    return null;
  }
}

/**
 * Reads what a new key's authenticator says about itself; null for an attestation that cannot be read. The result may
 * only name and describe the key: Okta accepted the attestation, but the portal does not check its signature.
 * @param attestation an attestation object, base64 or base64url
 */
export function getKeyOrigin(attestation: string): KeyOrigin | null {
  const data = authDataIn(Buffer.from(attestation, 'base64'));
  if (data === null || data.length <= FLAGS) return null;
  const flags = data.readUInt8(FLAGS);
  const hex = flags & HAS_CREDENTIAL && data.length >= CREDENTIAL ? data.toString('hex', AAGUID, CREDENTIAL) : '';
  const aaguid = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return {
    aaguid: aaguid === '' || aaguid === ANONYMOUS ? null : aaguid,
    backup: flags & BACKUP_ELIGIBLE ? (flags & BACKED_UP ? 'synced' : 'syncable') : 'device',
  };
}
