import { beforeEach, describe, expect, it } from 'vitest';
import { groupIds } from '../../seed/seed.ts';
import { readSettings } from '../../settings.ts';
import { ADA, GRACE, testEmulator } from '../../testing/emulator.ts';

const KATHERINE = 'katherine@example.com';
const HEDY = 'helpdesk@example.com';
const ANNIE = 'admin@example.com';

const tokens = [
  { token: 'a-token-that-reads-only', role: 'READ_ONLY_ADMIN' as const },
  { token: 'a-token-of-the-helpdesk', role: 'HELP_DESK_ADMIN' as const, groups: [groupIds.engineering] },
  { token: 'another-super-token-of-ours', role: 'SUPER_ADMIN' as const },
];

const emulator = await testEmulator({ apiTokens: tokens });
beforeEach(() => emulator.reset());

const as = (index: number) => ({ authorization: `SSWS ${tokens[index]?.token}` });

describe('what the owner of a token may do', () => {
  it('a refused call changes nothing', async () => {
    for (const [method, path] of [
      ['POST', `/users/${ADA}/lifecycle/suspend`],
      ['POST', `/users/${GRACE}/lifecycle/reset_factors`],
    ] as const) {
      expect((await emulator.api(method, path, undefined, as(0))).body.errorCode).toBe('E0000006');
    }
    expect((await emulator.api('GET', `/users/${ADA}`)).body.status).toBe('ACTIVE');
    expect((await emulator.api<[]>('GET', `/users/${GRACE}/factors`)).body).toHaveLength(2);
  });

  it('a helpdesk may unlock people it may help', async () => {
    await emulator.simulator('POST', `/users/${GRACE}`, { status: 'LOCKED_OUT' });
    expect((await emulator.api('POST', `/users/${GRACE}/lifecycle/unlock`, undefined, as(1))).status).toBe(200);
  });

  it('a helpdesk is limited to its groups, by whatever name a call names a person', async () => {
    const { id } = (await emulator.api('GET', `/users/${HEDY}`)).body;
    for (const name of [HEDY, id, 'helpdesk', ANNIE, 'me']) {
      for (const path of [`/users/${name}`, `/users/${name}/factors`, `/users/${name}/factors/catalog`]) {
        expect(await emulator.api('GET', path, undefined, as(1))).toMatchObject({
          status: 403,
          body: { errorCode: 'E0000006' },
        });
      }
      expect((await emulator.api('POST', `/users/${name}/lifecycle/reset_factors`, undefined, as(1))).status).toBe(403);
    }
    expect((await emulator.api('GET', '/users/nobody@example.com', undefined, as(1))).status).toBe(404);
    const found = await emulator.api<{ profile: { login: string } }[]>('GET', '/users', undefined, as(1));
    expect(found.body.map(({ profile }) => profile.login)).toEqual(expect.arrayContaining([ADA, GRACE, KATHERINE]));
    expect(JSON.stringify(found.body)).not.toMatch(/helpdesk@|admin@/);
  });

  it('the token is checked before the path and the method', async () => {
    expect((await emulator.api('GET', '/nowhere', undefined, as(0))).status).toBe(404);
    expect((await emulator.api('PATCH', `/users/${ADA}`, {}, as(0))).status).toBe(405);
    expect(
      (
        await emulator.api('POST', `/users/${ADA}/lifecycle/suspend`, undefined, {
          authorization: 'SSWS a-token-that-reads-onlx',
        })
      ).body.errorCode,
    ).toBe('E0000011');
  });
});

describe('administrator roles', () => {
  it('are empty for ordinary people, and list the administrator’s role', async () => {
    expect((await emulator.api('GET', `/users/${ADA}/roles`)).body).toEqual([]);
    const { id } = (await emulator.api('GET', `/users/${ANNIE}`)).body;
    const date = expect.stringMatching(/\.000Z$/);
    expect((await emulator.api('GET', `/users/${ANNIE}/roles`)).body).toEqual([
      {
        id: 'KNKVARKSL5AUITKJJY',
        label: 'Super Administrator',
        type: 'SUPER_ADMIN',
        status: 'ACTIVE',
        created: date,
        lastUpdated: date,
        assignmentType: 'USER',
        _links: { assignee: { href: `${emulator.url}/api/v1/users/${id}` } },
      },
    ]);
    expect((await emulator.api('GET', '/users/nobody@example.com/roles')).status).toBe(404);
  });

  it('are assigned once, read and taken away, and give a token no rights', async () => {
    const roles = `/users/${ADA}/roles`;
    const { status, body: role } = await emulator.api('POST', roles, { type: 'USER_ADMIN' });
    // Okta's id of a role assignment is the role's type in base32.
    expect([status, role.id, role.label]).toEqual([201, 'KVJUKUS7IFCE2SKO', 'User Administrator']);
    expect(await emulator.api('POST', roles, { type: 'USER_ADMIN' })).toMatchObject({
      status: 409,
      body: { errorCode: 'E0000090' },
    });
    expect((await emulator.api('GET', roles)).body).toEqual([role]);
    expect((await emulator.api('GET', `${roles}/${role.id}`)).body).toEqual(role);
    for (const [body, code] of [
      [{ type: 'KING' }, 'E0000001'],
      [{}, 'E0000001'],
      [undefined, 'E0000003'],
    ] as const)
      expect((await emulator.api('POST', roles, body)).body.errorCode).toBe(code);
    expect((await emulator.api('DELETE', `${roles}/${role.id}`)).status).toBe(204);
    for (const method of ['GET', 'DELETE'])
      expect((await emulator.api(method, `${roles}/${role.id}`)).body).toMatchObject({
        errorSummary: `Not found: Resource not found: ${role.id} (RoleAssignment)`,
      });
    expect((await emulator.api('GET', roles)).body).toEqual([]);
  });
});

it.each(['EMULATOR_API_TOKENS', 'EMULATOR_SERVICE_APPS'])('%s stops the start', (name) => {
  expect(readSettings({ [name]: '[]' }).wrong).toEqual([expect.stringMatching(`^${name} is gone: `)]);
});
