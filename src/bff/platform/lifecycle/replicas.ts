import { sql } from 'kysely';
import { storeNow } from '#database/portable-sql.ts';
import type { Store } from '../store/open.ts';

/** How often each portal says that it lives, in milliseconds. */
const HEARTBEAT_MS = 10_000;
/** A portal that was silent for this long is dead: it missed four heartbeats, and the next one is seen within 60 s. */
const SILENT_MS = 45_000;

/** Counts the portals that live on one store. */
export type Replicas = {
  /** The live portals, this one included, as of the last heartbeat that reached the store; at least 1. */
  count(): number;
  /** Writes this portal's row, deletes those of the dead, and counts the rest. Keeps the count when it throws. */
  beat(): Promise<void>;
  /** Deletes this portal's row, so that the others share its part at their next heartbeat. */
  leave(): Promise<void>;
};

/** @param id of this process, never used before */
export function createReplicas(store: Store, id: string): Replicas {
  // A wrong clock of a process can neither keep its row alive nor end another's.
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
    // A time ahead of the store's comes from a database whose clock was set back.
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
      // A heartbeat under way must not bring the row back.
      await beating.catch(() => {});
      await store.deleteFrom('replicas').where('id', '=', id).execute();
    },
  };
}

/**
 * Counts this portal among the live ones until it leaves.
 * @param onError called when a heartbeat fails; the next one tries again
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
