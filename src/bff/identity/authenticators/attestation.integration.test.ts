import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSecurityKey } from '#okta-emulator/testing/security-key.ts';
import { getKeyOrigin } from './attestation.ts';

const YUBIKEY = '2fc0579f-8113-47ea-b116-bb5a8db9202a';
const made = (aaguid: string | undefined, flags: number, base: 'base64' | 'base64url' = 'base64') =>
  createSecurityKey({ ...(aaguid !== undefined && { aaguid }) }).register('AQID', { flags }, base).attestation;

test.each([
  ['bound to its device', 0x41, { aaguid: YUBIKEY, backup: 'device' }],
  ['synced', 0x59, { aaguid: YUBIKEY, backup: 'synced' }],
  ['that can be synced, and is not', 0x49, { aaguid: YUBIKEY, backup: 'syncable' }],
] as const)('reads a key %s', (_what, flags, expected) => {
  expect(getKeyOrigin(made(YUBIKEY, flags))).toEqual(expected);
  expect(getKeyOrigin(made(YUBIKEY, flags, 'base64url'))).toEqual(expected);
});

test('a key that does not say who made it', () =>
  expect(getKeyOrigin(made(undefined, 0x41))).toEqual({ aaguid: null, backup: 'device' }));

test('takes any bytes: it reads them or gives null', () => {
  const whole = Buffer.from(made(YUBIKEY, 0x41), 'base64');
  // If only the last part (the key) is cut, the attestation may still be readable.
  const read = getKeyOrigin(whole.toString('base64'));
  for (let length = 0; length < whole.length; length += 1)
    expect([null, read]).toContainEqual(getKeyOrigin(whole.subarray(0, length).toString('base64')));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      getKeyOrigin(Buffer.from(bytes).toString('base64'));
    }),
  );
  // Maps and lists that claim more items than there are bytes, and nested lists.
  for (const hex of ['bbffffffffffffffff', 'a1bbffffffffffffffff', `a1${'81'.repeat(2000)}`, 'a1636162635f'])
    expect(getKeyOrigin(Buffer.from(hex, 'hex').toString('base64'))).toBeNull();
});
