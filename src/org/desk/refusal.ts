import type { Context } from '../context.ts';
import { findPerson } from '../people/people.ts';
import type { Person } from '../store/schema.ts';

/** A refusal of the desk's: not Okta's shape, since Okta has no desk. */
export class DeskError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The person of that login. Throws a DeskError (404) when there is none. */
export async function personNamed(org: Context, login: unknown): Promise<Person> {
  const person = typeof login === 'string' && login ? await findPerson(org.db, login) : undefined;
  if (!person) throw new DeskError(404, 'there is nobody by that login');
  return person;
}
