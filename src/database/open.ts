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
  /**
   * For a file that another program made, and that must have all migrations: it is neither created nor migrated. With
   * `read` nothing is written at all, not even by opening it.
   */
  existing?: 'read' | 'write' | undefined;
  /**
   * Functions that take one text and that statements and indexes may call. They must return the same result for the
   * same text whenever the database is opened.
   */
  functions?: Readonly<Record<string, (text: string) => string>>;
  /** How long statements wait for another program that writes, in milliseconds; default five seconds. */
  busyMs?: number;
};

/**
 * Returns by which name a file is opened for reading so that it stays as it is. The log (`-wal`) exists while a program
 * has the file open, or after it was killed. Without a log, SQLite would create one for a reader and leave it behind.
 */
function nameForReading(file: string): string {
  if (existsSync(`${file}-wal`)) return file;
  const url = pathToFileURL(file);
  url.searchParams.set('immutable', '1');
  return url.href;
}

/** Opens a file for reading, and leaves it as it is. */
export const openForReading = (file: string): DatabaseSync =>
  new DatabaseSync(nameForReading(file), { readOnly: true });

function openForWriting(file: string, existing: boolean): DatabaseSync {
  if (file !== ':memory:' && !existing) makeFolder(dirname(file));
  const database = new DatabaseSync(file);
  if (!existing) {
    // Before the first write, because the log file takes over the mode.
    if (file !== ':memory:') chmodSync(file, 0o600);
    database.exec('PRAGMA journal_mode = WAL');
  }
  // What was deleted or replaced is written over: a code, a note or an address must not outlive its row in the file.
  database.exec('PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON');
  return database;
}

/**
 * Opens a SQLite file so that a `kill -9` loses nothing acknowledged (WAL, full sync), and migrates its schema. Throws
 * a SchemaVersionError when a newer program wrote the file, or one from before the migrations had names.
 */
export async function openSqlite<Tables>({
  file,
  migrations,
  existing,
  functions = {},
  busyMs = 5000,
}: OpenOptions): Promise<Kysely<Tables>> {
  const database = existing === 'read' ? openForReading(file) : openForWriting(file, existing !== undefined);
  // Whoever writes for longer is waited for without stopping this program (`dialect.ts`).
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
    // A full disk or another writing process must not prevent reading.
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

/** A table that had fewer rows at its analysis is expected to grow. */
const FEW = 1000;

/**
 * Lets the query planner learn how large tables are, by samples of each index: some milliseconds
 * (sqlite.org/lang_analyze.html). What it learnt of small tables goes again: it would read them through by that, when
 * they have grown since.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- of whatever tables
export async function optimize(db: Kysely<any>): Promise<void> {
  // PostgreSQL does this by itself.
  if (getDatabaseName(db) === 'postgres') return;
  await sql`PRAGMA optimize = 0x10002`.execute(db);
  const { rows } = await sql`SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'`.execute(db);
  if (rows.length === 0) return;
  await sql`DELETE FROM sqlite_stat1 WHERE CAST(stat AS INTEGER) < ${FEW}`.execute(db);
  // Makes SQLite read the remaining statistics.
  await sql`ANALYZE sqlite_master`.execute(db);
}
