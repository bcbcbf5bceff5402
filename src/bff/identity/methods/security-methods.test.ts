import { expect, test } from 'vitest';
import { readFactors } from '#okta/wire/factor.ts';
import { createSecurityMethods } from './security-methods.ts';

const factor = (id: string, factorType: string, provider: string, lastVerified?: string) => ({
  id,
  factorType,
  provider,
  status: 'ACTIVE',
  ...(lastVerified !== undefined && { lastVerified }),
});
const EARLIER = '2026-03-01T09:00:00.000Z';
const LATER = '2026-03-03T09:00:00.000Z';

test('Okta says of a key when it was last used, and of nothing else', () => {
  const list = readFactors([
    factor('key', 'webauthn', 'FIDO', LATER),
    factor('unused key', 'webauthn', 'FIDO', 'yesterday'),
    factor('sms', 'sms', 'OKTA', LATER),
    factor('totp', 'token:software:totp', 'GOOGLE'),
    factor('question', 'question', 'OKTA', 'yesterday'),
    factor('push', 'push', 'OKTA', EARLIER),
    factor('codes', 'token:software:totp', 'OKTA', '2026-03-03T10:00:00+01:00'),
    factor('fastpass', 'signed_nonce', 'OKTA'),
  ]);
  const used = createSecurityMethods(list, 'v1', null).map(({ id, lastVerified }) => [id, lastVerified]);
  expect(Object.fromEntries(used)).toEqual({
    key: LATER,
    'unused key': null,
    sms: null,
    totp: null,
    question: null,
    push: null,
  });
});

test('An unfinished method dates from when it was last started, as Okta keeps its first date', () => {
  const dated = { created: EARLIER, lastUpdated: LATER };
  const list = readFactors([
    { ...factor('restarted', 'token:software:totp', 'GOOGLE'), ...dated, status: 'PENDING_ACTIVATION' },
    { ...factor('active', 'sms', 'OKTA'), ...dated },
    { ...factor('undated', 'call', 'OKTA'), created: EARLIER, status: 'PENDING_ACTIVATION' },
  ]);
  const created = createSecurityMethods(list, 'v1', null).map((method) => [method.id, method.created]);
  expect(Object.fromEntries(created)).toEqual({ restarted: LATER, active: EARLIER, undated: EARLIER });
});
