import { sql, type Kysely } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSqlite } from '#database/open.ts';
import { functions, migrations, type Person, type Tables } from '../../store/schema.ts';
import { addCrowd, createPerson } from '../../testing/crowd.ts';
import { OktaError, errorBody } from '../../wire/errors.ts';
import { parseCondition } from '../request/search-language.ts';
import { searchable, searchPeople, type Question } from './search.ts';

const COUNT = 2500;
const everybody = Array.from({ length: COUNT }, (_, index) => createPerson(index)).sort((a, b) =>
  a.id < b.id ? -1 : 1,
);
const GROUP = '00gSomeOfThem0000005d7';

let db: Kysely<Tables>;
beforeAll(async () => {
  db = await openSqlite<Tables>({ file: ':memory:', migrations, functions });
  await db
    .insertInto('groups')
    .values({
      id: GROUP,
      name: 'All',
      description: '',
      type: 'OKTA_GROUP',
      created: 0,
      last_updated: 0,
      last_membership_updated: 0,
    })
    .execute();
  await addCrowd(db, COUNT, [GROUP]);
});
afterAll(() => db.destroy());

async function all(question: Question, size = 200, within: readonly string[] | null = null): Promise<Person[]> {
  const found: Person[] = [];
  for (let after: string | undefined; ;) {
    const rows = await searchPeople(db, question, within, { size, after });
    found.push(...rows.slice(0, size));
    if (rows.length <= size) return found;
    after = rows[size - 1]!.id;
  }
}
const ids = (people: readonly Person[]) => people.map(({ id }) => id);
const low = (text: string | null) => (text ?? '').toLowerCase();

describe('searching people', () => {
  it.each<[string, (person: Person) => boolean]>([
    ['profile.firstName sw "mA"', (one) => low(one.first_name).startsWith('ma')],
    ['profile.lastName sw "NÉ"', (one) => low(one.last_name).startsWith('né')],
    ['profile.login eq "ALba.alba.0@crowd.EXAMPLE"', (one) => low(one.login) === 'alba.alba.0@crowd.example'],
    ['profile.email co "SON."', (one) => low(one.email).includes('son.')],
    ['profile.mobilePhone eq "+15550000004"', (one) => one.mobile_phone === '+15550000004'],
    [
      'profile.mobilePhone pr and status eq "deprovisioned"',
      (one) => one.mobile_phone !== null && one.status === 'DEPROVISIONED',
    ],
    [
      'profile.firstName sw "ha" or profile.lastName sw "jo" and status eq "ACTIVE"',
      (one) => low(one.first_name).startsWith('ha') || (low(one.last_name).startsWith('jo') && one.status === 'ACTIVE'),
    ],
    [
      '(profile.firstName sw "ha" or profile.lastName sw "jo")AND(status eq "ACTIVE")',
      (one) => (low(one.first_name).startsWith('ha') || low(one.last_name).startsWith('jo')) && one.status === 'ACTIVE',
    ],
    ['profile.firstName eq "a\\"b\\\\"', () => false],
    ['profile.lastName sw "%"', () => false],
    [
      'created gt "2026-01-01T00:00:01.000Z"',
      (one) => Math.floor(one.created / 1000) > Date.UTC(2026, 0, 1) / 1000 + 1,
    ],
    ['lastUpdated le "2026-01-01T00:00:00.000Z"', (one) => one.last_updated < Date.UTC(2026, 0, 1) + 1000],
    ['status lt "DEPROVISIONED" or status gt "DEPROVISIONED"', (one) => one.status !== 'DEPROVISIONED'],
    ['profile.department pr or profile.age gt 3', () => false],
  ])('%s', async (search, matches) => {
    const expected = ids(everybody.filter(matches));
    expect(ids(await all({ search }))).toEqual(expected);
    expect(ids(await all({ search }, 7))).toEqual(expected);
  });

  it.each([
    '',
    'status',
    'status ne "x"',
    'status eq x',
    'toString eq "x"',
    'profile.Login eq "x"',
    'status eq "x" and',
    '(status eq "x"',
    'status eq "x")',
    'status co "x"',
    'status eq "x" status eq "y"',
    'statuspr',
    `${'('.repeat(21)}status eq "x"${')'.repeat(21)}`,
  ])('refuses %s', (search) => {
    let refused: unknown;
    try {
      parseCondition(searchable, search);
    } catch (error) {
      refused = error;
    }
    expect(refused).toBeInstanceOf(OktaError);
    expect(errorBody(refused as OktaError, 'oae')).toMatchObject({ errorCode: 'E0000031' });
  });

  it('handles sixteen thousand brackets and clauses without hanging', () => {
    expect(() => parseCondition(searchable, '('.repeat(16_000))).toThrow(OktaError);
    expect(() => parseCondition(searchable, `status eq "${'\\'.repeat(16_001)}`)).toThrow(OktaError);
  });

  it('sorts by a field, then by id, across pages of any size', async () => {
    const search = 'profile.firstName sw "a"';
    const expected = everybody.filter((one) => low(one.first_name).startsWith('a'));
    const by = (a: Person, b: Person) =>
      Buffer.compare(Buffer.from(low(a.last_name)), Buffer.from(low(b.last_name))) || (a.id < b.id ? -1 : 1);
    for (const size of [5, 200]) {
      expect(ids(await all({ search, sortBy: 'profile.lastName' }, size))).toEqual(ids(expected.toSorted(by)));
      expect(ids(await all({ search, sortBy: 'profile.lastName', sortOrder: 'desc' }, size))).toEqual(
        ids(expected.toSorted((a, b) => by(b, a))),
      );
    }
    await expect(searchPeople(db, { search, sortBy: 'password' }, null, { size: 5, after: undefined })).rejects.toThrow(
      OktaError,
    );
    await expect(
      searchPeople(db, { search, sortBy: 'status', sortOrder: 'up' }, null, { size: 5, after: undefined }),
    ).rejects.toThrow(OktaError);
  });

  it('a plain list and q leave out deactivated people, filter does not', async () => {
    expect(ids(await all({}))).toEqual(ids(everybody.filter(({ status }) => status !== 'DEPROVISIONED')));
    const { first_name: firstName } = everybody.find(({ status }) => status === 'DEPROVISIONED')!;
    expect(ids(await all({ filter: `profile.firstName eq "${firstName}"` }))).toEqual(
      ids(everybody.filter((one) => one.first_name === firstName)),
    );
    expect(ids(await all({ filter: 'status eq "DEPROVISIONED"' }))).toEqual(
      ids(everybody.filter(({ status }) => status === 'DEPROVISIONED')),
    );
    const q = await searchPeople(db, { q: 'ma' }, null, { size: 10, after: undefined });
    expect(q).toHaveLength(10);
    expect(q.map(({ status }) => status)).not.toContain('DEPROVISIONED');
  });

  it.each(['profile.firstName sw "ma"', 'status gt "A"', 'profile.mobilePhone eq "1"', 'created gt "2026-01-01"'])(
    'a filter refuses %s',
    async (filter) => {
      await expect(searchPeople(db, { filter }, null, { size: 5, after: undefined })).rejects.toThrow('Invalid search');
    },
  );

  it('a search and a filter exclude each other', async () => {
    const both = { search: 'status eq "ACTIVE"', filter: 'status eq "ACTIVE"' };
    await expect(searchPeople(db, both, null, { size: 5, after: undefined })).rejects.toThrow(
      'search query and filter',
    );
  });

  it('shows a helpdesk that is limited to groups only their members', async () => {
    const search = 'profile.firstName sw "ma"';
    expect(await all({ search }, 50, [GROUP])).toHaveLength(
      everybody.filter((one) => low(one.first_name).startsWith('ma')).length,
    );
    expect(await all({ search }, 50, ['00gSomebodyElses00005d7'])).toEqual([]);
    expect(await all({ search }, 50, [])).toEqual([]);
  });

  it('uses indexes wherever the language allows', async () => {
    const plan = async (expression: string) => {
      const { rows } = await sql<{
        detail: string;
      }>`EXPLAIN QUERY PLAN SELECT id FROM people WHERE ${parseCondition(searchable, expression)}`.execute(db);
      return rows.map(({ detail }) => detail).join('\n');
    };
    const typed = ['login', 'email', 'firstName', 'lastName'].map((name) => `profile.${name} sw "mar"`).join(' or ');
    expect(await plan(`${typed} or profile.firstName sw "ma" and profile.lastName sw "ha"`)).not.toMatch(/SCAN/);
    expect(await plan('profile.mobilePhone eq "+15550000004" or profile.mobilePhone eq "5"')).not.toMatch(/SCAN/);
    expect(await plan('profile.email co "x"')).toMatch(/SCAN/);
    const { rows } = await sql<{
      detail: string;
    }>`EXPLAIN QUERY PLAN SELECT group_id FROM memberships WHERE person_id = 'x'`.execute(db);
    expect(rows.map(({ detail }) => detail).join('\n')).not.toMatch(/SCAN/);
  });
});
