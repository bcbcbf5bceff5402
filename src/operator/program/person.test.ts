import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestStore } from '#testing/store.ts';
import type { Store } from '#bff/platform/store/open.ts';
import { personCalled, UnclearPerson } from './person.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

const folder = temporaryFolder();
let store: Store;
beforeAll(async () => {
  store = await openTestStore(folder);
  const known = [
    { user_id: '00uAda', login: 'Ada@Example.com' },
    { user_id: '00uGrace', login: 'grace@example.com' },
    // This person had the login earlier, in another spelling.
    { user_id: '00uGraceHopper', login: 'Grace@example.com' },
  ];
  await store
    .insertInto('known_names')
    .values(known.map((one) => ({ ...one, name: 'x' })))
    .execute();
});
afterAll(async () => {
  await store.destroy();
});

test.each(['Ada@Example.com', 'ada@example.com', 'ADA@EXAMPLE.COM', '00uAda'])('%s is one person', async (named) => {
  expect(await personCalled(store, named)).toBe('00uAda');
});

test('an id that the store does not know is an id all the same; its case counts', async () => {
  expect(await personCalled(store, '00uNobody')).toBe('00uNobody');
  expect(await personCalled(store, '00uADA')).toBe('00uADA');
});

test.each([
  ['GRACE@example.com', 'several people are known as GRACE@example.com: give one of 00uGrace, 00uGraceHopper'],
  ['hedy@example.com', 'nobody is known as hedy@example.com here: give the id that Okta has for them (00u…)'],
  ['00UADA', 'nobody is known as 00UADA here: give the id that Okta has for them (00u…)'],
])('%s is nobody whom one could act on', async (named, reason) => {
  await expect(personCalled(store, named)).rejects.toThrow(new UnclearPerson(reason));
});
