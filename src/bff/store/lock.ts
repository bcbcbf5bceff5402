import { ApiError } from '#contract/errors.ts';
import type { Clock } from '#clock';
import { currentScope } from '#okta/transport/call-scope.ts';
import { tolerate } from './failure.ts';
import type { Store } from './open.ts';
import { randomToken } from './secrets.ts';

/**
 * Longer than any change takes, in milliseconds: twice a request's deadline. The lock of a crashed process ends after
 * it.
 */
const LEASE_MS = 60_000;
/** How far the clocks of two portals on one store may differ, in milliseconds. */
const SKEW_MS = 60_000;
const PATIENCE_MS = 15_000;
const LOOK_MS = 50;

/** Runs one change at a time per name, in this process and in every other on the same store. */
export type Lock = <T>(name: string, change: () => Promise<T>) => Promise<T>;

/**
 * @param pause waits some milliseconds between checks of a lock that another process holds
 * @returns a lock that throws `busy` when its turn has not come 15 s after its request arrived
 */
export function createLock(store: Store, clock: Clock, pause: (ms: number) => Promise<void>): Lock {
  /** The queue within this process, so that only its first entry asks the store. */
  const lines = new Map<string, Promise<void>>();

  /**
   * The wait counts from the request's arrival, by the clock and by the pauses made: a clock may stand still or be set
   * back.
   */
  function patience(): () => Promise<void> {
    const since = currentScope()?.arrivedAt ?? clock.now();
    let paused = 0;
    return async () => {
      const now = clock.now();
      if (Math.max(paused, now - since) >= PATIENCE_MS) {
        throw new ApiError('busy', { retryAt: new Date(now + 5000).toISOString() });
      }
      await pause(LOOK_MS);
      paused += LOOK_MS;
    };
  }

  async function acquire(name: string, holder: string, wait: () => Promise<void>): Promise<void> {
    for (;;) {
      const now = clock.now();
      const taken = await store
        .insertInto('locks')
        .values({ name, holder, expires_at: now + LEASE_MS })
        .onConflict((conflict) =>
          conflict
            .column('name')
            .doUpdateSet({ holder, expires_at: now + LEASE_MS })
            // A lease that ends later than possible: the clock was set back after its holder died.
            .where(({ eb, or }) =>
              or([eb('locks.expires_at', '<=', now), eb('locks.expires_at', '>', now + LEASE_MS + SKEW_MS)]),
            ),
        )
        .executeTakeFirst();
      if (taken.numInsertedOrUpdatedRows) return;
      await wait();
    }
  }

  return async (name, change) => {
    const before = lines.get(name);
    let leave!: () => void;
    const mine = new Promise<void>((resolve) => (leave = resolve));
    // A caller that gives up keeps its place in the queue, so later ones still wait for earlier ones.
    const turn = (before ?? Promise.resolve()).then(() => mine);
    lines.set(name, turn);
    void turn.then(() => {
      if (lines.get(name) === turn) lines.delete(name);
    });
    const holder = randomToken(12);
    const wait = patience();
    try {
      let first = before === undefined;
      void before?.then(() => (first = true));
      while (!first) await Promise.race([before, wait()]);
      await acquire(name, holder, wait);
      try {
        return await change();
      } finally {
        // If this cannot be written, the lease ends the lock; the change's result is kept.
        await tolerate(store.deleteFrom('locks').where('name', '=', name).where('holder', '=', holder).execute());
      }
    } finally {
      leave();
    }
  };
}
