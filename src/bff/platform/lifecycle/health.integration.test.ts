import { expect, test } from 'vitest';
import { testEnv } from '#testing/test-env.ts';
import { builtCommit, version } from './version.ts';

const env = await testEnv();

test('only who sends the token reads why a portal is degraded, and which version it is', async () => {
  const token = 'a-token-of-monitoring';
  const portal = await env.fresh({
    app: { fingerprint: 'f' },
    settings: { metricsToken: token },
    okta: (client) => ({ ...client, ping: () => Promise.reject(new Error('no way to Okta')) }),
  });
  const ready = async (authorization?: string) =>
    (await portal.visitor().raw({ path: '/readyz', headers: { authorization } })).body;
  await portal.app.probe();
  const open = { status: 'ready', degraded: true };
  expect(await ready(`Bearer ${token}`)).toEqual({
    ...open,
    reasons: ['okta'],
    version,
    commit: builtCommit(),
    fingerprint: 'f',
  });
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

test('a page is told what does not answer, until the next check finds that it does', async () => {
  const told: (string | undefined)[] = [];
  let isDown = true;
  const portal = await env.fresh({
    app: {
      pages: {
        ...{ build: 'b', assets: null },
        async render({ down }) {
          told.push(down);
          return { status: 200, headers: {}, html: '', path: '/' };
        },
      },
    },
    okta: (client) => ({
      ...client,
      ping: async () => (isDown ? Promise.reject(new Error('no way')) : undefined) as never,
    }),
  });
  const look = () => portal.visitor().raw({ path: '/', headers: { accept: 'text/html' } });
  await portal.app.probe();
  await look();
  isDown = false;
  await portal.app.probe();
  await look();
  expect(told).toEqual(['okta', undefined]);
});

test('without a token nobody reads the reasons', async () => {
  const portal = await env.fresh();
  for (const other of ['Bearer', 'Bearer ', 'Bearer null', 'Bearer undefined'])
    expect(
      (await portal.visitor().raw({ path: '/readyz', headers: { authorization: other } })).body,
    ).not.toHaveProperty('reasons');
});
