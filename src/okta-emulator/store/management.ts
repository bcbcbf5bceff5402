import type { Selectable } from 'kysely';

/** `created`: milliseconds since 1970, on the emulator's clock. */
type RolesTable = { person_id: string; type: string; created: number };

type PoliciesTable = {
  id: string;
  name: string;
  description: string;
  /** 1 is the highest. The default policy has the lowest and applies to everybody. */
  priority: number;
  /** 1 for the org's default policy, which cannot be renamed or limited to a group. */
  system: 0 | 1;
  group_id: string;
  /** JSON: `OPTIONAL` or `REQUIRED` for each key. A kind whose key is missing is not allowed. */
  settings: string;
  created: number;
  last_updated: number;
};

export type ManagementTables = { roles: RolesTable; policies: PoliciesTable };

export type RoleRow = Selectable<RolesTable>;
export type PolicyRow = Selectable<PoliciesTable>;

export const managementStatements = [
  'ALTER TABLE people ADD COLUMN activated INTEGER',
  'ALTER TABLE people ADD COLUMN password_changed INTEGER',
  "ALTER TABLE people ADD COLUMN attributes TEXT NOT NULL DEFAULT '{}'",
  'ALTER TABLE people ADD COLUMN recovery_question TEXT',
  'ALTER TABLE people ADD COLUMN recovery_answer TEXT',
  `ALTER TABLE people ADD COLUMN provider TEXT NOT NULL DEFAULT '{"type":"OKTA","name":"OKTA"}'`,
  'UPDATE people SET activated = created, password_changed = created',
  'ALTER TABLE groups ADD COLUMN last_updated INTEGER NOT NULL DEFAULT 0',
  'ALTER TABLE groups ADD COLUMN last_membership_updated INTEGER NOT NULL DEFAULT 0',
  'UPDATE groups SET last_updated = created, last_membership_updated = created',
  'CREATE INDEX groups_by_name ON groups (fold(name), id)',
  `CREATE TABLE roles (
    person_id TEXT NOT NULL REFERENCES people(id) ON DELETE CASCADE, type TEXT NOT NULL, created INTEGER NOT NULL,
    PRIMARY KEY (person_id, type)) STRICT`,
  `CREATE TABLE policies (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, description TEXT NOT NULL, priority INTEGER NOT NULL,
    system INTEGER NOT NULL, group_id TEXT NOT NULL REFERENCES groups(id) ON DELETE CASCADE, settings TEXT NOT NULL,
    created INTEGER NOT NULL, last_updated INTEGER NOT NULL) STRICT`,
];
