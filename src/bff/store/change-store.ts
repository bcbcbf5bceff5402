import { sql, type Transaction } from 'kysely';
import { engineOf } from '#database/engine.ts';
import { isConflict } from '#database/errors.ts';
import { withoutCalls } from '#okta/transport/call-scope.ts';
import type { Store } from './open.ts';
import type { Tables } from './schema.ts';

/** How long a transaction is run again after it met another one, in milliseconds. A request has more time than that. */
const PATIENCE_MS = 8000;
const LONGEST_PAUSE_MS = 40;

let turn = 0;

type Options = {
  /** Transactions that name the same table run one after another: none has to run again for the others. */
  queue?: keyof Tables;
};

/**
 * Runs a transaction on the store. On both engines the result is as if transactions ran one after another: SQLite does
 * run them so, and PostgreSQL ends one of two that would see or overwrite each other's changes, which then runs again.
 * So `work` may run several times, must change nothing outside the store, and cannot call Okta: that throws.
 */
export async function changeStore<T>(
  store: Store,
  work: (step: Transaction<Tables>) => Promise<T>,
  { queue }: Options = {},
): Promise<T> {
  if (engineOf(store) === 'sqlite') return store.transaction().execute((step) => withoutCalls(() => work(step)));
  const until = performance.now() + PATIENCE_MS;
  for (let tries = 1; ; tries += 1) {
    try {
      return await store
        .transaction()
        .setIsolationLevel('serializable')
        .execute(async (step) => {
          // Before the first statement that reads, so that the transaction sees what the one before it wrote.
          if (queue !== undefined) await sql`LOCK TABLE ${sql.table(queue)} IN EXCLUSIVE MODE`.execute(step);
          return withoutCalls(() => work(step));
        });
    } catch (error) {
      if (!isConflict(error) || performance.now() > until) throw error;
      // Of those that met, each waits for another time.
      turn = (turn + 7) % LONGEST_PAUSE_MS;
      await new Promise((resolve) => setTimeout(resolve, Math.min(tries * tries, turn)));
    }
  }
}
