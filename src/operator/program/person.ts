import type { Store } from '#bff/platform/store/open.ts';
import { peopleByLogin } from '#bff/identity/users/people-by-login.ts';

/** It is not clear whom the operator means; the message says why and what to give instead. */
export class UnclearPerson extends Error {
  override readonly name = 'UnclearPerson';
}

/** Returns the id of the person whom an operator names by login, in any case, or by the id itself. */
export async function personCalled(store: Store, named: string): Promise<string> {
  const people = await peopleByLogin(store, named);
  // A login may have belonged to somebody else before.
  if (people.length > 1)
    throw new UnclearPerson(`several people are known as ${named}: give one of ${people.join(', ')}`);
  if (people[0] !== undefined) return people[0];
  if (/^00u\w+$/.test(named)) return named;
  throw new UnclearPerson(`nobody is known as ${named} here: give the id that Okta has for them (00u…)`);
}
