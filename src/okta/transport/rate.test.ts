import { expect, test } from 'vitest';
import { readRate, readResetAt, readRetryAt } from './rate.ts';

const now = 5_000_000;
const date = 'Mon, 04 May 2026 09:15:00 GMT';
const second = Date.parse(date) / 1000;
const answer = (headers: Record<string, string | string[] | undefined>) => ({
  status: 429,
  body: '',
  bytes: null,
  headers: { date, ...headers },
});

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
])('rate headers › a reset that is %s', (_, reset, expected) => {
  expect(readResetAt(answer({ 'x-rate-limit-reset': reset }), now)).toBe(expected);
});

test("rate headers › give no reset without the answer's own date, since clocks differ", () => {
  expect(readResetAt(answer({ 'x-rate-limit-reset': String(second), date: undefined }), now)).toBeNull();
  expect(readResetAt(answer({ 'x-rate-limit-reset': String(second), date: 'tomorrow' }), now)).toBeNull();
});

test('rate headers › need all three headers, and a limit above 0', () => {
  const whole = { 'x-rate-limit-limit': '50', 'x-rate-limit-remaining': '7', 'x-rate-limit-reset': String(second + 9) };
  expect(readRate(answer(whole), now)).toEqual({ limit: 50, remaining: 7, resetAt: now + 10_000 });
  for (const name of Object.keys(whole)) expect(readRate(answer({ ...whole, [name]: undefined }), now)).toBeNull();
  expect(readRate(answer({ ...whole, 'x-rate-limit-limit': '0', 'x-rate-limit-remaining': '0' }), now)).toBeNull();
});

test("rate headers › a message's limit is not the bucket's", () => {
  const headers = { 'x-rate-limit-remaining': '590', 'x-rate-limit-reset': String(second + 1) };
  const after = (code: string | null, given: Record<string, string | string[]> = headers, sends = false) =>
    readRetryAt(answer(given), code, now, sends);
  expect(after('E0000047')).toBe(now + 2000);
  expect(after(null)).toBe(now + 2000);
  for (const sends of [true, false]) {
    expect(after('E0000109', headers, sends)).toBe(now + 30_000);
    expect(after('E0000133', headers, sends)).toBe(now + 30_000);
    expect(after('E0000118', headers, sends)).toBe(now + 5000);
    expect(after('E0000146', headers, sends)).toBeNull();
  }
});

test("rate headers › E0000047 to a message is the person's limit, unless the bucket is empty", () => {
  const after = (headers: Record<string, string | string[]>, code = 'E0000047') =>
    readRetryAt(answer(headers), code, now, true);
  const near = String(second + 1);
  expect(after({ 'x-rate-limit-remaining': '590', 'x-rate-limit-reset': near })).toBe(now + 30_000);
  expect(after({ 'x-rate-limit-remaining': '590', 'x-rate-limit-reset': String(second + 240) })).toBe(now + 241_000);
  expect(after({ 'x-rate-limit-remaining': ['590', '589'], 'x-rate-limit-reset': [near, near] })).toBe(now + 30_000);
  expect(after({})).toBe(now + 30_000);
  expect(after({ 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': near })).toBe(now + 2000);
  expect(after({}, 'E0000204')).toBeNull();
});
