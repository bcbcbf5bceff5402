import { beforeEach, describe, expect, expectTypeOf, test } from 'vitest';
import { answeredByOkta, allLost, withPush } from '#testing/security-methods.ts';
import { ADA, ANNIE, FRANCES, GRACE, HEDY, testEnv, type Portal } from '#testing/test-env.ts';
import { getBody, filled, routes } from '#testing/requests/route-table.ts';
import { said } from '#testing/visitor.ts';
import type { HelpdeskFactors } from './helpdesk-factors.ts';
import { operations } from './policy.ts';
import { personId, helpdeskOfDemo } from '../testing/helpdesk-fixture.ts';
import { startVerification } from '../testing/agent-fixture.ts';

const env = await testEnv();
let portal: Portal;
beforeEach(async () => {
  portal = await env.fresh();
});

const helpdeskRoutes = routes.filter(({ path }) => path.startsWith('/api/helpdesk/'));
const query = { searchPeople: { q: 'grace' }, watchPerson: { token: 'x' } } as Record<string, Record<string, string>>;
const params = { userId: '00u00000000000000000', id: 'AAAAAAAAAAAAAAAA' };

describe('roles', () => {
  test.each(helpdeskRoutes)('$name is for staff only', async ({ name }) => {
    const ada = await portal.signedIn(ADA);
    const reply = await ada.call(name, params, { body: getBody(name), query: query[name] });
    // `watchPerson` checks a token instead of the role.
    const code = name === 'watchPerson' ? 'not_found' : 'forbidden';
    expect(reply.body.error.code).toBe(code);
    const rows = await portal.auditRows({ event: 'helpdesk.refused' }, 'reason');
    expect(rows).toEqual([{ reason: `${name}: ${code}` }]);
  });

  test.each(helpdeskRoutes)('$name does not exist without a helpdesk', async ({ name }) => {
    portal = await env.fresh({ app: { helpdesk: null } });
    const hedy = await portal.signedIn(HEDY);
    expect(said(await hedy.call(name, params, { body: getBody(name), query: query[name] }))).toBe('404 not_found');
    expect((await hedy.call('getSession')).body.helpdesk).toBeNull();
    expect(said(await hedy.call('listCallerVerifications'))).toBe('404 not_found');
  });

  test('[A7] a group in the scope makes nobody an agent; only membership in the agents’ group does', async () => {
    const { engineering, everyone } = env.emulator.groups;
    portal = await env.fresh({
      app: { helpdesk: { ...helpdeskOfDemo(env), scope: new Map([[engineering, [everyone]]]) } },
    });
    const who = await portal.signedIn(GRACE);
    expect(
      (await portal.okta.groups.listUserGroups({ userId: await personId(portal, GRACE) })).map(({ id }) => id),
    ).toContain(engineering);
    expect(said(await who.call('getPerson', { userId: await personId(portal, ADA) }))).toBe('403 forbidden');
    expect((await who.call('getSession')).body.helpdesk).toBeNull();
  });

  test('the session shows the role', async () => {
    for (const [login, role] of [
      [ADA, null],
      [HEDY, 'agent'],
      [ANNIE, 'approver'],
      [FRANCES, 'auditor'],
    ] as const) {
      expect((await (await portal.signedIn(login)).call('getHome')).body.session.helpdesk).toBe(role);
    }
  });

  test('an org that does not list a person’s groups does not keep them from their own page', async () => {
    await env.fault({ match: 'GET /api/v1/users/*/groups', times: 20, status: 500 });
    expect((await (await portal.signedIn(HEDY)).call('getHome')).body.session.helpdesk).toBeNull();
  });

  test('a person who is agent and approver acts as an agent for her own helpdesk’s people only', async () => {
    const { engineering, helpdesk, helpdeskApprovers, everyone } = env.emulator.groups;
    const elsewhere = '00gAnotherDesk000001';
    for (const [own, other, rule] of [
      [engineering, everyone, 'ordinary'],
      [helpdeskApprovers, engineering, 'agents_only'],
    ] as const) {
      portal = await env.fresh({
        app: {
          helpdesk: {
            ...helpdeskOfDemo(env),
            scope: new Map([
              [helpdesk, [own]],
              [elsewhere, [other]],
            ]),
          },
        },
      });
      const userId = await personId(portal, GRACE);
      const annie = await portal.signedIn(ANNIE);
      const { body } = await annie.call('getPerson', { userId });
      expect(body.permissions.resetOne).toMatchObject({ allowed: rule === 'ordinary', rule });
      const asked = await startVerification(annie, userId, { type: 'own-session' });
      expect([said(asked), asked.body.error?.rule]).toEqual(
        rule === 'ordinary' ? ['201', undefined] : ['403 out_of_policy', rule],
      );
      // Hedy is only an agent, so she does not see people of another helpdesk.
      const hedy = await portal.signedIn(HEDY);
      expect(said(await hedy.call('getPerson', { userId }))).toBe(rule === 'ordinary' ? '200' : '404 not_found');
    }
  });

  test('a person who leaves the group loses access: reading within a minute, changing at once', async () => {
    const hedy = await portal.signedIn(HEDY);
    const userId = await personId(portal, GRACE);
    expect(said(await hedy.call('getPerson', { userId }))).toBe('200');
    await env.fault({
      match: `GET /api/v1/users/${await personId(portal, HEDY)}/groups`,
      times: 100,
      status: 200,
      body: [],
    });
    expect(said(await hedy.call('getPerson', { userId }))).toBe('200');
    expect(said(await startVerification(hedy, userId, { type: 'own-session' }))).toBe('403 forbidden');
    expect(said(await hedy.call('getPerson', { userId }))).toBe('403 forbidden');
  });

  test('and also without any request, after a minute', async () => {
    const hedy = await portal.signedIn(HEDY);
    const userId = await personId(portal, GRACE);
    await hedy.call('getPerson', { userId });
    await env.fault({
      match: `GET /api/v1/users/${await personId(portal, HEDY)}/groups`,
      times: 100,
      status: 200,
      body: [],
    });
    env.advance(60);
    expect(said(await hedy.call('getPerson', { userId }))).toBe('403 forbidden');
  });
});

describe('the helpdesk’s factor client', () => {
  test('can list, challenge, remove and unlock, and has no other function', () => {
    expectTypeOf<keyof HelpdeskFactors>().toEqualTypeOf<
      'list' | 'challenge' | 'poll' | 'cancel' | 'delete' | 'unlock' | 'resetAll'
    >();
    const factors = portal.app.services.getHelpdeskFactors(
      '00u1',
      { userId: '00u1', operations: new Set(operations) },
      {},
    );
    expect(Object.keys(factors).sort()).toEqual([
      'cancel',
      'challenge',
      'delete',
      'list',
      'poll',
      'resetAll',
      'unlock',
    ]);
  });

  test('does only what was granted, for that person only, and otherwise does not call the org', async () => {
    const userId = await personId(portal, GRACE);
    const factorId = await withPush(env, GRACE);
    await env.takeRequests();
    const make = (grant: Parameters<Portal['app']['services']['getHelpdeskFactors']>[1]) =>
      portal.app.services.getHelpdeskFactors(userId, grant, {});
    for (const factors of [
      make({ userId, operations: new Set(['search', 'revealRecoveryCode', 'unfreeze']) }),
      make({ userId: '00u00000000000000000', operations: new Set(operations) }),
    ]) {
      for (const call of [
        () => factors.list(),
        () => factors.challenge(factorId),
        () => factors.poll(factorId, 'x'),
        () => factors.cancel(factorId, 'x'),
        () => factors.delete(factorId),
        () => factors.resetAll(),
        () => factors.unlock(),
      ]) {
        await expect(call()).rejects.toMatchObject({ code: 'out_of_policy' });
      }
    }
    expect(await env.takeRequests()).toEqual([]);
    const challenge = make({ userId, operations: new Set(['challenge']) });
    expect((await challenge.list()).length).toBeGreaterThan(0);
    await expect(challenge.delete(factorId)).rejects.toMatchObject({ code: 'out_of_policy' });
    await make({ userId, operations: new Set(['resetOne']) }).delete(factorId);
    await make({ userId, operations: new Set(['resetAll']) }).resetAll();
    expect([...(await challenge.list())]).toEqual([]);
  });
});

test('no answer to an agent contains a secret or a code', async () => {
  const canary = 'CANARYofTheOrg';
  const number = '+15550100199';
  const hedy = await portal.signedIn(HEDY);
  const userId = await personId(portal, GRACE);
  const lavish = (id: string, factorType: string, provider: string) => ({
    id,
    factorType,
    provider,
    vendorName: canary,
    status: 'ACTIVE',
    created: '2020-01-02T03:04:05.000Z',
    lastUpdated: '2020-01-02T03:04:05.000Z',
    sharedSecret: canary,
    passCode: '314159',
    profile: {
      credentialId: canary,
      phoneNumber: number,
      email: 'hidden.canary@example.com',
      name: 'phone',
      deviceToken: canary,
      answer: canary,
    },
    _embedded: { activation: { sharedSecret: 'MFRGGZDFMZTWQ2LK', _links: { qrcode: { href: canary } } } },
    _links: { self: { href: canary } },
  });
  const list = [
    lavish('uft1CANARY0000000001', 'token:software:totp', 'GOOGLE'),
    lavish('mbl1CANARY0000000002', 'sms', 'OKTA'),
    lavish('opf1CANARY0000000003', 'push', 'OKTA'),
    lavish('emf1CANARY0000000004', 'email', 'OKTA'),
  ];
  const user = (await portal.okta.users.getUser({ userId })) as object;
  const push = {
    factorResult: 'WAITING',
    profile: { keys: canary },
    sessionToken: canary,
    _embedded: { challenge: { correctAnswer: 42 } },
    _links: {
      poll: {
        href: `${env.emulator.url}/api/v1/users/${userId}/factors/opf1CANARY0000000003/transactions/v2mst.CANARY0000000`,
      },
    },
  };
  await env.fault({
    match: `GET /api/v1/users/${userId}`,
    times: 50,
    status: 200,
    body: { ...user, recovery: canary, credentials: { password: canary }, _links: {} },
  });
  await env.fault({ match: `GET /api/v1/users/${userId}/factors`, times: 50, status: 200, body: list });
  await env.fault({ match: `POST /api/v1/users/${userId}/factors/*/verify`, times: 50, status: 200, body: push });
  const traffic: string[] = [];
  const ask = async (...call: Parameters<typeof hedy.call>) => {
    const reply = await hedy.call(...call);
    traffic.push(reply.text, JSON.stringify(reply.headers));
    return reply;
  };
  await ask('searchPeople', {}, { query: { q: 'grace' } });
  expect(said(await ask('getPerson', { userId }))).toBe('200');
  const begun = await ask(
    'startCallerVerification',
    { userId },
    { body: { type: 'push', factorId: 'opf1CANARY0000000003', choice: allLost } },
  );
  expect(begun.body.number).toBe(42);
  await ask('pollCallerVerification', { userId, id: begun.body.id });
  const question = await ask('startCallerVerification', { userId }, { body: { type: 'own-session', choice: allLost } });
  const { code } = (await portal.app.services.callerVerifications.issueCode(userId, question.body.id, answeredByOkta))!;
  await ask('pollCallerVerification', { userId, id: question.body.id });
  await ask('checkCallerCode', { userId, id: question.body.id }, { body: { code: 'BFHKMQRW' } });
  await ask(
    'startCallerVerification',
    { userId },
    { body: { type: 'call-back', factorId: 'mbl1CANARY0000000002', attest: true, choice: allLost } },
  );
  for (const route of helpdeskRoutes.filter(({ method }) => method === 'GET')) {
    const { text } = await hedy.raw({ path: filled(route, userId) });
    traffic.push(text);
  }
  expect(traffic.length).toBeGreaterThan(14);
  const secrets = [
    canary,
    number,
    '5550100',
    '314159',
    'MFRGG',
    'hidden.canary',
    'v2mst',
    code,
    '/freeze/',
    hedy.token()!,
  ];
  for (const secret of secrets) expect([secret, traffic.filter((text) => text.includes(secret))]).toEqual([secret, []]);
  const rows = JSON.stringify([
    await portal.auditRows({}),
    await portal.store.selectFrom('caller_verifications').select(['code_mac', 'methods', 'status']).execute(),
  ]);
  for (const secret of [canary, '5550100', code, 'MFRGG']) expect(rows).not.toContain(secret);
});
