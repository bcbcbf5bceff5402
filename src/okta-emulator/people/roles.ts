import { seededId, wireDate } from '../wire/ids.ts';
import type { Person } from '../store/schema.ts';
import { TOKEN_OWNER } from './people.ts';

/** Standard administrator roles of Okta's, as far as this org gives them. */
export type AdminRole = 'SUPER_ADMIN' | 'HELP_DESK_ADMIN' | 'READ_ONLY_ADMIN';

/**
 * The administrator roles of a person as `GET /users/{id}/roles` lists them. `self` is the person's address in the API.
 */
export function rolesOf(person: Person, self: string): object[] {
  if (person.login !== TOKEN_OWNER) return [];
  return [
    {
      id: seededId('ra1', person.login),
      label: 'Super Administrator',
      type: 'SUPER_ADMIN' satisfies AdminRole,
      status: 'ACTIVE',
      created: wireDate(person.created),
      lastUpdated: wireDate(person.created),
      assignmentType: 'USER',
      _links: { assignee: { href: self } },
    },
  ];
}
