import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClock, type Clock } from '#clock';
import { storeNow } from '#database/portable-sql.ts';
import { GRACE, testEnv, type Portal } from '#testing/test-env.ts';
import { openTestStore } from '#testing/store.ts';
import { said } from '#testing/visitor.ts';
import { ifFree } from './lock.ts';
import type { Store } from './open.ts';
import { createStoreTime } from './store-time.ts';

const MINUTE_S = 60;

const env = await testEnv();
let store: Store;
/** The machines' clocks differ by a minute. */
let portals: [Portal, Portal];
let clocks: [Clock, Clock];

/** The machine's clock is wrong by `machineOffMs`. */
async function clockOn(machineOffMs: number): Promise<Clock> {
  const ask = async () => (await sql<{ now: number }>`SELECT ${storeNow(store)} AS now`.execute(store)).rows[0]!.now;
  let machineTime = () => Date.now() + machineOffMs;
  const clock = createClock(() => machineTime());
  const time = createStoreTime(ask, () => performance.now());
  await time.read();
  machineTime = time.now;
  return clock;
}

beforeAll(async () => {
  store = await openTestStore();
  clocks = [await clockOn(30_000), await clockOn(-30_000)];
  const first = await env.fresh({ app: { store, clock: clocks[0] } });
  portals = [first, await env.another({ app: { store, clock: clocks[1] } })];
});
afterAll(async () => {
  await store.destroy().catch(() => {});
});

const pass = (seconds: number) => clocks.forEach((clock) => clock.advance(seconds));

test('both clocks are the database’s, and a second apart at most', () => {
  expect(Math.abs(clocks[0].now() - clocks[1].now())).toBeLessThan(1000);
});

test('a session that began on one ends on both within the same second', async () => {
  const who = await portals[0].signedIn(GRACE);
  const there = portals[1].visitor();
  there.plant(who.token()!);
  // The session is at most a second old.
  pass(15 * MINUTE_S - 2);
  expect([said(await who.call('getSession')), said(await there.call('getSession'))]).toEqual(['200', '200']);
  pass(3);
  expect([said(await who.call('getSession')), said(await there.call('getSession'))]).toEqual([
    '401 signed_out',
    '401 signed_out',
  ]);
});

test('a lease that one took is over for the other after 30 s, not earlier', async () => {
  const { lock } = portals[0].app.services;
  const { lock: other } = portals[1].app.services;
  await lock('person a', async () => {
    const tried = () => ifFree(other, 'person a', async () => 'in');
    pass(28.5);
    expect(await tried()).toBeNull();
    pass(2);
    expect(await tried()).toBe('in');
  });
});

test('a step-up that one gave can be used on the other until its end', async () => {
  const who = await portals[0].signedIn(GRACE);
  expect(who.token()).toBeTruthy();
  const row = await store.selectFrom('sessions').selectAll().executeTakeFirstOrThrow();
  const until = await portals[0].app.services.stepUps.give(row, 'sessions', 2);
  const { stepUps } = portals[1].app.services;
  pass((until - clocks[1].now()) / 1000 - 1);
  expect(await stepUps.has(row, 'sessions', 2)).toBe(true);
  pass(2);
  expect(await stepUps.has(row, 'sessions', 2)).toBe(false);
});
