import { sql } from 'kysely';
import { machineNow } from '#clock';
import { getDatabaseName, storeNow } from '#database/portable-sql.ts';
import type { Store } from './open.ts';

/**
 * In ms: the largest difference between the clocks of two portals. A stored time further in the future was written
 * before the clock was set back.
 */
export const SKEW_MS = 60_000;
const EVERY_MS = 10_000;
/** In ms. If the database's clock is set back by no more than this, `now` stands still until the clock catches up. */
const SMALL_MS = 1000;

/** The database's time. Between two readings, the process's own clock continues it. */
export type StoreTime = {
  /** Milliseconds since 1970. */
  now(): number;
  /** Rejects when the database does not answer. `now` then continues from the last reading. */
  read(): Promise<void>;
  stop(): void;
};

/** `ask`: the database's time in ms. `ticks`: ms of a monotonic clock. */
export function createStoreTime(ask: () => Promise<number>, ticks: () => number): Omit<StoreTime, 'stop'> {
  /** The database's time minus `ticks`; null before the first reading. */
  let ahead: number | null = null;
  let last = Number.NEGATIVE_INFINITY;
  return {
    now() {
      if (ahead === null) throw new Error('the database has not told the time yet');
      const time = Math.round(ticks() + ahead);
      last = time < last && last - time <= SMALL_MS ? last : time;
      return last;
    },
    async read() {
      const before = ticks();
      const there = await ask();
      const half = (ticks() - before) / 2;
      const read = there - (before + half);
      // The error of a reading is half a round trip. A smaller difference may be only this error.
      if (ahead === null || Math.abs(read - ahead) > half) ahead = read;
    },
  };
}

/**
 * PostgreSQL's clock, because all portals must use the same time for their decisions. Rejects when the first reading
 * fails. Later failures go to `onError`.
 */
export async function followStoreTime(
  store: Store,
  onError: (error: unknown) => void,
): Promise<Pick<StoreTime, 'now' | 'stop'>> {
  if (getDatabaseName(store) === 'sqlite') return { now: machineNow, stop: () => {} };
  const ask = async () => {
    const { rows } = await sql<{ now: number }>`SELECT ${storeNow(store)} AS now`.execute(store);
    return rows[0]!.now;
  };
  const time = createStoreTime(ask, () => performance.now());
  await time.read();
  const timer = setInterval(() => void time.read().catch(onError), EVERY_MS);
  timer.unref();
  return { now: time.now, stop: () => clearInterval(timer) };
}
