import { expect, test } from 'vitest';
import { testEnv } from '#testing/test-env.ts';

const env = await testEnv();

const passkeyEndpoints = { path: '/.well-known/passkey-endpoints' };
const changePassword = { path: '/.well-known/change-password' };

test('passkey-endpoints answers where this host is the relying party, and nowhere else', async () => {
  const portal = await env.fresh();
  const visitor = portal.visitor();
  expect((await visitor.raw(passkeyEndpoints)).status).toBe(404);
  await portal.app.services.passkeys.learn('localhost');
  const found = await visitor.raw(passkeyEndpoints);
  expect([found.status, found.headers['content-type']]).toEqual([200, expect.stringMatching(/^application\/json/)]);
  expect(found.body).toEqual({ enroll: `${portal.base}/add/webauthn`, manage: `${portal.base}/` });
  await portal.app.services.passkeys.learn('login.example.com');
  expect((await visitor.raw(passkeyEndpoints)).status).toBe(404);
  // If the relying party is a parent domain, password managers ask that domain.
  const above = await env.another({ app: { store: portal.store }, settings: { baseUrl: 'https://id.example.com' } });
  await above.app.services.passkeys.learn('example.com');
  expect(await above.app.services.passkeys.rpId()).toBe('example.com');
  const reply = await above.app.fastify.inject({ url: passkeyEndpoints.path, headers: { host: 'id.example.com' } });
  expect(reply.statusCode).toBe(404);
});

test('change-password leads to Okta’s settings, if their address is known; nothing else is there', async () => {
  const portal = await env.fresh();
  expect((await portal.visitor().raw(changePassword)).status).toBe(404);
  const shown = { ...portal.app.services.settings, oktaSettingsUrl: 'https://okta.example/settings' };
  const other = await env.another({ settings: { shown } });
  const visitor = other.visitor();
  const reply = await visitor.raw(changePassword);
  expect([reply.status, reply.headers.location]).toEqual([302, 'https://okta.example/settings']);
  // Password managers request this path to check that unknown paths are not found.
  const none = '/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200';
  expect((await visitor.raw({ path: none })).status).toBe(404);
});
