import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { createBudget, type Budget } from './budget.ts';
import { createShares } from './shares.ts';

let now = 1_000_000;
let budget: Budget;
const said = (limit: number, remaining: number, inMs = 60_000) => ({ limit, remaining, resetAt: now + inMs });

beforeEach(() => {
  now = 1_000_000;
  budget = createBudget({ now: () => now });
});

test('open until an answer says otherwise', () => {
  expect(budget.closedUntil('GET /a')).toBeNull();
  budget.begin('GET /a')(null);
  expect(budget.closedUntil('GET /a')).toBeNull();
});

test('closes at 80 %, opens at the reset, bucket by bucket', () => {
  budget.begin('GET /a')(said(50, 11));
  expect(budget.closedUntil('GET /a')).toBeNull();
  budget.begin('GET /a')(said(50, 10));
  expect(budget.closedUntil('GET /a')).toBe(now + 60_000);
  expect(budget.closedUntil('GET /b')).toBeNull();
  now += 59_999;
  expect(budget.closedUntil('GET /a')).not.toBeNull();
  now += 1;
  expect(budget.closedUntil('GET /a')).toBeNull();
});

test('what is under way counts, also in a new window', () => {
  budget.begin('GET /a')(said(50, 50));
  const burst = Array.from({ length: 40 }, () => {
    expect(budget.closedUntil('GET /a')).toBeNull();
    return budget.begin('GET /a');
  });
  expect(budget.closedUntil('GET /a')).not.toBeNull();
  now += 61_000;
  expect(budget.closedUntil('GET /a')).not.toBeNull();
  for (const end of burst) end(null);
  expect(budget.closedUntil('GET /a')).toBeNull();
});

test('answers out of order, and of a window that is over', () => {
  budget.begin('GET /a')(said(50, 12));
  budget.begin('GET /a')(said(50, 30, 60_900));
  expect(budget.snapshot()).toMatchObject([{ bucket: 'GET /a', remaining: 12 }]);
  budget.begin('GET /a')(said(50, 1, 30_000));
  expect(budget.snapshot()).toMatchObject([{ remaining: 12 }]);
  budget.begin('GET /a')(said(50, 49, 120_000));
  expect(budget.snapshot()).toMatchObject([{ remaining: 49 }]);
});

test('an org without limits never closes', () => {
  budget.begin('GET /a')(said(1_000_000, 0));
  expect(budget.closedUntil('GET /a')).toBeNull();
});

test('a bucket of one or two lets one call through', () => {
  for (const limit of [1, 2]) {
    budget.begin(`GET /${limit}`)(said(limit, limit));
    expect(budget.closedUntil(`GET /${limit}`)).toBeNull();
    budget.begin(`GET /${limit}`)(said(limit, limit - 1));
    expect(budget.closedUntil(`GET /${limit}`)).not.toBeNull();
  }
});

test('a clock that was moved ahead and set back closes nothing for good', () => {
  now += 3_600_000;
  budget.begin('GET /a')(said(50, 0));
  now -= 3_600_000;
  expect(budget.closedUntil('GET /a')).toBeNull();
});

test('whatever order calls begin and end in, no window of the org sees more than 80 %', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 5, max: 60 }),
      fc.array(fc.constantFrom('call', 'end', 'wait'), { maxLength: 300 }),
      (limit, steps) => {
        let at = 1_000_000;
        const mine = createBudget({ now: () => at });
        const server = { window: 0, used: 0, worst: 0 };
        const underWay: (() => void)[] = [];
        let known = false;
        for (const step of steps) {
          if (step === 'wait') at += 7000;
          else if (step === 'end') underWay.shift()?.();
          else if (mine.closedUntil('GET /a') === null && (known || underWay.length === 0)) {
            // The org counts a call when it arrives; its answer may come much later.
            if (at >= server.window + 60_000) Object.assign(server, { window: at, used: 0 });
            server.used += 1;
            server.worst = Math.max(server.worst, server.used);
            const rate = { limit, remaining: limit - server.used, resetAt: server.window + 60_000 };
            const end = mine.begin('GET /a');
            underWay.push(() => {
              known = true;
              end(rate);
            });
          }
        }
        return server.worst <= Math.max(1, limit * 0.8);
      },
    ),
    { numRuns: 500 },
  );
});

const by = (caller: string | null, over: { change?: boolean; search?: boolean } = {}) => ({
  caller,
  change: true,
  search: false,
  ...over,
});

/** Calls until one is refused, each answered at once; gives how many went. */
function drain(bucket: string, usage: ReturnType<typeof by>, org: { limit: number; used: number }): number {
  for (let sent = 0; ; sent += 1) {
    if (budget.closedUntil(bucket, usage) !== null) return sent;
    org.used += 1;
    budget.begin(bucket, usage)(said(org.limit, org.limit - org.used));
  }
}

test('[B7] one person gets a fifth of a window, reads a tenth less, and others go on', () => {
  const org = { limit: 100, used: 0 };
  budget.begin('GET /a')(said(100, 100));
  expect(drain('GET /a', by('mallory', { change: false }), org)).toBe(18);
  expect(drain('GET /a', by('mallory'), org)).toBe(2);
  expect(budget.closedUntil('GET /a', by('mallory'))).toBe(now + 60_000);
  expect(drain('GET /a', by('ada'), org)).toBe(20);
  now += 60_000;
  expect(budget.closedUntil('GET /a', by('mallory'))).toBeNull();
});

test('[B7] paths that share a bucket at the org share a person’s part, until they show to be two', () => {
  const org = { limit: 100, used: 0 };
  for (const name of ['GET /a', 'GET /b']) budget.begin(name)(said(100, 100));
  expect(drain('GET /a', by('mallory'), org)).toBe(20);
  expect(drain('GET /b', by('mallory'), org)).toBe(0);
  // Fifteen calls later in the same window, this one has more left than the other: it is another bucket.
  budget.begin('GET /b', by('ada'))(said(100, 98));
  expect(drain('GET /b', by('mallory'), { limit: 100, used: 2 })).toBe(20);
});

test('[B7] what is under way when a window begins counts in it', () => {
  budget.begin('GET /a')(said(100, 100));
  now += 61_000;
  const burst = Array.from({ length: 15 }, () => budget.begin('GET /a', by('mallory')));
  burst[0]!(said(100, 99));
  expect(drain('GET /a', by('mallory'), { limit: 100, used: 15 })).toBe(5);
});

test('[B7] the helpdesk’s searches get a third together', () => {
  const org = { limit: 120, used: 0 };
  budget.begin('GET /a')(said(120, 120));
  const went = ['hedy', 'annie', 'radia'].map((agent) => drain('GET /a', by(agent, { search: true }), org));
  expect(went).toEqual([24, 16, 0]);
  expect(budget.closedUntil('GET /a', by('radia'))).toBeNull();
});

test('[B7] a burst on a path nobody has asked yet is held for one person', () => {
  for (let n = 0; n < 10; n += 1) {
    expect(budget.closedUntil('GET /new', by('mallory'))).toBeNull();
    budget.begin('GET /new', by('mallory'));
  }
  expect(budget.closedUntil('GET /new', by('mallory'))).toBe(now + 1000);
  expect(budget.closedUntil('GET /new', by('ada'))).toBeNull();
});

test('[B4] [B7] who called is forgotten with the window, and nothing is counted for an org without limits', () => {
  const shares = createShares<object>();
  const bucket = {};
  for (let n = 0; n < 10_000; n += 1) shares.count(bucket, by(`person ${n}`), now + 60_000, now)();
  expect(shares.entries()).toBe(10_000);
  now += 60_000;
  shares.count(bucket, by('ada'), now + 60_000, now);
  expect(shares.entries()).toBe(1);
  budget.begin('GET /a')(said(1_000_000, 1_000_000));
  for (let n = 0; n < 500; n += 1) {
    expect(budget.closedUntil('GET /a', by('mallory'))).toBeNull();
    budget.begin('GET /a', by('mallory'));
  }
});

test('[B7] whoever calls whatever, an org with one bucket for all sees at most 80 %, and a fifth from one person', () => {
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
      const mine = createBudget({ now: () => at });
      const server = { window: 0, used: 0, worst: 0, people: new Map<string, number>(), greed: 0 };
      const underWay: (() => void)[] = [];
      const call = (name: string, caller: string | null, change: boolean) => {
        const usage = { caller, change, search: false };
        if (mine.closedUntil(name, usage) !== null) return;
        if (at >= server.window + 60_000) Object.assign(server, { window: at, used: 0, people: new Map() });
        server.used += 1;
        server.worst = Math.max(server.worst, server.used);
        if (caller !== null) {
          server.people.set(caller, (server.people.get(caller) ?? 0) + 1);
          server.greed = Math.max(server.greed, server.people.get(caller)!);
        }
        const rate = { limit, remaining: limit - server.used, resetAt: server.window + 60_000 };
        const end = mine.begin(name, usage);
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
