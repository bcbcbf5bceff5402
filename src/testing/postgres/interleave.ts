import { sql, type Transaction } from 'kysely';
import { changeStore } from '#bff/platform/store/change-store.ts';
import type { Store } from '#bff/platform/store/open.ts';
import type { Tables } from '#bff/platform/store/schema.ts';
import { testDatabase } from '../store.ts';

async function waiting(store: Store): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*) AS count FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`.execute(store);
  return rows[0]!.count;
}

/** PostgreSQL only. */
export async function waitingOn(store: Store, count: number): Promise<void> {
  while ((await waiting(store)) < count) await new Promise((resolve) => setImmediate(resolve));
}

/**
 * `second` starts before the transaction of `first` commits, which it does when `second` waits for a lock or is done.
 */
export async function interleave<T>(
  store: Store,
  first: (tx: Transaction<Tables>) => Promise<unknown>,
  second: () => Promise<T>,
): Promise<PromiseSettledResult<T>> {
  let going!: Promise<PromiseSettledResult<T>>;
  await changeStore(store, async (tx) => {
    await first(tx);
    let done = false;
    going = Promise.allSettled([second()]).then(([result]) => {
      done = true;
      return result!;
    });
    if (testDatabase === 'sqlite') return;
    while (!done && (await waiting(store)) === 0) await new Promise((resolve) => setImmediate(resolve));
  });
  return going;
}
