import { chmodSync, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { Kysely, sql } from 'kysely';
import { nodeSqliteDialect } from './dialect.ts';
import { getDatabaseName } from './portable-sql.ts';
import { isUnwritable, SchemaVersionError } from './errors.ts';
import { makeFolder } from './make-folder.ts';
import { assertMigrated, migrate, type Migrations } from './migrate.ts';

export type OpenOptions = {
  /** A path, or `:memory:`. A missing folder is created. */
  file: string;
  migrations: Migrations;
  /** The file must already exist, with all migrations. With `read`, even opening writes nothing. */
  existing?: 'read' | 'write' | undefined;
  /** SQL functions with one text parameter. For the same text they must always return the same result. */
  functions?: Readonly<Record<string, (text: string) => string>>;
  /** How long statements wait for another program that writes, in ms. */
  busyMs?: number;
};

/**
 * A log (`-wal`) exists if a program has the file open or has crashed. Without a log, SQLite would create one and leave
 * it, but not with `immutable`.
 */
function nameForReading(file: string): string {
  if (existsSync(`${file}-wal`)) return file;
  const url = pathToFileURL(file);
  url.searchParams.set('immutable', '1');
  return url.href;
}

/** Does not change the file. */
export const openForReading = (file: string): DatabaseSync =>
  new DatabaseSync(nameForReading(file), { readOnly: true });

function openForWriting(file: string, existing: boolean): DatabaseSync {
  if (file !== ':memory:' && !existing) makeFolder(dirname(file));
  const database = new DatabaseSync(file);
  if (!existing) {
    // Before the first write, because the log file gets the same mode.
    if (file !== ':memory:') chmodSync(file, 0o600);
    database.exec('PRAGMA journal_mode = WAL');
  }
  // `secure_delete`: a code or an address must not stay in the file after its row is deleted.
  database.exec('PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON');
  return database;
}

/**
 * After a `kill -9` no committed data is lost (WAL, full sync). Throws a SchemaVersionError when a newer program wrote
 * the file, or an old one that numbered its schemas.
 */
export async function openSqlite<Tables>({
  file,
  migrations,
  existing,
  functions = {},
  busyMs = 5000,
}: OpenOptions): Promise<Kysely<Tables>> {
  const database = existing === 'read' ? openForReading(file) : openForWriting(file, existing !== undefined);
  // Short, because it blocks the program. `dialect.ts` waits longer without blocking.
  database.exec('PRAGMA busy_timeout = 20');
  for (const [name, apply] of Object.entries(functions)) {
    database.function(name, { deterministic: true }, (text) => apply(String(text)));
  }
  const db = new Kysely<Tables>({ dialect: nodeSqliteDialect(database, busyMs, existing === 'read') });
  try {
    // Earlier programs numbered their schemas.
    const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number };
    if (version > 0)
      throw new SchemaVersionError(
        `${file} was written by an older version (schema ${version}, before the first that this program knows); delete it to begin anew`,
      );
    await (existing ? assertMigrated : migrate)(db, migrations, file);
    // On a full disk, or while another process writes, the statistics stay old, but the file can be read.
    if (!existing)
      await optimize(db).catch((error: unknown) => {
        if (!isUnwritable(error)) throw error;
      });
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return db;
}

const FEW = 1000;

/**
 * Deletes the statistics of small tables: with these, the planner would scan a table even after it has grown
 * (sqlite.org/lang_analyze.html).
 */
// oxlint-disable-next-line typescript/no-explicit-any -- works with any tables
export async function optimize(db: Kysely<any>): Promise<void> {
  // PostgreSQL does this by itself.
  if (getDatabaseName(db) === 'postgres') return;
  await sql`PRAGMA optimize = 0x10002`.execute(db);
  const { rows } = await sql`SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'`.execute(db);
  if (rows.length === 0) return;
  await sql`DELETE FROM sqlite_stat1 WHERE CAST(stat AS INTEGER) < ${FEW}`.execute(db);
  // Makes SQLite load the remaining statistics.
  await sql`ANALYZE sqlite_master`.execute(db);
}
