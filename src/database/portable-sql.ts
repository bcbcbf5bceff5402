import { PostgresAdapter, sql, type Kysely, type RawBuilder } from 'kysely';

export type DatabaseName = 'sqlite' | 'postgres';

/** Which database a connection or a transaction uses. */
// oxlint-disable-next-line typescript/no-explicit-any -- of whatever tables
export const getDatabaseName = (db: Kysely<any>): DatabaseName =>
  db.getExecutor().adapter instanceof PostgresAdapter ? 'postgres' : 'sqlite';

/** The database's own time, in milliseconds since the epoch, so it does not depend on a process's clock. */
// oxlint-disable-next-line typescript/no-explicit-any -- of whatever tables
export const storeNow = (db: Kysely<any>): RawBuilder<number> =>
  getDatabaseName(db) === 'postgres'
    ? sql<number>`(extract(epoch FROM clock_timestamp()) * 1000)::bigint`
    : sql<number>`CAST(unixepoch('subsec') * 1000 AS INTEGER)`;

/** An expression, or a number. */
type Operand = RawBuilder<number> | number;

/** The smaller of two values, on both databases: SQLite has `min` for it, PostgreSQL `least`. */
export const least = (one: RawBuilder<number>, other: Operand): RawBuilder<number> =>
  sql<number>`CASE WHEN ${one} < ${other} THEN ${one} ELSE ${other} END`;

/** The larger of two values. */
export const greatest = (one: RawBuilder<number>, other: Operand): RawBuilder<number> =>
  sql<number>`CASE WHEN ${one} > ${other} THEN ${one} ELSE ${other} END`;

/**
 * Converts a schema's statements for the given database. The script separates them by semicolons and uses SQLite's
 * types. Text is sorted by its bytes on SQLite and on PostgreSQL.
 */
export function ddlFor(database: DatabaseName, script: string): string[] {
  const statements = script
    .split(';')
    .map((statement) => statement.trim())
    .filter(Boolean);
  if (database === 'sqlite')
    return statements.map((statement) => (statement.startsWith('CREATE TABLE') ? `${statement} STRICT` : statement));
  return statements.map((statement) =>
    statement
      .replaceAll(/\bINTEGER\b/g, 'bigint')
      .replaceAll(/\bTEXT\b/g, 'text COLLATE "C"')
      .replaceAll(/\bBLOB\b/g, 'bytea'),
  );
}
