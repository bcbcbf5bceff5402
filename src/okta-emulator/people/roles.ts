import { seededId, wireDate } from '../wire/ids.ts';
import type { Person } from '../store/schema.ts';
import { TOKEN_OWNER } from './people.ts';

/** Okta's standard administrator roles that the emulator knows. */
export type AdminRole = 'SUPER_ADMIN' | 'HELP_DESK_ADMIN' | 'READ_ONLY_ADMIN';

/** A person's administrator roles as in `GET /users/{id}/roles`. `self` is the person's URL in the API. */
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
