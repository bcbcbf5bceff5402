import { expect, test } from 'vitest';
import type { Minimums } from './minimum-settings.ts';
import type { SecurityMethod } from '../../identity/methods/security-methods.ts';
import { keptBecause, leastOf, shortfallOf } from './removal-rules.ts';

const NOW = Date.parse('2026-03-10T12:00:00Z');
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
  note: { name: null, location: null, aaguid: null, backup: null, made_on: null, used_at: null },
  apart: false,
  counts: true,
  ...over,
});
const app = method('app', 3);
const text = method('text', 2);
const key = method('key', 4);
const spare = method('spare', 4);
const unfinished = method('unfinished', 3, { status: 'PENDING_ACTIVATION', counts: false });
const suspended = method('suspended', 3, { status: 'SUSPENDED' });

const reason = (
  target: SecurityMethod,
  methods: SecurityMethod[],
  minimums: Partial<Minimums> = {},
  required: string[] = [],
) =>
  keptBecause(
    target,
    { methods, complete: true },
    {
      required: new Set(required),
      minimums: { methods: 1, phishingResistant: 0, from: null, ...minimums },
      now: NOW,
    },
  );

test.each<[string, string | null, ReturnType<typeof reason>]>([
  ['the last one', 'last_factor', reason(app, [app])],
  ['one of two', null, reason(app, [app, text])],
  ['one of two that must be two', 'minimum_methods', reason(app, [app, text], { methods: 2 })],
  ['one of three that must be two', null, reason(app, [app, text, key], { methods: 2 })],
  ['one of two where three are required already', 'minimum_methods', reason(app, [app, text], { methods: 3 })],
  ['the only key', 'minimum_phishing_resistant', reason(key, [app, text, key], { phishingResistant: 1 })],
  ['one of two keys', null, reason(key, [app, key, spare], { phishingResistant: 1 })],
  ['what is no key, without any key', null, reason(app, [app, text], { phishingResistant: 1 })],
  ['an unfinished one', null, reason(unfinished, [app, unfinished], { methods: 2 })],
  ['one that cannot be used', null, reason(suspended, [app, suspended], { methods: 2 })],
  ['the only one that can be used', 'minimum_methods', reason(app, [app, suspended])],
  ['a moment before they hold', null, reason(app, [app, text], { methods: 2, from: NOW + 1 })],
  ['from the moment on', 'minimum_methods', reason(app, [app, text], { methods: 2, from: NOW })],
  [
    'one that Okta requires, beside one that does not count',
    'required_factor',
    reason(key, [app, key, method('pending', 4, { status: 'PENDING_ACTIVATION', counts: false })], {}, ['webauthn']),
  ],
  ['one that Okta requires', 'required_factor', reason(key, [app, text, key], { methods: 2 }, ['webauthn'])],
])('%s: %s', (_what, expected, found) => expect(found).toBe(expected));

test('says the number that a reason is about', () => {
  const minimums = { methods: 2, phishingResistant: 1, from: null };
  expect(leastOf('minimum_methods', minimums)).toBe(2);
  expect(leastOf('minimum_phishing_resistant', minimums)).toBe(1);
  expect(leastOf('last_factor', minimums)).toBeUndefined();
});

test('what is missing is counted by what can be used, and has a date until it holds', () => {
  const minimums = { methods: 3, phishingResistant: 1, from: NOW + 1000 };
  expect(shortfallOf([app, text, suspended, unfinished], minimums, [], NOW)).toEqual({
    methods: { least: 3, missing: 1 },
    phishingResistant: { least: 1, missing: 1 },
    from: '2026-03-10T12:00:01.000Z',
    replaced: null,
  });
  expect(shortfallOf([app, text, key], minimums, [], NOW)).toBeNull();
  expect(shortfallOf([app, key], minimums, [], NOW + 1000)).toMatchObject({
    methods: { missing: 1 },
    phishingResistant: { missing: 0 },
    from: null,
  });
  // Nobody needs to be told to have a method at all: the empty list says so.
  expect(shortfallOf([], { methods: 1, phishingResistant: 0, from: null }, [], NOW)).toBeNull();
});
