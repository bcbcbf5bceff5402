import { sql, type SelectQueryBuilder } from 'kysely';
import { bindParts } from '../../platform/bind-parts.ts';
import type { Store } from '../../platform/store/open.ts';
import type { Tables } from '../../platform/store/schema.ts';
import type { AuditRow } from './audit-log.ts';
import { prunedUntil } from './head.ts';

/** Each column has an index. */
export const columns = ['actor', 'subject', 'event', 'ticket', 'outcome'] as const;
type Column = (typeof columns)[number];
type Values = { [C in Column]?: readonly string[] | undefined };

/**
 * Times are in ms, and `until` is exclusive. `ofChanges` leaves out cancelled enrollments, because a thief with a
 * session can cause any number of them.
 */
export type LogFilter = Values & { since?: number | undefined; until?: number | undefined; ofChanges?: boolean };
/**
 * `left`: index entries that a scan may still read. `unread`: the highest row number that was not read, set when
 * `left` is 0.
 */
export type ScanBudget = { left: number; unread: number };
/** Both ends are included. */
export type SeqRange = { first: number; last: number };
type Direction = 'asc' | 'desc';

/** The most index entries that one statement reads. SQLite blocks all other requests during a statement. */
const PIECE = 256;
/** The same for the index on times. It is higher, because this index contains all columns that the statement needs. */
const TIMES = 10_000;
/** The most index entries that are counted for one column, to find the column with the fewest. */
const COMPARED = 5000;

const yieldToEventLoop = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Null: all rows, in the order of their numbers. */
type Path = { column: Column; value: string } | null;
type Query = SelectQueryBuilder<Tables, 'audit_log', object>;

/** The same expression as in the index. */
const foldColumn = (column: Column) => (column === 'ticket' ? sql<string>`lower(ticket)` : sql.ref<string>(column));
const foldValue = (column: Column, value: string) => (column === 'ticket' ? sql<string>`lower(${value})` : value);

/** No index has this form, so SQLite finds the rows by their numbers instead. */
const unindexed = (column: Column) => sql<string>`${foldColumn(column)} || ''`;

export const undone = sql<boolean>`event IN ('user.mfa.factor.activate', 'user.mfa.factor.deactivate')
  AND COALESCE(reason, '') IN ('cancelled', 'begun anew')`;

function matching(query: Query, filter: LogFilter): Query {
  const { since, until, ofChanges } = filter;
  let filtered = query;
  for (const column of columns) {
    const values = filter[column]?.map((value) => foldValue(column, value));
    if (values) filtered = filtered.where(unindexed(column), 'in', values);
  }
  if (ofChanges === true) filtered = filtered.where(sql<boolean>`NOT (${undone})`);
  if (since !== undefined) filtered = filtered.where(sql<number>`at + 0`, '>=', since);
  if (until !== undefined) filtered = filtered.where(sql<number>`at + 0`, '<', until);
  return filtered;
}

const selectPath = (store: Store, path: Path): Query => {
  const query = store.selectFrom('audit_log');
  if (!path) return query;
  const matching = query.where(foldColumn(path.column), '=', foldValue(path.column, path.value));
  // The indexes on `outcome` and `ticket` are partial. SQLite uses them only if the statement contains their condition.
  if (path.column === 'outcome') return matching.where(sql<boolean>`outcome <> 'success'`);
  return path.column === 'ticket' ? matching.where('ticket', 'is not', null) : matching;
};

/** If the clock was set back, the numbers are not in the order of the times. */
async function findRange(store: Store, { since = 0, until = Number.MAX_SAFE_INTEGER }: LogFilter): Promise<SeqRange> {
  const range = { first: Number.MAX_SAFE_INTEGER, last: 0 };
  for (let from = since; ; await yieldToEventLoop()) {
    const times = store.selectFrom('audit_log').select(['at', 'seq']).where('at', '>=', from).where('at', '<', until);
    const { entries, first, last, at } = await store
      .selectFrom(times.orderBy('at').orderBy('seq').limit(TIMES).as('times'))
      .select(({ fn }) => [fn.countAll<number>().as('entries'), fn.min('seq').as('first'), fn.max('seq').as('last')])
      .select(({ fn }) => fn.max('at').as('at'))
      .executeTakeFirstOrThrow();
    if (entries === 0) return range;
    Object.assign(range, { first: Math.min(range.first, first), last: Math.max(range.last, last) });
    if (entries < TIMES) return range;
    // At least one millisecond later: portals do not write 10,000 rows in a millisecond.
    from = Math.max(at, from + 1);
  }
}

async function findNext(
  store: Store,
  paths: readonly Path[],
  { first, last }: SeqRange,
  direction: Direction,
  most: number,
): Promise<number[]> {
  const seqs: number[] = [];
  for (const path of paths) {
    const entries = selectPath(store, path).select('seq').where('seq', '>=', first).where('seq', '<=', last);
    seqs.push(...(await entries.orderBy('seq', direction).limit(most).execute()).map(({ seq }) => seq));
    await yieldToEventLoop();
  }
  return seqs.sort((one, other) => (direction === 'asc' ? one - other : other - one)).slice(0, most);
}

async function countEntries(store: Store, paths: readonly Path[]): Promise<number> {
  let counted = 0;
  for (const path of paths) {
    const some = selectPath(store, path)
      .select('seq')
      .limit(COMPARED - counted)
      .as('some');
    const count = store.selectFrom(some).select(({ fn }) => fn.countAll<number>().as('entries'));
    counted += (await count.executeTakeFirstOrThrow()).entries;
    await yieldToEventLoop();
    if (counted >= COMPARED) break;
  }
  return counted;
}

/** `[null]` when no column of the filter narrows the search. */
async function choosePaths(store: Store, filter: LogFilter): Promise<readonly Path[]> {
  const ways = columns.flatMap((column) => {
    const values = filter[column];
    // Nearly every row has the outcome `success`, so its index does not help.
    if (!values || (column === 'outcome' && values.includes('success'))) return [];
    return [values.map((value) => ({ column, value }))];
  });
  if (ways.length <= 1) return ways[0] ?? [null];
  const counts: number[] = [];
  for (const way of ways) counts.push(await countEntries(store, way));
  return ways[counts.indexOf(Math.min(...counts))]!;
}

/** Yields batches in the order of the row numbers. Reads no more than the consumer takes and the budget allows. */
async function* rows(
  store: Store,
  filter: LogFilter,
  { first, last }: SeqRange,
  direction: Direction,
  budget: ScanBudget = { left: Number.POSITIVE_INFINITY, unread: 0 },
): AsyncGenerator<AuditRow[]> {
  const timed = filter.since === undefined && filter.until === undefined ? null : await findRange(store, filter);
  let low = Math.max(first, (await prunedUntil(store)) + 1, timed?.first ?? 0);
  let high = Math.min(last, timed?.last ?? last);
  const paths = await choosePaths(store, filter);
  while (low <= high && budget.left > 0) {
    const most = Math.min(PIECE, budget.left);
    const numbers = await findNext(store, paths, { first: low, last: high }, direction, most);
    budget.left -= numbers.length;
    const rows =
      numbers.length === 0
        ? []
        : await matching(store.selectFrom('audit_log').where('seq', 'in', numbers), filter)
            .selectAll()
            .orderBy('seq', direction)
            .execute();
    if (rows.length > 0) yield rows;
    if (numbers.length < most) return;
    if (direction === 'desc') high = numbers.at(-1)! - 1;
    else low = numbers.at(-1)! + 1;
    await yieldToEventLoop();
  }
  if (low <= high) budget.unread = high;
}

/** Each statement reads a limited number of entries, so that other requests can run between two statements. */
export const createLogScan = (store: Store) => bindParts(store, { rows });
