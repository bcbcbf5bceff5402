import { SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { KID, startIssuer, type Issuer } from '#testing/issuer.ts';
import { KeysUnreachable } from './bounded-http.ts';
import { createProvider, SignInRefused, type Provider, type SignInAttempt } from './provider.ts';

const CLIENT = 'the-client';
let issuer: Issuer;
let provider: Provider;
let attempt: SignInAttempt;
let time: number;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.close());
beforeEach(async () => {
  Object.assign(issuer, { instead: {}, discovery: {}, keys: [issuer.publicJwk] });
  time = Date.now();
  provider = open();
  ({ attempt } = await provider.begin({}));
});

const open = () =>
  createProvider({
    issuer: issuer.issuer,
    clientId: CLIENT,
    clientSecret: 'a secret',
    redirectUri: 'http://localhost:4567/auth/callback',
    now: () => time,
  });
const now = () => Math.floor(Date.now() / 1000);
async function token(over: object = {}): Promise<string> {
  const claims = { iss: issuer.issuer, aud: CLIENT, sub: '00u1', nonce: attempt.nonce, auth_time: now() };
  return new SignJWT({ ...claims, iat: now(), exp: now() + 300, ...over })
    .setProtectedHeader({ alg: 'RS256', kid: KID })
    .sign(issuer.privateKey);
}
async function finish(over: object = {}) {
  const body = { token_type: 'Bearer', expires_in: 300, access_token: 'a.b.c', scope: 'openid' };
  issuer.token = { status: 200, body: { ...body, id_token: await token(over) } };
  return provider.finish('the-code', undefined, attempt);
}

const html = { type: 'text/html', body: '<!doctype html><title>Maintenance</title>' };
const wrong: [string, Issuer['instead'][string]][] = [
  ['HTML', html],
  ['HTML that says it is JSON', { body: html.body }],
  ['nothing', { body: '' }],
  ['null', { body: 'null' }],
  ['a list', { body: '[]' }],
  ['a redirect to another host', { status: 302, location: 'https://evil.example/', body: '' }],
];

test.each([
  ...wrong,
  ['no keys', { body: '{}' }],
  ['an empty set', { body: '{"keys":[]}' }],
  ['keys that are no objects', { body: '{"keys":[null,7]}' }],
  ['keys of unknown types', { body: '{"keys":[{"kty":"PQC","kid":"the-key"},{"kty":"oct","k":"AAAA"}]}' }],
] satisfies typeof wrong)(
  '[S2] a key set that is %s says nothing of the token, and the next try works',
  async (_what, answer) => {
    issuer.instead = { '/v1/keys': answer };
    await expect(finish()).rejects.toThrow(KeysUnreachable);
    issuer.instead = {};
    ({ attempt } = await provider.begin({}));
    await expect(finish()).resolves.toMatchObject({ claims: { sub: '00u1' } });
  },
);

test.each(wrong)('a discovery document that is %s is not kept', async (_what, answer) => {
  issuer.instead = { '/openid-configuration': answer };
  const other = open();
  await expect(other.begin({})).rejects.toThrow();
  issuer.instead = {};
  await expect(other.begin({})).resolves.toMatchObject({ attempt: { state: expect.any(String) } });
});

test('a document without PKCE fails that sign-in, and not those of the next day', async () => {
  issuer.discovery = { code_challenge_methods_supported: undefined };
  const other = open();
  await expect(other.begin({})).rejects.toThrow('code_challenge_method');
  issuer.discovery = {};
  await expect(other.begin({})).resolves.toMatchObject({ attempt: { state: expect.any(String) } });
});

test('the library reads the document that the portal judged, and no other one', async () => {
  const other = open();
  issuer.asked.length = 0;
  await other.begin({});
  issuer.instead = { '/openid-configuration': { body: '{"issuer":"https://evil.example"}' } };
  await other.begin({});
  await expect(finish()).resolves.toMatchObject({ claims: { sub: '00u1' } });
  expect(issuer.asked.filter((path) => path.endsWith('/openid-configuration'))).toHaveLength(1);
});

test('Okta’s new addresses are known after an hour, and those of its keys after a failure', async () => {
  await finish();
  issuer.discovery = { authorization_endpoint: `${issuer.issuer}/v2/authorize`, jwks_uri: `${issuer.issuer}/v2/keys` };
  time += 59 * 60_000;
  expect((await provider.begin({})).url).toContain('/v1/authorize');
  time += 2 * 60_000;
  expect((await provider.begin({})).url).toContain('/v2/authorize');
  // No server answers at the new address of the keys.
  await expect(finish()).rejects.toThrow(KeysUnreachable);
  issuer.discovery = {};
  ({ attempt } = await provider.begin({}));
  time = Date.now();
  await expect(finish()).resolves.toBeTruthy();
});

test.each([
  ...wrong.filter(([what]) => what !== 'a list'),
  ['an endless token', { body: `{"id_token":"${'x'.repeat(400_000)}"}` }],
] as typeof wrong)(
  'a token answer that is %s is no refusal of the person, and the next try works',
  async (_what, answer) => {
    issuer.instead = { '/v1/token': answer };
    await expect(provider.finish('the-code', undefined, attempt)).rejects.not.toThrow(SignInRefused);
    issuer.instead = {};
    await expect(finish()).resolves.toBeTruthy();
  },
);

test.each([
  ['a sign-in in an hour', { auth_time: now() + 3600 }],
  ['a sign-in in no year', { auth_time: 1e300 }],
  ['a sign-in before 1970', { auth_time: -1 }],
  ['a part of a second', { auth_time: now() - 0.5 }],
  ['a person who could be a path', { sub: '../00u1' }],
  ['a person without end', { sub: 'x'.repeat(101) }],
  ['no person', { sub: '' }],
])('[S2] refuses a token that claims %s', async (_what, over) => {
  await expect(finish(over)).rejects.toThrow(SignInRefused);
});
