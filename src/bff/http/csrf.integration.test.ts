import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { forged, forgeries } from '#testing/requests/forgery.ts';
import { GRACE, testEnv } from '#testing/test-env.ts';
import { getBody, filled, routes } from '#testing/requests/route-table.ts';
import { said } from '#testing/visitor.ts';
import { readContents } from '#testing/store-contents.ts';

const env = await testEnv();
const portal = await env.fresh();
const grace = await portal.signedIn(GRACE);
const factorId: string = (await grace.call('listFactors')).body.factors[0].id;
const cookie = () => `latchkey-${new URL(portal.base).port}=${grace.token()}`;

const dump = async () => {
  const rows = await portal.auditRows({}, 'type', 'event');
  const sessions = await portal.store.selectFrom('sessions').selectAll().execute();
  return { changes: rows.filter(({ type }) => type !== 'event'), sessions };
};

/** Reading may write records of reads, locks, and cached facts about the org. */
const writtenByReads = [
  'audit_log',
  'audit_log_head',
  'counted_events',
  'known_names',
  'org_facts',
  'locks',
  'write_checks',
];

test('[W1] every unsafe route refuses a forged request without calling Okta', async () => {
  await env.takeRequests();
  const before = await dump();
  expect(await forged(portal.base, routes, cookie(), factorId)).toEqual([]);
  expect(await env.takeRequests()).toEqual([]);
  expect(await dump()).toEqual(before);
});

test('each refusal is in the audit log, in its own row or counted', async () => {
  await portal.app.services.refusals.close();
  const refused = async () =>
    (await portal.auditRows({ event: 'access.refused' }, 'reason')).map(({ reason }) => reason ?? '');
  const reasons = await refused();
  const unsafe = routes.filter(({ unsafe }) => unsafe);
  expect(reasons.length).toBeLessThanOrEqual(100);
  const counted = reasons.reduce((sum, reason) => sum + Number(/(\d+) more/.exec(reason)?.[1] ?? 1), 0);
  expect(counted).toBe(unsafe.length * forgeries(portal.base).length);
  env.advance(61);
  for (const route of unsafe) await grace.raw({ method: route.method, path: filled(route, factorId) });
  expect((await refused()).slice(reasons.length)).toEqual(unsafe.map(({ method, name }) => `${method} ${name}: csrf`));
});

test('every unsafe route accepts the same request with the right headers', async () => {
  // `freezeMyself` signs Grace out, so it comes last.
  const last = ['freezeMyself'];
  const unsafe = routes.filter(({ unsafe }) => unsafe).toSorted((a, b) => last.indexOf(a.name) - last.indexOf(b.name));
  for (const route of unsafe) {
    const reply = await grace.raw({
      method: route.method,
      path: filled(route, factorId),
      headers: {
        'x-latchkey': '1',
        'sec-fetch-site': 'same-origin',
        ...(getBody(route.name) && { 'content-type': 'application/json; charset=utf-8' }),
      },
      body: getBody(route.name) && JSON.stringify(getBody(route.name)),
    });
    expect([`${route.name} ${said(reply)}`]).not.toContain(`${route.name} 403 csrf`);
    expect([400, 401, 415]).not.toContain(reply.status);
  }
});

test('[W1] detects a planted app that registers each route without the guard', async () => {
  const bare = Fastify({ logger: false });
  bare.removeAllContentTypeParsers();
  bare.addContentTypeParser('*', (_request, payload, done) => {
    payload.resume();
    payload.on('end', () => done(null, {}));
  });
  for (const { method, path, unsafe } of routes) {
    if (unsafe)
      bare.route({ method, url: path.replace(/\{(\w+)\}/g, ':$1'), handler: async () => ({ reached: true }) });
  }
  const base = (await bare.listen({ port: 0, host: '127.0.0.1' })).replace('127.0.0.1', 'localhost');
  const got = await forged(base, routes, '', factorId);
  await bare.close();
  for (const route of routes.filter(({ unsafe }) => unsafe)) {
    expect(got.filter((line) => line.startsWith(`${route.method} ${filled(route, factorId)},`)).length).toBeGreaterThan(
      30,
    );
  }
});

test('[W2] only the contract’s paths accept unsafe methods, whatever the method-override headers say', async () => {
  const tree = portal.app.fastify.printRoutes({ commonPrefix: false });
  const methods = [...tree.matchAll(/\(([A-Z, ]+)\)/g)].flatMap(([, list]) => list!.split(', '));
  // These are not in the contract: they have a token of their own, or a signature.
  const forms = ['/forms/stolen-phone/freeze'];
  for (const url of [...forms, '/freeze/:token', '/auth/sign-out', '/auth/global-token-revocation'])
    expect(portal.app.fastify.hasRoute({ method: 'POST', url })).toBe(true);
  expect(methods.filter((method) => !['GET', 'HEAD'].includes(method)).length).toBe(
    routes.filter(({ unsafe }) => unsafe).length + forms.length + 3,
  );
  await env.takeRequests();
  for (const override of ['x-http-method-override', 'x-http-method', 'x-method-override']) {
    const reply = await grace.raw({
      path: `/api/factors/${factorId}?_method=DELETE`,
      headers: { [override]: 'DELETE', 'x-latchkey': '1', origin: portal.base },
    });
    expect([400, 401]).toContain(reply.status);
  }
  expect((await env.takeRequests()).filter(({ method }) => method !== 'GET')).toEqual([]);
});

test('[W3] no origin gets permission to read across sites', async () => {
  const { port } = new URL(portal.base);
  const alike = [
    '',
    'null',
    '*',
    'file://',
    'https://evil.example',
    `${portal.base}.evil.example`,
    `https://evil.example/${portal.base}`,
    `${portal.base}@evil.example`,
    `http://evil.example#${portal.base}`,
    portal.base,
  ];
  const near = [
    `https://localhost:${port}`,
    `http://localhost:${Number(port) + 1}`,
    'http://localhost',
    `http://127.0.0.1:${port}`,
    `http://[::1]:${port}`,
    `http://a.localhost:${port}`,
    `http://localhost.:${port}`,
    `http://LOCALHOST:${port}`,
    `http://xlocalhost:${port}`,
    `${portal.base}/`,
    'chrome-extension://abc',
    'http://\u00e9vil.example',
  ];
  const origins = [...alike, ...near];
  expect(origins.length).toBeGreaterThanOrEqual(20);
  for (const origin of origins) {
    for (const method of ['OPTIONS', 'GET'] as const) {
      const headers = {
        origin,
        'access-control-request-method': 'DELETE',
        'access-control-request-headers': 'x-latchkey',
      };
      const reply = await grace.raw({ method, path: '/api/factors', headers });
      expect(Object.keys(reply.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
  }
});

test('[W2] GET and HEAD change nothing, however often they are sent', async () => {
  const who = await portal.signedIn(GRACE);
  const places = [
    ...routes.filter(({ unsafe }) => !unsafe).map((route) => filled(route, factorId)),
    '/',
    '/add/totp',
    `/methods/${factorId}/remove`,
    '/livez',
    '/robots.txt',
  ];
  // Earlier tests may have left emails.
  await portal.app.services.outbox.flush();
  await env.takeRequests();
  const before = await readContents(portal.store, ...writtenByReads);
  for (const method of ['GET', 'HEAD', 'GET'])
    for (const path of places) expect((await who.raw({ method, path })).status).toBeLessThan(500);
  expect((await env.takeRequests()).filter((one) => one.method !== 'GET')).toEqual([]);
  expect(await readContents(portal.store, ...writtenByReads)).toEqual(before);
});
