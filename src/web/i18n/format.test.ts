// @vitest-environment node
import { expect, it } from 'vitest';
import { getFormats } from './format.ts';

const formats = getFormats('en');

const now = new Date(2026, 10, 25, 12, 0, 0).getTime();
const ago = (ms: number): string => new Date(now - ms).toISOString();
const minute = 60_000;
const hour = 60 * minute;

it.each([
  [-5_000, null],
  [30_000, null],
  [10 * minute, '10 minutes ago'],
  [3 * hour, '3 hours ago'],
  [13 * hour, 'yesterday'],
  [3 * 24 * hour, '3 days ago'],
  [40 * 24 * hour, '16 October'],
  [400 * 24 * hour, '21 October 2025'],
])('%i ms ago is %s', (passed, said) => {
  expect(formats.relativeTime(ago(passed), now)).toBe(said);
});

it('is the same on every machine before hydration', () => {
  expect(formats.utc.dateTime('2026-01-14T23:30:00Z')).toBe('14 January 2026 at 23:30 UTC');
});

it('formats a list', () => {
  expect(formats.list(['a', 'b', 'c'])).toBe('a, b and c');
  // Without isolates, a list that begins in Latin letters would run from left to right.
  expect(getFormats('ar').list(['Okta Verify', 'b'])).toBe('\u2068Okta Verify\u2069 و\u2068b\u2069');
});

it('counts minutes over midnight, and days by the calendar', () => {
  const night = new Date(2026, 10, 25, 0, 40).getTime();
  expect(formats.relativeTime(new Date(night - 50 * minute).toISOString(), night)).toBe('50 minutes ago');
  expect(formats.relativeTime(new Date(night - 2 * hour).toISOString(), night)).toBe('yesterday');
  expect(formats.relativeTime(new Date(2026, 10, 19, 0, 1).toISOString(), night)).toBe('6 days ago');
  expect(formats.relativeTime(new Date(2026, 10, 18, 23, 59).toISOString(), night)).toBe('18 November');
});
