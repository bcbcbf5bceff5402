import { describe, expect, test } from 'vitest';
import { factorKinds, type FactorKind, type MethodLocation, type MethodLocationOrUnknown } from '#contract/kinds.ts';
import { madeOn, findLocation } from './locations.ts';

type Note = Parameters<typeof findLocation>[0]['note'];
const noNote: Note = { name: null, aaguid: null, backup: null, made_on: null, used_at: null };
const method = (kind: FactorKind) => findLocation({ kind, detail: null, note: noNote });

describe('where a method is', () => {
  const key = (
    aaguid: string | null,
    backup: Note['backup'],
    detail: string | null = null,
    made_on: MethodLocation | null = null,
  ) => findLocation({ kind: 'webauthn', detail, note: { ...noNote, aaguid, backup, made_on } });
  const WINDOWS = '08987058-cadc-4b81-b6e1-30de50dcbe96';
  const SAMSUNG = '53414d53-554e-4700-0000-000000000000';

  test.each<[string, MethodLocationOrUnknown, MethodLocationOrUnknown]>([
    ['an app', method('totp'), 'phone'],
    ['a number', method('sms'), 'phone'],
    ['an email address', method('email'), 'apart'],
    ['Windows Hello', key(WINDOWS, 'device'), 'computer'],
    ['a key of a phone', key(SAMSUNG, 'device'), 'phone'],
    ['a key of a phone, synced', key(SAMSUNG, 'synced'), 'apart'],
    ['a key that nobody knows', key('00000000-0000-0000-0000-000000000001', 'device'), 'unknown'],
    ['one that was added at Okta, by Okta’s name', key(null, null, 'Windows Hello Hardware'), 'computer'],
    ['one without any name', key(null, null), 'unknown'],
    ['one that was made here on a phone', key(null, 'device', null, 'phone'), 'phone'],
    ['one that was made on a phone, and is synced', key(null, 'synced', null, 'phone'), 'apart'],
    ['Windows Hello, whatever the browser said', key(WINDOWS, 'device', null, 'apart'), 'computer'],
  ])('%s', (_what, found, at) => expect(found).toBe(at));

  test('is guessed of every kind but passkeys and what may be anywhere', () => {
    expect(factorKinds.filter((kind) => method(kind) === 'unknown')).toEqual([
      'webauthn',
      'claims-provider',
      'unknown',
    ]);
  });
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
