import { beforeEach, describe, expect, test } from 'vitest';
import { type OktaClient } from './client.ts';
import { json, noContent, oktaError, startBadOrg, badOrg } from './testing/bad-org.ts';
import { getFailure } from './testing/failure.ts';
import { group, role, user, userId } from './testing/samples.ts';
import { connectTo } from './testing/connect.ts';

const org = await badOrg();
let client: OktaClient;

beforeEach(() => {
  client = connectTo(org);
  return () => client.close();
});

test('getUser', async () => {
  org.will(json({ ...user, lastUpdated: '2026-01-14T09:30:00.000Z' }));
  expect(await client.users.getUser({ userId })).toEqual({
    id: userId,
    status: 'ACTIVE',
    links: { resetFactors: true },
    lastUpdated: '2026-01-14T09:30:00.000Z',
    profile: {
      login: 'ada@example.com',
      email: 'ada@example.com',
      secondEmail: null,
      firstName: 'Ada',
      lastName: 'Byron',
      mobilePhone: null,
      title: null,
      department: null,
      locale: null,
      preferredLanguage: null,
      timezone: null,
    },
  });
  org.will(json({ id: userId, status: 'ACTIVE' }));
  expect(await client.users.getUser({ userId })).toMatchObject({
    lastUpdated: null,
    links: { resetFactors: false },
    profile: { login: null },
  });
});

test('wellKnown does not send the credential', async () => {
  org.will(json({ id: '00o1', pipeline: 'idx', _links: {} }));
  expect(await client.org.wellKnown()).toEqual({ id: '00o1', pipeline: 'idx' });
  expect(org.requests[0]?.headers.authorization).toBeUndefined();
});

test('revokeUserSessions', async () => {
  org.will(noContent);
  await client.sessions.revokeUserSessions({ userId });
  await client.sessions.revokeUserSessions({ userId, oauthTokens: true });
  expect(org.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
    `DELETE /api/v1/users/${userId}/sessions`,
    `DELETE /api/v1/users/${userId}/sessions?oauthTokens=true`,
  ]);
});

test('listUserGroups reads every page, from separate or joined Link headers', async () => {
  const path = `/api/v1/users/${userId}/groups`;
  const self = `<${org.origin}${path}?limit=200>; rel="self"`;
  org.will(
    json([group], 200, { link: [self, `<${org.origin}${path}?after=a&limit=200>; rel="next"`] }),
    json([{ ...group, id: '00gB' }], 200, { link: `${self}, <${org.origin}${path}?after=b>; rel="next"` }),
    json([{ ...group, id: '00gC' }], 200, { link: self }),
  );
  expect((await client.groups.listUserGroups({ userId })).map(({ id, name }) => `${id} ${name}`)).toEqual([
    `${group.id} Everyone`,
    '00gB Everyone',
    '00gC Everyone',
  ]);
  expect(org.requests.map((request) => request.path)).toEqual([path, `${path}?after=a&limit=200`, `${path}?after=b`]);
});

test('[A3] listUserGroups does not follow a next page elsewhere, and rejects the short list', async () => {
  const canaryOrg = await startBadOrg();
  canaryOrg.will(json([]));
  const path = `/api/v1/users/${userId}/groups`;
  for (const elsewhere of [
    `${canaryOrg.origin}${path}?after=a`,
    `${org.origin}/api/v1/users?after=a`,
    `//127.0.0.1:1${path}`,
    `${path}/../factors`,
  ]) {
    org.requests.length = 0;
    org.will(json([group], 200, { link: `<${elsewhere}>; rel="next"` }));
    expect(await getFailure(() => client.groups.listUserGroups({ userId }))).toMatchObject({ kind: 'bad_reply' });
    expect(org.requests.length).toBe(1);
  }
  expect(canaryOrg.requests).toEqual([]);
  await canaryOrg.close();
});

test('listUserGroups stops after too many pages', async () => {
  org.will(json([group], 200, { link: `</api/v1/users/${userId}/groups?after=x>; rel="next"` }));
  expect(await getFailure(() => client.groups.listUserGroups({ userId }))).toMatchObject({ kind: 'bad_reply' });
  expect(org.requests.length).toBe(50);
});

test('resetFactors', async () => {
  org.will(json({}));
  await client.users.resetFactors({ userId });
  await client.users.resetFactors({ userId, removeRecoveryEnrollment: true });
  const path = `POST /api/v1/users/${userId}/lifecycle/reset_factors`;
  expect(org.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
    path,
    `${path}?removeRecoveryEnrollment=true`,
  ]);
  org.will(json([]));
  await client.users.resetFactors({ userId });
});

test('listAssignedRolesForUser fails when one role cannot be read', async () => {
  org.will(json([role, { type: 'CUSTOM_TOMORROW' }]));
  expect(await client.users.listAssignedRolesForUser({ userId })).toEqual([
    { type: role.type },
    { type: 'CUSTOM_TOMORROW' },
  ]);
  expect(org.requests[0]?.path).toBe(`/api/v1/users/${userId}/roles`);
  org.will(json([]));
  expect(await client.users.listAssignedRolesForUser({ userId })).toEqual([]);
  for (const broken of [[role, { id: 'x' }], [null], {}, null]) {
    org.will(json(broken));
    expect(await getFailure(() => client.users.listAssignedRolesForUser({ userId }))).toMatchObject({
      kind: 'bad_reply',
    });
  }
});

describe('searchUsers', () => {
  const search = 'profile.lastName sw "B&y=r/on"';
  const next = (after: string, origin = org.origin) => ({
    link: [
      `<${origin}/api/v1/users?limit=2>; rel="self"`,
      `<${origin}/api/v1/users?after=${after}&limit=2&search=x>; rel="next"`,
    ],
  });

  test('searchUsers uses only the cursor of the next page’s address', async () => {
    org.will(json([user, { ...user, id: '00uB' }], 200, next('200u%2Fxyz')), json([{ ...user, id: '00uC' }]));
    const first = await client.users.searchUsers({ search, limit: 2 });
    expect(first).toMatchObject({
      users: [{ id: userId, status: 'ACTIVE', profile: { lastName: 'Byron' } }, { id: '00uB' }],
      next: '200u/xyz',
    });
    expect(await client.users.searchUsers({ search, limit: 2, after: first.next ?? '' })).toMatchObject({
      users: [{ id: '00uC' }],
      next: null,
    });
    const queries = org.requests.map(({ path }) =>
      Object.fromEntries(new URLSearchParams(path.slice(path.indexOf('?')))),
    );
    expect(queries).toEqual([
      { search, limit: '2' },
      { search, limit: '2', after: '200u/xyz' },
    ]);
  });

  test('searchUsers gives an empty page, leaves out unreadable people, and fails when all are unreadable', async () => {
    org.will(json([]), json([{ id: '00uB' }, user]), json([{ id: '00uB' }]));
    const ask = () => client.users.searchUsers({ search, limit: 2 });
    expect(await ask()).toEqual({ users: [], unreadable: 0, next: null });
    expect((await ask()).users.map(({ id }) => id)).toEqual([userId]);
    expect(await getFailure(ask)).toMatchObject({ kind: 'bad_reply' });
  });

  test('searchUsers rejects a next page elsewhere or without a cursor, and an invalid search', async () => {
    for (const headers of [next('a', 'https://evil.example'), next('')]) {
      org.will(json([user], 200, headers));
      expect(await getFailure(() => client.users.searchUsers({ search, limit: 2 }))).toMatchObject({
        kind: 'bad_reply',
      });
    }
    org.will(oktaError(400, 'E0000031'));
    expect(await getFailure(() => client.users.searchUsers({ search: '(', limit: 2 }))).toMatchObject({
      kind: 'api',
      code: 'E0000031',
    });
  });
});

describe('a browser’s header values cannot inject headers', () => {
  test.each([
    [{ userAgent: 'Mozilla/5.0 (X11)' }, { 'user-agent': 'Mozilla/5.0 (X11) latchkey/test' }],
    [{ userAgent: 'a\r\nauthorization: x' }, { 'user-agent': 'latchkey/test' }],
    [{ userAgent: 'ä' }, { 'user-agent': 'latchkey/test' }],
    [{ forwardedFor: '203.0.113.7' }, { 'x-forwarded-for': '203.0.113.7' }],
    [{ forwardedFor: '203.0.113.7, 10.0.0.1' }, { 'x-forwarded-for': undefined }],
    [{ forwardedFor: '2001:db8::1' }, { 'x-forwarded-for': '2001:db8::1' }],
    [{ acceptLanguage: 'de-CH,de;q=0.9' }, { 'accept-language': 'de-CH,de;q=0.9' }],
    [{ acceptLanguage: 'de\n' }, { 'accept-language': undefined }],
  ])('%j', async (context, headers) => {
    org.will(json([]));
    await client.userFactorApi.listFactors({ userId }, context);
    for (const [name, value] of Object.entries(headers)) expect(org.requests[0]?.headers[name]).toBe(value);
  });
});
