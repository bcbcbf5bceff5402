import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { createBudget } from './budget.ts';
import { createShares } from './shares.ts';

let now = 1_000_000;
let budget: ReturnType<typeof createBudget>;
/** Milliseconds. Null if the call may start. */
const closedUntil = (...of: Parameters<typeof budget.closed>) => budget.closed(...of)?.until ?? null;
const rateLimit = (limit: number, remaining: number, inMs = 60_000) => ({ limit, remaining, resetAt: now + inMs });

beforeEach(() => {
  now = 1_000_000;
  budget = createBudget({ now: () => now });
});

test('is open until an answer gives limits', () => {
  expect(closedUntil('GET /a')).toBeNull();
  budget.begin('GET /a')(null);
  expect(closedUntil('GET /a')).toBeNull();
});

test('closes at 80 % and opens at the reset, for each bucket', () => {
  budget.begin('GET /a')(rateLimit(50, 11));
  expect(closedUntil('GET /a')).toBeNull();
  budget.begin('GET /a')(rateLimit(50, 10));
  expect(closedUntil('GET /a')).toBe(now + 60_000);
  expect(closedUntil('GET /b')).toBeNull();
  now += 59_999;
  expect(closedUntil('GET /a')).not.toBeNull();
  now += 1;
  expect(closedUntil('GET /a')).toBeNull();
});

test('counts running calls, also in a new window', () => {
  budget.begin('GET /a')(rateLimit(50, 50));
  const burst = Array.from({ length: 40 }, () => {
    expect(closedUntil('GET /a')).toBeNull();
    return budget.begin('GET /a');
  });
  expect(closedUntil('GET /a')).not.toBeNull();
  now += 61_000;
  expect(closedUntil('GET /a')).not.toBeNull();
  for (const end of burst) end(null);
  expect(closedUntil('GET /a')).toBeNull();
});

test('ignores answers out of order and of a past window', () => {
  budget.begin('GET /a')(rateLimit(50, 12));
  budget.begin('GET /a')(rateLimit(50, 30, 60_900));
  expect(budget.snapshot()).toMatchObject([{ bucket: 'GET /a', remaining: 12 }]);
  budget.begin('GET /a')(rateLimit(50, 1, 30_000));
  expect(budget.snapshot()).toMatchObject([{ remaining: 12 }]);
  budget.begin('GET /a')(rateLimit(50, 49, 120_000));
  expect(budget.snapshot()).toMatchObject([{ remaining: 49 }]);
});

test('never closes for an org without limits', () => {
  budget.begin('GET /a')(rateLimit(1_000_000, 0));
  expect(closedUntil('GET /a')).toBeNull();
});

test('lets one call through in a bucket of one or two', () => {
  for (const limit of [1, 2]) {
    budget.begin(`GET /${limit}`)(rateLimit(limit, limit));
    expect(closedUntil(`GET /${limit}`)).toBeNull();
    budget.begin(`GET /${limit}`)(rateLimit(limit, limit - 1));
    expect(closedUntil(`GET /${limit}`)).not.toBeNull();
  }
});

test('does not stay closed when the clock was moved ahead and set back', () => {
  now += 3_600_000;
  budget.begin('GET /a')(rateLimit(50, 0));
  now -= 3_600_000;
  expect(closedUntil('GET /a')).toBeNull();
});

const by = (caller: string | null, over: { change?: boolean; search?: boolean } = {}) => ({
  caller,
  change: true,
  search: false,
  ...over,
});

/** Makes calls until one is refused. Returns how many were made. */
function drain(bucket: string, usage: ReturnType<typeof by>, org: { limit: number; used: number }): number {
  for (let sent = 0; ; sent += 1) {
    if (closedUntil(bucket, usage) !== null) return sent;
    org.used += 1;
    budget.begin(bucket, usage)(rateLimit(org.limit, org.limit - org.used));
  }
}

test('[B7] one person gets a fifth of a window, reads a tenth less, and others can go on', () => {
  const org = { limit: 100, used: 0 };
  budget.begin('GET /a')(rateLimit(100, 100));
  expect(drain('GET /a', by('mallory', { change: false }), org)).toBe(18);
  expect(drain('GET /a', by('mallory'), org)).toBe(2);
  expect(budget.closed('GET /a', by('mallory'))).toEqual({ until: now + 60_000, limitScope: 'caller' });
  expect(drain('GET /a', by('ada'), org)).toBe(20);
  for (const other of ['grace', 'hedy']) expect(drain('GET /a', by(other), org)).toBe(20);
  expect(budget.closed('GET /a', by('annie'))).toEqual({ until: now + 60_000, limitScope: 'org' });
  now += 60_000;
  expect(closedUntil('GET /a', by('mallory'))).toBeNull();
});

test('[B7] paths that share a bucket at Okta share a person’s part, until they turn out to be two', () => {
  const org = { limit: 100, used: 0 };
  for (const name of ['GET /a', 'GET /b']) budget.begin(name)(rateLimit(100, 100));
  expect(drain('GET /a', by('mallory'), org)).toBe(20);
  expect(drain('GET /b', by('mallory'), org)).toBe(0);
  // It has more calls left than the first bucket in the same window, so it is another bucket at Okta.
  budget.begin('GET /b', by('ada'))(rateLimit(100, 98));
  expect(drain('GET /b', by('mallory'), { limit: 100, used: 2 })).toBe(20);
});

test('[B7] running calls count in the window that begins', () => {
  budget.begin('GET /a')(rateLimit(100, 100));
  now += 61_000;
  const burst = Array.from({ length: 15 }, () => budget.begin('GET /a', by('mallory')));
  burst[0]!(rateLimit(100, 99));
  expect(drain('GET /a', by('mallory'), { limit: 100, used: 15 })).toBe(5);
});

test('[B7] all helpdesk searches together get a third', () => {
  const org = { limit: 120, used: 0 };
  budget.begin('GET /a')(rateLimit(120, 120));
  const went = ['hedy', 'annie', 'radia'].map((agent) => drain('GET /a', by(agent, { search: true }), org));
  expect(went).toEqual([24, 16, 0]);
  expect(closedUntil('GET /a', by('radia'))).toBeNull();
});

test('[B7] limits one person’s burst on a path without known limits', () => {
  for (let n = 0; n < 10; n += 1) {
    expect(closedUntil('GET /new', by('mallory'))).toBeNull();
    budget.begin('GET /new', by('mallory'));
  }
  expect(closedUntil('GET /new', by('mallory'))).toBe(now + 1000);
  expect(closedUntil('GET /new', by('ada'))).toBeNull();
});

test('[B4] [B7] forgets who called at the window’s end, and counts nothing for an org without limits', () => {
  const shares = createShares<object>();
  const bucket = {};
  for (let n = 0; n < 10_000; n += 1) shares.count(bucket, by(`person ${n}`), now + 60_000, now)();
  expect(shares.entries()).toBe(10_000);
  now += 60_000;
  shares.count(bucket, by('ada'), now + 60_000, now);
  expect(shares.entries()).toBe(1);
  budget.begin('GET /a')(rateLimit(1_000_000, 1_000_000));
  for (let n = 0; n < 500; n += 1) {
    expect(closedUntil('GET /a', by('mallory'))).toBeNull();
    budget.begin('GET /a', by('mallory'));
  }
});

test('[B7] with one bucket for all paths, the org sees at most 80 %, and a fifth from one person', () => {
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.tuple(
        fc.constantFrom('GET /a', 'POST /b', 'GET /c'),
        fc.constantFrom('ada', 'mallory', 'grace', 'hedy', 'annie', 'radia'),
        fc.boolean(),
      ),
    },
    { weight: 3, arbitrary: fc.constant('end' as const) },
    { weight: 1, arbitrary: fc.constant('wait' as const) },
  );
  fc.assert(
    fc.property(fc.integer({ min: 10, max: 60 }), fc.array(step, { maxLength: 400 }), (limit, steps) => {
      let at = 1_000_000;
      const ownBudget = createBudget({ now: () => at });
      const server = { window: 0, used: 0, worst: 0, people: new Map<string, number>(), greed: 0 };
      const underWay: (() => void)[] = [];
      const call = (name: string, caller: string | null, change: boolean) => {
        const usage = { caller, change, search: false };
        if (ownBudget.closed(name, usage) !== null) return;
        if (at >= server.window + 60_000) Object.assign(server, { window: at, used: 0, people: new Map() });
        server.used += 1;
        server.worst = Math.max(server.worst, server.used);
        if (caller !== null) {
          server.people.set(caller, (server.people.get(caller) ?? 0) + 1);
          server.greed = Math.max(server.greed, server.people.get(caller)!);
        }
        const rate = { limit, remaining: limit - server.used, resetAt: server.window + 60_000 };
        const end = ownBudget.begin(name, usage);
        underWay.push(() => end(rate));
      };
      for (const name of ['GET /a', 'POST /b', 'GET /c']) {
        call(name, null, true);
        underWay.shift()?.();
      }
      for (const one of steps) {
        if (one === 'wait') at += 7000;
        else if (one === 'end') underWay.shift()?.();
        else call(...one);
      }
      return server.worst <= Math.max(3, limit * 0.8) && server.greed <= Math.max(1, limit / 5);
    }),
    { numRuns: 500 },
  );
});

test('several portals share what one may send, whatever they have running, and follow arrivals and deaths', () => {
  const limit = 120;
  let live = 3;
  const portals = Array.from({ length: 3 }, () => createBudget({ now: () => now }, () => live));
  let used = 0;
  /** Starts all calls that are allowed, before any answer. */
  const burst = (portal: (typeof portals)[0], usage: Parameters<typeof portal.closed>[1]) => {
    const ends: ((rate: ReturnType<typeof rateLimit>) => void)[] = [];
    while (portal.closed('GET /a', usage) === null) {
      used += 1;
      ends.push(portal.begin('GET /a', usage));
    }
    return ends;
  };
  const reset = now + 60_000;
  const answer = (ends: ReturnType<typeof burst>) => {
    for (const end of ends) end({ limit, remaining: limit - used, resetAt: reset });
  };
  const change = { caller: null, search: false, change: true };
  for (const portal of portals) {
    used += 1;
    answer([portal.begin('GET /a', change)]);
  }
  // No portal knows the running calls of the others. Together they send 80 % of the limit.
  const bursts = portals.map((portal) => burst(portal, change));
  expect(bursts.map((ends) => ends.length)).toEqual([31, 31, 31]);
  expect(used).toBe(96);
  // One portal has stopped, so the part of each remaining portal grows.
  bursts.forEach(answer);
  now = reset + 1;
  used = 0;
  live = 2;
  expect(burst(portals[0]!, change)).toHaveLength(48);
  // One person may use a fifth of a portal's part.
  expect(burst(portals[1]!, { caller: 'ada', search: false, change: true })).toHaveLength(12);
});

test('a portal of many sends one call at least', () => {
  const portal = createBudget({ now: () => now }, () => 100);
  portal.begin('GET /a')(rateLimit(50, 50));
  now += 61_000;
  expect(portal.closed('GET /a')).toBeNull();
  portal.begin('GET /a');
  expect(portal.closed('GET /a')).not.toBeNull();
});
