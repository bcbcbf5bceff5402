import type { FactorNote } from '../../platform/store/schema.ts';
import { findAuthenticator } from './authenticators.ts';

/**
 * Returns a name to offer for a new key: its authenticator's, with a number if the person has one of that name. Null if
 * the authenticator is unknown, or the key has a name.
 * @param notes about all of the person's methods
 */
export function nameFor({ aaguid, name }: FactorNote, notes: ReadonlyMap<string, FactorNote>): string | null {
  const maker = aaguid === null ? undefined : findAuthenticator(aaguid, null);
  if (maker === undefined || name !== null) return null;
  const taken = new Set([...notes.values()].map((other) => other.name));
  let suggested = maker.name;
  for (let number = 2; taken.has(suggested); number += 1) suggested = `${maker.name} ${number}`;
  return suggested;
}
