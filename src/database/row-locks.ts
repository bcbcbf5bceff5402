import type { Kysely, SelectQueryBuilder } from 'kysely';
import { engineOf } from './engine.ts';

/**
 * Lets a select in a transaction lock its rows: another transaction that locks or writes them waits for this one's end,
 * and then sees what it wrote. On SQLite a transaction excludes every other one from its start.
 * @param tables those of a join whose rows are locked; default all
 */
export const lockingRows = <DB, T extends keyof DB & string, O>(
  db: Kysely<DB>,
  query: SelectQueryBuilder<DB, T, O>,
  ...tables: string[]
): SelectQueryBuilder<DB, T, O> =>
  engineOf(db) === 'postgres' ? query.forUpdate(tables.length > 0 ? (tables as never) : undefined) : query;

/**
 * Lets a select lock its rows, and pass over those that another transaction holds: of several that take the next row,
 * each gets one of its own. On SQLite one statement runs at a time, so nothing has to be locked.
 */
export const skippingLocked = <DB, T extends keyof DB, O>(
  db: Kysely<DB>,
  query: SelectQueryBuilder<DB, T, O>,
): SelectQueryBuilder<DB, T, O> => (engineOf(db) === 'postgres' ? query.forUpdate().skipLocked() : query);
