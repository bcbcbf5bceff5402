import { beforeEach, expect, test } from 'vitest';
import { createBreaker, type Breaker, type Outcome } from './breaker.ts';

let now = 1_000_000;
let breaker: Breaker;

beforeEach(() => {
  now = 1_000_000;
  breaker = createBreaker({ now: () => now });
});

function call(outcome: Outcome): boolean {
  const settle = breaker.enter();
  settle?.(outcome);
  return settle !== null;
}
const trip = () => {
  for (let n = 0; n < 3; n += 1) call('failed');
};

test('opens after three failures in a row, and not before', () => {
  expect([call('failed'), call('failed'), call('answered'), call('failed'), call('failed')]).not.toContain(false);
  expect(call('failed')).toBe(true);
  expect(call('answered')).toBe(false);
  expect(breaker.retryAt()).toBe(now + 2000);
});

test('failures far apart are none in a row', () => {
  call('failed');
  call('failed');
  now += 31_000;
  call('failed');
  expect(breaker.enter()).not.toBeNull();
});

test('callers who give up open nothing', () => {
  for (let n = 0; n < 100; n += 1) expect(call('unclear')).toBe(true);
});

test('after the pause one probe, and its answer opens the way', () => {
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

test('a probe that fails begins the pause anew', () => {
  trip();
  now += 2000;
  expect(call('failed')).toBe(true);
  now += 1999;
  expect(breaker.enter()).toBeNull();
  now += 1;
  expect(breaker.enter()).not.toBeNull();
});

test('a probe that hangs does not hold up the next one', () => {
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

test('a probe whose caller gave up leaves its place to the next call', () => {
  trip();
  now += 2000;
  expect(call('unclear')).toBe(true);
  expect(breaker.enter()).not.toBeNull();
});

test('what began before the pause and fails later does not lengthen it', () => {
  const slow = breaker.enter();
  trip();
  now += 1500;
  slow?.('failed');
  now += 500;
  expect(breaker.enter()).not.toBeNull();
});

test('a ping from outside counts', () => {
  trip();
  breaker.tell('answered');
  expect(breaker.enter()).not.toBeNull();
  for (let n = 0; n < 3; n += 1) breaker.tell('failed');
  expect(breaker.enter()).toBeNull();
});

test('a clock set back ends the pause', () => {
  trip();
  now -= 3_600_000;
  expect(breaker.enter()).not.toBeNull();
});
