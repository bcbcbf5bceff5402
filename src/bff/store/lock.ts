import { ApiError } from '#contract/errors.ts';
import type { Clock } from '#clock';
import type { Store } from './open.ts';
import { randomToken } from './secrets.ts';

/** Longer than any change can take: the org's whole-call limit, a few times over. A crashed holder frees by itself after it. */
const LEASE_MS = 60_000;
const PATIENCE_MS = 15_000;

/** Runs a change alone among all changes with that name, in this process and in every other on the same store. */
export type Lock = <T>(name: string, change: () => Promise<T>) => Promise<T>;

/**
 * @param pause waits some milliseconds between looks at a lock that another process holds.
 * @returns a lock that throws `busy` when its turn does not come in 15 s.
 */
export function createLock(store: Store, clock: Clock, pause: (ms: number) => Promise<void>): Lock {
  /** Turns within this process, so that only the first in line asks the store. */
  const lines = new Map<string, Promise<void>>();

  async function acquire(name: string, holder: string): Promise<void> {
    for (let waited = 0; ; waited += 50) {
      const now = clock.now();
      const taken = await store
        .insertInto('locks')
        .values({ name, holder, expires_at: now + LEASE_MS })
        .onConflict((conflict) =>
          conflict
            .column('name')
            .doUpdateSet({ holder, expires_at: now + LEASE_MS })
            .where('locks.expires_at', '<=', now),
        )
        .executeTakeFirst();
      if (taken.numInsertedOrUpdatedRows) return;
      if (waited >= PATIENCE_MS) {
        throw new ApiError('busy', 'Another change of yours is still going on.', { retryAt: new Date(now + 5000).toISOString() });
      }
      await pause(50);
    }
  }

  return async (name, change) => {
    const before = lines.get(name) ?? Promise.resolve();
    let leave!: () => void;
    const mine = new Promise<void>((resolve) => (leave = resolve));
    const turn = before.then(() => mine);
    lines.set(name, turn);
    await before;
    const holder = randomToken(12);
    try {
      await acquire(name, holder);
      try {
        return await change();
      } finally {
        await store.deleteFrom('locks').where('name', '=', name).where('holder', '=', holder).execute();
      }
    } finally {
      leave();
      if (lines.get(name) === turn) lines.delete(name);
    }
  };
}
