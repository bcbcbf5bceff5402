import { beforeEach, expect, test } from 'vitest';
import type { EnrollBody } from '#contract/endpoints.ts';
import type { CallContext } from '#okta/transport/request-headers.ts';
import { createSecurityKey } from '#okta-emulator/testing/security-key.ts';
import { codeSent } from '#testing/security-methods.ts';
import { ADA, testEnv, type Portal } from '#testing/test-env.ts';
import { said, type Visitor } from '#testing/visitor.ts';

const env = await testEnv();
let portal: Portal;
let ada: Visitor;
beforeEach(async () => {
  portal = await env.fresh();
  ada = await portal.signedIn(ADA);
  await ada.call('getSession');
  await env.takeRequests();
});

/** Calls as Okta's rate limit counts them. */
const calls = async () =>
  (await env.takeRequests()).map(
    ({ method, path }) =>
      `${method} ${
        path
          .replace(/^\/api\/v1\/users\/\w+/, '')
          .replace(/^\/factors\/\w{20}/, '/ID')
          .replace(/\/qr\/.*/, '/qr') || 'user'
      }`,
  );

test('the first page reads list and catalog, later ones the list, and the person once a minute', async () => {
  portal.app.services.getPersonFactors.forget();
  await ada.call('getHome');
  expect((await calls()).toSorted()).toEqual(['GET /factors', 'GET /factors/catalog']);
  for (let page = 0; page < 5; page += 1) await ada.call('getHome');
  expect(await calls()).toEqual(Array(5).fill('GET /factors'));
  env.advance(60);
  await Promise.all([ada.call('getHome'), ada.call('getHome'), ada.call('getSession')]);
  const then = await calls();
  const times = (call: string) => then.filter((one) => one === call).length;
  expect([times('GET user'), times('GET /factors'), times('GET /factors/catalog')]).toEqual([1, 2, 0]);
  // Groups are also cached for a minute, if the portal reads them.
  expect([times('GET /groups') < 2, then.length - times('GET /groups')]).toEqual([true, 3]);
});

const change = (...path: string[]) => ['GET user', ...path];
const begin = change('GET /factors', 'POST /factors');

test.each<
  [
    string,
    EnrollBody,
    finish: (id: string, activation: { options: { challenge: string } }) => Promise<unknown>,
    string[],
  ]
>([
  [
    'an app',
    { kind: 'totp' },
    async (factorId) => ada.call('activateFactor', { factorId }, { body: { passCode: await env.code(ADA) } }),
    change('POST /ID/lifecycle/activate'),
  ],
  [
    'a text message, sent twice',
    { kind: 'sms', phoneNumber: '+15550100123' },
    async (factorId) => {
      env.advance(30);
      await ada.call('resendFactor', { factorId });
      return ada.call('activateFactor', { factorId }, { body: { passCode: await codeSent(env, ADA) } });
    },
    // The factor is read again for its number, because each number gets at most one message in 30 s.
    [...change('GET /factors', 'POST /ID/resend'), ...change('POST /ID/lifecycle/activate')],
  ],
  [
    'a call',
    { kind: 'call', phoneNumber: '+15550100123' },
    async (factorId) => ada.call('activateFactor', { factorId }, { body: { passCode: await codeSent(env, ADA) } }),
    change('POST /ID/lifecycle/activate'),
  ],
  [
    'mail',
    { kind: 'email' },
    async (factorId) => ada.call('activateFactor', { factorId }, { body: { passCode: await codeSent(env, ADA) } }),
    change('POST /ID/lifecycle/activate'),
  ],
  ['a question', { kind: 'question', question: 'first_award', answer: 'for running' }, async () => undefined, []],
  [
    'a key',
    { kind: 'webauthn' },
    async (factorId, { options }) =>
      ada.call(
        'activateFactor',
        { factorId },
        { body: createSecurityKey({ origin: portal.base }).register(options.challenge) },
      ),
    change('POST /ID/lifecycle/activate'),
  ],
  [
    'Okta Verify, twelve seconds long',
    { kind: 'okta-verify', method: 'push' },
    async (factorId) => {
      await ada.raw({ path: `/api/factors/${factorId}/activation/qr` });
      for (let second = 0; second < 12; second += 1) {
        await ada.call('pollActivation', { factorId }, { poll: true });
        env.advance(1);
      }
      await env.simulator('POST', '/push', { user: ADA, answer: 'enroll' });
      return ada.call('pollActivation', { factorId }, { poll: true });
    },
    ['GET /ID/qr', ...Array<string>(4).fill('POST /ID/lifecycle/activate/poll')],
  ],
])('adding %s', async (_what, body, finish, then) => {
  const made = await ada.call('enrollFactor', {}, { body });
  expect(said(made)).toBe('201');
  await finish(made.body.factor.id, made.body.activation);
  expect(await calls()).toEqual([...begin, ...then]);
  expect((await ada.call('listFactors')).body.factors).toMatchObject([{ kind: body.kind, status: 'ACTIVE' }]);
});

test('Okta gets the browser’s user agent and language, and an address only from a trusted proxy’s header', async () => {
  const seen: CallContext[] = [];
  const watched = (trustedProxies: string[]) =>
    env.another({
      settings: { trustedProxies },
      okta: (client) => ({
        ...client,
        userFactorApi: {
          ...client.userFactorApi,
          enrollFactor: (parameters, context) => {
            seen.push(context!);
            return client.userFactorApi.enrollFactor(parameters, context);
          },
        },
      }),
    });
  const headers = {
    'accept-language': 'fr-CH, fr;q=0.9',
    'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0',
    'x-forwarded-for': '203.0.113.9',
  };
  const asks = async (proxies: string[]) => {
    const who = await (await watched(proxies)).signedIn(ADA);
    expect(said(await who.call('enrollFactor', {}, { body: { kind: 'totp' }, headers }))).toBe('201');
  };
  await asks([]);
  await asks(['127.0.0.1']);
  const browser = { acceptLanguage: headers['accept-language'], userAgent: headers['user-agent'] };
  expect(seen).toMatchObject([
    { ...browser, forwardedFor: '127.0.0.1' },
    { ...browser, forwardedFor: '203.0.113.9' },
  ]);
});
