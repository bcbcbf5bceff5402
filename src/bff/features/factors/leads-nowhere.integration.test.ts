import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { GRACE, testEnv } from '#testing/test-env.ts';

const env = await testEnv();
let connections = 0;
const canary = createServer((_request, response) => response.end('[]'));
canary.on('connection', () => (connections += 1));
await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
afterAll(() => void canary.close());

test('[A3] Okta’s redirects and links are not followed: no other server gets a request', async () => {
  const portal = await env.fresh();
  const grace = await portal.signedIn(GRACE);
  const { id } = (await grace.call('listFactors')).body.factors[0] as { id: string };
  const away = `http://127.0.0.1:${(canary.address() as AddressInfo).port}/api/v1/users/me/factors`;
  const link = { href: away, hints: { allow: ['GET', 'POST'] } };
  const factor = {
    id,
    factorType: 'token:software:totp',
    provider: 'GOOGLE',
    status: 'ACTIVE',
    profile: { credentialId: away },
    _links: { self: link, verify: link, poll: link, next: link, qrcode: link, questions: link },
    _embedded: { activation: { _links: { qrcode: link, poll: link } } },
  };
  const ask = async () => {
    for (const path of [
      '/api/home',
      '/api/factors',
      `/api/factors/${id}`,
      '/api/factors/catalog',
      '/api/factors/questions',
      '/',
      `/methods/${id}`,
    ])
      await grace.raw({ path });
    await grace.call('verifyFactor', { factorId: id }, { body: { passCode: '123456' } });
  };
  for (const status of [301, 302, 303, 307, 308]) {
    for (const match of [
      'GET /api/v1/users/*/factors',
      'GET /api/v1/users/*/factors/*',
      'POST /api/v1/users/*/factors/*/verify',
      'GET /api/v1/users/*',
    ])
      await env.fault({ match, times: 20, status, headers: { location: away } });
    await ask();
    await env.clearFaults();
  }
  for (const match of ['GET /api/v1/users/*/factors', 'GET /api/v1/users/*/factors/catalog'])
    await env.fault({ match, times: 20, status: 200, headers: { link: `<${away}>; rel="next"` }, body: [factor] });
  await env.fault({
    match: 'POST /api/v1/users/*/factors/*/verify',
    times: 5,
    status: 200,
    body: { factorResult: 'WAITING', _links: factor._links },
  });
  await ask();
  expect(connections).toBe(0);
  // `connections` does count a request.
  await fetch(away);
  expect(connections).toBe(1);
});
