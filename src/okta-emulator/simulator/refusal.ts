import type { EmulatorContext } from '../context/context.ts';
import { findPerson } from '../people/people.ts';
import type { Person } from '../store/schema.ts';

/** Has its own format, because Okta has no simulator. */
export class SimulatorError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export async function personNamed(emulator: EmulatorContext, login: unknown): Promise<Person> {
  const person = typeof login === 'string' && login ? await findPerson(emulator.db, login) : undefined;
  if (!person) throw new SimulatorError(404, 'there is no person with this login');
  return person;
}
