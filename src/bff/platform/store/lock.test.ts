import { expect, it } from 'vitest';
import { createClock, type Clock } from '#clock';
import { ApiError } from '#contract/errors.ts';
import { runInScope } from '#okta/transport/call-scope.ts';
import { DatabaseGone } from '#database/errors.ts';
import { openTestStore } from '#testing/store.ts';
import { changeStore } from './change-store.ts';
import { assertLeased, createLock, ifFree, LostLeaseError } from './lock.ts';

/** With `timePasses`, each pause moves the clock's `elapsed` forward. */
async function twoProcesses({ timePasses = false } = {}) {
  const store = await openTestStore();
  let paused = 0;
  const clock: Clock = createClock(
    () => 1_000_000,
    () => clock.now() + paused,
  );
  const looks = { count: 0 };
  const pause = async (ms: number) => {
    looks.count += 1;
    if (timePasses) paused += ms;
    await new Promise((resolve) => setImmediate(resolve));
    await store.selectFrom('write_checks').select('id').execute();
  };
  return { store, clock, looks, here: createLock(store, clock, pause), there: createLock(store, clock, pause) };
}

it('runs changes of one person one at a time, in one process and in two', async () => {
  const { store, here, there } = await twoProcesses();
  let inside = 0;
  let most = 0;
  const change = async () => {
    most = Math.max(most, ++inside);
    await new Promise((resolve) => setImmediate(resolve));
    inside -= 1;
  };
  await Promise.all(Array.from({ length: 20 }, (_, index) => (index % 2 ? here : there)('person a', change)));
  expect(most).toBe(1);
  expect(await store.selectFrom('locks').selectAll().execute()).toEqual([
    { name: 'person a', fence: 20, expires_at: 0, holder: expect.any(String) },
  ]);
});

it.each(['the same process', 'another process'])('lets who asks last wait for who asks in %s', async (where) => {
  const { here, there } = await twoProcesses();
  const order: string[] = [];
  const change = (who: string) => async () => {
    await new Promise((resolve) => setTimeout(resolve, 2));
    order.push(who);
  };
  const all = Array.from({ length: 20 }, () => here('person a', change('own'), { last: true }));
  all.push((where === 'the same process' ? here : there)('person a', change('helpdesk')));
  await Promise.all(all);
  expect(order.indexOf('helpdesk')).toBeLessThan(4);
});

it('frees a lock that was taken by a statement whose answer was lost', async () => {
  const { store, clock, there } = await twoProcesses();
  let isLost = true;
  const losing = store.withPlugin({
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      if (isLost) throw new DatabaseGone();
      return result;
    },
  });
  const pause = async () => void (isLost = false);
  await expect(createLock(losing, clock, pause)('person a', async () => 'never')).rejects.toThrow(DatabaseGone);
  expect(await there('person a', async () => 'yes')).toBe('yes');
});

it('does not delay other people', async () => {
  const { here } = await twoProcesses();
  await here('person a', () => here('person b', async () => {}));
});

it('is free again after a failure', async () => {
  const { here } = await twoProcesses();
  await expect(here('person a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await here('person a', async () => 'yes')).toBe('yes');
});

it('is free half a minute after its holder was killed, and says until when it is busy', async () => {
  const { store, clock, here } = await twoProcesses({ timePasses: true });
  const expires_at = clock.now() + 30_000;
  await store.insertInto('locks').values({ name: 'person a', fence: 7, expires_at }).execute();
  const refused = await here('person a', async () => 'in').catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ApiError);
  expect(refused).toMatchObject({ code: 'busy', details: { retryAt: new Date(expires_at).toISOString() } });
  clock.advance(30);
  expect(await here('person a', async () => 'in')).toBe('in');
  expect(await store.selectFrom('locks').selectAll().execute()).toEqual([
    { name: 'person a', fence: 8, expires_at: 0, holder: expect.any(String) },
  ]);
});

it('is free after a killed holder even if the clock was set back', async () => {
  const { store, clock, here } = await twoProcesses({ timePasses: true });
  const hour = 60 * 60_000;
  await store
    .insertInto('locks')
    .values({ name: 'person a', fence: 1, expires_at: clock.now() + hour + 60_000 })
    .execute();
  expect(await here('person a', async () => 'in')).toBe('in');
  // A lease lasts 30 s, and another portal's clock may be a minute ahead.
  await store
    .updateTable('locks')
    .set({ expires_at: clock.now() + 90_000 })
    .execute();
  expect(await here('person a', async () => 'in').catch((error: unknown) => error)).toMatchObject({ code: 'busy' });
  await store
    .updateTable('locks')
    .set({ expires_at: clock.now() + 90_001 })
    .execute();
  expect(await here('person a', async () => 'in')).toBe('in');
});

it('counts its holders: one that lost it cannot write any more', async () => {
  const { store, clock, here, there } = await twoProcesses();
  const fences: number[] = [];
  const note = async () => {
    fences.push((await store.selectFrom('locks').select('fence').executeTakeFirstOrThrow()).fence);
  };
  const proved = (now: number | null) => changeStore(store, (tx) => assertLeased(tx, now));
  await here('person a', async () => {
    await note();
    await proved(clock.now());
    clock.advance(30);
    await expect(proved(clock.now())).rejects.toThrow(LostLeaseError);
    // Nobody else has taken the lock, so an outcome may still be recorded.
    await proved(null);
    await there('person a', note);
    await expect(proved(null)).rejects.toThrow(LostLeaseError);
  });
  await here('person a', note);
  expect(fences).toEqual([1, 2, 3]);
  await proved(clock.now());
});

it('is not freed by a holder that had lost it', async () => {
  const { clock, here, there } = await twoProcesses();
  const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
  const { promise: finished, resolve: finish } = Promise.withResolvers<void>();
  let next!: Promise<void>;
  await here('person a', async () => {
    clock.advance(30);
    next = there('person a', () => {
      enter();
      return finished;
    });
    await entered;
  });
  expect(await ifFree(here, 'person a', async () => 'in')).toBeNull();
  finish();
  await next;
  expect(await ifFree(here, 'person a', async () => 'in')).toBe('in');
});

it('keeps what runs on after a request free of its lock', async () => {
  const { store, clock, here } = await twoProcesses();
  let later!: () => Promise<void>;
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  await here('person a', async () => {
    const running = ended.then(() => changeStore(store, (tx) => assertLeased(tx, clock.now())));
    later = () => running;
  });
  end();
  await later();
});

it('can be tried: work runs only if the lock is free at once', async () => {
  const { here, there, looks } = await twoProcesses();
  const tried = (lock: typeof here) => ifFree(lock, 'person a', async () => 'in');
  expect(await tried(here)).toBe('in');
  await here('person a', async () => {
    expect([await tried(here), await tried(there)]).toEqual([null, null]);
  });
  expect([await tried(here), await tried(there), looks.count]).toEqual(['in', 'in', 0]);
  await expect(ifFree(here, 'person a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
});

it('[U1] a waiting request gives up by its arrival time, and the queue stays intact', async () => {
  const { clock, here, looks } = await twoProcesses();
  const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
  const { promise: finished, resolve: finish } = Promise.withResolvers<void>();
  const going = here('person a', () => {
    enter();
    return finished;
  });
  await entered;
  const lease = clock.now() + 30_000;
  const order: string[] = [];
  const scope = {
    caller: 'a',
    change: true,
    search: false,
    elapsed: clock.elapsed,
    arrivedAt: clock.now() - 14_000,
    endsAt: clock.now() + 11_000,
  };
  const impatient = runInScope(scope, () => here('person a', async () => void order.push('impatient'))).catch(
    (error: unknown) => error,
  );
  await new Promise((resolve) => setImmediate(resolve));
  clock.advance(1);
  expect(await impatient).toMatchObject({
    code: 'busy',
    details: { retryAt: new Date(lease).toISOString() },
  });
  expect(looks.count).toBeLessThan(5);
  const next = here('person a', async () => void order.push('next'));
  await new Promise((resolve) => setImmediate(resolve));
  expect(order).toEqual([]);
  finish();
  await Promise.all([going, next]);
  expect(order).toEqual(['next']);
});
