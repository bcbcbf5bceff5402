import { beforeEach, describe, expect, it } from 'vitest';
import type { Group } from '#okta/wire/group.ts';
import { createClock } from '#clock';
import type { OktaClient } from '#okta/client.ts';
import { OktaError } from '#okta/wire/okta-error.ts';
import { createMemberships } from '../access/memberships.ts';
import { createExactFilter, createSearchFilter, getSort } from './query.ts';
import type { StaffMember } from '../access/helpdesk.ts';
import { createSearch } from './search.ts';

const clock = createClock(() => 1_000_000);
const staff = { userId: 'agent', groups: new Map(), roles: { agent: true, approver: false, auditor: false } };
const SCOPE = 'in';

type Person = { id: string; first: string; last?: string; status?: string; inside?: boolean; department?: string };

/** An exact search finds only people with the last name Mary. */
function orgOf(people: Person[], over: { budget?: number; failAfter?: number } = {}) {
  const asked = { groups: 0, atOnce: 0, most: 0, searches: [] as string[] };
  const user = ({ id, first, last = 'Person', status = 'ACTIVE', department }: Person) => ({
    id,
    status,
    links: { resetFactors: false },
    profile: {
      login: `${id}@example.com`,
      email: null,
      secondEmail: null,
      firstName: first,
      lastName: last,
      mobilePhone: null,
      title: '',
      department: department ?? null,
    },
  });
  const okta = {
    users: {
      async searchUsers({ search, limit, after }: { search: string; limit: number; after?: string }) {
        asked.searches.push(search);
        if (search.includes(' eq '))
          return { users: people.filter(({ last }) => last === 'Mary').map(user), next: null };
        const from = after === undefined ? 0 : Number(after);
        const next = from + limit < people.length ? String(from + limit) : null;
        return { users: people.slice(from, from + limit).map(user), next };
      },
    },
    groups: {
      async listUserGroups({ userId }: { userId: string }): Promise<Group[]> {
        asked.groups += 1;
        asked.most = Math.max(asked.most, (asked.atOnce += 1));
        await new Promise((resolve) => setImmediate(resolve));
        asked.atOnce -= 1;
        if (over.failAfter !== undefined && asked.groups > over.failAfter) throw new OktaError('throttled', 'enough');
        const inside = people.find(({ id }) => id === userId)?.inside ?? true;
        return [{ id: inside ? SCOPE : 'out', name: '' }];
      },
    },
    budget: () =>
      over.budget === undefined
        ? []
        : [
            {
              bucket: 'GET /api/v1/users/{userId}/groups',
              limit: 100,
              remaining: over.budget,
              resetAt: clock.now() + 30_000,
            },
          ],
  } as unknown as OktaClient;
  const memberships = createMemberships(okta, clock);
  return {
    asked,
    search: (staff: StaffMember, q: string) =>
      createSearch(okta, clock)({ memberships, finds: async (_staff, _id, groups) => groups.has(SCOPE) }, staff, q),
  };
}

const many = (count: number, over: Partial<Person> = {}) =>
  Array.from({ length: count }, (_, index): Person => ({
    id: `p${String(index).padStart(3, '0')}`,
    first: 'Mary',
    ...over,
  }));

describe('finding people', () => {
  let people: Person[];
  beforeEach(() => {
    people = [
      { id: 'x', first: 'Marylou' },
      { id: 'a', first: 'Mary', last: 'Zed' },
      { id: 'mary', first: 'Someone' },
      { id: 'b', first: 'Anna', last: 'Maryson' },
    ];
  });

  it('returns the likeliest first', async () => {
    const { search } = orgOf(people);
    expect((await search(staff, 'mary')).people.map(({ id }) => id)).toEqual(['a', 'mary', 'x', 'b']);
    expect((await search(staff, 'MARY zed')).people[0]?.id).toBe('a');
  });

  it('tells people of one name apart by title and department, and says no more of others', async () => {
    const { search } = orgOf([
      { id: 'one', first: 'Mary', last: 'Jackson', department: 'Sales' },
      { id: 'two', first: 'mary', last: 'JACKSON', department: 'Legal' },
      { id: 'three', first: 'Mary', last: 'Johnson', department: 'Legal' },
    ]);
    const { people: found } = await search(staff, 'mary j');
    expect(Object.fromEntries(found.map(({ id, about }) => [id, about]))).toEqual({
      one: ['Sales'],
      two: ['Legal'],
      three: [],
    });
  });

  it('returns at most eight and whether there are more, checking four at once', async () => {
    const { search, asked } = orgOf(many(30));
    const found = await search(staff, 'mary');
    expect([found.people.length, found.more, found.limited]).toEqual([8, true, false]);
    expect([asked.groups, asked.most]).toEqual([8, 4]);
  });

  it('returns exact matches first, once, whatever page they are on', async () => {
    const { search, asked } = orgOf([...many(40), { id: 'her', first: 'Jane', last: 'Mary' }]);
    const found = await search(staff, 'mary');
    expect(found.people.map(({ id }) => id).filter((id) => id === 'her')).toEqual(['her']);
    expect(asked.searches).toHaveLength(2);
    const few = orgOf(many(3));
    await few.search(staff, 'mary');
    expect(few.asked.searches).toHaveLength(1);
  });

  it('continues with the next page until enough people may be shown', async () => {
    const { search } = orgOf([...many(25, { inside: false }), { id: 'last', first: 'Mary' }]);
    expect(await search(staff, 'mary')).toMatchObject({ people: [{ id: 'last' }], more: false, limited: false });
  });

  it('stops before it has checked everybody, and says so', async () => {
    const { search, asked } = orgOf(many(300, { inside: false }));
    expect(await search(staff, 'mary')).toEqual({ people: [], more: true, limited: true });
    expect([asked.groups, asked.searches.filter((search) => !search.includes(' eq ')).length]).toEqual([32, 2]);
  });

  it('checks fewer when the org’s rate limit is low, and nobody when the rest is for others', async () => {
    const low = orgOf(many(30), { budget: 53 });
    const found = await low.search(staff, 'mary');
    expect([found.people.length, found.limited, low.asked.groups]).toEqual([3, true, 3]);
    const empty = orgOf(many(30), { budget: 50 });
    expect([await empty.search(staff, 'mary'), empty.asked.groups]).toEqual([
      { people: [], more: true, limited: true },
      0,
    ]);
  });

  it('without room, says the same of somebody out of scope as of nobody', async () => {
    const found = [many(1, { inside: false }), []].map((people) => orgOf(people, { budget: 50 }).search(staff, 'mary'));
    const [somebody, nobody] = await Promise.all(found);
    expect(somebody).toEqual(nobody);
  });

  it('returns what it found when the org’s rate limit is reached meanwhile', async () => {
    const { search } = orgOf(many(30), { failAfter: 4 });
    const found = await search(staff, 'mary');
    expect([found.people.length, found.limited]).toEqual([4, true]);
  });

  it('leaves out deactivated people without checking them', async () => {
    const { search, asked } = orgOf([...many(2, { status: 'DEPROVISIONED' }), { id: 'here', first: 'Mary' }]);
    expect([(await search(staff, 'mary')).people.map(({ id }) => id), asked.groups]).toEqual([['here'], 1]);
  });
});

describe('the search expression', () => {
  it('finds a whole number as it was typed, with its +', () => {
    expect(createSearchFilter('+1 (555) 010-0142')).toBe(
      'profile.mobilePhone eq "+1 (555) 010-0142" or profile.mobilePhone eq "+15550100142"',
    );
    expect(getSort('+1 (555) 010-0142')).toBe('number');
    for (const q of ['123', '0555 010 0142', 'room +5550100142']) expect(getSort(q)).toBe('words');
  });

  it('escapes quotes in values', () => {
    const hostile = ['a" or profile.login sw "', '\\" or 1', '\\\\"', 'x\\'];
    for (const q of hostile) {
      // Outside its quotes, the expression has nothing of the typed text.
      expect(createExactFilter(q)!.replaceAll(/"(?:[^"\\]|\\.)*"/g, '_')).toMatch(
        /^profile\.\w+ eq _(?: (?:or|and) profile\.\w+ (?:eq|sw) _)*$/,
      );
      expect(createSearchFilter(q).replaceAll(/"(?:[^"\\]|\\.)*"/g, '_')).toMatch(
        /^profile\.\w+ sw _(?: (?:or|and) profile\.\w+ sw _)*$/,
      );
    }
  });
});
