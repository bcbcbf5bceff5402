import type { FactorKind, MethodLocation, MethodLocationOrUnknown } from '#contract/kinds.ts';
import type { FactorNote } from '../../platform/store/schema.ts';
import { parseDevice } from '../../platform/client/device.ts';
import { getKeyOrigin } from './attestation.ts';
import { findAuthenticator } from './authenticators.ts';

/**
 * Kinds that are usually lost with a phone. `sms` and `call` too: the person may get the lost phone's number back, but
 * not on the same day.
 */
const onPhones: ReadonlySet<FactorKind> = new Set(['totp', 'okta-verify', 'sms', 'call', 'duo']);
/** Kinds whose location cannot be guessed. */
const anywhere: ReadonlySet<FactorKind> = new Set(['claims-provider', 'unknown']);

/** Returns where a method of this kind usually is. */
export const getUsualLocation = (kind: FactorKind): MethodLocation => (onPhones.has(kind) ? 'phone' : 'apart');

type KeyHints = { transports?: readonly string[] | undefined; attachment?: 'platform' | 'cross-platform' | undefined };
/** Systems of phones and tablets: tablets are lost and stolen like phones. */
const phoneSystems: ReadonlySet<string> = new Set(['iPhone', 'iPad', 'Android']);
const keyTransports: ReadonlySet<string> = new Set(['usb', 'nfc', 'ble', 'smart-card']);

type PlacedMethod = { kind: FactorKind; detail: string | null; note: FactorNote };

/**
 * Returns where a key that a browser has just created seems to be; null if the browser says too little. A `hybrid` key
 * is on a phone. A built-in key is on the browser's own device. A key on USB, NFC or Bluetooth is a security key. No
 * check may depend on the result, because a browser can claim anything.
 * @param agent the browser's User-Agent
 */
export function madeOn({ transports = [], attachment }: KeyHints, agent: string): MethodLocation | null {
  const { system } = parseDevice(agent);
  const platform = attachment === 'platform' || (attachment === undefined && transports.includes('internal'));
  if (platform) return system === null ? null : phoneSystems.has(system) ? 'phone' : 'computer';
  if (transports.includes('hybrid')) return 'phone';
  return transports.some((one) => keyTransports.has(one)) ? 'apart' : null;
}

/** Returns the note about a new key: what the key and the browser say about it. */
export const newKeyNote = (
  { attestation, ...hints }: KeyHints & { attestation: string },
  agent: string,
): Partial<FactorNote> => ({ ...getKeyOrigin(attestation), made_on: madeOn(hints, agent) });

/**
 * Guesses where a method is from its kind. The guess about a key also depends on the key's backup, its authenticator,
 * and what the browser said if the key was created in the portal.
 */
export function findLocation({ kind, note, detail }: PlacedMethod): MethodLocationOrUnknown {
  if (anywhere.has(kind)) return 'unknown';
  if (kind !== 'webauthn' || note.backup === 'synced') return getUsualLocation(kind);
  return findAuthenticator(note.aaguid, detail)?.location ?? note.made_on ?? 'unknown';
}
