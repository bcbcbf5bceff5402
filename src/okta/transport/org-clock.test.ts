import { expect, test } from 'vitest';
import { createOrgClock } from './rate.ts';

const START = Date.parse('2026-05-04T09:15:00Z');
let now = START;
const clock = { now: () => now };

/** `at`: the part of `ms` (0 to 1) after which the org writes `Date`. */
function heard(orgClock: ReturnType<typeof createOrgClock>, ms: number, ahead: number, at = 0.5): void {
  const sentAt = now;
  now += ms;
  const stamped = Math.floor((sentAt + ms * at + ahead) / 1000) * 1000;
  orgClock.hear({ status: 200, headers: { date: new Date(stamped).toUTCString() }, body: '' } as never, sentAt);
}

test('knows nothing before the first answer, or from an answer without a date', () => {
  const orgClock = createOrgClock(clock);
  expect(orgClock.skew()).toBeNull();
  orgClock.hear({ status: 200, headers: {}, body: '' } as never, now);
  expect(orgClock.skew()).toBeNull();
});

test('believes the quickest of the last answers, whenever slow ones come', () => {
  const orgClock = createOrgClock(clock);
  for (const at of [0, 1]) heard(orgClock, 4000, 45_000, at);
  heard(orgClock, 80, 45_000);
  for (const at of [0, 1]) heard(orgClock, 4000, 45_000, at);
  expect(Math.abs(orgClock.skew()! - 45_000)).toBeLessThanOrEqual(540);
});

test.each([0, 0.5, 1])('is wrong by half of a slow answer at most (dated at %d of it)', (at) => {
  const orgClock = createOrgClock(clock);
  heard(orgClock, 4000, -45_000, at);
  expect(Math.abs(orgClock.skew()! + 45_000)).toBeLessThanOrEqual(2500);
});

test('forgets after ten minutes, also when our clock was set back', () => {
  const orgClock = createOrgClock(clock);
  heard(orgClock, 80, 45_000);
  now += 600_000;
  expect(orgClock.skew()).not.toBeNull();
  now += 1;
  expect(orgClock.skew()).toBeNull();
  heard(orgClock, 80, 45_000);
  now -= 3_600_000;
  expect(orgClock.skew()).toBeNull();
});

test('follows a clock that is set right, after the last answers at the latest', () => {
  const orgClock = createOrgClock(clock);
  heard(orgClock, 10, 45_000);
  for (let n = 0; n < 32; n += 1) heard(orgClock, 80, 0);
  expect(Math.abs(orgClock.skew()!)).toBeLessThanOrEqual(540);
});

test('is in whole milliseconds, as PostgreSQL stores times', () => {
  const orgClock = createOrgClock(clock);
  heard(orgClock, 81, 45_000);
  expect(orgClock.skew()).toSatisfy(Number.isInteger);
});
