import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createOktaClient, type OktaClient } from '#okta/client.ts';
import type { OktaError } from '#okta/wire/okta-error.ts';
import type { Observation } from '#okta/transport/transport.ts';
import { ADA, GRACE, startTestEnv, type TestEnv } from './test-env.ts';

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
const failed = (call: Promise<unknown>) =>
  call.then(
    () => expect.fail('no error'),
    (error: OktaError) => error,
  );
const tokensAsked = () => seen.filter(({ path }) => path === '/oauth2/v1/token').length;
const texts = async (login: string) => (await env.emails(login)).map(({ code }) => code);

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

  test('searches, reads roles and resets', async () => {
    const grace = await findId(GRACE);
    expect((await client.userFactorApi.listFactors({ userId: grace })).length).toBeGreaterThan(0);
    await client.users.resetFactors({ userId: grace });
    expect(await client.userFactorApi.listFactors({ userId: grace })).toHaveLength(0);
    expect(await client.users.listAssignedRolesForUser({ userId: grace })).toEqual([]);
    expect(await failed(client.users.searchUsers({ search: 'profile.login like "x"', limit: 2 }))).toMatchObject({
      code: 'E0000031',
    });
  });
});

test('[P5] an app that requires DPoP: each call proves that the client has the key of its token', async () => {
  expect(client.isBound()).toBe(false);
  await client.close();
  client = connect('bound', { ...bound.privateKey.export({ format: 'jwk' }) });
  const api = client.userFactorApi;
  seen = [];
  // Its address has a query. The first token request learns the nonce.
  expect((await client.users.searchUsers({ search: 'status eq "ACTIVE"', limit: 1 })).users).toHaveLength(1);
  expect([client.isBound(), tokensAsked()]).toEqual([true, 2]);
  const { id } = await api.enrollFactor({ userId, body: { factorType: 'token:software:totp', provider: 'GOOGLE' } });
  await api.deleteFactor({ userId, factorId: id });
  await Promise.all(Array.from({ length: 20 }, () => api.listFactors({ userId })));
  expect(tokensAsked()).toBe(2);
  env.advance(3600);
  await api.listFactors({ userId });
  expect(tokensAsked()).toBe(3);
  // The nonce is refused after three days.
  env.advance(4 * 86_400);
  await api.listFactors({ userId });
  expect(tokensAsked()).toBe(5);
});

describe('a phone', () => {
  test('is enrolled by QR image or link, waits ten minutes, and can be restarted', async () => {
    const api = client.userFactorApi;
    const { id: factorId, activation } = await api.enrollFactor({
      userId,
      body: { factorType: 'push', provider: 'OKTA' },
    });
    const { png } = await api.getQrCode({ href: activation?.qrcodeHref ?? '' });
    expect(png.length).toBeGreaterThan(100);
    expect(await api.pollFactorActivation({ userId, factorId })).toMatchObject({
      factor: null,
      factorResult: 'WAITING',
      expiresAt: activation?.expiresAt,
    });
    env.advance(60);
    const link = await api.sendActivationLink({ userId, factorId, channel: 'email' });
    expect(Date.parse(link.expiresAt ?? '') - Date.parse(activation?.expiresAt ?? '')).toBe(60_000);
    env.advance(601);
    expect(await api.pollFactorActivation({ userId, factorId })).toMatchObject({
      factor: null,
      factorResult: 'TIMEOUT',
    });
    const again = await api.enrollFactor({ userId, body: { factorType: 'push', provider: 'OKTA' } });
    expect((await api.getQrCode({ href: again.activation?.qrcodeHref ?? '' })).png.length).toBeGreaterThan(100);
    await env.simulator('POST', '/push', { user: ADA, answer: 'enroll' });
    expect(await api.pollFactorActivation({ userId, factorId: again.id })).toMatchObject({
      factor: { id: again.id, status: 'ACTIVE' },
      factorResult: 'SUCCESS',
    });
  });

  test('gets a push with a number to match, which can be cancelled', async () => {
    const api = client.userFactorApi;
    const { id: factorId } = await api.enrollFactor({ userId, body: { factorType: 'push', provider: 'OKTA' } });
    await env.simulator('POST', '/push', { user: ADA, answer: 'enroll' });
    const body = { useNumberMatchingChallenge: true };
    const { correctAnswer, transactionId } = await api.verifyFactor({ userId, factorId, body });
    expect(correctAnswer).toBeGreaterThanOrEqual(0);
    const ids = { userId, factorId, transactionId: transactionId ?? '' };
    expect(await api.getFactorTransactionStatus(ids)).toMatchObject({ factorResult: 'WAITING', correctAnswer });
    await api.cancelFactorTransaction(ids);
    const after = await api.getFactorTransactionStatus(ids).then(
      ({ factorResult }) => factorResult,
      ({ code }: OktaError) => code,
    );
    expect(['CANCELLED', 'E0000007']).toContain(after);
  });
});

test('a text message: waits for the throttle, is resent after it, and activation changes the id', async () => {
  const api = client.userFactorApi;
  const pending = await api.enrollFactor({
    userId,
    body: { factorType: 'sms', provider: 'OKTA', profile: { phoneNumber: '+1 555 010 0123' } },
  });
  expect(pending.id).toMatch(/^mbl/);
  const ids = { userId, factorId: pending.id };
  expect(await failed(api.resendEnrollFactor(ids))).toMatchObject({
    status: 429,
    code: 'E0000109',
    retryAt: env.clock.now() + 30_000,
  });
  env.advance(30);
  await api.resendEnrollFactor(ids);
  const passCode = (await texts(ADA)).find((code) => code !== null) ?? '';
  const active = await api.activateFactor({ ...ids, body: { passCode } });
  expect(active).toMatchObject({ id: expect.stringMatching(/^sms/), status: 'ACTIVE' });
});
