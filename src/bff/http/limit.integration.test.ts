import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { createLimiter, networkLimits, TooMany, type LimitKind } from './limit.ts';
import { createWindows } from '../platform/cache/windows.ts';

const clockAt = (now = 0) => ({ now: () => now, set: (to: number) => (now = to) });
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const memory = () => {
  collect();
  return process.memoryUsage().heapUsed;
};
const of = (index: number) => `2001:db8:${(index >> 16).toString(16)}:${(index & 0xffff).toString(16)}::1`;

it('[B4] a window of a minute begins with the first request of its key', () => {
  const clock = clockAt(30_000);
  const windows = createWindows(clock);
  for (let count = 0; count < 3; count++) expect(windows.take('a', 3)).toBeNull();
  clock.set(89_999);
  expect(windows.take('a', 3)).toEqual({ until: 90_000, beyond: 1 });
  expect(windows.take('a', 3)).toEqual({ until: 90_000, beyond: 2 });
  expect(windows.take('b', 3)).toBeNull();
  clock.set(90_000);
  expect(windows.take('a', 3)).toBeNull();
  // The demo can set the clock back.
  for (let count = 0; count < 9; count++) windows.take('a', 3);
  clock.set(0);
  expect(windows.take('a', 3)).toBeNull();
});

it('[B4] a million networks do not grow the memory, and block nobody', () => {
  const limiter = createLimiter(clockAt(), 1200);
  for (let count = 0; count < 600; count++) limiter.person('ada', 'read');
  const flood = (from: number, to: number) => {
    for (let index = from; index < to; index++) {
      limiter.arrival(of(index), undefined);
      if (index % 4 === 0) limiter.visitor(of(index), 'read');
    }
  };
  flood(0, 50_000);
  const before = memory();
  flood(50_000, 1_000_000);
  expect(memory() - before).toBeLessThan(5e6);
  expect(() => limiter.person('ada', 'read')).toThrow(TooMany);
  expect(() => limiter.visitor('203.0.113.9', 'page')).not.toThrow();
});

it('[B4] windows and known sessions are bounded', () => {
  const windows = createWindows(clockAt(), 10);
  for (let index = 0; index < 1000; index++) windows.take(of(index), 1);
  expect(windows.size()).toBeLessThanOrEqual(10);
  for (let index = 0; index < 1000; index++) {
    windows.take('often', 1e9);
    windows.take(of(index), 1);
  }
  expect(windows.take('often', 1000)).toMatchObject({ beyond: 1 });
});

const refusedAt = (ask: () => void, most = 200_000): number => {
  for (let count = 0; count < most; count++) {
    try {
      ask();
    } catch {
      return count;
    }
  }
  return Infinity;
};

const session = (id: string) => ({ id, user_id: 'ada' });

const kinds: LimitKind[] = ['page', 'sign-in', 'callback', 'read', 'freeze'];

it.each(kinds)('[B4] %s of a network has a limit of its own', (kind) => {
  const limiter = createLimiter(clockAt(), 100);
  const most = networkLimits(100);
  const max = most[(kind in most ? kind : 'other') as keyof typeof most];
  expect(refusedAt(() => limiter.visitor('203.0.113.9', kind))).toBe(max);
  for (const other of kinds.filter((one) => one !== kind)) {
    expect(() => limiter.visitor('203.0.113.9', other)).not.toThrow();
  }
  // One customer has all addresses of a /64.
  expect(refusedAt(() => limiter.visitor(`2001:db8::${Math.floor(Math.random() * 9999)}`, kind))).toBe(max);
});

it.each(['page', 'sign-in', 'callback', 'freeze'] as LimitKind[])(
  '[B4] %s of a session has a limit in each network',
  (kind) => {
    const limiter = createLimiter(clockAt(), 100);
    const [home, thief] = ['203.0.113.9', '198.51.100.1'];
    expect(refusedAt(() => limiter.session(session('stolen'), thief, kind))).toBe(120);
    expect(() => limiter.session(session('stolen'), home, kind)).not.toThrow();
    expect(() => limiter.session(session('another'), thief, kind)).not.toThrow();
  },
);

it('[B4] pages of a person’s many sessions in a network have a limit, which leaves each session its first ones', () => {
  const limiter = createLimiter(clockAt(), 100);
  let pages = 0;
  for (let index = 0; index < 20; index += 1)
    pages += refusedAt(() => limiter.session(session(`thief ${index}`), '203.0.113.9', 'page'));
  expect(pages).toBe(20 * 20 + 240);
  expect(refusedAt(() => limiter.session(session('of the owner'), '203.0.113.9', 'page'))).toBe(20);
  expect(refusedAt(() => limiter.session(session('of the owner'), '198.51.100.1', 'page'))).toBe(120);
  expect(refusedAt(() => limiter.session({ id: 'grace', user_id: 'grace' }, '203.0.113.9', 'page'))).toBe(120);
});

it('forwarded requests have other health probes than the load balancer', () => {
  const limiter = createLimiter(clockAt(), 100);
  expect(refusedAt(() => limiter.probe('10.0.0.1', true))).toBe(240);
  expect(refusedAt(() => limiter.probe('10.0.0.1', false))).toBe(240);
});
