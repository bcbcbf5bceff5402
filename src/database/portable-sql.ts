import { PostgresAdapter, sql, type Kysely, type RawBuilder } from 'kysely';

export type DatabaseName = 'sqlite' | 'postgres';

// oxlint-disable-next-line typescript/no-explicit-any -- works with any tables
export const getDatabaseName = (db: Kysely<any>): DatabaseName =>
  db.getExecutor().adapter instanceof PostgresAdapter ? 'postgres' : 'sqlite';

/** In ms since 1970. Does not depend on a portal's clock. */
// oxlint-disable-next-line typescript/no-explicit-any -- works with any tables
export const storeNow = (db: Kysely<any>): RawBuilder<number> =>
  getDatabaseName(db) === 'postgres'
    ? sql<number>`(extract(epoch FROM clock_timestamp()) * 1000)::bigint`
    : sql<number>`CAST(unixepoch('subsec') * 1000 AS INTEGER)`;

/** Always true. The statement's transaction does not wait for a standby, so a failover may lose what it writes. */
// oxlint-disable-next-line typescript/no-explicit-any -- works with any tables
export const withoutStandby = (db: Kysely<any>): RawBuilder<boolean> =>
  getDatabaseName(db) === 'postgres'
    ? sql<boolean>`set_config('synchronous_commit', 'local', true) IS NOT NULL`
    : sql<boolean>`TRUE`;

type Operand = RawBuilder<number> | number;

/** Neither SQLite's `min` nor PostgreSQL's `least` works on both databases. */
export const least = (one: RawBuilder<number>, other: Operand): RawBuilder<number> =>
  sql<number>`CASE WHEN ${one} < ${other} THEN ${one} ELSE ${other} END`;

export const greatest = (one: RawBuilder<number>, other: Operand): RawBuilder<number> =>
  sql<number>`CASE WHEN ${one} > ${other} THEN ${one} ELSE ${other} END`;

/** `script`: with SQLite's types. On both databases, text is sorted by its bytes. */
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
