import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '#clock';
import { openTestStore } from '#testing/store.ts';
import { pruneEnded } from '../../platform/lifecycle/prune.ts';
import { changeStore } from '../../platform/store/change-store.ts';
import type { Store } from '../../platform/store/open.ts';
import { addCounts, countWithin, findRetryAt, takeOne, type Limit } from './counts.ts';

const now = Date.parse('2026-03-02T12:00:00Z');
const five: Limit = { kind: 'send', who: '00u1', most: 5, windowMs: HOUR_MS };

let store: Store;
beforeEach(async () => {
  store = await openTestStore();
  onTestFinished(() => store.destroy());
});

const add = (at: number, who = '00u1') => changeStore(store, (tx) => addCounts(tx, at, [{ kind: 'send', who }], null));
const take = (at: number, ...limits: readonly [Limit, ...Limit[]]) =>
  changeStore(store, (tx) => takeOne(tx, at, limits));

test('a limit has room again when the first of its events leaves the sliding window', async () => {
  for (let n = 0; n < 5; n += 1) await add(now + n * 1000);
  await add(now, '00u2');
  expect(await countWithin(store, five, now + 5000, HOUR_MS)).toBe(5);
  expect(await findRetryAt(store, now + 5000, five)).toBe(new Date(now + HOUR_MS).toISOString());
  expect(await findRetryAt(store, now + HOUR_MS - 1, five)).not.toBeNull();
  expect(await findRetryAt(store, now + HOUR_MS, five)).toBeNull();
});

test('a clock that jumps ahead by days and back opens no closed limit', async () => {
  for (let n = 0; n < 5; n += 1) await add(now);
  await pruneEnded(store, { now: () => now + 7 * DAY_MS });
  expect(await findRetryAt(store, now, five)).not.toBeNull();
  await pruneEnded(store, { now: () => now + 8 * DAY_MS });
  expect(await store.selectFrom('counted_events').selectAll().execute()).toEqual([]);
});

test('an event of a portal whose clock is a minute ahead counts, one from before the clock was set back does not', async () => {
  await add(now + 60_000);
  await add(now + 61_000);
  expect(await countWithin(store, five, now, HOUR_MS)).toBe(1);
});

const email: Limit = { kind: 'alarm_email', who: 'frozen 00u1', most: 1, windowMs: HOUR_MS };
const all: Limit = { kind: 'alarm_emails', who: '', most: 2, windowMs: HOUR_MS };

test('of what is limited twice the next says how many were left out since the last', async () => {
  expect(await take(now, email, all)).toBe(0);
  for (let n = 0; n < 3; n += 1) expect(await take(now + n, email, all)).toBeNull();
  expect(await take(now, { ...email, who: 'frozen 00u2' }, all)).toBe(0);
  expect(await take(now, { ...email, who: 'frozen 00u3' }, all)).toBeNull();
  expect(await countWithin(store, { ...email, who: 'frozen 00u3' }, now, HOUR_MS)).toBe(0);
  expect(await take(now + HOUR_MS, email, all)).toBe(3);
  expect(await take(now + HOUR_MS, { ...email, who: 'frozen 00u3' }, all)).toBe(1);
  expect(await take(now + 2 * HOUR_MS, email, all)).toBe(0);
});

test('of thirty that ask at once as many as the limit get one', async () => {
  const taken = await Promise.all(Array.from({ length: 30 }, () => take(now, { ...email, most: 4 })));
  expect(taken.filter((leftOut) => leftOut !== null)).toHaveLength(4);
});
