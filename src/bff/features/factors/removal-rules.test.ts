import { expect, test } from 'vitest';
import type { SecurityMethod } from '../../identity/methods/security-methods.ts';
import { findKeptReason } from './removal-rules.ts';

const method = (id: string, strength: 1 | 2 | 3 | 4, over: Partial<SecurityMethod> = {}): SecurityMethod => ({
  id,
  kind: strength === 4 ? 'webauthn' : 'totp',
  name: null,
  detail: null,
  strength,
  status: 'ACTIVE',
  created: null,
  lastVerified: null,
  members: [],
  note: { name: null, aaguid: null, backup: null, made_on: null, used_at: null },
  apart: false,
  counts: true,
  ...over,
});
const app = method('app', 3);
const text = method('text', 2);
const key = method('key', 4);
const unfinished = method('unfinished', 3, { status: 'PENDING_ACTIVATION', counts: false });
const suspended = method('suspended', 3, { status: 'SUSPENDED' });

const reason = (target: SecurityMethod, methods: SecurityMethod[], required: string[] = []) =>
  findKeptReason(target, { methods, complete: true }, new Set(required));

test.each<[string, string | null, ReturnType<typeof reason>]>([
  ['the last one', 'last_factor', reason(app, [app])],
  ['one of two', null, reason(app, [app, text])],
  ['an unfinished one', null, reason(unfinished, [app, unfinished])],
  ['one that cannot be used', null, reason(suspended, [app, suspended])],
  ['the only one that can be used', 'last_factor', reason(app, [app, suspended])],
  [
    'one that Okta requires, beside one that does not count',
    'required_factor',
    reason(key, [app, key, method('pending', 4, { status: 'PENDING_ACTIVATION', counts: false })], ['webauthn']),
  ],
  ['one that Okta requires', 'required_factor', reason(key, [app, text, key], ['webauthn'])],
])('%s: %s', (_what, expected, found) => expect(found).toBe(expected));
