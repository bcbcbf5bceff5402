import type { FactorKind, MethodLocation, MethodLocationOrUnknown } from '#contract/kinds.ts';
import type { FactorNote } from '../../platform/store/schema.ts';
import { parseDevice } from '../../platform/client/device.ts';
import { getKeyOrigin } from './attestation.ts';
import { findAuthenticator } from './authenticators.ts';

/** Includes `sms` and `call`: a person does not get the lost phone's number back on the same day. */
const onPhones: ReadonlySet<FactorKind> = new Set(['totp', 'okta-verify', 'sms', 'call', 'duo']);
const anywhere: ReadonlySet<FactorKind> = new Set(['claims-provider', 'unknown']);

export const getUsualLocation = (kind: FactorKind): MethodLocation => (onPhones.has(kind) ? 'phone' : 'apart');

type KeyHints = { transports?: readonly string[] | undefined; attachment?: 'platform' | 'cross-platform' | undefined };
/** Includes tablets, because people lose tablets like phones. */
const phoneSystems: ReadonlySet<string> = new Set(['iPhone', 'iPad', 'Android']);
const keyTransports: ReadonlySet<string> = new Set(['usb', 'nfc', 'ble', 'smart-card']);

type PlacedMethod = { kind: FactorKind; detail: string | null; note: FactorNote };

/** Returns null if the browser says too little. No check may depend on the result: a browser can claim anything. */
export function madeOn({ transports = [], attachment }: KeyHints, agent: string): MethodLocation | null {
  const { system } = parseDevice(agent);
  const platform = attachment === 'platform' || (attachment === undefined && transports.includes('internal'));
  if (platform) return system === null ? null : phoneSystems.has(system) ? 'phone' : 'computer';
  if (transports.includes('hybrid')) return 'phone';
  return transports.some((one) => keyTransports.has(one)) ? 'apart' : null;
}

export const newKeyNote = (
  { attestation, ...hints }: KeyHints & { attestation: string },
  agent: string,
): Partial<FactorNote> => ({ ...getKeyOrigin(attestation), made_on: madeOn(hints, agent) });

export function findLocation({ kind, note, detail }: PlacedMethod): MethodLocationOrUnknown {
  if (anywhere.has(kind)) return 'unknown';
  if (kind !== 'webauthn' || note.backup === 'synced') return getUsualLocation(kind);
  return findAuthenticator(note.aaguid, detail)?.location ?? note.made_on ?? 'unknown';
}
