import { decodeCBOR } from '@levischuck/tiny-cbor';
import type { KeyBackup } from '#contract/kinds.ts';

/** `aaguid`: null if the authenticator names no model. */
export type KeyOrigin = { aaguid: string | null; backup: KeyBackup };

/** Byte offsets and flags in authenticator data (WebAuthn Level 3, section 6.1). */
const FLAGS = 32;
const AAGUID = 37;
const CREDENTIAL = 53;
const BACKUP_ELIGIBLE = 0x08;
const BACKED_UP = 0x10;
const HAS_CREDENTIAL = 0x40;
const ANONYMOUS = '00000000-0000-0000-0000-000000000000';

/** `bytes`: an attestation object, a CBOR map (WebAuthn Level 3, section 6.5.4). */
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
 * Use the result only to name and describe the key: the portal does not check the attestation's signature.
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
