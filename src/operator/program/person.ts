import type { Store } from '#bff/platform/store/open.ts';
import { peopleByLogin } from '#bff/identity/users/people-by-login.ts';

export class UnclearPerson extends Error {
  override readonly name = 'UnclearPerson';
}

/** `named`: a login in upper or lower case, or an id. */
export async function personCalled(store: Store, named: string): Promise<string> {
  const people = await peopleByLogin(store, named);
  // Another person may have had the login earlier.
  if (people.length > 1)
    throw new UnclearPerson(`several people are known as ${named}: give one of ${people.join(', ')}`);
  if (people[0] !== undefined) return people[0];
  if (/^00u\w+$/.test(named)) return named;
  throw new UnclearPerson(`nobody is known as ${named} here: give the id that Okta has for them (00u…)`);
}
