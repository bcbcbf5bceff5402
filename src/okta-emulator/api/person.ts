import type { EmulatorContext } from '../context/context.ts';
import { findPerson } from '../people/people.ts';
import type { Person } from '../store/schema.ts';
import { notFound } from '../wire/errors.ts';

/** The person in the path, by id, login, short login or `me`. Throws 404 E0000007 `(User)`. */
export async function personOf(emulator: EmulatorContext, name: string): Promise<Person> {
  const person = await findPerson(emulator.db, name);
  if (!person) throw notFound(name, 'User');
  return person;
}
