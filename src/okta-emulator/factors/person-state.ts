import { OktaError } from '../wire/errors.ts';
import type { Person } from '../store/schema.ts';

/** Throws E0000038 for a deactivated person: their factors cannot be changed through this API. */
export function assertChangeable(person: Person): void {
  if (person.status === 'DEPROVISIONED') throw new OktaError('E0000038');
}

/** Throws as `assertChangeable`, and E0000069 for a person who is locked out: no code of theirs is looked at. */
export function assertProvable(person: Person): void {
  assertChangeable(person);
  if (person.status === 'LOCKED_OUT') throw new OktaError('E0000069');
}
