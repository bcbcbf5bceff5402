import type { FactorNote } from '../../platform/store/schema.ts';
import { findAuthenticator } from './authenticators.ts';

/** `notes`: the notes about all of the person's methods. */
export function nameFor({ aaguid, name }: FactorNote, notes: ReadonlyMap<string, FactorNote>): string | null {
  const maker = aaguid === null ? undefined : findAuthenticator(aaguid, null);
  if (maker === undefined || name !== null) return null;
  const taken = new Set([...notes.values()].map((other) => other.name));
  let suggested = maker.name;
  for (let number = 2; taken.has(suggested); number += 1) suggested = `${maker.name} ${number}`;
  return suggested;
}
