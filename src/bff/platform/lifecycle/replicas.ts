import { sql } from 'kysely';
import { storeNow } from '#database/portable-sql.ts';
import type { Store } from '../store/open.ts';

const HEARTBEAT_MS = 10_000;
/** A portal is treated as dead after four missed heartbeats. In ms. */
const SILENT_MS = 45_000;

export type Replicas = {
  /** Live portals at the last stored heartbeat, at least 1. */
  count(): number;
  /** If this call throws, the count stays. */
  beat(): Promise<void>;
  /** At their next heartbeat, the other portals share this portal's part of Okta's rate limit. */
  leave(): Promise<void>;
};

/** `id`: a new id for each process. */
export function createReplicas(store: Store, id: string): Replicas {
  // The store's time: a portal with a wrong clock must not keep its own row too long, or delete another portal's row.
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
    // Rows in the future were written before the database's clock was set back.
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

/** Throws when the first heartbeat fails. Later failures go to `onError`, and the next heartbeat tries again. */
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
