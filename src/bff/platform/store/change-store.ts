import type { Transaction } from 'kysely';
import { getDatabaseName } from '#database/portable-sql.ts';
import { isConflict } from '#database/errors.ts';
import { lockNames } from '#database/row-locks.ts';
import { withoutCalls } from '#okta/transport/call-scope.ts';
import type { Store } from './open.ts';
import type { Tables } from './schema.ts';

/** How long a transaction is repeated after a deadlock, in ms. A request's deadline is longer. */
const PATIENCE_MS = 8000;
const LONGEST_PAUSE_MS = 40;

let turn = 0;

/**
 * `work` may run several times, must change nothing outside the store, and cannot call Okta (the call throws). In
 * PostgreSQL, each statement sees what was committed before it (READ COMMITTED). So `work` must lock the rows on which
 * its decision depends, or decide in the statement that writes (`#database/row-locks.ts`, ADR 0028).
 */
export async function changeStore<T>(store: Store, work: (tx: Transaction<Tables>) => Promise<T>): Promise<T> {
  const within = (tx: Transaction<Tables>) => withoutCalls(() => work(tx));
  if (getDatabaseName(store) === 'sqlite') return store.transaction().execute(within);
  const until = performance.now() + PATIENCE_MS;
  for (let tries = 1; ; tries += 1) {
    try {
      return await store.transaction().setIsolationLevel('read committed').execute(within);
    } catch (error) {
      if (!isConflict(error) || performance.now() > until) throw error;
      // Different pauses, so that the transactions of a deadlock do not block each other again.
      turn = (turn + 7) % LONGEST_PAUSE_MS;
      await new Promise((resolve) => setTimeout(resolve, Math.min(tries * tries, turn)));
    }
  }
}

export type RunTransaction = (work: (tx: Transaction<Tables>) => Promise<void>) => Promise<unknown>;

/** All reads of `work` see the store as it was at one moment. */
export function readSnapshot<T>(store: Store, work: (tx: Store) => Promise<T>): Promise<T> {
  if (store.isTransaction) return work(store);
  const snapshot = store.transaction();
  if (getDatabaseName(store) === 'sqlite') return snapshot.execute(work);
  return snapshot.setIsolationLevel('repeatable read').setAccessMode('read only').execute(work);
}

/**
 * For decisions that depend on a missing row (no freeze, no revocation), which cannot be locked. Null ids are ignored.
 */
export const lockPeople = (tx: Store, ...userIds: readonly (string | null | undefined)[]): Promise<void> =>
  lockNames(tx, ...userIds.filter((id) => id != null).map((id) => `person ${id}`));
