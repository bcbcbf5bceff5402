import { expect, test } from 'vitest';
import { rateOf, resetAtOf, retryAtOf } from './rate.ts';

const now = 5_000_000;
const date = 'Mon, 04 May 2026 09:15:00 GMT';
const second = Date.parse(date) / 1000;
const answer = (headers: Record<string, string | string[] | undefined>) => ({ status: 429, body: '', headers: { date, ...headers } });

test.each([
  ['near', String(second + 2), now + 3000],
  ['far', String(second + 55), now + 56_000],
  ['now', String(second), now + 1000],
  ['past', String(second - 3600), now + 1000],
  ['absurd', '9999999999', null],
  ['milliseconds by mistake', `${second}000`, null],
  ['garbage', 'soon', null],
  ['negative', '-5', null],
  ['a fraction', `${second}.5`, null],
  ['empty', '', null],
  ['missing', undefined, null],
  ['doubled', [String(second), String(second + 1)], null],
  ['doubled and joined', `${second}, ${second + 1}`, null],
])('a reset that is %s', (_, reset, expected) => {
  expect(resetAtOf(answer({ 'x-rate-limit-reset': reset }), now)).toBe(expected);
});

test("without the answer's own date a reset says nothing, since no two clocks agree", () => {
  expect(resetAtOf(answer({ 'x-rate-limit-reset': String(second), date: undefined }), now)).toBeNull();
  expect(resetAtOf(answer({ 'x-rate-limit-reset': String(second), date: 'tomorrow' }), now)).toBeNull();
});

test('a bucket needs all three headers, and a limit', () => {
  const whole = { 'x-rate-limit-limit': '50', 'x-rate-limit-remaining': '7', 'x-rate-limit-reset': String(second + 9) };
  expect(rateOf(answer(whole), now)).toEqual({ limit: 50, remaining: 7, resetAt: now + 10_000 });
  for (const name of Object.keys(whole)) expect(rateOf(answer({ ...whole, [name]: undefined }), now)).toBeNull();
  expect(rateOf(answer({ ...whole, 'x-rate-limit-limit': '0', 'x-rate-limit-remaining': '0' }), now)).toBeNull();
});

test("a limit on messages is not the bucket's", () => {
  const headers = { 'x-rate-limit-reset': String(second + 1) };
  expect(retryAtOf(answer(headers), 'E0000047', now)).toBe(now + 2000);
  expect(retryAtOf(answer(headers), null, now)).toBe(now + 2000);
  expect(retryAtOf(answer(headers), 'E0000109', now)).toBe(now + 30_000);
  expect(retryAtOf(answer(headers), 'E0000118', now)).toBe(now + 5000);
  expect(retryAtOf(answer(headers), 'E0000146', now)).toBeNull();
});
