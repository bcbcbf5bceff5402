import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { OktaError } from '#okta/wire/okta-error.ts';
import { toApiError } from './api-errors.ts';
import { openTestStore } from '#testing/store.ts';

const NOW = 1_000_000_000;
const api = (code: string | null, status: number, more: { causes?: string[]; retryAt?: number } = {}) =>
  new OktaError('api', `${status} ${code}`, { status, code, ...more });

test.each([
  ['E0000001', 400, 'conflict'],
  ['E0000007', 404, 'not_found'],
  ['E0000068', 403, 'wrong_code'],
  ['E0000069', 403, 'locked'],
  ['E0000098', 400, 'bad_phone'],
  ['E0000099', 403, 'bad_phone'],
  ['E0000121', 400, 'bad_phone'],
  ['E0000109', 429, 'sent_too_soon'],
  ['E0000118', 429, 'sent_too_soon'],
  ['E0000133', 429, 'sent_too_soon'],
  ['E0000047', 429, 'busy'],
  ['E0000146', 429, 'busy'],
  ['E0000150', 403, 'busy'],
  ['E0000186', 429, 'busy'],
  ['E0000204', 429, 'busy'],
  ['E0000233', 403, 'conflict'],
  ['E0000006', 403, 'org_error'],
  ['E0000011', 401, 'org_error'],
  [null, 429, 'busy'],
  [null, 503, 'org_unavailable'],
  [null, 504, 'org_timeout'],
  ['E9999999', 400, 'org_error'],
  // Okta's code decides, not the HTTP status.
  ['E0000109', 403, 'sent_too_soon'],
] as const)('%s with %i is %s', (code, status, ours) => {
  expect(toApiError(api(code, status), NOW).code).toBe(ours);
});

test.each([
  ['A factor of this type is already set up.', 'already_enrolled'],
  ['There is an existing verified phone number.', 'phone_on_file'],
  ['Invalid Phone Number.', 'bad_phone'],
  ['Invalid Profile.', 'bad_answer'],
  ['Factor not enabled.', 'conflict'],
])('a failed validation for %j is %s', (cause, ours) => {
  expect(toApiError(api('E0000001', 400, { causes: ['Something.', cause] }), NOW).code).toBe(ours);
});

test('gives the time to try again: Okta’s, else a known pause; none for a quota', () => {
  const retryAt = (error: OktaError, sends = false) => {
    const { code, details } = toApiError(error, NOW, sends);
    return [code, details.retryAt && Date.parse(details.retryAt) - NOW];
  };
  expect(retryAt(api('E0000109', 429, { retryAt: NOW + 12_000 }))).toEqual(['sent_too_soon', 12_000]);
  expect(retryAt(api('E0000133', 429))).toEqual(['sent_too_soon', 30_000]);
  expect(retryAt(api('E0000186', 429, { retryAt: NOW + 1000 }))).toEqual(['busy', undefined]);
  expect(retryAt(api('E0000047', 429))).toEqual(['busy', 10_000]);
  // After a call that sends a message, a long wait means the person's own limit.
  expect(retryAt(api('E0000047', 429, { retryAt: NOW + 30_000 }), true)).toEqual(['sent_too_soon', 30_000]);
  expect(retryAt(api('E0000047', 429, { retryAt: NOW + 5000 }), true)).toEqual(['busy', 5000]);
  expect(retryAt(api('E0000047', 429, { retryAt: NOW + 30_000 }), false)).toEqual(['busy', 30_000]);
});

test('contains none of Okta’s text', () => {
  const error = new OktaError('api', 'CANARY', {
    status: 400,
    code: 'E0000001',
    summary: 'CANARY',
    causes: ['CANARY', 'Invalid Phone Number.'],
  });
  expect(JSON.stringify(toApiError(error, NOW).toBody('id'))).not.toContain('CANARY');
});

test('a row of a session that has ended: every foreign key of the store is of a session', async () => {
  const store = await openTestStore();
  const script = readFileSync(new URL('../store/create-tables.ts', import.meta.url), 'utf8');
  const tables = [...script.matchAll(/REFERENCES (\w+)/g)];
  expect(new Set(tables.map(([, table]) => table))).toEqual(new Set(['sessions']));
  const row = {
    id: 'a',
    session_id: 'ended',
    purpose: 'sessions',
    strength: 1,
    expires_at: 1,
    factor_id: null,
  } as const;
  const failed = store.insertInto('step_ups').values(row).execute();
  await expect(failed.catch((error: unknown) => toApiError(error, NOW))).resolves.toMatchObject({ code: 'signed_out' });
  await store.destroy();
});
