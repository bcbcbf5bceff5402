import type { FactorKind, MethodLocation, MethodLocationOrUnknown } from '#contract/kinds.ts';
import type { FactorNote } from '../../platform/store/schema.ts';
import { parseDevice } from '../../platform/client/device.ts';
import { getKeyOrigin } from './attestation.ts';
import { findAuthenticator } from './authenticators.ts';

/**
 * Kinds that are usually on a phone; all others are apart from it. Text messages and calls may follow a number to a new
 * phone, but not today.
 */
const onPhones: ReadonlySet<FactorKind> = new Set(['totp', 'okta-verify', 'sms', 'call', 'duo']);
/** Kinds of which nothing says where they are. */
const anywhere: ReadonlySet<FactorKind> = new Set(['claims-provider', 'unknown']);

/** Where a method of this kind would be; for one that the person does not have yet. */
export const getUsualLocation = (kind: FactorKind): MethodLocation => (onPhones.has(kind) ? 'phone' : 'apart');

type KeyHints = { transports?: readonly string[] | undefined; attachment?: 'platform' | 'cross-platform' | undefined };
/** Systems of phones, and of tablets, which are lost and stolen as phones are. */
const phoneSystems: ReadonlySet<string> = new Set(['iPhone', 'iPad', 'Android']);
const keyTransports: ReadonlySet<string> = new Set(['usb', 'nfc', 'ble', 'smart-card']);

type PlacedMethod = { kind: FactorKind; detail: string | null; note: FactorNote };

/**
 * Where a key that a browser has just made seems to be; null if the browser says too little. A `hybrid` key is on a
 * phone, a built-in one is on the browser's own device, and one on USB, NFC or Bluetooth is a security key. This is
 * only the browser's claim, so nothing may be decided by it.
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
 * Guesses where a method is: by its kind and, for a key, by its backup, its authenticator, and what the browser said
 * when it was made here.
 */
export function findLocation({ kind, note, detail }: PlacedMethod): MethodLocationOrUnknown {
  if (anywhere.has(kind)) return 'unknown';
  if (kind !== 'webauthn' || note.backup === 'synced') return getUsualLocation(kind);
  return findAuthenticator(note.aaguid, detail)?.location ?? note.made_on ?? 'unknown';
}
