import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { computeFingerprint } from '#bff/config/fingerprint.ts';
import { readConfig } from '#bff/config/config.ts';
import { real } from '#bff/config/testing/real-org.ts';
import { certificates } from '#testing/certificates.ts';
import { testEnv } from '#testing/test-env.ts';
import { runChecks } from './config-check.ts';
import { replicaChecks } from './secret-checks.ts';

const env = await testEnv();
const token = 'a-token-of-monitoring';
const settings = { ...real, METRICS_TOKEN: token, DATABASE_URL: 'postgres://u:word@h/d' };
const createConfig = (over: Record<string, string> = {}) => readConfig({ ...settings, ...over });

test('doctor finds a portal with other secrets by its fingerprint, which shows none', async () => {
  const portal = await env.fresh({
    app: { fingerprint: computeFingerprint(createConfig()) },
    settings: { metricsToken: token },
  });
  const line = async (over: Record<string, string> = {}, baseUrl = portal.base) => {
    const config = createConfig(over);
    const there = { ...config, portal: { ...config.portal, baseUrl } };
    for await (const { mark, text } of runChecks(replicaChecks(there))) return `${mark} ${text}`;
    return '';
  };
  expect(await line()).toMatch(/^passed 12 answers of .* are of portals with the same secrets/);
  const others = {
    SESSION_SECRET: `${real.SESSION_SECRET},${'o'.repeat(43)}`,
    OKTA_API_TOKEN: '00other',
    OKTA_CLIENT_SECRET: 'other',
    SMTP_URL: 'smtps://user:word@mail.example.com',
    DATABASE_URL: 'postgres://u:other@h/d',
    METRICS_TOKEN: 'another-token-of-monitoring',
  };
  for (const [name, value] of Object.entries(others))
    expect([name, await line({ [name]: value })]).toEqual([
      name,
      expect.stringMatching(/^warning 12 of 12 answers of .* other secrets than this command/),
    ]);
  expect(await line({}, 'http://127.0.0.1:9')).toMatch(/^warning no portal answers at .* none is compared$/);
  expect(await line({ METRICS_TOKEN: '' })).toMatch(/^passed METRICS_TOKEN is not set/);
});

test('a portal with other scopes has the same secrets', () => {
  const config = createConfig();
  const withScopes = (...scopes: string[]) =>
    computeFingerprint({
      ...config,
      okta: { ...config.okta!, credential: { kind: 'private-key', clientId: '0oa1', privateKey: 'key', scopes } },
    } as ReturnType<typeof createConfig>);
  expect(withScopes('okta.users.manage')).toBe(withScopes('okta.users.manage', 'okta.roles.read'));
});

test('doctor says why it compares no portal', async () => {
  const config = createConfig();
  const respond: RequestListener = (_request, response) => void response.writeHead(503).end('<html>');
  for (const [protocol, server, said] of [
    ['http', createServer(respond), /^no portal answers at .* \(503\), so none is compared$/],
    ['https', createTlsServer(certificates.selfSigned), /none is compared: .* in NODE_EXTRA_CA_CERTS$/],
  ] as const) {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const baseUrl = `${protocol}://localhost:${(server.address() as AddressInfo).port}`;
    const [check] = replicaChecks({ ...config, portal: { ...config.portal, baseUrl } });
    await expect(check!.run()).rejects.toThrow(said);
    server.close();
  }
});
