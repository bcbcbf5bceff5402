import { sql, type Kysely, type Selectable } from 'kysely';
import type { Migrations } from '#database/migrate.ts';
import { tokenStatements, type TokensTable } from './tokens.ts';
import { managementStatements, type ManagementTables } from './management.ts';
import { pushTransactionStatements, type PushTransactionsTable } from './push-transactions.ts';

/** Times are milliseconds since 1970, on the emulator's clock. */
type PeopleTable = {
  id: string;
  login: string;
  email: string;
  second_email: string | null;
  first_name: string;
  last_name: string;
  mobile_phone: string | null;
  status: PersonStatus;
  /** A scrypt hash in the format of `password.ts`. Empty without a password. */
  password: string;
  password_changed: number | null;
  created: number;
  activated: number | null;
  status_changed: number;
  last_updated: number;
  last_login: number | null;
  /** Wrong codes in a row, and the time of the last. */
  misses: number;
  missed_at: number;
  /** JSON: further attributes of the profile, under Okta's names. */
  attributes: string;
  recovery_question: string | null;
  /** Hashed like the password. */
  recovery_answer: string | null;
  /** JSON: `credentials.provider` in Okta's format. */
  provider: string;
};

export const PERSON_STATUSES = [
  'STAGED',
  'PROVISIONED',
  'ACTIVE',
  'RECOVERY',
  'PASSWORD_EXPIRED',
  'LOCKED_OUT',
  'SUSPENDED',
  'DEPROVISIONED',
] as const;
export type PersonStatus = (typeof PERSON_STATUSES)[number];

type GroupsTable = {
  id: string;
  name: string;
  description: string;
  type: 'OKTA_GROUP' | 'BUILT_IN';
  created: number;
  last_updated: number;
  last_membership_updated: number;
};
type MembershipsTable = { group_id: string; person_id: string };

type FactorsTable = {
  id: string;
  person_id: string;
  /** The kind's name in the registry. */
  kind: string;
  status: 'PENDING_ACTIVATION' | 'ACTIVE';
  /** JSON: `profile` in Okta's format. */
  profile: string;
  /** base64url. Null without a secret. */
  secret: string | null;
  /** The last accepted time step. Codes of this step and of earlier steps are used. */
  accepted_step: number | null;
  created: number;
  last_updated: number;
  last_verified: number | null;
  /** JSON: the kind's private data. */
  data: string | null;
  /** Only if it differs from the provider's name. */
  vendor_name: string | null;
};

type ActivationTriesTable = { person_id: string; at: number };
type ResendTriesTable = { person_id: string; at: number };

/** `factor_id` is no foreign key, because the automatic email factor has no row in `factors`. */
type OutstandingTable = {
  factor_id: string;
  person_id: string;
  purpose: 'activate' | 'verify';
  secret: string;
  at: number;
  expires_at: number;
  used: 0 | 1;
};

/** Numbers stay if their factors are deleted. */
type PhonesTable = {
  id: string;
  person_id: string;
  channel: 'sms' | 'call';
  /** E.164. */
  number: string;
  extension: string | null;
  created: number;
};

/** When an address last got a code. */
type SentTable = { channel: 'email' | 'sms' | 'call'; address: string; at: number };

type MessagesTable = {
  id: string;
  person_id: string;
  channel: 'email' | 'sms' | 'call';
  recipient: string;
  text: string;
  code: string | null;
  at: number;
  /** The email's Message-ID. For other messages, the row's id. */
  message_id: string;
};

/** oidc-provider's sessions, grants, codes and open sign-ins. */
type SignInStateTable = {
  model: string;
  id: string;
  payload: string;
  grant_id: string | null;
  uid: string | null;
  account_id: string | null;
  expires_at: number | null;
};

export type Tables = {
  people: PeopleTable;
  groups: GroupsTable;
  memberships: MembershipsTable;
  factors: FactorsTable;
  activation_tries: ActivationTriesTable;
  resend_tries: ResendTriesTable;
  outstanding: OutstandingTable;
  phones: PhonesTable;
  sent: SentTable;
  push_transactions: PushTransactionsTable;
  messages: MessagesTable;
  sign_in_state: SignInStateTable;
  tokens: TokensTable;
} & ManagementTables;

export type Person = Selectable<PeopleTable>;
export type Group = Selectable<GroupsTable>;
export type FactorRow = Selectable<FactorsTable>;
export type Phone = Selectable<PhonesTable>;
export type Message = Selectable<MessagesTable>;

const running = (...statements: string[]) => ({
  async up(db: Kysely<Tables>): Promise<void> {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
});

export const migrations: Migrations = {
  '0001_people_and_factors': running(
    `CREATE TABLE people (
      id TEXT PRIMARY KEY, login TEXT NOT NULL UNIQUE COLLATE NOCASE, email TEXT NOT NULL COLLATE NOCASE,
      second_email TEXT COLLATE NOCASE,
      first_name TEXT NOT NULL, last_name TEXT NOT NULL, mobile_phone TEXT, status TEXT NOT NULL,
      password TEXT NOT NULL,
      created INTEGER NOT NULL, status_changed INTEGER NOT NULL, last_updated INTEGER NOT NULL, last_login INTEGER,
      misses INTEGER NOT NULL DEFAULT 0, missed_at INTEGER NOT NULL DEFAULT 0) STRICT`,
    `CREATE TABLE groups (
      id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, description TEXT NOT NULL, type TEXT NOT NULL,
      created INTEGER NOT NULL) STRICT`,
    `CREATE TABLE memberships (
      group_id TEXT NOT NULL REFERENCES groups(id) ON DELETE CASCADE,
      person_id TEXT NOT NULL REFERENCES people(id) ON DELETE CASCADE,
      PRIMARY KEY (group_id, person_id)) STRICT`,
    `CREATE TABLE factors (
      id TEXT PRIMARY KEY, person_id TEXT NOT NULL REFERENCES people(id) ON DELETE CASCADE, kind TEXT NOT NULL,
      status TEXT NOT NULL,
      profile TEXT NOT NULL, secret TEXT, accepted_step INTEGER, created INTEGER NOT NULL,
      last_updated INTEGER NOT NULL) STRICT`,
    'CREATE INDEX factors_of_person ON factors (person_id)',
    `CREATE TABLE activation_tries (
      person_id TEXT NOT NULL REFERENCES people(id) ON DELETE CASCADE, at INTEGER NOT NULL) STRICT`,
    'CREATE INDEX tries_of_person ON activation_tries (person_id, at)',
    `CREATE TABLE messages (
      id TEXT PRIMARY KEY, person_id TEXT NOT NULL REFERENCES people(id) ON DELETE CASCADE, channel TEXT NOT NULL,
      recipient TEXT NOT NULL,
      text TEXT NOT NULL, code TEXT, at INTEGER NOT NULL, message_id TEXT NOT NULL, UNIQUE (message_id,
      recipient)) STRICT`,
    `CREATE TABLE sign_in_state (
      model TEXT NOT NULL, id TEXT NOT NULL, payload TEXT NOT NULL, grant_id TEXT, uid TEXT, account_id TEXT,
      expires_at INTEGER,
      PRIMARY KEY (model, id)) STRICT`,
    'CREATE INDEX sign_in_state_by_grant ON sign_in_state (grant_id)',
    'CREATE INDEX sign_in_state_by_account ON sign_in_state (account_id)',
    'CREATE INDEX sign_in_state_by_end ON sign_in_state (expires_at)',
  ),
  '0002_codes': running(
    'ALTER TABLE factors ADD COLUMN last_verified INTEGER',
    'ALTER TABLE factors ADD COLUMN data TEXT',
    'ALTER TABLE factors ADD COLUMN vendor_name TEXT',
    'CREATE TABLE resend_tries (person_id TEXT NOT NULL REFERENCES people(id) ON DELETE CASCADE, at INTEGER NOT NULL) STRICT',
    'CREATE INDEX resends_of_person ON resend_tries (person_id, at)',
    `CREATE TABLE outstanding (
      factor_id TEXT NOT NULL, person_id TEXT NOT NULL REFERENCES people(id) ON DELETE CASCADE, purpose TEXT NOT NULL,
      secret TEXT NOT NULL,
      at INTEGER NOT NULL, expires_at INTEGER NOT NULL, used INTEGER NOT NULL DEFAULT 0) STRICT`,
    'CREATE INDEX outstanding_of_factor ON outstanding (factor_id, purpose)',
    `CREATE TABLE phones (
      id TEXT PRIMARY KEY, person_id TEXT NOT NULL REFERENCES people(id) ON DELETE CASCADE, channel TEXT NOT NULL,
      number TEXT NOT NULL,
      extension TEXT, created INTEGER NOT NULL, UNIQUE (person_id, channel, number)) STRICT`,
    'CREATE TABLE sent (channel TEXT NOT NULL, address TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (channel, address)) STRICT',
  ),
  '0003_pushes': running(...pushTransactionStatements),
  '0004_tokens': running(...tokenStatements),
  '0005_search': running(
    ...['login', 'email', 'first_name', 'last_name'].map(
      (name) => `CREATE INDEX people_by_${name} ON people (fold(${name}), id)`,
    ),
    'CREATE INDEX people_by_mobile_phone ON people (mobile_phone, id)',
    'CREATE INDEX people_by_status ON people (status, id)',
    'CREATE INDEX memberships_of_person ON memberships (person_id, group_id)',
  ),
  '0006_management': running(...managementStatements),
};

/** SQLite's own `lower` converts only ASCII. */
export const functions = { fold: (text: string) => text.toLowerCase() };
