import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { createBudget, type Budget } from './budget.ts';

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
    fc.property(fc.integer({ min: 5, max: 60 }), fc.array(fc.constantFrom('call', 'end', 'wait'), { maxLength: 300 }), (limit, steps) => {
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
    }),
    { numRuns: 500 },
  );
});
