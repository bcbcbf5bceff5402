import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, sql } from 'kysely';
import { nodeSqliteDialect } from './dialect.ts';
import { engineOf } from './engine.ts';
import { isUnwritable, SchemaVersionError } from './errors.ts';
import { assertMigrated, migrate, type Migrations } from './migrate.ts';

export type OpenOptions = {
  /** A path, or `:memory:`. A missing folder is created. */
  file: string;
  migrations: Migrations;
  /** True for a file that another program made: it is neither created nor changed, and must have all migrations. */
  existing?: boolean;
  /**
   * Functions of one text that statements and indexes may call: the same text has to give the same, at every opening.
   */
  functions?: Readonly<Record<string, (text: string) => string>>;
};

/**
 * Opens a SQLite file so that a `kill -9` loses nothing acknowledged (WAL, full sync), and migrates its schema. Throws
 * a SchemaVersionError when a newer program wrote the file, or one from before the migrations had names.
 */
export async function openSqlite<Tables>({
  file,
  migrations,
  existing = false,
  functions = {},
}: OpenOptions): Promise<Kysely<Tables>> {
  if (file !== ':memory:' && !existing) mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(file);
  // Before the first write, because the log file takes over the mode.
  if (file !== ':memory:') chmodSync(file, 0o600);
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA busy_timeout = 5000;
  `);
  for (const [name, apply] of Object.entries(functions)) {
    database.function(name, { deterministic: true }, (text) => apply(String(text)));
  }
  const db = new Kysely<Tables>({ dialect: nodeSqliteDialect(database) });
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
  if (engineOf(db) === 'postgres') return;
  await sql`PRAGMA optimize = 0x10002`.execute(db);
  const { rows } = await sql`SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'`.execute(db);
  if (rows.length === 0) return;
  await sql`DELETE FROM sqlite_stat1 WHERE CAST(stat AS INTEGER) < ${FEW}`.execute(db);
  // Makes SQLite read the remaining statistics.
  await sql`ANALYZE sqlite_master`.execute(db);
}
