import { beforeEach, expect, test } from 'vitest';
import { createBreaker, type Outcome } from './breaker.ts';

let now = 1_000_000;
let breaker: ReturnType<typeof createBreaker>;

beforeEach(() => {
  now = 1_000_000;
  breaker = createBreaker({ now: () => now });
});

function call(outcome: Outcome): boolean {
  const report = breaker.enter();
  report?.(outcome);
  return report !== null;
}
const trip = () => {
  for (let n = 0; n < 3; n += 1) call('failed');
};

test('opens after three consecutive failures, not before', () => {
  expect([call('failed'), call('failed'), call('answered'), call('failed'), call('failed')]).not.toContain(false);
  expect(call('failed')).toBe(true);
  expect(call('answered')).toBe(false);
  expect(breaker.retryAt()).toBe(now + 2000);
});

test('failures far apart do not open it', () => {
  call('failed');
  call('failed');
  now += 31_000;
  call('failed');
  expect(breaker.enter()).not.toBeNull();
});

test('lets one probe through after the pause, and its answer closes the breaker', () => {
  trip();
  now += 1999;
  expect(breaker.enter()).toBeNull();
  now += 1;
  const probe = breaker.enter();
  expect(probe).not.toBeNull();
  expect(breaker.enter()).toBeNull();
  probe?.('answered');
  expect(call('answered')).toBe(true);
});

test('starts the pause again when a probe fails', () => {
  trip();
  now += 2000;
  expect(call('failed')).toBe(true);
  now += 1999;
  expect(breaker.enter()).toBeNull();
  now += 1;
  expect(breaker.enter()).not.toBeNull();
});

test('a hanging probe does not delay the next one', () => {
  trip();
  now += 2000;
  const hanging = breaker.enter();
  now += 2000;
  const next = breaker.enter();
  expect(next).not.toBeNull();
  next?.('answered');
  hanging?.('failed');
  expect(breaker.enter()).not.toBeNull();
});

test('a cancelled probe lets the next call probe', () => {
  trip();
  now += 2000;
  expect(call('unclear')).toBe(true);
  expect(breaker.enter()).not.toBeNull();
});

test('a call from before the pause that fails later does not lengthen it', () => {
  const slow = breaker.enter();
  trip();
  now += 1500;
  slow?.('failed');
  now += 500;
  expect(breaker.enter()).not.toBeNull();
});

test('ends the pause when the clock is set back', () => {
  trip();
  now -= 3_600_000;
  expect(breaker.enter()).not.toBeNull();
});
