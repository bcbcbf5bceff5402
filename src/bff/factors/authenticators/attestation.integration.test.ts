import { decodeAttestationObject, parseAuthenticatorData } from '@simplewebauthn/server/helpers';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSecurityKey } from '#okta-emulator/testing/security-key.ts';
import { keyOriginOf } from './attestation.ts';

const YUBIKEY = '2fc0579f-8113-47ea-b116-bb5a8db9202a';
const made = (aaguid: string | undefined, flags: number, base: 'base64' | 'base64url' = 'base64') =>
  createSecurityKey({ ...(aaguid !== undefined && { aaguid }) }).register('AQID', { flags }, base).attestation;

test.each([
  ['bound to its device', 0x41, { aaguid: YUBIKEY, backup: 'device' }],
  ['synced', 0x59, { aaguid: YUBIKEY, backup: 'synced' }],
  ['that can be synced, and is not', 0x49, { aaguid: YUBIKEY, backup: 'syncable' }],
] as const)('reads a key %s', (_what, flags, expected) => {
  expect(keyOriginOf(made(YUBIKEY, flags))).toEqual(expected);
  expect(keyOriginOf(made(YUBIKEY, flags, 'base64url'))).toEqual(expected);
});

test('a key that does not say who made it', () =>
  expect(keyOriginOf(made(undefined, 0x41))).toEqual({ aaguid: null, backup: 'device' }));

test('reads what the emulator’s library reads', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.boolean(), fc.boolean(), (bytes, can, is) => {
      const hex = Buffer.from(bytes).toString('hex');
      const aaguid = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
      const attestation = made(aaguid, 0x41 | (can ? 0x08 : 0) | (can && is ? 0x10 : 0));
      const object = decodeAttestationObject(new Uint8Array(Buffer.from(attestation, 'base64')));
      const { flags } = parseAuthenticatorData(object.get('authData'));
      expect(keyOriginOf(attestation)?.backup).toBe(flags.be ? (flags.bs ? 'synced' : 'syncable') : 'device');
      expect(keyOriginOf(attestation)?.aaguid).toBe(/^[0-]*$/.test(aaguid) ? null : aaguid);
    }),
    { numRuns: 30 },
  );
});

test('takes any bytes: it reads them or gives null', () => {
  const whole = Buffer.from(made(YUBIKEY, 0x41), 'base64');
  for (let length = 0; length < whole.length - 150; length += 1)
    expect(keyOriginOf(whole.subarray(0, length).toString('base64'))).toBeNull();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      keyOriginOf(Buffer.from(bytes).toString('base64'));
    }),
  );
  // A map and lists that claim more items than there are bytes, and lists in lists.
  for (const hex of ['bbffffffffffffffff', 'a1bbffffffffffffffff', `a1${'81'.repeat(2000)}`, 'a1636162635f'])
    expect(keyOriginOf(Buffer.from(hex, 'hex').toString('base64'))).toBeNull();
});
