import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createBrowser, CALLBACK } from '../testing/browser.ts';
import { testEmulator } from '../testing/emulator.ts';
import { factorsOf } from '../testing/people.ts';
import { readCrowd } from './people-file.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

const MARY = 'mary@example.com';
const mary = {
  login: MARY,
  firstName: 'Mary',
  lastName: 'Shaw',
  department: 'Architecture',
  age: 50,
  password: 'Connectors1',
  groups: ['Sales', 'Engineering', 'Named here only'],
  factors: [
    { factorType: 'sms', profile: { phoneNumber: '555 010 0180' } },
    { factorType: 'token:software:totp', provider: 'GOOGLE', profile: { sharedSecret: 'MFRGGZDFMZTWQ2LK' } },
    { factorType: 'question', profile: { question: 'disliked_food', answer: 'turnips' } },
    { factorType: 'push' },
    { factorType: 'email' },
  ],
};
const john = { login: 'john@example.com', email: 'j@example.com', firstName: 'John', lastName: 'B', status: 'STAGED' };
const file = { groups: [{ name: 'Sales', description: 'People who sell' }], people: [mary, john] };

describe.each(['classic', 'oie'] as const)('a file of people, on %s', (engine) => {
  it('adds people with groups, factors and passwords, also after a reset and a restart', async () => {
    const emulator = await testEmulator({ engine, crowd: readCrowd(JSON.stringify(file)) });
    const { body } = await emulator.api('GET', `/users/${MARY}`);
    expect(body).toMatchObject({ status: 'ACTIVE', profile: { email: MARY, department: 'Architecture', age: 50 } });
    expect((await emulator.api('GET', '/users/john')).body).toMatchObject({ status: 'STAGED', activated: null });
    const groups = async () =>
      (await emulator.api<{ profile: object }[]>('GET', `/users/${MARY}/groups`)).body.map(({ profile }) => profile);
    expect(await groups()).toEqual([
      expect.objectContaining({ name: 'Engineering', description: 'People who build things' }),
      expect.objectContaining({ name: 'Everyone' }),
      { name: 'Named here only', description: null },
      { name: 'Sales', description: 'People who sell' },
    ]);
    const kinds = (await factorsOf(emulator, MARY).list()).map(({ factorType, status }) => [factorType, status]);
    const verify = ['push', 'token:software:totp', ...(engine === 'oie' ? ['signed_nonce'] : [])];
    expect(kinds).toEqual(
      ['question', 'email', 'sms', 'token:software:totp', ...verify].map((factorType) => [factorType, 'ACTIVE']),
    );
    expect(await emulator.code(MARY)).toMatch(/^\d{6}$/);
    const browser = createBrowser(emulator);
    const form = { username: MARY, password: 'Connectors1' };
    expect((await browser.submit(await browser.authorize(), form)).url.href.startsWith(CALLBACK)).toBe(true);
    await emulator.api('DELETE', `/users/${MARY}`);
    await emulator.reset();
    expect((await emulator.api('GET', `/users/${MARY}`)).body).toMatchObject({ id: body.id, status: 'ACTIVE' });
    await emulator.api('POST', `/users/${MARY}`, { profile: { title: 'Dr' } });
    const again = await emulator.restart();
    expect((await again.api('GET', `/users/${MARY}`)).body).toMatchObject({ profile: { title: 'Dr' } });
  });
});

const person = (change: object) => ({ people: [john, { ...mary, ...change }] });
const factor = (change: object) => person({ factors: [{ factorType: 'push' }, change] });

it.each<[unknown, RegExp]>([
  [[], /^the file: /],
  [{ people: 5 }, /^people: is a list/],
  [{ groups: [{ name: 'A' }, {}] }, /^groups\[1\]\.name: is missing/],
  [{ groups: [{ name: 5 }] }, /^groups\[0\]: /],
  [{ people: [john, null] }, /^people\[1\]: /],
  [person({ login: 'mary' }), /^people\[1\]: login: Username must be in the form of an email address/],
  [person({ lastName: undefined }), /^people\[1\]: lastName: The field cannot be left blank/],
  [person({ shoes: 42 }), /^people\[1\]: Property name 'shoes' is not defined in profile/],
  [person({ login: 'JOHN@example.com' }), /^people\[1\]\.login: john@example.com is people\[0\] already/],
  [person({ password: 'weak' }), /^people\[1\]\.password: Password requirements/],
  [person({ status: 'GONE' }), /^people\[1\]\.status: is one of STAGED/],
  [person({ groups: 'Sales' }), /^people\[1\]\.groups: /],
  [person({ factors: {} }), /^people\[1\]\.factors: is a list/],
  [factor({ factorType: 'palm' }), /^people\[1\]\.factors\[1\]: a file cannot give the factor palm\/OKTA/],
  [factor({ factorType: 'sms', profile: { phoneNumber: '1' } }), /^people\[1\]\.factors\[1\]\.profile\.phoneNumber: /],
  [
    factor({ factorType: 'question', profile: { question: 'x' } }),
    /^people\[1\]\.factors\[1\]\.profile: has a question/,
  ],
  [
    factor({ factorType: 'token:software:totp', profile: { sharedSecret: '1' } }),
    /^people\[1\]\.factors\[1\]\.profile\.sharedSecret: /,
  ],
  [factor({ factorType: 5 }), /^people\[1\]\.factors\[1\]: /],
])('%j is refused, and the entry named', (given, message) => {
  expect(() => readCrowd(JSON.stringify(given))).toThrow(message);
});

it('a file that is no JSON is refused', () => {
  expect(() => readCrowd('{')).toThrow(/^is not JSON/);
});

it('npm run emulator names the file and the entry, and does not start', () => {
  const folder = temporaryFolder();
  const people = join(folder, 'people.json');
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const run = () => {
    const args = ['--disable-warning=ExperimentalWarning', main, '--people', people];
    const { status, stderr } = spawnSync(process.execPath, args, { env: { DATA_DIR: folder }, encoding: 'utf8' });
    return { status, stderr };
  };
  expect(run()).toMatchObject({ status: 1, stderr: expect.stringMatching(/people\.json: ENOENT/) });
  writeFileSync(people, JSON.stringify(person({ status: 'GONE' })));
  expect(run()).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/people\.json: people\[1\]\.status: is one of/),
  });
});
