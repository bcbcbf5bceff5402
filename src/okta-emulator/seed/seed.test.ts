import { expect, test } from 'vitest';
import { testEmulator, type WireFactor } from '../testing/emulator.ts';

const emulator = await testEmulator();

const getProfile = async (login: string) =>
  (await emulator.api<{ profile: { mobilePhone: string | null } }>('GET', `/users/${login}`)).body.profile;

test('most profiles have a mobile number, and one that the helpdesk finds people by', async () => {
  const numbers = await Promise.all(emulator.people.map(async ({ login }) => (await getProfile(login)).mobilePhone));
  expect(numbers.filter((number) => number !== null).length).toBeGreaterThan(4);
  expect(new Set(numbers.filter(Boolean)).size).toBe(numbers.filter(Boolean).length);
  for (const number of numbers.filter((one) => one !== null)) expect(number).toMatch(/^\+1555010\d{4}$/);
});

test('an administrator at Okta is no helpdesk staff, so that the demo can reset one', async () => {
  const roles = await emulator.api<{ type: string }[]>('GET', '/users/joan@example.com/roles');
  expect(roles.body.map(({ type }) => type)).toEqual(['READ_ONLY_ADMIN']);
  const groups = await emulator.api<{ id: string }[]>('GET', '/users/joan@example.com/groups');
  const ids = groups.body.map(({ id }) => id);
  expect(ids).not.toContain(emulator.groups.helpdesk);
  expect(ids).not.toContain(emulator.groups.helpdeskApprovers);
});

test('somebody has everything on one old phone', async () => {
  const { body } = await emulator.api<(WireFactor & { created: string })[]>('GET', '/users/evelyn@example.com/factors');
  expect(body.map(({ factorType }) => factorType).toSorted()).toEqual([
    'push',
    'sms',
    'token:software:totp',
    'token:software:totp',
  ]);
  const year = 365 * 24 * 60 * 60_000;
  for (const { created } of body) expect(emulator.clock.now() - Date.parse(created)).toBeGreaterThan(4 * year);
});
