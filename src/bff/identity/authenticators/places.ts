import type { FactorKind, Place, PlaceOrUnknown } from '#contract/kinds.ts';
import type { FactorNote } from '../../platform/store/schema.ts';
import { authenticatorOf } from './authenticators.ts';

/**
 * Kinds that are usually on a phone; all others are apart from it. Text messages and calls may follow a number to a new
 * phone, but not today.
 */
const onPhones: ReadonlySet<FactorKind> = new Set(['totp', 'okta-verify', 'sms', 'call', 'duo']);

/** Where a method of this kind would be; for one that the person does not have yet. */
export const usualPlaceOf = (kind: FactorKind): Place => (onPhones.has(kind) ? 'phone' : 'apart');

type Placed = { kind: FactorKind; detail: string | null; note: FactorNote };

/** Where a method is: as its owner said, else a guess by its kind and, for a key, by its backup and authenticator. */
export function placeOf({ kind, note, detail }: Placed): { at: PlaceOrUnknown; guessed: boolean } {
  if (note.place !== null) return { at: note.place, guessed: false };
  if (kind !== 'webauthn' || note.backup === 'synced') return { at: usualPlaceOf(kind), guessed: true };
  return { at: authenticatorOf(note.aaguid, detail)?.place ?? 'unknown', guessed: true };
}
