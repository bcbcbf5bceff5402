import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createClock, type Clock } from '#clock';
import { openTestStore } from '#testing/store.ts';
import type { Store } from '../../platform/store/open.ts';
import { createSealer } from '../../platform/store/secrets.ts';
import { createOutbox, type Mailer } from './outbox.ts';

let store: Store;
let clock: Clock;
let faults: unknown[];
beforeEach(async () => {
  store = await openTestStore();
  clock = createClock(() => Date.UTC(2026, 10, 26, 9));
  faults = [];
});
afterEach(async () => {
  vi.useRealTimers();
  await store.destroy();
});

const open = (mailer: Mailer) =>
  createOutbox({
    ...{ store, clock, sealer: createSealer(['a-secret-of-at-least-32-characters']), mailer, random: Math.random },
    failed: (error) => void faults.push(error),
    recordDelivery: async (_notification, _end, note) => void (await store.transaction().execute((tx) => note(tx))),
  });
const enqueue = (count: number) => {
  const addresses = Array.from({ length: count }, (_, n) => `a${n}@example.com`);
  return store.transaction().execute((tx) => open(async () => {}).add({ addresses, subject: 's', body: 'b' }, tx));
};
const dueAt = async () => (await store.selectFrom('outbox').select('next_at').executeTakeFirstOrThrow()).next_at;

test('an email to a server that takes a minute for it is sent by one portal, once', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  await enqueue(1);
  const sent: string[] = [];
  const other = open(async ({ to }) => void sent.push(`other: ${to}`));
  const here = open(async ({ to }) => {
    for (let seconds = 0; seconds < 60; seconds += 5) {
      clock.advance(5);
      vi.advanceTimersByTime(5000);
      await expect.poll(dueAt).toBeGreaterThan(clock.now() + 10_000);
      await other.flush();
    }
    sent.push(to);
  });
  await here.flush();
  clock.advance(3600);
  await Promise.all([here.flush(), other.flush()]);
  expect([sent, faults]).toEqual([['a0@example.com'], []]);
});

test('a server that takes one connection gets all emails one after another, without a wait for each', async () => {
  await enqueue(20);
  let [connections, taken] = [0, 0];
  const outbox = open(async () => {
    if (connections > 0) throw new Error('421 too many connections');
    connections += 1;
    await new Promise<void>((resolve) => setImmediate(resolve));
    connections -= 1;
    taken += 1;
  });
  await outbox.flush();
  // Four emails are sent at the same time, and one of them is accepted. So at most three fail.
  expect(faults.length).toBeLessThan(4);
  expect(taken).toBe(20 - faults.length);
  for (let tries = 1; tries < 4; tries += 1) {
    clock.advance(300);
    await outbox.flush();
  }
  expect(taken).toBe(20);
});
