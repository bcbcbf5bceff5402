import type { KeyBackup } from '#contract/kinds.ts';

/** What an authenticator says of itself when it makes a key. `aaguid` is null if it does not say it. */
export type KeyOrigin = { aaguid: string | null; backup: KeyBackup };

/** Places and flags in authenticator data (WebAuthn Level 3, section 6.1). */
const FLAGS = 32;
const AAGUID = 37;
const CREDENTIAL = 53;
const BACKUP_ELIGIBLE = 0x08;
const BACKED_UP = 0x10;
const HAS_CREDENTIAL = 0x40;
const ANONYMOUS = '00000000-0000-0000-0000-000000000000';
/** Real ones nest three levels deep. */
const DEEPEST = 8;

type Head = { type: number; value: number; next: number };

/** Reads the head of a CBOR item (RFC 8949, section 3). Indefinite lengths do not occur (CTAP2 canonical form). */
function headAt(bytes: Buffer, at: number): Head {
  const first = bytes.readUInt8(at);
  const [type, info] = [first >> 5, first & 31];
  if (info < 24) return { type, value: info, next: at + 1 };
  if (info > 27) throw new RangeError('an indefinite length');
  const size = 2 ** (info - 24);
  const value = size === 8 ? Number(bytes.readBigUInt64BE(at + 1)) : bytes.readUIntBE(at + 1, size);
  return { type, value, next: at + 1 + size };
}

/** Returns where the item after this one begins. */
function after(bytes: Buffer, at: number, depth = 0): number {
  const { type, value, next } = headAt(bytes, at);
  if (depth > DEEPEST) throw new RangeError('nested too deep');
  if (type === 2 || type === 3) return next + value;
  const items = { 4: value, 5: 2 * value, 6: 1 }[type] ?? 0;
  let place = next;
  for (let item = 0; item < items && place <= bytes.length; item += 1) place = after(bytes, place, depth + 1);
  return place;
}

/** The authenticator data in an attestation object, which is a map with texts as keys (section 6.5.4). */
function authDataIn(bytes: Buffer): Buffer | null {
  const map = headAt(bytes, 0);
  if (map.type !== 5) return null;
  let place = map.next;
  for (let pair = 0; pair < map.value && place < bytes.length; pair += 1) {
    const key = headAt(bytes, place);
    const valueAt = after(bytes, place);
    const isAuthData = key.type === 3 && bytes.toString('latin1', key.next, valueAt) === 'authData';
    const { type, value, next } = headAt(bytes, valueAt);
    if (isAuthData) return type === 2 && next + value <= bytes.length ? bytes.subarray(next, next + value) : null;
    place = after(bytes, valueAt);
  }
  return null;
}

/**
 * Reads what a new key's authenticator says of itself; null if it cannot be read. Okta has accepted the attestation
 * object; nothing here proves what it says, so it only names and describes.
 * @param attestation an attestation object, base64 or base64url
 */
export function keyOriginOf(attestation: string): KeyOrigin | null {
  let data: Buffer | null;
  try {
    data = authDataIn(Buffer.from(attestation, 'base64'));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return null;
  }
  if (data === null || data.length <= FLAGS) return null;
  const flags = data.readUInt8(FLAGS);
  const hex = flags & HAS_CREDENTIAL && data.length >= CREDENTIAL ? data.toString('hex', AAGUID, CREDENTIAL) : '';
  const aaguid = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return {
    aaguid: aaguid === '' || aaguid === ANONYMOUS ? null : aaguid,
    backup: flags & BACKUP_ELIGIBLE ? (flags & BACKED_UP ? 'synced' : 'syncable') : 'device',
  };
}
