import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, sql } from 'kysely';
import { nodeSqliteDialect } from './dialect.ts';

/** One step of a schema's history: applied once, in order, in its own transaction. */
export type Migration<Tables> = (db: Kysely<Tables>) => Promise<void>;

export type OpenOptions<Tables> = {
  /** A path, or `:memory:`. A missing folder is created. */
  file: string;
  migrations: readonly Migration<Tables>[];
  /** The schema version that the first migration creates; files with an older one are refused. Default 1. */
  firstVersion?: number;
  /**
   * Functions of one text that statements and indexes may call: the same text has to give the same, at every opening.
   */
  functions?: Readonly<Record<string, (text: string) => string>>;
};

/** The file has a schema that this program does not read; the message says which and what to do. */
export class SchemaVersionError extends Error {
  override name = 'SchemaVersionError';
}

/**
 * Opens a SQLite file so that a `kill -9` loses nothing acknowledged (WAL, full sync), and migrates its schema. Throws
 * a SchemaVersionError when a newer program wrote the file, or its schema is older than `firstVersion`.
 */
export async function openSqlite<Tables>({
  file,
  migrations,
  firstVersion = 1,
  functions = {},
}: OpenOptions<Tables>): Promise<Kysely<Tables>> {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
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
  const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number };
  const newest = firstVersion + migrations.length - 1;
  if (version > newest || (version > 0 && version < firstVersion)) {
    await db.destroy();
    throw new SchemaVersionError(
      version > newest
        ? `${file} was written by a newer version (schema ${version}, this program knows ${newest})`
        : `${file} was written by an older version (schema ${version}, this program needs ${firstVersion}); delete it to begin anew`,
    );
  }
  for (const [index, migrate] of migrations.entries()) {
    const creates = firstVersion + index;
    if (creates <= version) continue;
    await db.transaction().execute(async (step) => {
      await migrate(step);
      await sql.raw(`PRAGMA user_version = ${creates}`).execute(step);
    });
  }
  // A full disk or another writing process must not prevent reading.
  await optimize(db).catch((error: unknown) => {
    if (!isUnwritable(error)) throw error;
  });
  return db;
}

/** Busy, read-only, I/O error, full (sqlite.org/rescode.html). */
const unwritable = new Set([5, 8, 10, 13]);
const isUnwritable = (error: unknown) =>
  unwritable.has(Number((error as { errcode?: unknown } | null)?.errcode) & 0xff);

/** A table that had fewer rows at its analysis is expected to grow. */
const FEW = 1000;

/**
 * Lets the query planner learn how large tables are, by samples of each index: some milliseconds
 * (sqlite.org/lang_analyze.html). What it learnt of small tables goes again: it would read them through by that, when
 * they have grown since.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- of whatever tables
export async function optimize(db: Kysely<any>): Promise<void> {
  await sql`PRAGMA optimize = 0x10002`.execute(db);
  const { rows } = await sql`SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'`.execute(db);
  if (rows.length === 0) return;
  await sql`DELETE FROM sqlite_stat1 WHERE CAST(stat AS INTEGER) < ${FEW}`.execute(db);
  // Makes SQLite read the remaining statistics.
  await sql`ANALYZE sqlite_master`.execute(db);
}
