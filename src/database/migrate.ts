import { sql, type Kysely } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import { getDatabaseName } from './portable-sql.ts';
import { isMissingTable, MissingSchemaError, SchemaVersionError } from './errors.ts';

/** Applied in the order of their names. A name never changes. */
export type Migrations = Readonly<Record<string, Migration>>;

/** Called first with 0, then after each migration. */
export type MigrationProgress = (applied: number, of: number) => void;

// oxlint-disable-next-line typescript/no-explicit-any -- works with any tables
type Database = Kysely<any>;

/** Any number. All programs that migrate a database use the same lock. */
const LOCK_ID = 7_046_029_254_386_353n;

async function appliedTo(db: Database): Promise<string[]> {
  try {
    const rows = await db.selectFrom('kysely_migration').select('name').execute();
    return rows.map(({ name }) => name as string);
  } catch (error) {
    if (isMissingTable(error)) return [];
    throw error;
  }
}

/** Throws when a newer program migrated the database. */
async function listPending(db: Database, migrations: Migrations, where: string): Promise<string[]> {
  const names = Object.keys(migrations).sort();
  const applied = await appliedTo(db);
  const unknown = applied.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new SchemaVersionError(
      `${where} was written by a newer version (it has the schema ${unknown}, this program knows ${names.at(-1)})`,
    );
  return names.filter((name) => !applied.includes(name));
}

/** Throws when a newer program migrated the database. */
export const isMigrated = async (db: Database, migrations: Migrations, where: string): Promise<boolean> =>
  (await listPending(db, migrations, where)).length === 0;

/**
 * All missing migrations run in one transaction.
 * @param where names the database in errors
 * @param lockMs how long a statement may wait for a table in use: until then, new users of the table wait too
 */
export async function migrate(
  db: Database,
  migrations: Migrations,
  where: string,
  { lockMs = 0, progress = () => {} }: { lockMs?: number; progress?: MigrationProgress } = {},
): Promise<void> {
  const { length } = await listPending(db, migrations, where);
  if (length === 0) return;
  await db.transaction().execute(async (tx) => {
    if (getDatabaseName(db) === 'postgres') {
      await sql`SET LOCAL statement_timeout = 0`.execute(tx);
      await sql`SET LOCAL lock_timeout = 0`.execute(tx);
      // The lock ends with the transaction, so it also works behind a pooler that lends connections per transaction.
      await sql`SELECT pg_advisory_xact_lock(${sql.lit(LOCK_ID)})`.execute(tx);
      await sql`SET LOCAL lock_timeout = ${sql.lit(lockMs)}`.execute(tx);
    } else {
      // A write without effect: it makes a second process wait here.
      await sql`PRAGMA user_version = 0`.execute(tx);
    }
    let applied = 0;
    progress(applied, length);
    const withNotice = ({ up }: Migration): Migration => ({
      up: async (connection) => {
        await up(connection);
        progress((applied += 1), length);
      },
    });
    const all = Object.fromEntries(Object.entries(migrations).map(([name, one]) => [name, withNotice(one)]));
    const provider = { getMigrations: async () => all };
    const { error } = await new Migrator({ db: tx, provider }).migrateToLatest();
    if (error !== undefined) throw error as Error;
  });
}

/** Throws a MissingSchemaError if no migration was applied, and a SchemaVersionError if some are missing or unknown. */
export async function assertMigrated(db: Database, migrations: Migrations, where: string): Promise<void> {
  const pending = await listPending(db, migrations, where);
  if (pending.length === Object.keys(migrations).length)
    throw new MissingSchemaError(`${where} has no tables yet: start the portal once, which creates them`);
  const [first] = pending;
  if (first !== undefined)
    throw new SchemaVersionError(`${where} lacks the schema ${first}: start the portal once, which creates it`);
}
