import { expect, it } from 'vitest';
import { createClock } from '#clock';
import { ApiError } from '#contract/errors.ts';
import { runInScope } from '#okta/transport/call-scope.ts';
import { openTestStore } from '#testing/store.ts';
import { createLock } from './lock.ts';

/** Two processes on one store, as far as the store can tell; a pause between checks lasts as long as a statement. */
async function twoProcesses() {
  const store = await openTestStore();
  const clock = createClock(() => 1_000_000);
  const looks = { count: 0 };
  const pause = async () => {
    looks.count += 1;
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
  expect(await store.selectFrom('locks').selectAll().execute()).toEqual([]);
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

it('is free a minute after its holder was killed, and says busy until then', async () => {
  const { store, clock, here } = await twoProcesses();
  await store
    .insertInto('locks')
    .values({ name: 'person a', holder: 'dead', expires_at: clock.now() + 60_000 })
    .execute();
  const refused = await here('person a', async () => 'in').catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ApiError);
  expect(refused).toMatchObject({ code: 'busy', details: { retryAt: new Date(clock.now() + 5000).toISOString() } });
  clock.advance(60);
  expect(await here('person a', async () => 'in')).toBe('in');
});

it('is free after a killed holder even if the clock was set back', async () => {
  const { store, clock, here } = await twoProcesses();
  const hour = 60 * 60_000;
  await store
    .insertInto('locks')
    .values({ name: 'person a', holder: 'dead', expires_at: clock.now() + hour + 60_000 })
    .execute();
  expect(await here('person a', async () => 'in')).toBe('in');
  // Another portal's clock may be a minute ahead of this one's.
  await store
    .insertInto('locks')
    .values({ name: 'person a', holder: 'there', expires_at: clock.now() + 120_000 })
    .execute();
  expect(await here('person a', async () => 'in').catch((error: unknown) => error)).toMatchObject({ code: 'busy' });
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
  const order: string[] = [];
  const scope = {
    caller: 'a',
    change: true,
    search: false,
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
    details: { retryAt: new Date(clock.now() + 5000).toISOString() },
  });
  expect(looks.count).toBeLessThan(5);
  const next = here('person a', async () => void order.push('next'));
  await new Promise((resolve) => setImmediate(resolve));
  expect(order).toEqual([]);
  finish();
  await Promise.all([going, next]);
  expect(order).toEqual(['next']);
});
