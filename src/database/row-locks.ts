import { sql, type Kysely, type RawBuilder, type SelectQueryBuilder } from 'kysely';
import { getDatabaseName } from './portable-sql.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- works with any tables
type Database = Kysely<any>;

/**
 * Another transaction that locks or writes these rows waits until this one ends. SQLite needs no row locks, because it
 * runs one transaction at a time.
 * @param tables in a join: the tables whose rows are locked; default all
 */
export const lockingRows = <DB, T extends keyof DB, O>(
  db: Database,
  query: SelectQueryBuilder<DB, T, O>,
  ...tables: string[]
): SelectQueryBuilder<DB, T, O> =>
  getDatabaseName(db) === 'postgres' ? query.forUpdate(tables.length > 0 ? (tables as never) : undefined) : query;

/** Callers that take the next row at the same time get different rows. */
export const skippingLocked = <DB, T extends keyof DB, O>(
  db: Database,
  query: SelectQueryBuilder<DB, T, O>,
): SelectQueryBuilder<DB, T, O> => (getDatabaseName(db) === 'postgres' ? query.forUpdate().skipLocked() : query);

/**
 * Concurrent callers get different rows (ADR 0028). Null when no row is due.
 * @param column when a row is due, in ms; the claim sets it to `until`
 * @param due SQL condition: which rows may be claimed
 */
export async function claimNext<Row extends { id: string }>(
  db: Database,
  { table, column, due, until }: { table: string; column: string; due: RawBuilder<unknown>; until: number },
): Promise<Row | null> {
  const skipping = getDatabaseName(db) === 'postgres' ? sql`FOR UPDATE SKIP LOCKED` : sql``;
  const next = sql`SELECT id FROM ${sql.table(table)} WHERE ${due} ORDER BY ${sql.ref(column)} LIMIT 1 ${skipping}`;
  const { rows } = await sql<Row>`
    UPDATE ${sql.table(table)} SET ${sql.ref(column)} = ${until} WHERE id = (${next}) AND ${due} RETURNING *`.execute(
    db,
  );
  return rows[0] ?? null;
}

/**
 * For rows that do not exist yet, or for a sum over many rows. Lock all names of a transaction in one call: it sorts
 * the names, so that no two transactions wait for each other.
 */
export async function lockNames(tx: Database, ...names: readonly string[]): Promise<void> {
  if (getDatabaseName(tx) === 'sqlite') return;
  // These locks end with the transaction, so they work behind a pooler that lends connections per transaction.
  for (const name of [...new Set(names)].sort())
    await sql`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(tx);
}

/** The most rows of one `deleteUntil`, so that transactions stay small. */
const MOST_DELETED = 1000;

/**
 * Skips rows that another transaction has locked, so that pruning neither waits nor causes a deadlock. Returns whether
 * more rows may be left.
 */
export async function deleteUntil(db: Database, table: string, column: string, until: number): Promise<boolean> {
  const old = sql`FROM ${sql.table(table)} WHERE ${sql.ref(column)} <= ${until} ORDER BY ${sql.ref(column)} LIMIT ${sql.lit(MOST_DELETED)}`;
  const { numAffectedRows } = await (
    getDatabaseName(db) === 'postgres'
      ? sql`DELETE FROM ${sql.table(table)} WHERE ctid = ANY(ARRAY(SELECT ctid ${old} FOR UPDATE SKIP LOCKED))`
      : sql`DELETE FROM ${sql.table(table)} WHERE rowid IN (SELECT rowid ${old})`
  ).execute(db);
  return numAffectedRows === BigInt(MOST_DELETED);
}
