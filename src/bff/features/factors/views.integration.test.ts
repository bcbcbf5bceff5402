import { expect, test } from 'vitest';
import { ADA, GRACE, testEnv } from '#testing/test-env.ts';
import { filled, routes } from '#testing/requests/route-table.ts';
import { assertShape } from '#testing/requests/replies.ts';
import { said } from '#testing/visitor.ts';

const env = await testEnv();

const canary = 'CANARY-of-the-org';
const ids = ['uft1CANARY0000000001', 'uft1CANARY0000000002', 'opf1CANARY0000000003', 'xxx1CANARY0000000004'];

/** The portal must not pass these additional fields on. */
const lavish = (id: string, factorType: string, provider: string) => ({
  id,
  factorType,
  provider,
  vendorName: canary,
  status: 'ACTIVE',
  created: '2026-01-02T03:04:05.000Z',
  lastUpdated: canary,
  lastVerified: canary,
  device: canary,
  sharedSecret: canary,
  phoneNumber: '+15550100199',
  profile: {
    credentialId: canary,
    keys: [{ kty: 'EC', x: canary }],
    phoneNumber: '+15550100199',
    email: canary,
    name: 'Ada’s phone',
    deviceToken: canary,
  },
  _embedded: {
    activation: { sharedSecret: 'MFRGGZDFMZTWQ2LK', _links: { qrcode: { href: canary } } },
    challenge: { challenge: canary },
  },
  _links: { self: { href: canary }, verify: { href: canary } },
});

test('[P1] [W8] unexpected data of the org is not passed on: every answer has exactly the contract’s properties', async () => {
  const portal = await env.fresh();
  const grace = await portal.signedIn(GRACE);
  const list = [
    lavish(ids[0]!, 'token:software:totp', 'GOOGLE'),
    lavish(ids[1]!, 'sms', 'OKTA'),
    lavish(ids[2]!, 'push', 'OKTA'),
    lavish(ids[3]!, 'telepathy', 'NEWCO'),
  ];
  const catalog = list.map((one) => ({
    ...one,
    status: 'NOT_SETUP',
    enrollment: 'OPTIONAL',
    _embedded: { phones: [{ profile: { phoneNumber: '+15550100199' } }] },
  }));
  await env.fault({ match: 'GET /api/v1/users/*/factors', times: 50, status: 200, body: list });
  await env.fault({ match: 'GET /api/v1/users/*/factors/catalog', times: 50, status: 200, body: catalog });
  await env.fault({
    match: 'POST /api/v1/users/*/factors/*/verify',
    times: 50,
    status: 200,
    body: { factorResult: 'SUCCESS', profile: { keys: canary }, _embedded: canary, sessionToken: canary },
  });
  const verified = await grace.call(
    'verifyFactor',
    { factorId: ids[0]! },
    { body: { passCode: '123456', purpose: `remove:${ids[1]}` } },
  );
  expect(verified.body).toMatchObject({ factorResult: 'SUCCESS', stepUp: { strength: 3 } });
  for (const route of routes.filter(({ method, path }) => method === 'GET' && !path.startsWith('/api/helpdesk/'))) {
    for (const id of route.params.length ? ids : ['']) {
      const query = route.name === 'getStepUp' ? '?purpose=enroll:email' : '';
      const reply = await grace.raw({ path: filled(route, id) + query });
      const expected = route.name === 'getActivationQr' ? '409 already_enrolled' : '200';
      expect([route.name, said(reply)]).toEqual([route.name, expected]);
      assertShape(route.name, reply.status, reply.body);
      expect(reply.text + JSON.stringify(reply.headers)).not.toMatch(new RegExp(`${canary}|\\+1555|MFRGG`));
    }
  }
  expect(
    (await grace.call('listFactors')).body.factors.map(
      ({ kind, name, factorType, strength }: Record<string, unknown>) => [kind, name, factorType, strength],
    ),
  ).toEqual([
    ['totp', null, undefined, 3],
    ['okta-verify', null, undefined, 3],
    ['unknown', null, 'telepathy', 3],
    ['sms', null, undefined, 2],
  ]);
});

test('[P1] recipients of notifications are masked', async () => {
  const portal = await env.fresh();
  const home = await (await portal.signedIn(GRACE)).call('getHome');
  expect(home.body.notifies).toEqual(['g•••@example.com', 'g•••@home.example']);
  expect(home.text).not.toMatch(/grace@home/);
});

test('the list names the other sessions, and the newest change that its history has', async () => {
  const portal = await env.fresh();
  const ada = await portal.signedIn(ADA);
  const home = async () => {
    const { others, lastChange } = (await ada.call('getHome')).body;
    return { others, lastChange };
  };
  expect(await home()).toEqual({ others: [], lastChange: undefined });
  const agent = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1';
  await portal.signedIn(ADA);
  await portal.store.updateTable('sessions').set({ agent }).execute();
  expect((await home()).others).toEqual([{ browser: 'Safari', system: 'iPhone' }]);
  const enroll = async () => (await ada.call('enrollFactor', {}, { body: { kind: 'totp' } })).body.factor.id;
  // A cancelled enrollment is not shown as a change.
  await ada.call('deleteFactor', { factorId: await enroll() });
  expect((await home()).lastChange).toBeUndefined();
  const factorId = await enroll();
  await ada.call('activateFactor', { factorId }, { body: { passCode: '000000' } });
  expect((await home()).lastChange).toBeUndefined();
  await ada.call('activateFactor', { factorId }, { body: { passCode: await env.code(ADA) } });
  const at = new Date(env.clock.now()).toISOString();
  expect((await home()).lastChange).toEqual({ event: 'user.mfa.factor.activate', kind: 'totp', at });
  // A new name is not shown as a change.
  expect(said(await ada.call('nameFactor', { factorId }, { body: { name: 'On my shelf' } }))).toBe('200');
  // Many rows of other events do not hide the last change.
  const by = { userId: ADA, address: '', agent: '', requestId: '' };
  for (let rows = 0; rows < 70; rows += 1)
    await portal.app.services.auditLog.event(
      by,
      { subject: ADA, event: 'user.language.change' },
      { outcome: 'success' },
    );
  expect((await home()).lastChange).toEqual({ event: 'user.mfa.factor.activate', kind: 'totp', at });
  // A row beyond the log's end is not shown, because somebody with access to the database may have inserted it.
  const row = await portal.store.selectFrom('audit_log').selectAll().orderBy('seq', 'desc').executeTakeFirstOrThrow();
  await portal.store
    .insertInto('audit_log')
    .values({ ...row, seq: row.seq + 9, event: 'user.account.unlock', outcome: 'success' })
    .execute();
  expect((await home()).lastChange).toMatchObject({ kind: 'totp' });
  env.advance(91 * 24 * 3600);
  const later = await portal.signedIn(ADA);
  expect((await later.call('getHome')).body.lastChange).toBeUndefined();
});

test('[P6] an error of the org contains our code only', async () => {
  const portal = await env.fresh();
  const grace = await portal.signedIn(GRACE);
  const body = {
    errorCode: 'E0000099',
    errorSummary: canary,
    errorId: canary,
    errorLink: canary,
    errorCauses: [{ errorSummary: canary }],
  };
  for (const status of [400, 401, 403, 404, 409, 418, 500, 501]) {
    await env.fault({ match: 'GET /api/v1/users/*/factors', status, body });
    const reply = await grace.call('listFactors');
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(reply.text + JSON.stringify(reply.headers)).not.toMatch(/CANARY|E00000|okta/i);
  }
});
