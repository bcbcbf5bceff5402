import type { Kysely } from 'kysely';
import { encodeBase32 } from '../wire/base32.ts';
import { wireDate } from '../wire/ids.ts';
import type { RoleRow } from '../store/management.ts';
import type { Tables } from '../store/schema.ts';

export type AdminRole = 'SUPER_ADMIN' | 'HELP_DESK_ADMIN' | 'READ_ONLY_ADMIN';

/** A demo person with a read-only role. The helpdesk needs an approval to reset this person's methods. */
export const READ_ONLY_ADMIN = 'joan@example.com';

const labels = {
  SUPER_ADMIN: 'Super Administrator',
  ORG_ADMIN: 'Organization Administrator',
  APP_ADMIN: 'Application Administrator',
  USER_ADMIN: 'User Administrator',
  GROUP_MEMBERSHIP_ADMIN: 'Group Membership Administrator',
  HELP_DESK_ADMIN: 'Help Desk Administrator',
  READ_ONLY_ADMIN: 'Read-only Administrator',
  MOBILE_ADMIN: 'Mobile Administrator',
  API_ACCESS_MANAGEMENT_ADMIN: 'API Access Management Administrator',
  REPORT_ADMIN: 'Report Administrator',
} as const;
export type StandardRole = keyof typeof labels;

export const isStandardRole = (type: unknown): type is StandardRole =>
  typeof type === 'string' && Object.hasOwn(labels, type);

/** As at Okta, the id of an assignment is the type in base32. */
export const roleId = (type: string): string => encodeBase32(Buffer.from(type));

export const listRoles = (db: Kysely<Tables>, personId: string): Promise<RoleRow[]> =>
  db.selectFrom('roles').selectAll().where('person_id', '=', personId).orderBy('created').orderBy('type').execute();

export function presentRole({ type, created }: RoleRow, self: string): object {
  return {
    id: roleId(type),
    label: labels[type as StandardRole],
    type,
    status: 'ACTIVE',
    created: wireDate(created),
    lastUpdated: wireDate(created),
    assignmentType: 'USER',
    _links: { assignee: { href: self } },
  };
}
