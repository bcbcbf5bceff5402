import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestEnv, type TestEnv } from '#testing/test-env.ts';
import { builtCommit, version } from './version.ts';

let env: TestEnv;
beforeAll(async () => {
  env = await startTestEnv();
});
afterAll(() => env.close());

test('only who sends the token reads why a portal is degraded, and which version it is', async () => {
  const token = 'a-token-of-monitoring';
  const portal = await env.fresh({
    app: { metricsToken: token },
    okta: (client) => ({ ...client, ping: () => Promise.reject(new Error('no way to Okta')) }),
  });
  const ready = async (authorization?: string) =>
    (await portal.visitor().raw({ path: '/readyz', headers: { authorization } })).body;
  await portal.app.probe();
  const open = { status: 'ready', degraded: true };
  expect(await ready(`Bearer ${token}`)).toEqual({ ...open, reasons: ['okta'], version, commit: builtCommit() });
  for (const other of [
    undefined,
    '',
    'Bearer',
    'Bearer ',
    `Bearer ${token}x`,
    `Bearer ${token.slice(0, -1)}x`,
    `Basic ${token}`,
    token,
  ])
    expect(await ready(other)).toEqual(open);
});

test('without a token nobody reads the reasons', async () => {
  const portal = await env.fresh();
  for (const other of ['Bearer', 'Bearer ', 'Bearer null', 'Bearer undefined'])
    expect(
      (await portal.visitor().raw({ path: '/readyz', headers: { authorization: other } })).body,
    ).not.toHaveProperty('reasons');
});
