import { beforeEach, expect, it } from 'vitest';
import { ADA, GRACE, testEmulator, type Answer } from '../../testing/emulator.ts';

type Group = {
  id: string;
  type: string;
  created: string;
  lastUpdated: string;
  lastMembershipUpdated: string;
  profile: { name: string; description: string | null };
};

const emulator = await testEmulator();
beforeEach(() => emulator.reset());

const create = (name: unknown, description?: unknown) =>
  emulator.api<Group>('POST', '/groups', { profile: { name, description } });
const list = (query: string) => emulator.api<Group[]>('GET', `/groups?${query}`);
const names = async (query: string) => (await list(query)).body.map(({ profile }) => profile.name);
const causes = (answer: Answer<unknown>) =>
  (answer.body as { errorCauses: { errorSummary: string }[] }).errorCauses.map(({ errorSummary }) => errorSummary);

it('a group is created, read, replaced and deleted', async () => {
  const { status, body: made } = await create('West Coast');
  expect(status).toBe(200);
  const href = `${emulator.url}/api/v1/groups/${made.id}`;
  expect(made).toEqual({
    id: expect.stringMatching(/^00g[0-9A-Za-z]{17}$/),
    created: made.created,
    lastUpdated: made.created,
    lastMembershipUpdated: made.created,
    objectClass: ['okta:user_group'],
    type: 'OKTA_GROUP',
    profile: { name: 'West Coast', description: null },
    _links: { logo: [], users: { href: `${href}/users` }, apps: { href: `${href}/apps` } },
  });
  emulator.clock.advance(2);
  const profile = { name: 'West', description: 'Of the Mississippi' };
  const { body: replaced } = await emulator.api<Group>('PUT', `/groups/${made.id}`, { ...made, profile });
  expect(replaced).toMatchObject({ profile, created: made.created });
  expect(Date.parse(replaced.lastUpdated) - Date.parse(made.created)).toBe(2000);
  expect((await emulator.api('GET', `/groups/${made.id}`)).body).toEqual(replaced);
  expect((await emulator.api('DELETE', `/groups/${made.id}`)).status).toBe(204);
  for (const [method, body] of [
    ['GET', undefined],
    ['PUT', { profile }],
    ['DELETE', undefined],
  ] as const)
    expect(await emulator.api(method, `/groups/${made.id}`, body)).toMatchObject({
      status: 404,
      body: { errorSummary: `Not found: Resource not found: ${made.id} (UserGroup)` },
    });
});

it('a group has a name that no other has', async () => {
  await create('One');
  const taken = 'name: An object with this field already exists in the current organization';
  expect(causes(await create('One'))).toEqual([taken]);
  const { body: two } = await create('Two');
  expect(causes(await emulator.api('PUT', `/groups/${two.id}`, { profile: { name: 'One' } }))).toEqual([taken]);
  for (const name of [undefined, null, ' '])
    expect(causes(await create(name))).toEqual(['name: The field cannot be left blank']);
  expect((await create('x'.repeat(256))).status).toBe(400);
  for (const body of [[], { profile: 'x' }, { profile: { name: 5 } }, undefined])
    expect((await emulator.api('POST', '/groups', body)).body).toMatchObject({ errorCode: 'E0000003' });
  const answers = await Promise.all(Array.from({ length: 50 }, () => create('Fifty')));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
});

it('people join and leave, each as often as one likes', async () => {
  const { body: group } = await create('West');
  const members = async () =>
    (await emulator.api<{ profile: { login: string } }[]>('GET', `/groups/${group.id}/users`)).body.map(
      ({ profile }) => profile.login,
    );
  const changed = async () => (await emulator.api<Group>('GET', `/groups/${group.id}`)).body.lastMembershipUpdated;
  const member = async (method: 'PUT' | 'DELETE', name: string) =>
    (await emulator.api(method, `/groups/${group.id}/users/${name}`)).status;
  emulator.clock.advance(2);
  expect([await member('PUT', ADA), await member('PUT', ADA), await members()]).toEqual([204, 204, [ADA]]);
  const joined = await changed();
  expect(joined).not.toBe(group.lastMembershipUpdated);
  emulator.clock.advance(2);
  await member('PUT', ADA);
  expect(await changed()).toBe(joined);
  expect([await member('DELETE', ADA), await member('DELETE', ADA), await members()]).toEqual([204, 204, []]);
  expect(await changed()).not.toBe(joined);
  expect([await member('PUT', 'nobody'), await member('DELETE', '00uNobodyNobody0005d7')]).toEqual([404, 404]);
  await member('PUT', GRACE);
  await emulator.api('DELETE', `/groups/${group.id}`);
  const { body: left } = await emulator.api<Group[]>('GET', `/users/${GRACE}/groups`);
  expect(left.map(({ id }) => id)).not.toContain(group.id);
});

it('Everyone stays as it is', async () => {
  const { everyone } = emulator.groups;
  for (const [method, path, body] of [
    ['PUT', '', { profile: { name: 'Nobody' } }],
    ['DELETE', '', undefined],
    ['DELETE', `/users/${ADA}`, undefined],
    ['PUT', `/users/${ADA}`, undefined],
  ] as const)
    expect(await emulator.api(method, `/groups/${everyone}${path}`, body)).toMatchObject({
      status: 403,
      body: { errorCode: 'E0000111' },
    });
});

it('groups are found by name, type, dates and page by page', async () => {
  const seeded = await names('');
  for (const [index, name] of ['AB 1', 'AB 2', 'XY 1', 'XY 2'].entries()) {
    emulator.clock.advance(index === 2 ? 3600 : 1);
    await create(name, index === 0 ? 'The first' : undefined);
  }
  expect(await names('')).toHaveLength(seeded.length + 4);
  expect((await names('q=ab')).sort()).toEqual(['AB 1', 'AB 2']);
  const q = await list('q=AB&limit=1');
  expect([q.body.length, q.headers.get('link')]).toEqual([1, null]);
  const search = async (expression: string, more = '') => names(`search=${encodeURIComponent(expression)}${more}`);
  expect((await search('profile.name sw "xy"')).sort()).toEqual(['XY 1', 'XY 2']);
  expect(await search('profile.name co "y 2" and type eq "OKTA_GROUP"')).toEqual(['XY 2']);
  expect(await search('profile.description sw "the f"')).toEqual(['AB 1']);
  expect(await search('type eq "BUILT_IN"')).toEqual(['Everyone']);
  expect(await search('profile.name sw "ab" or profile.name sw "xy"', '&sortBy=profile.name&sortOrder=desc')).toEqual([
    'XY 2',
    'XY 1',
    'AB 2',
    'AB 1',
  ]);
  const { created } = (await list('q=XY%201')).body[0]!;
  expect(
    await names(`filter=${encodeURIComponent(`type eq "OKTA_GROUP" and lastUpdated ge "${created}"`)}`),
  ).toHaveLength(2);
  for (const bad of ['search=name%20eq%20"x"', 'filter=profile.name%20eq%20"x"', 'filter=type%20co%20"x"'])
    expect((await list(bad)).body).toMatchObject({ errorCode: 'E0000031' });
  expect((await list('search=id%20pr&filter=id%20pr')).body).toMatchObject({ errorCode: 'E0000033' });
  expect((await list('limit=no')).body).toMatchObject({ errorCode: 'E0000029' });

  const seen: string[] = [];
  for (let next: string | undefined = '/groups?limit=2'; next;) {
    const page: Answer<Group[]> = await emulator.api('GET', next);
    expect(page.body.length).toBeLessThanOrEqual(2);
    seen.push(...page.body.map(({ id }) => id));
    next = /<[^>]*\/api\/v1([^>]*)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
  }
  expect(seen).toHaveLength(seeded.length + 4);
  expect(new Set(seen).size).toBe(seen.length);
  expect((await list('')).headers.get('link')).toContain('/groups?limit=10000>; rel="self"');
});

it('members are listed page by page', async () => {
  const seen: string[] = [];
  for (let next: string | undefined = `/groups/${emulator.groups.everyone}/users?limit=3`; next;) {
    const page: Answer<{ id: string; _links: object }[]> = await emulator.api('GET', next);
    seen.push(...page.body.map(({ id }) => id));
    expect(page.body.every((one) => Object.keys(one._links).join() === 'self')).toBe(true);
    next = /<[^>]*\/api\/v1([^>]*)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
  }
  expect(seen).toHaveLength(emulator.people.length);
  expect(new Set(seen).size).toBe(seen.length);
  expect((await emulator.api('GET', '/groups/00gNobody/users')).status).toBe(404);
});
