import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createOktaClient, type OktaClient } from '#okta/client.ts';
import type { Observation } from '#okta/transport/transport.ts';
import { ADA, startTestEnv, type TestEnv } from './test-env.ts';

const bound = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const scopes = ['okta.users.read', 'okta.users.manage', 'okta.roles.read'] as const;

let env: TestEnv;
let client: OktaClient;
let seen: Observation[];
let userId: string;

beforeAll(async () => {
  const jwks = { keys: [bound.publicKey.export({ format: 'jwk' }) as never] };
  env = await startTestEnv({ serviceApps: [{ clientId: 'bound', jwks, scopes, role: 'SUPER_ADMIN', dpop: true }] });
});
afterAll(() => env.close());
beforeEach(async () => {
  await env.emulator.reset();
  seen = [];
  const { clientId, privateKey } = env.emulator.serviceApp;
  client = connect(clientId, { ...privateKey });
  userId = await findId(ADA);
  return () => client.close();
});

const connect = (clientId: string, privateKey: Record<string, unknown>) =>
  createOktaClient({
    orgUrl: env.emulator.url,
    credential: { kind: 'private-key', clientId, privateKey, scopes: [...scopes] },
    clock: env.clock,
    userAgent: 'latchkey-test/0',
    observe: (call) => void seen.push(call),
  });

const findId = async (login: string) =>
  (await client.users.searchUsers({ search: `profile.login eq "${login}"`, limit: 2 })).users[0]?.id ?? '';
const tokensAsked = () => seen.filter(({ path }) => path === '/oauth2/v1/token').length;

describe('a service app with the emulator', () => {
  test('enrolls and activates an authenticator app; its token is renewed after an hour', async () => {
    const api = client.userFactorApi;
    const { id, activation } = await api.enrollFactor({
      userId,
      body: { factorType: 'token:software:totp', provider: 'GOOGLE' },
    });
    expect(activation?.sharedSecret).toMatch(/^[A-Z2-7]{16,32}$/);
    expect(await api.activateFactor({ userId, factorId: id, body: { passCode: await env.code(ADA) } })).toMatchObject({
      id,
      status: 'ACTIVE',
    });
    expect(tokensAsked()).toBe(1);
    env.advance(3600);
    expect(await api.listFactors({ userId })).toHaveLength(1);
    expect(tokensAsked()).toBe(2);
  });
});

test('[P5] an app that requires DPoP: each call proves that the client has the key of its token', async () => {
  expect(client.isBound()).toBe(false);
  await client.close();
  client = connect('bound', { ...bound.privateKey.export({ format: 'jwk' }) });
  const api = client.userFactorApi;
  seen = [];
  // The client requests a token twice, because the first answer contains only the nonce.
  expect((await client.users.searchUsers({ search: 'status eq "ACTIVE"', limit: 1 })).users).toHaveLength(1);
  expect([client.isBound(), tokensAsked()]).toEqual([true, 2]);
  const { id } = await api.enrollFactor({ userId, body: { factorType: 'token:software:totp', provider: 'GOOGLE' } });
  await api.deleteFactor({ userId, factorId: id });
  await Promise.all(Array.from({ length: 20 }, () => api.listFactors({ userId })));
  expect(tokensAsked()).toBe(2);
  env.advance(3600);
  await api.listFactors({ userId });
  expect(tokensAsked()).toBe(3);
  // After three days the emulator refuses the old nonce, so a token needs two requests again.
  env.advance(4 * 86_400);
  await api.listFactors({ userId });
  expect(tokensAsked()).toBe(5);
});
