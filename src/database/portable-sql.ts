import { PostgresAdapter, sql, type Kysely, type RawBuilder } from 'kysely';

export type DatabaseName = 'sqlite' | 'postgres';

/** Returns which database a connection or a transaction uses. */
// oxlint-disable-next-line typescript/no-explicit-any -- works with any tables
export const getDatabaseName = (db: Kysely<any>): DatabaseName =>
  db.getExecutor().adapter instanceof PostgresAdapter ? 'postgres' : 'sqlite';

/** The database's own time, in milliseconds since the epoch. It does not depend on a portal's clock. */
// oxlint-disable-next-line typescript/no-explicit-any -- works with any tables
export const storeNow = (db: Kysely<any>): RawBuilder<number> =>
  getDatabaseName(db) === 'postgres'
    ? sql<number>`(extract(epoch FROM clock_timestamp()) * 1000)::bigint`
    : sql<number>`CAST(unixepoch('subsec') * 1000 AS INTEGER)`;

/** An expression, or a number. */
type Operand = RawBuilder<number> | number;

/** The smaller of two values. Neither SQLite's `min` nor PostgreSQL's `least` works on both databases. */
export const least = (one: RawBuilder<number>, other: Operand): RawBuilder<number> =>
  sql<number>`CASE WHEN ${one} < ${other} THEN ${one} ELSE ${other} END`;

/** The larger of two values. */
export const greatest = (one: RawBuilder<number>, other: Operand): RawBuilder<number> =>
  sql<number>`CASE WHEN ${one} > ${other} THEN ${one} ELSE ${other} END`;

/**
 * Converts the statements of a schema for a database. The script separates statements with semicolons, and uses
 * SQLite's types. On both databases, text is sorted by its bytes.
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
