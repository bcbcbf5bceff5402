import { join } from 'node:path';
import type { Clock } from '#clock';
import { assertLeased, ifFree, LostLeaseError, type Lock } from '../../../platform/store/lock.ts';
import type { Store } from '../../../platform/store/open.ts';
import type { AuditLog, AuditRow } from '../audit-log.ts';
import { GENESIS, rowLink } from '../chain.ts';
import { lastSegment, oldestRow, readHead, rowOutside } from '../head.ts';
import { logEventOf } from '../log-event.ts';
import { forgetNames } from './forget-names.ts';
import { fileOf, isSignedSegment, segmentsFrom, signSegment, type Segment } from './segment.ts';
import { MAY_NOT_PRUNE, mayPrune } from './rights.ts';
import { digestOfFile, writeSegmentFile } from './segment-file.ts';
import type { ArchiveSettings } from './settings.ts';

/** The most rows of one file: it is written, and its rows are deleted, well within a lease. */
const SEGMENT_ROWS = 20_000;
/** How many rows one statement reads or deletes: SQLite runs in this thread, and other requests wait meanwhile. */
const SLICE = 200;
const DAY_MS = 24 * 60 * 60_000;
/** How long one run begins new files. */
const RUN_MS = 8_000;

/** Nothing was pruned; the message says why and what to do. */
class ArchiveRefusal extends Error {
  override readonly name = 'ArchiveRefusal';
}

type Options = {
  store: Store;
  clock: Clock;
  lock: Lock;
  auditLog: Pick<AuditLog, 'event' | 'keys'>;
  settings: ArchiveSettings;
  /** Whether a sink gets the rows: none is pruned that it does not have. */
  hasSink: boolean;
  /** The most rows of one file; tests need less. */
  segmentRows?: number;
};

const yieldToEventLoop = () => new Promise<void>((resolve) => setImmediate(resolve));
const us = { userId: null, address: '', agent: '', requestId: '' };

/**
 * Creates what moves old audit rows into files. First a file is on the disk, then the log has its signed head, and only
 * then its rows are deleted. The next run completes what an ended process left.
 */
export function createArchive({ store, clock, lock, auditLog, settings, hasSink, segmentRows }: Options) {
  const { folder, retentionMs } = settings;
  const most = segmentRows ?? SEGMENT_ROWS;
  let going: Promise<number | null> | null = null;
  let closed = false;

  /** Returns the last row that may go: an open intent, a reader or the sink still needs what comes after it. */
  async function lastToGo(): Promise<number> {
    const head = await readHead(store);
    const alarms = await store.selectFrom('alarm_cursor').select('seq').where('id', '=', 1).executeTakeFirstOrThrow();
    const sink = await store
      .selectFrom('audit_sink_cursor')
      .select('seq')
      .where('id', '=', 1)
      .executeTakeFirstOrThrow();
    const open = await store.selectFrom('open_intents').select('seq').orderBy('seq').limit(1).executeTakeFirst();
    return Math.min(
      head.seq - 1,
      alarms.seq,
      hasSink ? sink.seq : head.seq,
      open === undefined ? head.seq : open.seq - 1,
    );
  }

  /** Yields old rows in slices, oldest first, and checks their links. */
  async function* oldRows(after: Pick<Segment, 'last_seq' | 'hash'>): AsyncGenerator<AuditRow[]> {
    const until = clock.now() - retentionMs;
    const last = Math.min(await lastToGo(), after.last_seq + most);
    let [from, prev] = [after.last_seq, after.hash];
    while (from < last && !closed) {
      const rows = await store
        .selectFrom('audit_log')
        .selectAll()
        .where('seq', '>', from)
        .where('seq', '<=', last)
        .orderBy('seq')
        .limit(SLICE)
        .execute();
      const young = rows.findIndex(({ at }) => at > until);
      const old = young < 0 ? rows : rows.slice(0, young);
      for (const row of old) {
        if (row.seq !== from + 1 || row.prev !== prev || rowLink(row, prev) !== row.hash)
          throw new ArchiveRefusal(`row ${row.seq} of the audit log does not hold: run \`npm run audit:verify\``);
        [from, prev] = [row.seq, row.hash];
      }
      if (old.length > 0) yield old;
      if (old.length < rows.length || rows.length === 0) return;
      await yieldToEventLoop();
    }
  }

  const outside = (seq: number) =>
    new ArchiveRefusal(`row ${seq} of the audit log was written by no portal: run \`npm run audit:verify\``);
  const unsigned = ({ last_seq }: Segment) =>
    new ArchiveRefusal(
      `no key of AUDIT_SIGNING_KEY signed the archived rows up to ${last_seq}, so no row goes: after a rotation, keep the public key before`,
    );

  /** Writes the next file and its head. Returns null when there is no old row. */
  async function writeNext(): Promise<Segment | null> {
    const newest = await lastSegment(store);
    // A signature over later rows would also vouch for these.
    if (newest && !isSignedSegment(auditLog.keys, newest)) throw unsigned(newest);
    const before = newest ?? { last_seq: 0, hash: GENESIS };
    const slices = oldRows(before);
    const first = await slices.next();
    if (first.done) return null;
    let last = first.value.at(-1)!;
    async function* lines(): AsyncGenerator<string> {
      for (let rows = first.value as AuditRow[] | undefined; rows; rows = (await slices.next()).value ?? undefined) {
        yield rows.map((row) => `${JSON.stringify(logEventOf(row))}\n`).join('');
        last = rows.at(-1)!;
      }
    }
    const written = await writeSegmentFile(folder, lines(), () => fileOf(before.last_seq + 1, last.seq));
    const segment = signSegment(auditLog.keys, {
      ...written,
      ...{ first_seq: before.last_seq + 1, last_seq: last.seq, at: last.at, prev: before.hash, hash: last.hash },
    });
    await auditLog.event(
      us,
      { event: 'audit_log.archive', subject: null },
      { outcome: 'success', reason: `rows ${segment.first_seq} to ${segment.last_seq}, sha256 ${segment.sha256}` },
      async (tx) => {
        // Another process may have written its own since the lease ended.
        await assertLeased(tx, clock.now());
        await tx.insertInto('audit_log_segments').values(segment).execute();
      },
    );
    return segment;
  }

  /** Throws an ArchiveRefusal unless what the store still has of a segment is the end of it, and nothing else. */
  async function assertRest({ last_seq, hash }: Segment): Promise<void> {
    let before = null as Pick<AuditRow, 'seq' | 'hash'> | null;
    for (;;) {
      const rows = await store
        .selectFrom('audit_log')
        .selectAll()
        .where('seq', '>', before?.seq ?? 0)
        .where('seq', '<=', last_seq)
        .orderBy('seq')
        .limit(SLICE)
        .execute();
      for (const row of rows) {
        if (before && (row.seq !== before.seq + 1 || row.prev !== before.hash)) throw outside(before.seq);
        if (rowLink(row, row.prev) !== row.hash) throw outside(row.seq);
        before = row;
      }
      if (rows.length === 0) break;
      await yieldToEventLoop();
    }
    if (before && (before.seq !== last_seq || before.hash !== hash)) throw outside(before.seq);
  }

  /** Deletes a segment's rows, if its file is as it was written. Returns how many. */
  async function prune(segment: Segment): Promise<number> {
    const { last_seq, file, sha256 } = segment;
    if (!isSignedSegment(auditLog.keys, segment)) throw unsigned(segment);
    const found = await digestOfFile(join(folder, file)).catch((error: NodeJS.ErrnoException) => error.code ?? 'none');
    if (found !== sha256)
      throw new ArchiveRefusal(`${join(folder, file)} is not as it was written (${found}): its rows stay`);
    await assertRest(segment);
    let pruned = 0;
    while (!closed) {
      const first = await oldestRow(store);
      if (!first || first.seq > last_seq) return pruned;
      await assertLeased(store, clock.now());
      const until = Math.min(last_seq, first.seq + SLICE - 1);
      const { numDeletedRows } = await store.deleteFrom('audit_log').where('seq', '<=', until).executeTakeFirst();
      pruned += Number(numDeletedRows);
      await yieldToEventLoop();
    }
    return pruned;
  }

  async function run(): Promise<number> {
    const begun = performance.now();
    let pruned = 0;
    if (!(await mayPrune(store))) throw new ArchiveRefusal(MAY_NOT_PRUNE);
    const foreign = await rowOutside(store);
    if (foreign !== null) throw outside(foreign);
    try {
      // Those whose rows an earlier run did not delete, or not all.
      const first = await oldestRow(store);
      for (const segment of first ? await segmentsFrom(store, first.seq) : []) pruned += await prune(segment);
      // Once a day, and not a small file each hour.
      const oldest = await oldestRow(store);
      let isDue = oldest !== undefined && oldest.at <= clock.now() - retentionMs - DAY_MS;
      while (isDue && !closed && performance.now() - begun < RUN_MS) {
        const segment = await writeNext();
        if (!segment) break;
        pruned += await prune(segment);
        isDue = segment.last_seq - segment.first_seq + 1 === most;
      }
      if (pruned > 0) await forgetNames(store, () => closed);
    } catch (error) {
      // Another process goes on.
      if (!(error instanceof LostLeaseError)) throw error;
    }
    return pruned;
  }

  return {
    /**
     * Archives and prunes for some seconds. Returns the number of rows that were deleted; null when another process
     * does it. Throws an ArchiveRefusal, or an error of the store or the file system.
     */
    run(): Promise<number | null> {
      going ??= ifFree(lock, 'audit archive', run).finally(() => (going = null));
      return going;
    },

    /** Ends within a file: what it has so far is a whole one. */
    async close(): Promise<void> {
      closed = true;
      await going?.catch(() => {});
    },
  };
}
