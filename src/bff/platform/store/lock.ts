import { AsyncLocalStorage } from 'node:async_hooks';
import { expressionBuilder, sql, type Expression, type SqlBool } from 'kysely';
import type { Clock } from '#clock';
import { isUnusable } from '#database/errors.ts';
import { lockingRows } from '#database/row-locks.ts';
import { currentScope } from '#okta/transport/call-scope.ts';
import { busyUntil, SOON_MS } from '../errors/api-errors.ts';
import type { Store } from './open.ts';
import type { Tables } from './schema.ts';
import { randomToken } from './secrets.ts';
import { SKEW_MS } from './store-time.ts';

/**
 * Longer than a request's deadline, in milliseconds: no call to Okta outlives the lease that it was made under. The
 * lock of a crashed process ends after it.
 */
const LEASE_MS = 30_000;
const PATIENCE_MS = 15_000;
const LOOK_MS = 50;
/** How often a release is tried that the store did not take. */
const RELEASE_MS = 500;

type Options = {
  /** Gives up at once when somebody holds the lock. */
  atOnce?: boolean;
  /** Waits until all callers without `last` are served. Only one caller with it is in the queue at a time. */
  last?: boolean;
};
/** Runs one change at a time per name, in this process and in every other on the same store. */
export type Lock = <T>(name: string, change: () => Promise<T>, options?: Options) => Promise<T>;

/** One acquisition of a lock. The next holder's fence is higher. */
type Lease = { readonly name: string; readonly fence: number; readonly holder: string; released: boolean };

/** The leases that the running request holds. */
const leases = new AsyncLocalStorage<Lease[]>();

/** Thrown in the transaction of a request whose lock somebody else has taken meanwhile. */
export class LostLeaseError extends Error {
  override readonly name = 'LostLeaseError';
}

/** Thrown and caught in this file only. */
class NotFreeError extends Error {}

/**
 * Returns the condition, for a statement of a transaction, that the running request still holds its locks. Nobody can
 * take them before the transaction ends. Without a lock there is nothing to hold.
 * @param now milliseconds of the clock: the leases must also not have expired by then. Null where it is enough that
 * nobody took them
 */
export function isLeased(tx: Store, now: number | null): Expression<SqlBool> {
  const { and, exists, selectFrom } = expressionBuilder<Tables>();
  const mine = (leases.getStore() ?? []).filter(({ released }) => !released);
  const held = mine
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .map(({ name, fence }) => {
      const row = selectFrom('locks').select('name').where('name', '=', name).where('fence', '=', fence);
      return exists(lockingRows(tx, now === null ? row : row.where('expires_at', '>', now)));
    });
  return and(held);
}

/** Throws a LostLeaseError unless the running request holds its locks, as `isLeased` says it. */
export async function assertLeased(tx: Store, now: number | null): Promise<void> {
  if (!leases.getStore()?.some(({ released }) => !released)) return;
  const held = tx.selectNoFrom(sql`1`.as('held')).where(isLeased(tx, now));
  if (!(await held.executeTakeFirst())) throw new LostLeaseError('a lease ended while it was used');
}

/** `pause` waits some milliseconds between checks of a lock that another process holds. */
type Parts = { store: Store; clock: Clock; pause: (ms: number) => Promise<void> };

/**
 * Returns the function that waits before the next look at a taken lock. It throws `busy` when the wait, counted from
 * the request's arrival, is too long; `retryAt` is then the lease's end, as if its holder had died.
 */
function createPatience({ store, clock, pause }: Parts, name: string): () => Promise<void> {
  const since = currentScope()?.arrivedAt ?? clock.elapsed();
  return async () => {
    if (clock.elapsed() - since < PATIENCE_MS) return pause(LOOK_MS);
    const lease = await store.selectFrom('locks').select('expires_at').where('name', '=', name).executeTakeFirst();
    throw busyUntil(Math.max(lease?.expires_at ?? 0, clock.now() + SOON_MS));
  };
}

async function acquire(parts: Parts, name: string, wait: () => Promise<void>): Promise<Lease> {
  for (;;) {
    const now = parts.clock.now();
    const holder = randomToken(12);
    const lease = { fence: sql<number>`locks.fence + 1`, expires_at: now + LEASE_MS, holder };
    // The row stays after its release, so that a fence is never given twice.
    const taken = await parts.store
      .insertInto('locks')
      .values({ name, ...lease, fence: 1 })
      .onConflict((conflict) =>
        conflict
          .column('name')
          .doUpdateSet(lease)
          // A lease that ends later than possible: the clock was set back after its holder died.
          .where(({ eb, or }) =>
            or([eb('locks.expires_at', '<=', now), eb('locks.expires_at', '>', now + LEASE_MS + SKEW_MS)]),
          ),
      )
      .returning('fence')
      .executeTakeFirst()
      .catch((error: unknown) => {
        // It may have been taken although the answer was lost.
        if (isUnusable(error)) void releaseLater(parts, { name, holder });
        throw error;
      });
    if (taken) return { name, fence: taken.fence, holder, released: false };
    await wait();
  }
}

const end = ({ store }: Parts, { name, holder }: Pick<Lease, 'name' | 'holder'>) =>
  store.updateTable('locks').set({ expires_at: 0 }).where('name', '=', name).where('holder', '=', holder).execute();

async function release(parts: Parts, lease: Lease): Promise<void> {
  try {
    await end(parts, lease);
  } catch (error) {
    if (!isUnusable(error)) throw error;
    // The change keeps its result. Without this, the person's next change would wait for the end of a lease that
    // nobody uses.
    void releaseLater(parts, lease);
  }
}

async function releaseLater(parts: Parts, lease: Pick<Lease, 'name' | 'holder'>): Promise<void> {
  for (let tries = LEASE_MS / RELEASE_MS; tries > 0; tries -= 1) {
    await parts.pause(RELEASE_MS);
    try {
      return void (await end(parts, lease));
    } catch (error) {
      if (!isUnusable(error)) return;
    }
  }
}

/**
 * @returns a lock that throws `busy`, with the lease's end, when its turn has not come 15 s after the request arrived
 */
export function createLock(store: Store, clock: Clock, pause: Parts['pause']): Lock {
  const parts = { store, clock, pause };
  /** The queue within this process, so that only its first entry asks the store. */
  const lines = new Map<string, Promise<void>>();

  async function queue<T>(line: string, wait: () => Promise<void>, work: (waited: boolean) => Promise<T>): Promise<T> {
    const before = lines.get(line);
    let leave!: () => void;
    const mine = new Promise<void>((resolve) => (leave = resolve));
    // A caller that gives up keeps its place in the queue, so later ones still wait for earlier ones.
    const turn = (before ?? Promise.resolve()).then(() => mine);
    lines.set(line, turn);
    void turn.then(() => {
      if (lines.get(line) === turn) lines.delete(line);
    });
    let first = before === undefined;
    try {
      void before?.then(() => (first = true));
      while (!first) await Promise.race([before, wait()]);
      return await work(before !== undefined);
    } finally {
      leave();
      // Deleted at once, and not in a later task: the next caller must find the lock free.
      if (first && lines.get(line) === turn) lines.delete(line);
    }
  }

  return async (name, change, { atOnce = false, last = false } = {}) => {
    if (atOnce && lines.has(name)) throw new NotFreeError();
    const wait = atOnce ? () => Promise.reject(new NotFreeError()) : createPatience(parts, name);
    const hold = () =>
      queue(name, wait, async () => {
        const lease = await acquire(parts, name, wait);
        try {
          return await leases.run([...(leases.getStore() ?? []), lease], change);
        } finally {
          lease.released = true;
          await release(parts, lease);
        }
      });
    if (!last) return hold();
    return queue(`last ${name}`, wait, async (waited) => {
      // As long as the interval at which another process looks.
      if (waited) await pause(LOOK_MS);
      return hold();
    });
  };
}

/** Runs work that takes locks by `takeLock`. Each lock applies to everything that the work does after taking it. */
export const withLeases = <T>(work: () => Promise<T>): Promise<T> => leases.run([...(leases.getStore() ?? [])], work);

/** Takes a lock for the rest of the work of `withLeases`. Returns what releases it. Throws as the lock does. */
export function takeLock(lock: Lock, name: string, options: Options): Promise<() => Promise<void>> {
  const held = leases.getStore()!;
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const { promise: taken, resolve, reject } = Promise.withResolvers<() => Promise<void>>();
  const change = () => {
    held.push(...leases.getStore()!.slice(held.length));
    resolve(() => (release(), ended));
    return released;
  };
  const ended: Promise<void> = lock(name, change, options);
  ended.catch(reject);
  return taken;
}

/** Runs `work` under a lock if nobody holds it. Returns null without running it if somebody does. */
export async function ifFree<T>(lock: Lock, name: string, work: () => Promise<T>): Promise<T | null> {
  try {
    return await lock(name, work, { atOnce: true });
  } catch (error) {
    if (error instanceof NotFreeError) return null;
    throw error;
  }
}
