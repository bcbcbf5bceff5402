import { beforeEach, describe, expect, it } from 'vitest';
import { ADA, GRACE, testEmulator } from '../../testing/emulator.ts';

type User = {
  id: string;
  status: string;
  activated: string | null;
  statusChanged: string | null;
  passwordChanged: string | null;
  lastUpdated: string;
  profile: Record<string, unknown>;
  credentials: Record<string, unknown>;
  _links: Record<string, { href: string; method?: string }>;
};

const LOGIN = 'barbara@example.com';
const profile = { firstName: 'Barbara', lastName: 'Liskov', email: LOGIN, login: LOGIN };
const credentials = { password: { value: 'Substitution1' } };
const refused = (code: string, ...causes: string[]) => ({
  errorCode: code,
  errorCauses: causes.map((errorSummary) => ({ errorSummary })),
});

const emulators = { classic: await testEmulator(), oie: await testEmulator({ engine: 'oie' }) };

describe.each(['classic', 'oie'] as const)('people on %s', (engine) => {
  const emulator = emulators[engine];
  beforeEach(() => emulator.reset());

  const create = (body: object | undefined, query = '') => emulator.api<User>('POST', `/users${query}`, body);
  const read = async (name: string) => (await emulator.api<User>('GET', `/users/${name}`)).body;
  const post = (path: string, body?: object) => emulator.api<User>('POST', `/users/${LOGIN}${path}`, body);

  it.each([
    ['', credentials, 'ACTIVE'],
    ['?activate=true', undefined, 'PROVISIONED'],
    ['?activate=false', credentials, 'STAGED'],
    ['?nextLogin=changePassword', credentials, 'PASSWORD_EXPIRED'],
  ])('are created with %s and credentials %j as %s', async (query, given, status) => {
    const { status: http, body } = await create({ profile, credentials: given }, query);
    expect(http).toBe(200);
    expect(body).toMatchObject({ status, profile: { ...profile, mobilePhone: null, secondEmail: null } });
    expect(body.id).toMatch(/^00u[0-9A-Za-z]{17}$/);
    expect(body.activated === null).toBe(status === 'STAGED');
    expect(body.statusChanged === null).toBe(status === 'STAGED');
    expect(body.passwordChanged === null).toBe(given === undefined);
    expect(body.credentials).toMatchObject({ provider: { type: 'OKTA', name: 'OKTA' } });
    expect('password' in body.credentials).toBe(given !== undefined);
    expect(JSON.stringify(body)).not.toContain('Substitution1');
    for (const name of [body.id, LOGIN, 'barbara']) expect(await read(name)).toEqual(body);
    const { body: groups } = await emulator.api<{ id: string }[]>('GET', `/users/${body.id}/groups`);
    expect(groups.map(({ id }) => id)).toEqual([emulator.groups.everyone]);
  });

  it('are created with attributes, groups, a recovery question and another provider', async () => {
    const body = {
      profile: { ...profile, nickName: 'Barb', age: 33, department: null },
      credentials: {
        provider: { type: 'FEDERATION', name: 'Elsewhere' },
        recovery_question: { question: 'Who?', answer: 'nobody' },
      },
      groupIds: [emulator.groups.engineering],
    };
    const { body: made } = await create(body, '?provider=true');
    expect(made).toMatchObject({
      status: 'ACTIVE',
      passwordChanged: null,
      profile: { nickName: 'Barb', age: 33 },
      credentials: { provider: { type: 'FEDERATION', name: 'Elsewhere' }, recovery_question: { question: 'Who?' } },
    });
    expect(made.profile).not.toHaveProperty('department');
    expect(JSON.stringify(made)).not.toContain('nobody');
    const { body: groups } = await emulator.api<{ id: string }[]>('GET', `/users/${made.id}/groups`);
    expect(groups.map(({ id }) => id)).toContain(emulator.groups.engineering);
  });

  it.each<[string, object | undefined, string, object]>([
    ['no body', undefined, '', refused('E0000003')],
    ['a list', [], '', refused('E0000003')],
    ['a profile of another type', { profile: 'x' }, '', refused('E0000003')],
    ['a password of another type', { profile, credentials: { password: 'x' } }, '', refused('E0000003')],
    [
      'no profile',
      {},
      '',
      refused(
        'E0000001',
        ...['firstName', 'lastName', 'login', 'email'].map((name) => `${name}: The field cannot be left blank`),
      ),
    ],
    [
      'a login that is no address',
      { profile: { ...profile, login: 'barbara' } },
      '',
      refused('E0000001', 'login: Username must be in the form of an email address'),
    ],
    [
      'an email that is none',
      { profile: { ...profile, email: 'x' } },
      '',
      refused('E0000001', 'email: Does not match required pattern'),
    ],
    [
      'an attribute that nobody defined',
      { profile: { ...profile, notValid: 1 } },
      '',
      {
        errorSummary: 'Api validation failed: newUser',
        ...refused('E0000001', "Property name 'notValid' is not defined in profile"),
      },
    ],
    [
      'an attribute of another type',
      { profile: { ...profile, age: 'old' } },
      '',
      refused('E0000001', 'age: The field has to be of type number'),
    ],
    [
      'a login that is taken',
      { profile: { ...profile, login: ADA.toUpperCase() } },
      '',
      {
        errorSummary: 'Api validation failed: login',
        ...refused('E0000001', 'login: An object with this field already exists in the current organization'),
      },
    ],
    [
      'a weak password',
      { profile, credentials: { password: { value: 'barbara1B' } } },
      '',
      { errorSummary: 'Api validation failed: password' },
    ],
    [
      'a short answer',
      { profile, credentials: { recovery_question: { question: 'Who?', answer: 'me' } } },
      '',
      refused('E0000001', 'The security question answer must be at least 4 characters in length'),
    ],
    [
      'an unknown provider',
      { profile, credentials: { provider: { type: 'X' } } },
      '?provider=true',
      { errorCode: 'E0000001' },
    ],
    [
      'a group that is not there',
      { profile, groupIds: ['00gNobody'] },
      '',
      { errorSummary: 'Not found: Resource not found: 00gNobody (UserGroup)' },
    ],
    ['a password to change, and none', { profile }, '?nextLogin=changePassword', refused('E0000124')],
    [
      'a password to change, and not activated',
      { profile, credentials },
      '?nextLogin=changePassword&activate=false',
      refused('E0000125'),
    ],
  ])('are not created with %s', async (_what, body, query, expected) => {
    const answer = await create(body, query);
    expect(answer.body).toMatchObject(expected);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect((await emulator.api('GET', `/users/${LOGIN}`)).status).toBe(404);
  });

  it('only one of fifty creations at once gets a login', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => create({ profile })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 400]));
  });

  it('POST changes what it names, PUT empties the rest', async () => {
    const { body: made } = await create({
      profile: { ...profile, nickName: 'Barb', mobilePhone: '+15550100123' },
      credentials,
    });
    emulator.clock.advance(2);
    // A client may send back what it has read.
    const { body: changed } = await post('', { ...made, profile: { ...made.profile, title: 'Dr' } });
    expect(changed.profile).toEqual({ ...made.profile, title: 'Dr' });
    expect(Date.parse(changed.lastUpdated) - Date.parse(made.lastUpdated)).toBe(2000);
    expect(changed.passwordChanged).toBe(made.passwordChanged);
    expect((await post('', { profile: { nickName: null } })).body.profile).not.toHaveProperty('nickName');
    const { body: replaced } = await emulator.api<User>('PUT', `/users/${LOGIN}`, {
      profile: { ...profile, firstName: 'B.' },
      credentials: { password: { value: 'Another1pass' } },
    });
    expect(replaced.profile).toEqual({ ...profile, firstName: 'B.', mobilePhone: null, secondEmail: null });
    expect(replaced.passwordChanged).not.toBe(made.passwordChanged);
    for (const [body, code] of [
      [{ profile: { login: GRACE } }, 'E0000001'],
      [{ profile: { lastName: '' } }, 'E0000001'],
      [{ profile: { unknown: 1 } }, 'E0000001'],
      [{ profile: 'x' }, 'E0000003'],
    ] as const)
      expect((await post('', body)).body).toMatchObject({ errorCode: code });
    expect((await emulator.api('PUT', `/users/${LOGIN}`, { profile: { login: LOGIN } })).status).toBe(400);
    expect((await read(LOGIN)).profile).toEqual(replaced.profile);
    await post('/lifecycle/deactivate');
    expect((await post('', { profile: { title: 'x' } })).body).toMatchObject({ errorCode: 'E0000038' });
  });

  it('are deleted in two steps, with all that is theirs', async () => {
    const { body: made } = await create({ profile, credentials, groupIds: [emulator.groups.engineering] });
    await emulator.activated(LOGIN);
    const remove = async () => (await emulator.api('DELETE', `/users/${made.id}`)).status;
    expect(await remove()).toBe(204);
    expect((await read(made.id)).status).toBe('DEPROVISIONED');
    expect(await remove()).toBe(204);
    expect(await remove()).toBe(404);
    for (const path of [`/users/${LOGIN}`, `/users/${made.id}/factors`])
      expect((await emulator.api('GET', path)).body).toMatchObject({ errorCode: 'E0000007' });
    expect((await create({ profile, credentials })).status).toBe(200);
  });

  it('a deleted token holder leaves the token to others', async () => {
    const path = '/users/radia@example.com';
    for (let time = 0; time < 2; time++) await emulator.api('DELETE', path);
    const { body } = await emulator.simulator<{ factorId: string | null }[]>('GET', '/tokens');
    expect(body.filter(({ factorId }) => factorId !== null)).toEqual([]);
  });

  it('show the calls that their status allows', async () => {
    await create({ profile, credentials });
    const links = async () => Object.keys((await read(LOGIN))._links).sort();
    const common = ['schema', 'self', 'type'];
    const password = ['changePassword', 'changeRecoveryQuestion', 'expirePassword', 'forgotPassword', 'resetPassword'];
    expect(await links()).toEqual([...password, ...common, 'deactivate', 'suspend'].sort());
    await post('/lifecycle/suspend');
    expect(await links()).toEqual([...common, 'deactivate', 'unsuspend'].sort());
    await post('/lifecycle/deactivate');
    expect(await links()).toEqual([...common, 'activate'].sort());
  });

  it('are found by what was changed a moment ago, by any attribute, and paged', async () => {
    await create({ profile: { ...profile, department: 'Languages', age: 33 } }, '?activate=false');
    const found = async (parameter: string, expression: string) => {
      const { body } = await emulator.api<User[]>('GET', `/users?${parameter}=${encodeURIComponent(expression)}`);
      return body.map((one) => one.profile['login']);
    };
    for (const [parameter, expression] of [
      ['search', 'profile.department eq "LANGUAGES"'],
      ['search', 'profile.age gt 32 and profile.age le 33'],
      ['search', 'profile.age eq "33"'],
      ['search', 'created gt "2026-05-01T00:00:00.000Z" and status eq "STAGED"'],
      ['search', 'activated pr and status eq "STAGED" or profile.login eq "BARBARA@example.com"'],
      ['filter', 'status eq "STAGED"'],
      ['q', 'barb'],
    ] as const)
      expect([expression, await found(parameter, expression)]).toEqual([expression, [LOGIN]]);
    expect(await found('q', 'nobody')).toEqual([]);
    const { headers } = await emulator.api('GET', '/users?limit=2&search=status%20pr');
    expect(headers.get('link')).toMatch(/limit=2[^>]*>; rel="self", <[^>]*after=00u[^>]*>; rel="next"/);
    expect((await emulator.api('GET', '/users')).headers.get('link')).toContain('/users?limit=200>; rel="self"');
    expect((await emulator.api<User[]>('GET', '/users?q=&limit=3')).body).toHaveLength(3);
    for (const bad of ['search=age%20eq%20"x"', 'filter=status%20sw%20"A"', 'search=created%20gt%20"now"'])
      expect((await emulator.api('GET', `/users?${bad}`)).body).toMatchObject({ errorCode: 'E0000031' });
    expect((await emulator.api('GET', '/users?search=id%20pr&filter=id%20eq%20"x"')).body).toMatchObject({
      errorCode: 'E0000033',
    });
  });
});
