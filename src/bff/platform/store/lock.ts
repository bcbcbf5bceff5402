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

/** In ms. Longer than a request's deadline, so a call to Okta ends before the lease. */
const LEASE_MS = 30_000;
const PATIENCE_MS = 15_000;
const LOOK_MS = 50;
/** Time between attempts to release a lock while the store fails, in ms. */
const RELEASE_MS = 500;

type Options = {
  atOnce?: boolean;
  /** Callers without `last` go first. */
  last?: boolean;
};
/** Runs one change at a time per name, in all processes on the same store. */
export type Lock = <T>(name: string, change: () => Promise<T>, options?: Options) => Promise<T>;

/** Each new holder has a higher fence. */
type Lease = { readonly name: string; readonly fence: number; readonly holder: string; released: boolean };

/** The leases of the running request. */
const leases = new AsyncLocalStorage<Lease[]>();

/** Thrown when a request's lease has expired, or when another request has taken its lock. */
export class LostLeaseError extends Error {
  override readonly name = 'LostLeaseError';
}

class NotFreeError extends Error {}

/**
 * An SQL condition: the running request holds all its locks, until the transaction ends. `now` (ms): false if a lease
 * has expired. Null: an expired lease counts as held until somebody else takes the lock.
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

export async function assertLeased(tx: Store, now: number | null): Promise<void> {
  if (!leases.getStore()?.some(({ released }) => !released)) return;
  const held = tx.selectNoFrom(sql`1`.as('held')).where(isLeased(tx, now));
  if (!(await held.executeTakeFirst())) throw new LostLeaseError('a lease ended while it was used');
}

/** Whether the running request holds a lock. */
export const holdsLock = (name: string): boolean =>
  (leases.getStore() ?? []).some((lease) => lease.name === name && !lease.released);

type Parts = { store: Store; clock: Clock; pause: (ms: number) => Promise<void> };

/**
 * From 15 s after the request's arrival, throws `busy`. At `retryAt` the lock is free even if its holder has crashed.
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
    // A released row stays, so that a fence is never used twice.
    const taken = await parts.store
      .insertInto('locks')
      .values({ name, ...lease, fence: 1 })
      .onConflict((conflict) =>
        conflict
          .column('name')
          .doUpdateSet(lease)
          // If a lease ends too far in the future, the clock was set back since.
          .where(({ eb, or }) =>
            or([eb('locks.expires_at', '<=', now), eb('locks.expires_at', '>', now + LEASE_MS + SKEW_MS)]),
          ),
      )
      .returning('fence')
      .executeTakeFirst()
      .catch((error: unknown) => {
        // The answer was lost, but the lock may have been taken.
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
    // The change has succeeded, so its result is returned.
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

/** A caller that still waits 15 s after its request arrived gets `busy`. */
export function createLock(store: Store, clock: Clock, pause: Parts['pause']): Lock {
  const parts = { store, clock, pause };
  /** By name. Only the first caller in each queue asks the store. */
  const lines = new Map<string, Promise<void>>();

  async function queue<T>(line: string, wait: () => Promise<void>, work: (waited: boolean) => Promise<T>): Promise<T> {
    const before = lines.get(line);
    let leave!: () => void;
    const mine = new Promise<void>((resolve) => (leave = resolve));
    // A caller that gives up keeps its place: the callers behind it must also wait for those ahead of it.
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
      // Deleted at once, because the next caller must not find a queue that has ended.
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
      // Other processes try again within this time, so one of them can take the lock.
      if (waited) await pause(LOOK_MS);
      return hold();
    });
  };
}

/** Runs work that takes locks with `takeLock`. */
export const withLeases = <T>(work: () => Promise<T>): Promise<T> => leases.run([...(leases.getStore() ?? [])], work);

/** Call it only inside the work of `withLeases`. Returns the function that releases the lock. */
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

/** Returns null without running `work` if the lock is taken. */
export async function ifFree<T>(lock: Lock, name: string, work: () => Promise<T>): Promise<T | null> {
  try {
    return await lock(name, work, { atOnce: true });
  } catch (error) {
    if (error instanceof NotFreeError) return null;
    throw error;
  }
}
