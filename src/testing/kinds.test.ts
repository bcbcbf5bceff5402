import { expect, test } from 'vitest';
import { kinds } from '#bff/platform/kinds/registry.ts';
import { factorKinds } from '#okta-emulator/factors/registry.ts';

const enrolled = Object.entries(kinds).filter(([, { enroll }]) => enroll !== null);

test.each(enrolled)('people can try out %s: the emulator has its types', (_, { wire }) => {
  const names = Object.keys(factorKinds);
  for (const { factorType, provider } of wire)
    expect(names).toContainEqual(
      provider === '*' ? expect.stringContaining(`${factorType}/`) : `${factorType}/${provider}`,
    );
});

test.each(Object.entries(factorKinds))('the emulator names %s as the wire does', (name, { factorType, provider }) => {
  expect(name).toBe(`${factorType}/${provider}`);
});

test('Okta sends codes to phones and addresses for these kinds', () => {
  const sent = Object.entries(kinds).filter(([, { sendsTo }]) => sendsTo !== null);
  expect(sent.map(([kind, { sendsTo }]) => [kind, sendsTo])).toEqual([
    ['sms', 'phone'],
    ['call', 'phone'],
    ['email', 'email'],
  ]);
});
