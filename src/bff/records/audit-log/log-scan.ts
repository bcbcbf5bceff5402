import { sql, type SelectQueryBuilder } from 'kysely';
import type { Store } from '../../platform/store/open.ts';
import type { Tables } from '../../platform/store/schema.ts';
import type { AuditRow } from './audit-log.ts';
import { prunedUntil } from './head.ts';

/** The columns that a filter can ask for, each with an index. */
export const columns = ['actor', 'subject', 'event', 'ticket', 'outcome'] as const;
type Column = (typeof columns)[number];
type Values = { [C in Column]?: readonly string[] | undefined };

/**
 * A row matches if each named column has one of its values. Times are milliseconds; `until` is exclusive. `ofChanges`
 * leaves out enrollments that were begun and cancelled: whoever has a session can cause any number of them.
 */
export type LogFilter = Values & { since?: number | undefined; until?: number | undefined; ofChanges?: boolean };
/** How many index entries a scan may still read, and once it is used up the newest row that it has not read. */
export type ScanBudget = { left: number; unread: number };
/** Rows with `first` ≤ seq ≤ `last`. */
export type SeqRange = { first: number; last: number };
type Direction = 'asc' | 'desc';

/** The target duration of one statement. SQLite runs in this thread and blocks all other requests meanwhile. */
const SLOW_MS = 4;
const FAST_MS = 1;
/** The number of index entries that one statement reads; it is adapted to the time that the statements take. */
const ENTRIES = { start: 256, least: 32, most: 4096 };
/** The most rows that one statement returns; each row costs some microseconds. */
const ROWS = 128;
/**
 * The number of entries of the time index that one statement reads. The index contains all that the statement needs.
 */
const TIMES = 10_000;

const yieldToEventLoop = () => new Promise<void>((resolve) => setImmediate(resolve));

/** What a scan follows: the entries of one index with one value or, for null, the rows themselves. */
type Path = { column: Column; value: string } | null;
type Query = SelectQueryBuilder<Tables, 'audit_log', object>;

/** What a filter compares of a column: of a ticket, any case. Its index has the same expression. */
const comparedOf = (column: Column) => (column === 'ticket' ? sql<string>`lower(ticket)` : sql.ref<string>(column));
const valueOf = (column: Column, value: string) => (column === 'ticket' ? sql<string>`lower(${value})` : value);

/** SQLite uses no index for this expression. So it uses the index of the path, whose entries the scan counted. */
const unindexed = (column: Column) => sql<string>`${comparedOf(column)} || ''`;

const undone = sql<boolean>`event IN ('user.mfa.factor.activate', 'user.mfa.factor.deactivate')
  AND COALESCE(reason, '') IN ('cancelled', 'begun anew')`;

function matching(query: Query, path: Path, filter: LogFilter): Query {
  const { since, until, ofChanges } = filter;
  let found = query;
  for (const column of columns) {
    const values = filter[column];
    if (values && path?.column !== column)
      found = found.where(
        unindexed(column),
        'in',
        values.map((value) => valueOf(column, value)),
      );
  }
  if (ofChanges === true) found = found.where(sql<boolean>`NOT (${undone})`);
  if (since !== undefined) found = found.where(sql<number>`at + 0`, '>=', since);
  if (until !== undefined) found = found.where(sql<number>`at + 0`, '<', until);
  return found;
}

/**
 * Creates the scan of the audit log by any filter. It runs statements of a few milliseconds each and yields to the
 * event loop between them.
 */
export function createLogScan(store: Store) {
  const on = (path: Path): Query => {
    const query = store.selectFrom('audit_log');
    if (!path) return query;
    const found = query.where(comparedOf(path.column), '=', valueOf(path.column, path.value));
    // These indexes leave rows out; SQLite uses one only where the statement says that it needs no others.
    if (path.column === 'outcome') return found.where(sql<boolean>`outcome <> 'success'`);
    return path.column === 'ticket' ? found.where('ticket', 'is not', null) : found;
  };

  /**
   * Returns the range of row numbers that contains all rows of a time span. Where the clock was set back, the order of
   * the rows is not the order of their times.
   */
  async function rangeOf({ since = 0, until = Number.MAX_SAFE_INTEGER }: LogFilter): Promise<SeqRange> {
    const range = { first: Number.MAX_SAFE_INTEGER, last: 0 };
    for (let from = since; from < until; await yieldToEventLoop()) {
      const next = await store
        .selectFrom('audit_log')
        .select('at')
        .where('at', '>=', from)
        .where('at', '<', until)
        .orderBy('at')
        .orderBy('seq')
        .offset(TIMES)
        .limit(1)
        .executeTakeFirst();
      await yieldToEventLoop();
      const to = next ? Math.max(next.at, from + 1) : until;
      const { first, last } = await store
        .selectFrom('audit_log')
        .select(({ fn }) => [fn.min('seq').as('first'), fn.max('seq').as('last')])
        .where('at', '>=', from)
        .where('at', '<', to)
        .executeTakeFirstOrThrow();
      if (first !== null)
        Object.assign(range, { first: Math.min(range.first, first), last: Math.max(range.last, last) });
      from = to;
    }
    return range;
  }

  /** Counts the entries of some paths, at most `ENTRIES.most`. */
  async function countEntries(paths: readonly Path[]): Promise<number> {
    let counted = 0;
    for (const path of paths) {
      const some = on(path)
        .select('seq')
        .limit(ENTRIES.most - counted)
        .as('some');
      const { entries } = await store
        .selectFrom(some)
        .select(({ fn }) => fn.countAll<number>().as('entries'))
        .executeTakeFirstOrThrow();
      counted += entries;
      await yieldToEventLoop();
      if (counted >= ENTRIES.most) break;
    }
    return counted;
  }

  /** Returns the paths of the column with the fewest entries; one without a value when the filter names no column. */
  async function pathsOf(filter: LogFilter): Promise<readonly Path[]> {
    const ways = columns.flatMap((column) => {
      const values = filter[column];
      // Nearly every row has the outcome `success`.
      if (!values || (column === 'outcome' && values.includes('success'))) return [];
      return [values.map((value) => ({ column, value }))];
    });
    if (ways.length <= 1) return ways[0] ?? [null];
    const counts: number[] = [];
    for (const way of ways) counts.push(await countEntries(way));
    return ways[counts.indexOf(Math.min(...counts))]!;
  }

  async function* along(
    path: Path,
    filter: LogFilter,
    { first, last }: SeqRange,
    direction: Direction,
    budget: ScanBudget,
  ): AsyncGenerator<AuditRow[]> {
    const descending = direction === 'desc';
    let entries = ENTRIES.start;
    let low = first;
    let high = last;
    while (low <= high && budget.left > 0) {
      entries = Math.min(entries, budget.left);
      budget.left -= entries;
      let begun = performance.now();
      let boundaryMs = 0;
      // The last row number that this many entries reach.
      let end = descending ? high - entries + 1 : low + entries - 1;
      if (path) {
        const boundary = await on(path)
          .select('seq')
          .where('seq', '>=', low)
          .where('seq', '<=', high)
          .orderBy('seq', direction)
          .offset(entries - 1)
          .limit(1)
          .executeTakeFirst();
        end = boundary ? boundary.seq : descending ? low : high;
        boundaryMs = performance.now() - begun;
        await yieldToEventLoop();
      }
      const [from, to] = descending ? [Math.max(low, end), high] : [low, Math.min(high, end)];
      begun = performance.now() - boundaryMs;
      const rows = await matching(on(path), path, filter)
        .selectAll()
        .where('seq', '>=', from)
        .where('seq', '<=', to)
        .orderBy('seq', direction)
        .limit(ROWS)
        .execute();
      const took = performance.now() - begun;
      // Read it before the yield: the consumer may empty the array.
      const cut = rows.length === ROWS ? rows.at(-1)!.seq : null;
      if (rows.length > 0) yield rows;
      if (descending) high = (cut ?? from) - 1;
      else low = (cut ?? to) + 1;
      if (cut !== null) {
        // The statement ended at its most rows: what lies beyond was not read.
        budget.left += Math.max(0, entries - ROWS);
        entries = ROWS;
      } else if (took > SLOW_MS) entries = Math.max(ENTRIES.least, entries >> 1);
      else if (took < FAST_MS) entries = Math.min(ENTRIES.most, entries * 2);
      await yieldToEventLoop();
    }
    if (low <= high) budget.unread = Math.max(budget.unread, high);
  }

  /** Merges several scans into one, in order. */
  async function* merged(
    scans: readonly AsyncGenerator<AuditRow[]>[],
    direction: Direction,
  ): AsyncGenerator<AuditRow[]> {
    const heads: { scan: AsyncGenerator<AuditRow[]>; rows: AuditRow[] }[] = [];
    // One after the other: concurrent statements would block the event loop for one long time.
    for (const scan of scans) {
      heads.push({ scan, rows: ((await scan.next()).value as AuditRow[] | undefined) ?? [] });
      await yieldToEventLoop();
    }
    const sign = direction === 'asc' ? 1 : -1;
    for (
      let open = heads.filter(({ rows }) => rows.length > 0);
      open.length > 0;
      open = open.filter(({ rows }) => rows.length > 0)
    ) {
      // No other scan can return a row before this bound, the nearest of their last rows.
      const bound = Math.min(...open.map(({ rows }) => sign * rows.at(-1)!.seq));
      const ready: AuditRow[] = [];
      for (const head of open) {
        const later = head.rows.findIndex(({ seq }) => sign * seq > bound);
        ready.push(...head.rows.splice(0, later < 0 ? head.rows.length : later));
        if (head.rows.length === 0) head.rows = ((await head.scan.next()).value as AuditRow[] | undefined) ?? [];
      }
      yield ready.sort((one, other) => sign * (one.seq - other.seq));
    }
  }

  return {
    /**
     * Yields the rows that match a filter within a range, in pieces, in the order of their numbers. It reads only as
     * much as the consumer takes, and as the budget allows.
     */
    async *rows(
      filter: LogFilter,
      range: SeqRange,
      direction: Direction,
      budget: ScanBudget = { left: Number.POSITIVE_INFINITY, unread: 0 },
    ): AsyncGenerator<AuditRow[]> {
      const { since, until } = filter;
      let { first, last } = range;
      first = Math.max(first, (await prunedUntil(store)) + 1);
      if (since !== undefined || until !== undefined) {
        const timed = await rangeOf(filter);
        first = Math.max(first, timed.first);
        last = Math.min(last, timed.last);
      }
      const paths = await pathsOf(filter);
      const scans = paths.map((path) => along(path, filter, { first, last }, direction, budget));
      if (scans.length === 1) yield* scans[0]!;
      else yield* merged(scans, direction);
    },
  };
}
