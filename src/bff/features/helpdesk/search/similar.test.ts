import { expect, it, test } from 'vitest';
import { createClock } from '#clock';
import type { OktaClient } from '#okta/client.ts';
import type { User } from '#okta/wire/user.ts';
import { createMemberships } from '../access/memberships.ts';
import { fold } from '../../../identity/users/fold.ts';
import { rankOf, searchOf } from './query.ts';
import { createSearch } from './search.ts';
import { isOneEditAway, mistakesIn, similarOf } from './similar.ts';

const user = (firstName: string, lastName: string): User =>
  ({
    id: `${firstName} ${lastName}`,
    status: 'ACTIVE',
    profile: { login: `${fold(firstName)}@example.com`, email: 'd@home.example', firstName, lastName },
  }) as User;

test.each([
  ['vaughan', 'vaughan', true],
  ['vaughn', 'vaughan', true],
  ['vaughaan', 'vaughan', true],
  ['vaugham', 'vaughan', true],
  ['vauhgan', 'vaughan', true],
  ['vaughan', 'vaughn', true],
  ['vauhna', 'vaughan', false],
  ['vogan', 'vaughan', false],
  ['', 'ab', false],
])('%s is one edit away from %s: %s', (one, other, expected) => {
  expect(isOneEditAway(one, other)).toBe(expected);
});

test.each([
  ['Vaughan, Dorothy', 0],
  ['dorothy vaughan', 0],
  ['Dorohty Vaughn', 2],
  ['vaugn', 1],
  ['Doroty V', 1],
  ['Doroty Ve', null],
  ['Doroty Van', null],
  ['dorothea vaughan', null],
  ['zorothy smith', null],
])('“%s” has %s mistakes in Dorothy Vaughan', (q, expected) => {
  expect(mistakesIn(user('Dorothy', 'Vaughan'), q)).toBe(expected);
});

it('searches for names in both orders, with a comma or without', () => {
  const both = (one: string, other: string) => `profile.firstName sw "${one}" and profile.lastName sw "${other}"`;
  for (const q of ['Vaughan, Dorothy', 'Vaughan Dorothy', 'Vaughan,Dorothy'])
    expect(searchOf(q).split(' or ')).toEqual(
      expect.arrayContaining([both('Vaughan', 'Dorothy'), both('Dorothy', 'Vaughan')]),
    );
  expect(rankOf(user('Dorothy', 'Vaughan'), 'vaughan, dorothy')).toBe(0);
});

it('ignores accents: those that were typed, and those that were not', () => {
  expect(searchOf('Müller')).toContain('profile.lastName sw "Müller" or');
  expect(searchOf('Müller')).toContain('profile.lastName sw "muller"');
  expect(similarOf('Muller')).toContain('profile.lastName sw "mül"');
  expect(mistakesIn(user('Jürgen', 'Müller'), 'muller jurgen')).toBe(0);
  expect(rankOf(user('Jürgen', 'Müller'), 'jurgen muller')).toBe(0);
  expect(mistakesIn(user('Søren', 'Łukasz'), 'soren lukasz')).toBe(0);
});

it('has no similar names for numbers and short words, and keeps the typed text in quotes', () => {
  for (const q of ['+1 555 010 0142', 'abc', 'vaughan" or x']) expect(similarOf(q)).toBeNull();
  expect(similarOf('a" or profile.login sw "')!.replaceAll(/"\p{L}{3}"/gu, '_')).toMatch(
    /^profile\.\w+ sw _(?: or profile\.\w+ sw _)*$/,
  );
});

it('searches once for similar names when nobody matches, and only then', async () => {
  const searches: [string, number][] = [];
  const all = [user('Dorothy', 'Vaughan'), user('Doris', 'Day'), user('Dorothea', 'Vaughn')];
  const okta = {
    users: {
      async searchUsers({ search, limit }: { search: string; limit: number }) {
        searches.push([search, limit]);
        return {
          users: limit === 200 ? all : all.filter(({ profile }) => search.includes(`"${profile.lastName}"`)),
          next: null,
        };
      },
    },
    budget: () => [],
    groups: { listUserGroups: async () => [] },
  } as unknown as OktaClient;
  const clock = createClock(() => 1_000_000);
  const staff = { userId: 'agent', groups: new Map(), roles: { agent: true, approver: false, auditor: false } };
  const finder = {
    memberships: createMemberships(okta, clock),
    finds: async () => true,
    settings: { phoneCountry: null },
  };
  const search = (q: string) => createSearch(okta, clock)(finder, staff, q);
  expect(await search('Dorohty Vaughan')).toMatchObject({ similar: false });
  expect(searches).toHaveLength(1);
  const found = await search('Dorohty Vauhgan');
  expect([found.similar, found.people.map(({ name }) => name)]).toEqual([true, ['Dorothy Vaughan']]);
  // An address that is not the login is masked.
  expect(found.people[0]).toMatchObject({ login: 'dorothy@example.com', email: 'd•••@home.example' });
  expect(searches).toHaveLength(3);
  expect(await search('Zzzz')).toMatchObject({ people: [], similar: false });
});
