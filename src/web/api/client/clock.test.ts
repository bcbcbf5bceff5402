import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { recordServerTime, now, setNow } from './clock.ts';

const NOON = Date.parse('2026-03-10T12:00:00.000Z');
const MINUTE = 60_000;

beforeEach(() => void vi.useFakeTimers({ now: NOON }));
afterEach(() => void vi.useRealTimers());

test.each([15 * MINUTE, -3 * MINUTE])(
  'a computer’s clock that is off by %i ms, or is set meanwhile, changes nothing',
  (off) => {
    vi.setSystemTime(NOON + off);
    setNow(NOON);
    expect(now()).toBe(NOON);
    vi.advanceTimersByTime(MINUTE);
    expect(now()).toBe(NOON + MINUTE);
    vi.setSystemTime(NOON);
    expect(now()).toBe(NOON + MINUTE);
  },
);

test('the first page’s time arrived with its first byte', () => {
  vi.advanceTimersByTime(3000);
  setNow(NOON, performance.now() - 3000);
  expect(now()).toBe(NOON + 3000);
});

test('an answer sets the clock if it is off by more than two seconds, as after sleep', () => {
  setNow(NOON);
  const sentAt = performance.now();
  vi.advanceTimersByTime(400);
  recordServerTime(NOON + 2200, sentAt);
  expect(now()).toBe(NOON + 400);
  // The monotonic clock stood still for an hour.
  recordServerTime(NOON + 60 * MINUTE, sentAt);
  expect(now()).toBe(NOON + 60 * MINUTE + 200);
});

test('a slow answer, or one without a time, says nothing about the clock', () => {
  setNow(NOON);
  const sentAt = performance.now();
  vi.advanceTimersByTime(25_000);
  for (const told of [NOON, NOON + 25_000, Number.NaN]) recordServerTime(told, sentAt);
  expect(now()).toBe(NOON + 25_000);
});
