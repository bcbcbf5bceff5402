import { sql, type Kysely, type RawBuilder, type SelectQueryBuilder } from 'kysely';
import { getDatabaseName } from './portable-sql.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- of whatever tables
type Database = Kysely<any>;

/**
 * Lets a select in a transaction lock its rows: another transaction that locks or writes them waits for this one's end,
 * and then sees what it wrote. On SQLite a transaction excludes every other one from its start.
 * @param tables those of a join whose rows are locked; default all
 */
export const lockingRows = <DB, T extends keyof DB, O>(
  db: Database,
  query: SelectQueryBuilder<DB, T, O>,
  ...tables: string[]
): SelectQueryBuilder<DB, T, O> =>
  getDatabaseName(db) === 'postgres' ? query.forUpdate(tables.length > 0 ? (tables as never) : undefined) : query;

/**
 * Lets a select lock its rows, and pass over those that another transaction holds: of several that take the next row,
 * each gets one of its own. On SQLite one statement runs at a time, so nothing has to be locked.
 */
export const skippingLocked = <DB, T extends keyof DB, O>(
  db: Database,
  query: SelectQueryBuilder<DB, T, O>,
): SelectQueryBuilder<DB, T, O> => (getDatabaseName(db) === 'postgres' ? query.forUpdate().skipLocked() : query);

/**
 * Claims the row that is due the longest, by giving it a later time. Concurrent callers get different rows (ADR 0028).
 * Returns null when none is due.
 * @param column when a row is due, in milliseconds; the claim sets it to `until`
 * @param due which rows may be claimed
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
 * Locks names until the transaction ends: of transactions that lock the same name, one runs at a time. It stands for
 * rows that do not exist yet, and for sums over many. Lock all names of a transaction at once: their order is the same
 * everywhere then, so that no two transactions wait for each other.
 */
export async function lockNames(tx: Database, ...names: readonly string[]): Promise<void> {
  if (getDatabaseName(tx) === 'sqlite') return;
  // Ends with the transaction, so it also works behind a pooler that shares connections between transactions.
  for (const name of [...new Set(names)].sort())
    await sql`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(tx);
}

/** The most rows that one `deleteUntil` deletes, so that no transaction grows with what piled up. */
const MOST_DELETED = 1000;

/**
 * Deletes at most a thousand of the rows whose `column` is `until` or less. Rows that another transaction holds are
 * left for the next time: pruning never waits, and is never waited for in a circle. Returns whether it deleted as many
 * as that, so that there may be more.
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
