import { seededId, wireDate } from '../wire/ids.ts';
import type { Person } from '../store/schema.ts';
import { TOKEN_OWNER } from './people.ts';

/** Okta's standard administrator roles that the emulator knows. */
export type AdminRole = 'SUPER_ADMIN' | 'HELP_DESK_ADMIN' | 'READ_ONLY_ADMIN';

/** A demo person who only reads at Okta, and whose methods the helpdesk may reset with an approval. */
export const READ_ONLY_ADMIN = 'joan@example.com';

const roles: Readonly<Record<string, { label: string; type: AdminRole }>> = {
  [TOKEN_OWNER]: { label: 'Super Administrator', type: 'SUPER_ADMIN' },
  [READ_ONLY_ADMIN]: { label: 'Read-only Administrator', type: 'READ_ONLY_ADMIN' },
};

/** A person's administrator roles as in `GET /users/{id}/roles`. `self` is the person's URL in the API. */
export function rolesOf(person: Person, self: string): object[] {
  const role = Object.hasOwn(roles, person.login) ? roles[person.login] : undefined;
  if (!role) return [];
  return [
    {
      id: seededId('ra1', person.login),
      ...role,
      status: 'ACTIVE',
      created: wireDate(person.created),
      lastUpdated: wireDate(person.created),
      assignmentType: 'USER',
      _links: { assignee: { href: self } },
    },
  ];
}
