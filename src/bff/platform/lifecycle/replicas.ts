import { sql } from 'kysely';
import { storeNow } from '#database/portable-sql.ts';
import type { Store } from '../store/open.ts';

/** Time between a portal's heartbeats, in milliseconds. */
const HEARTBEAT_MS = 10_000;
/**
 * After how long without a heartbeat a portal is treated as dead, in milliseconds: four missed heartbeats. All portals
 * notice this within 60 s.
 */
const SILENT_MS = 45_000;

/** Counts the live portals on one store. */
export type Replicas = {
  /** The number of live portals at the last stored heartbeat, this portal included; at least 1. */
  count(): number;
  /** Writes this portal's row, deletes the rows of dead portals, and counts the rest. If it throws, the count stays. */
  beat(): Promise<void>;
  /**
   * Deletes this portal's row. At their next heartbeat, the other portals share this portal's part of Okta's rate
   * limit.
   */
  leave(): Promise<void>;
};

/** @param id a new id for each process */
export function createReplicas(store: Store, id: string): Replicas {
  // Uses the store's time, so a portal with a wrong clock cannot keep its row too long, or delete another portal's row.
  const now = storeNow(store);
  let live = 1;
  let left = false;
  let beating: Promise<unknown> = Promise.resolve();

  async function beat(): Promise<void> {
    await store
      .insertInto('replicas')
      .values({ id, seen_at: now })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ seen_at: now }))
      .execute();
    // Also deletes rows with a time in the future: the database's clock was set back after they were written.
    await store
      .deleteFrom('replicas')
      .where(({ eb, or }) =>
        or([eb('seen_at', '<=', sql<number>`${now} - ${SILENT_MS}`), eb('seen_at', '>', sql<number>`${now} + 1000`)]),
      )
      .execute();
    const { rows } = await store
      .selectFrom('replicas')
      .select(({ fn }) => fn.countAll<number>().as('rows'))
      .executeTakeFirstOrThrow();
    live = Math.max(1, Number(rows));
  }

  return {
    count: () => live,
    beat: () => (left ? Promise.resolve() : (beating = beat())),
    async leave() {
      left = true;
      // A heartbeat that is still running would write the row again.
      await beating.catch(() => {});
      await store.deleteFrom('replicas').where('id', '=', id).execute();
    },
  };
}

/**
 * Sends heartbeats until this portal leaves, so that all portals count it as live.
 * @param onError called when a heartbeat fails; the next heartbeat tries again
 * @throws when the first heartbeat fails
 */
export async function joinReplicas(
  store: Store,
  id: string,
  onError: (error: unknown) => void,
): Promise<Pick<Replicas, 'count' | 'leave'>> {
  const replicas = createReplicas(store, id);
  await replicas.beat();
  const timer = setInterval(() => void replicas.beat().catch(onError), HEARTBEAT_MS);
  return {
    count: replicas.count,
    leave() {
      clearInterval(timer);
      return replicas.leave();
    },
  };
}
