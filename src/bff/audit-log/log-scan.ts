import { sql, type SelectQueryBuilder } from 'kysely';
import type { Store } from '../store/open.ts';
import type { Tables } from '../store/schema.ts';
import type { AuditRow } from './audit-log.ts';

/** `events` are exact names, any of which matches. Times are milliseconds; `until` is exclusive. */
export type LogFilter = {
  actor?: string | undefined;
  subject?: string | undefined;
  events?: readonly string[] | undefined;
  since?: number | undefined;
  until?: number | undefined;
};
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
type Path = { column: 'actor' | 'subject' | 'event'; value: string } | null;
type Query = SelectQueryBuilder<Tables, 'audit_log', object>;

/** SQLite uses no index for an expression. So it uses the index of the path, whose entries the scan counted. */
const unindexed = (column: 'actor' | 'subject' | 'event') => sql<string>`${sql.ref(column)} || ''`;

function matching(query: Query, path: Path, { actor, subject, events, since, until }: LogFilter): Query {
  let found = query;
  if (actor !== undefined && path?.column !== 'actor') found = found.where(unindexed('actor'), '=', actor);
  if (subject !== undefined && path?.column !== 'subject') found = found.where(unindexed('subject'), '=', subject);
  if (events !== undefined && path?.column !== 'event') found = found.where(unindexed('event'), 'in', events);
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
    return path ? query.where(path.column, '=', path.value) : query;
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

  /** Returns the path with the fewest entries. It counts at most `ENTRIES.most` of each. */
  async function shortest(paths: readonly NonNullable<Path>[]): Promise<NonNullable<Path>> {
    if (paths.length === 1) return paths[0]!;
    const counts = [];
    for (const path of paths) {
      const some = on(path).select('seq').limit(ENTRIES.most).as('some');
      const { entries } = await store
        .selectFrom(some)
        .select(({ fn }) => fn.countAll<number>().as('entries'))
        .executeTakeFirstOrThrow();
      counts.push(entries);
      await yieldToEventLoop();
    }
    return paths[counts.indexOf(Math.min(...counts))]!;
  }

  async function* along(
    path: Path,
    filter: LogFilter,
    { first, last }: SeqRange,
    direction: Direction,
  ): AsyncGenerator<AuditRow[]> {
    const descending = direction === 'desc';
    let entries = ENTRIES.start;
    let low = first;
    let high = last;
    while (low <= high) {
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
      if (took > SLOW_MS) entries = Math.max(ENTRIES.least, entries >> 1);
      else if (took < FAST_MS) entries = Math.min(ENTRIES.most, entries * 2);
      await yieldToEventLoop();
    }
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
    /** Returns the names of events in the log that begin with `prefix`. Each name takes one index lookup. */
    async eventsLike(prefix: string): Promise<string[]> {
      const names: string[] = [];
      for (let after = prefix; ; after = names.at(-1)!) {
        const next = await store
          .selectFrom('audit_log')
          .select('event')
          .where('event', '>', after)
          .where('event', '<', `${prefix}\uffff`)
          .orderBy('event')
          .orderBy('seq')
          .limit(1)
          .executeTakeFirst();
        if (!next) return names;
        names.push(next.event);
        await yieldToEventLoop();
      }
    },

    /**
     * Yields the rows that match a filter within a range, in pieces, in the order of their numbers. It reads only as
     * much as the consumer takes.
     */
    async *rows(filter: LogFilter, range: SeqRange, direction: Direction): AsyncGenerator<AuditRow[]> {
      const { actor, subject, events, since, until } = filter;
      let { first, last } = range;
      if (since !== undefined || until !== undefined) {
        const timed = await rangeOf(filter);
        first = Math.max(first, timed.first);
        last = Math.min(last, timed.last);
      }
      const paths: NonNullable<Path>[] = [];
      if (actor !== undefined) paths.push({ column: 'actor', value: actor });
      if (subject !== undefined) paths.push({ column: 'subject', value: subject });
      if (events?.length === 1) paths.push({ column: 'event', value: events[0]! });
      if (paths.length > 0) yield* along(await shortest(paths), filter, { first, last }, direction);
      else if (events)
        yield* merged(
          events.map((value) => along({ column: 'event', value }, filter, { first, last }, direction)),
          direction,
        );
      else yield* along(null, filter, { first, last }, direction);
    },
  };
}
