import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SupportedFactor } from '#contract/endpoints.ts';
import {
  factorKinds,
  methodLocations,
  type FactorKind,
  type MethodLocation,
  type MethodLocationOrUnknown,
  type Strength,
} from '#contract/kinds.ts';
import { madeOn, locationOf } from '../../../identity/authenticators/locations.ts';
import { kinds } from '../../../platform/kinds/registry.ts';
import type { SecurityMethod } from '../../../identity/methods/security-methods.ts';
import { judgeRehearsal } from './judge-rehearsal.ts';
import { lostPhoneOf, withoutPhone } from './lost-phone.ts';

const types: Partial<Record<FactorKind, string>> = {
  totp: 'token:software:totp',
  'okta-verify': 'push',
  sms: 'sms',
  call: 'call',
  email: 'email',
  question: 'question',
  webauthn: 'webauthn',
  yubikey: 'token:hardware',
  duo: 'web',
};
let made = 0;
function method(
  kind: FactorKind,
  location: MethodLocation | null = null,
  over: Partial<SecurityMethod> = {},
): SecurityMethod {
  const id = `factor-${(made += 1)}`;
  return {
    id,
    kind,
    name: null,
    detail: null,
    strength: kinds[kind].strength,
    status: 'ACTIVE',
    created: null,
    lastVerified: null,
    members: [{ id, factorType: types[kind] ?? kind, status: 'ACTIVE' }] as SecurityMethod['members'],
    note: { name: null, location, aaguid: null, backup: null, made_on: null, used_at: null },
    apart: false,
    counts: true,
    ...over,
  };
}
const offered = (...names: FactorKind[]): SupportedFactor[] =>
  names.map((kind) => ({
    kind,
    atOkta: false,
    strength: kinds[kind].strength as Strength,
    status: 'NOT_SETUP',
    enrollment: 'OPTIONAL',
  }));

describe('where a method is', () => {
  const key = (
    aaguid: string | null,
    backup: 'synced' | 'syncable' | 'device' | null,
    detail: string | null = null,
    made_on: MethodLocation | null = null,
  ) =>
    locationOf(
      method('webauthn', null, {
        detail,
        note: { name: null, location: null, aaguid, backup, made_on, used_at: null },
      }),
    );
  const WINDOWS = '08987058-cadc-4b81-b6e1-30de50dcbe96';
  const SAMSUNG = '53414d53-554e-4700-0000-000000000000';

  test.each<[string, ReturnType<typeof locationOf>, MethodLocationOrUnknown, boolean]>([
    ['an app', locationOf(method('totp')), 'phone', true],
    ['a number', locationOf(method('sms')), 'phone', true],
    ['an email address', locationOf(method('email')), 'apart', true],
    ['an app that its owner has on a tablet', locationOf(method('totp', 'apart')), 'apart', false],
    ['Windows Hello', key(WINDOWS, 'device'), 'computer', true],
    ['a key of a phone', key(SAMSUNG, 'device'), 'phone', true],
    ['a key of a phone, synced', key(SAMSUNG, 'synced'), 'apart', true],
    ['a key that nobody knows', key('00000000-0000-0000-0000-000000000001', 'device'), 'unknown', true],
    ['one that was added at Okta, by Okta’s name', key(null, null, 'Windows Hello Hardware'), 'computer', true],
    ['one without any name', key(null, null), 'unknown', true],
    ['one that was made here on a phone', key(null, 'device', null, 'phone'), 'phone', true],
    ['one that was made on a phone, and is synced', key(null, 'synced', null, 'phone'), 'apart', true],
    ['Windows Hello, whatever the browser said', key(WINDOWS, 'device', null, 'apart'), 'computer', true],
  ])('%s', (_what, found, at, guessed) => expect(found).toEqual({ at, guessed }));
});

describe('where a new key seems to be', () => {
  const iphone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/604.1';
  const windows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/142.0';
  test.each<[string, Parameters<typeof madeOn>[0], string, MethodLocation | null]>([
    ['made with a phone’s own browser', { attachment: 'platform', transports: ['internal'] }, iphone, 'phone'],
    ['made with a computer’s own', { attachment: 'platform', transports: ['internal', 'hybrid'] }, windows, 'computer'],
    [
      'made on a phone, for the computer beside it',
      { attachment: 'cross-platform', transports: ['hybrid', 'internal'] },
      windows,
      'phone',
    ],
    ['a security key', { attachment: 'cross-platform', transports: ['nfc', 'usb'] }, iphone, 'apart'],
    ['in a device that does not name itself', { attachment: 'platform', transports: ['internal'] }, 'curl/8', null],
    ['in a browser that says nothing', {}, iphone, null],
    ['over a way that nobody knows', { attachment: 'cross-platform', transports: ['telepathy'] }, windows, null],
  ])('%s', (_what, hints, agent, location) => expect(madeOn(hints, agent)).toBe(location));
});

describe('without the phone', () => {
  test('the strongest method elsewhere still works', () => {
    const found = lostPhoneOf([method('totp'), method('email'), method('webauthn', 'computer')], [], null);
    expect(found).toEqual({
      stillWorks: { kind: 'webauthn', name: null, at: 'computer' },
      unknown: [],
      addNext: null,
      triedAt: null,
    });
  });

  test('what stays after a removal works, may, or is all on it', () => {
    expect(withoutPhone([method('totp'), method('email')])).toBe('works');
    expect(withoutPhone([method('totp'), method('webauthn')])).toBe('unknown');
    expect(withoutPhone([method('totp'), method('webauthn', 'phone')])).toBe('nothing');
    expect(withoutPhone([method('totp'), method('email', null, { counts: false })])).toBe('nothing');
  });

  test('a passkey that may be on the phone is neither a spare nor lost', () => {
    expect(lostPhoneOf([method('webauthn')], offered('webauthn'), null)).toMatchObject({
      stillWorks: null,
      unknown: [{ kind: 'webauthn' }],
      addNext: 'webauthn',
    });
    expect(judgeRehearsal(['hwk'], [method('webauthn')]).result).toBe('unclear');
    expect(judgeRehearsal(['hwk'], [method('webauthn'), method('webauthn', 'apart')]).result).toBe('unclear');
  });

  test('nothing works: the strongest kind that is not on a phone helps most', () => {
    const methods = [method('totp'), method('sms')];
    const found = lostPhoneOf(methods, offered('call', 'question', 'webauthn', 'okta-verify'), null);
    expect(found).toMatchObject({ stillWorks: null, addNext: 'webauthn' });
    expect(lostPhoneOf(methods, offered('call', 'question'), null)).toMatchObject({ addNext: 'question' });
    expect(lostPhoneOf(methods, offered('call'), null)).toMatchObject({ stillWorks: null, addNext: null });
    const atOkta = offered('webauthn').map((one) => ({ ...one, atOkta: true }));
    expect(lostPhoneOf(methods, atOkta, null)).toMatchObject({ addNext: null });
  });

  test('a weak spare is worth a stronger one; another key is a spare too', () => {
    const weak = [method('totp'), method('email')];
    expect(lostPhoneOf(weak, offered('question', 'webauthn'), null)).toMatchObject({
      stillWorks: { kind: 'email' },
      addNext: 'webauthn',
    });
    expect(lostPhoneOf(weak, offered('question'), null)).toMatchObject({ addNext: null });
    expect(lostPhoneOf([method('webauthn', 'phone')], offered('webauthn'), null)).toMatchObject({
      stillWorks: null,
      addNext: 'webauthn',
    });
  });

  test('what is unfinished or cannot be used is nothing', () => {
    const unfinished = method('webauthn', null, { status: 'PENDING_ACTIVATION', counts: false });
    expect(lostPhoneOf([unfinished], offered('webauthn'), null)).toBeNull();
    const suspended = method('webauthn', null, { status: 'SUSPENDED' });
    expect(lostPhoneOf([method('totp'), suspended], [], null)).toMatchObject({ stillWorks: null });
  });

  test('the rehearsal’s date stands while one of its methods is still there, and not on the phone', () => {
    const key = method('webauthn', 'apart');
    const rehearsal = { at: Date.parse('2026-03-03T09:00:00Z'), factorIds: [key.id] };
    const triedAt = '2026-03-03T09:00:00.000Z';
    expect(lostPhoneOf([method('totp'), key], [], rehearsal)).toMatchObject({ triedAt });
    expect(lostPhoneOf([method('totp'), method('email')], [], rehearsal)).toMatchObject({ triedAt: null });
    const moved = { ...key, note: { ...key.note, location: 'phone' as const } };
    expect(lostPhoneOf([method('email'), moved], [], rehearsal)).toMatchObject({ triedAt: null });
  });
});

describe('a rehearsal', () => {
  test.each<[string, string[], SecurityMethod[], string]>([
    ['by a key elsewhere', ['pwd', 'hwk', 'mfa'], [method('totp'), method('webauthn', 'apart')], 'passed'],
    ['by an app on the phone', ['pwd', 'otp', 'mfa'], [method('totp'), method('webauthn', 'apart')], 'used_phone'],
    ['by an app elsewhere', ['pwd', 'otp', 'mfa'], [method('totp', 'computer'), method('sms')], 'passed'],
    ['by one of two passkeys', ['hwk', 'mfa'], [method('webauthn', 'phone'), method('webauthn', 'apart')], 'unclear'],
    ['by one of two codes', ['pwd', 'otp'], [method('totp'), method('yubikey')], 'unclear'],
    ['by a push', ['pwd', 'swk', 'mfa'], [method('okta-verify'), method('webauthn', 'apart')], 'used_phone'],
    ['by two, one of them on the phone', ['hwk', 'sms'], [method('sms'), method('webauthn', 'apart')], 'used_phone'],
    ['by a password alone', ['pwd'], [method('totp'), method('webauthn', 'apart')], 'unclear'],
    ['by something that Okta does not name', ['pwd', 'mfa'], [method('duo'), method('webauthn', 'apart')], 'unclear'],
    ['by nothing that the portal knows', ['pwd', 'hwk'], [method('totp')], 'unclear'],
    ['without amr', [], [method('webauthn', 'apart')], 'unclear'],
  ])('%s: %j', (_what, amr, methods, result) => expect(judgeRehearsal(amr, methods).result).toBe(result));

  test('never passes by what may be on the phone', () => {
    const had = fc.record({
      kind: fc.constantFrom<FactorKind>(...(Object.keys(types) as FactorKind[])),
      location: fc.option(fc.constantFrom(...methodLocations)),
    });
    const values = fc.subarray(['pwd', 'mfa', 'otp', 'sms', 'tel', 'email', 'kba', 'hwk', 'swk', 'user', 'geo']);
    fc.assert(
      fc.property(fc.array(had, { maxLength: 6 }), values, (list, amr) => {
        const methods = list.map(({ kind, location }) => method(kind, location));
        const verdict = judgeRehearsal(amr, methods);
        const away = methods.filter((one) => !['phone', 'unknown'].includes(locationOf(one).at));
        if (verdict.result !== 'passed') return;
        expect(verdict.factorIds.length).toBeGreaterThan(0);
        for (const id of verdict.factorIds) expect(away.map((one) => one.id)).toContain(id);
        // Nothing on the phone could have brought one of the values.
        const onPhone = methods.filter((one) => locationOf(one).at === 'phone');
        for (const value of amr) expect(judgeRehearsal([value], onPhone).result).toBe('unclear');
      }),
    );
  });

  test('has a guess for every kind but passkeys', () => {
    for (const kind of factorKinds)
      expect(kind === 'webauthn' ? ['unknown'] : methodLocations).toContain(locationOf(method(kind)).at);
  });
});
