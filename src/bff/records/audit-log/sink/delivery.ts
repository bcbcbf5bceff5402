import type { Clock } from '#clock';
import { assertLeased, ifFree, LostLeaseError, type Lock } from '../../../platform/store/lock.ts';
import type { Store } from '../../../platform/store/open.ts';
import { lastWritten, readHead } from '../head.ts';
import { toLogEvent } from '../log-event.ts';
import type { AuditSink } from './sink.ts';
import { SKEW_MS } from '../../../platform/store/store-time.ts';

/** Rows in a batch. Halved after each failure, because the receiver may refuse large batches. */
const BATCH = 200;
/** After so many failures, a batch has one row. */
const MOST_HALVED = 8;
/** How long a run starts new batches, in ms. The last batch still ends before the lease does. */
const RUN_MS = 10_000;
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 5 * 60_000;

type Options = {
  store: Store;
  clock: Clock;
  lock: Lock;
  sink: AuditSink;
  failed: (error: unknown) => void;
  /** From 0 to 1. Spreads the attempts of portals that failed together. */
  random?: () => number;
};

export type Delivery = ReturnType<typeof createDelivery>;

/** Sends the rows in order, each at least once. Only one portal of a store sends at a time. */
export function createDelivery({ store, clock, lock, sink, failed, random = Math.random }: Options) {
  let going: Promise<void> | null = null;
  let closed = false;

  /** Does nothing if another portal has moved the cursor. */
  const move = (from: number, to: { seq: number; tries: number; next_at: number }) =>
    store.updateTable('audit_sink_cursor').set(to).where('id', '=', 1).where('seq', '=', from).execute();

  /** Returns whether another batch may follow at once. */
  async function sendNext(): Promise<boolean> {
    const { seq, tries, next_at } = await store
      .selectFrom('audit_sink_cursor')
      .select(['seq', 'tries', 'next_at'])
      .where('id', '=', 1)
      .executeTakeFirstOrThrow();
    const now = clock.now();
    // A time beyond the longest wait means that the clock was set back, so the batch is due now.
    if (next_at > now && next_at <= now + LONGEST_WAIT_MS + SKEW_MS) return false;
    const most = Math.max(1, BATCH >> Math.min(tries, MOST_HALVED));
    const rows = await store
      .selectFrom('audit_log')
      .selectAll()
      .where('seq', '>', seq)
      .where('seq', '<=', lastWritten)
      .orderBy('seq')
      .limit(most)
      .execute();
    const last = rows.at(-1);
    if (!last) return false;
    const head = await readHead(store);
    await assertLeased(store, clock.now());
    try {
      await sink.send({ events: rows.map(toLogEvent), head: head.seq === last.seq ? head : null });
    } catch (error) {
      failed(error);
      const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(tries, 10));
      const next = Math.round(clock.now() + wait * (1 - random() / 4));
      await move(seq, { seq, tries: tries + 1, next_at: next });
      return false;
    }
    // After failures, batches grow step by step, because the receiver may accept only small ones.
    const left = Math.max(0, Math.min(tries, MOST_HALVED) - 1);
    await move(seq, { seq: last.seq, tries: left, next_at: 0 });
    return rows.length === most;
  }

  async function run(): Promise<void> {
    const begun = performance.now();
    try {
      while (!closed && performance.now() - begun < RUN_MS && (await sendNext()));
    } catch (error) {
      // Another portal has the lock and continues from the cursor.
      if (!(error instanceof LostLeaseError)) throw error;
    }
  }

  return {
    /** Concurrent calls share one run. Rejects only if the store fails. */
    deliver(): Promise<void> {
      going ??= ifFree(lock, 'audit sink', run)
        .then(() => {})
        .finally(() => (going = null));
      return going;
    },

    async close(): Promise<void> {
      closed = true;
      await going?.catch(() => {});
    },
  };
}
