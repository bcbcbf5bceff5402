import { OktaError } from '../wire/errors.ts';
import type { Person } from '../store/schema.ts';

export function assertChangeable(person: Person): void {
  if (person.status === 'DEPROVISIONED') throw new OktaError('E0000038');
}

/** Throws E0000038 for a deactivated person, and E0000069 for a locked person. */
export function assertProvable(person: Person): void {
  assertChangeable(person);
  if (person.status === 'LOCKED_OUT') throw new OktaError('E0000069');
}
