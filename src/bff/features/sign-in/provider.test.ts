import { createHmac, createPublicKey } from 'node:crypto';
import { SignJWT, generateKeyPair, type JWTHeaderParameters, type JWTPayload } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { KID, startIssuer, type Issuer } from '#testing/issuer.ts';
import { KeysUnreachable } from './bounded-http.ts';
import { createProvider, SignInRefused, type SignInAttempt, type Provider } from './provider.ts';

const CLIENT = 'the-client';
let issuer: Issuer;
let provider: Provider;
let attempt: SignInAttempt;
let foreign: CryptoKey;

const open = (over: { issuer?: string; now?: () => number } = {}) =>
  createProvider({
    issuer: issuer.issuer,
    clientId: CLIENT,
    clientSecret: 'a secret',
    redirectUri: 'http://localhost:4567/auth/callback',
    ...over,
  });

beforeAll(async () => {
  issuer = await startIssuer();
  foreign = (await generateKeyPair('RS256')).privateKey;
});
afterAll(() => issuer.close());
beforeEach(async () => {
  issuer.discovery = {};
  issuer.instead = {};
  issuer.token = { status: 200, body: {} };
  issuer.keys = [issuer.publicJwk];
  provider = open();
  ({ attempt } = await provider.begin({}));
});

const now = () => Math.floor(Date.now() / 1000);
const claims = (): JWTPayload => ({
  iss: issuer.issuer,
  aud: CLIENT,
  sub: '00u00000000000000000',
  nonce: attempt.nonce,
  iat: now(),
  exp: now() + 3600,
  auth_time: now(),
  amr: ['pwd'],
});
const drop = (...names: string[]) => Object.fromEntries(names.map((name) => [name, undefined]));
const sign = (over: object = {}, header: Partial<JWTHeaderParameters> = {}, key = issuer.privateKey) =>
  new SignJWT({ ...claims(), ...over }).setProtectedHeader({ alg: 'RS256', kid: KID, ...header }).sign(key);

async function finish(idToken: string | undefined, iss?: string, body: object = {}) {
  issuer.token = {
    status: 200,
    body: {
      token_type: 'Bearer',
      expires_in: 3600,
      access_token: 'an.access.token',
      scope: 'openid',
      id_token: idToken,
      ...body,
    },
  };
  return provider.finish('the-code', iss, attempt);
}

const part = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const unsigned = (header: object, payload: object | string = claims(), signature = '') =>
  `${part(header)}.${part(payload)}.${signature}`;

/** Some libraries accepted HS256 with the public key as the secret. */
function confused(spelling: 'pem' | 'jwk'): string {
  const pem = createPublicKey({ key: issuer.publicJwk as never, format: 'jwk' })
    .export({ type: 'spki', format: 'pem' })
    .toString();
  const head = `${part({ alg: 'HS256', kid: KID })}.${part(claims())}`;
  return `${head}.${createHmac('sha256', spelling === 'pem' ? pem : JSON.stringify(issuer.publicJwk))
    .update(head)
    .digest('base64url')}`;
}

test('accepts a valid token, and returns its claims', async () => {
  const token = await sign();
  const { claims: read, idToken } = await finish(token);
  expect(read).toMatchObject({ sub: '00u00000000000000000', nonce: attempt.nonce });
  expect(idToken).toBe(token);
  await expect(finish(await sign({ azp: CLIENT, aud: [CLIENT, 'another'] }), issuer.issuer)).resolves.toBeTruthy();
  await expect(finish(await sign({ exp: now() - 30, iat: now() - 90 }))).resolves.toBeTruthy();
});

const bad: [string, () => string | undefined | Promise<string | undefined>][] = [
  ['alg none', () => unsigned({ alg: 'none' })],
  ['alg None', () => unsigned({ alg: 'None', kid: KID })],
  [
    'alg none with a signature',
    async () => unsigned({ alg: 'none', kid: KID }, claims(), (await sign()).split('.')[2]),
  ],
  ['no alg', () => unsigned({ kid: KID }, claims(), 'AAAA')],
  ['HS256 with the public key as PEM', () => confused('pem')],
  ['HS256 with the public key as JWK', () => confused('jwk')],
  ["somebody else's key", () => sign({}, {}, foreign)],
  ["somebody else's key, brought along", () => sign({}, { jwk: issuer.publicJwk }, foreign)],
  ["somebody else's key, at an address", () => sign({}, { jku: `${issuer.issuer}/v1/keys` }, foreign)],
  [
    'PS256, which nobody agreed on',
    async () => `${part({ alg: 'PS256', kid: KID })}.${(await sign()).split('.').slice(1).join('.')}`,
  ],
  [
    'a critical header nobody knows',
    async () =>
      `${part({ alg: 'RS256', kid: KID, crit: ['x'], x: 1 })}.${(await sign()).split('.').slice(1).join('.')}`,
  ],
  [
    'a changed claim',
    async () =>
      `${part({ alg: 'RS256', kid: KID })}.${part({ ...claims(), sub: 'other' })}.${(await sign()).split('.')[2]}`,
  ],
  ['no signature', async () => (await sign()).split('.').slice(0, 2).join('.')],
  ['an empty signature', async () => `${(await sign()).split('.').slice(0, 2).join('.')}.`],
  ['a cut signature', async () => (await sign()).slice(0, -8)],
  ['a cut payload', async () => (await sign()).replace(/\.(.{20}).*?\./, '.$1.')],
  ['five parts', async () => `${await sign()}.a.b`],
  ['no token', () => undefined],
  ['an empty token', () => ''],
  ['no JWT', () => 'opaque'],
  ['another issuer', () => sign({ iss: 'https://evil.example' })],
  ['an issuer with a slash', () => sign({ iss: `${issuer.issuer}/` })],
  ['no issuer', () => sign(drop('iss'))],
  ['another audience', () => sign({ aud: 'another' })],
  ['no audience', () => sign(drop('aud'))],
  ['our id and another, without azp', () => sign({ aud: [CLIENT, 'another'] })],
  ["another client's azp", () => sign({ azp: 'another' })],
  ['azp twice over', () => sign({ azp: [CLIENT] })],
  ['an old nonce', () => sign({ nonce: 'the-nonce-of-another-attempt' })],
  ['no nonce', () => sign(drop('nonce'))],
  ['an empty nonce', () => sign({ nonce: '' })],
  ['a nonce that is a list', () => sign({ nonce: [attempt.nonce] })],
  ['no exp', () => sign(drop('exp'))],
  ['over', () => sign({ exp: now() - 120, iat: now() - 500 })],
  ['exp as text', () => sign({ exp: String(now() + 60) })],
  ['no iat', () => sign(drop('iat'))],
  ['made in the future', () => sign({ iat: now() + 600 })],
  ['made an hour ago', () => sign({ iat: now() - 3600 })],
  ['not before later', () => sign({ nbf: now() + 600 })],
  ['a sign-in in an hour', () => sign({ auth_time: now() + 3600 })],
  ['a sign-in in no year', () => sign({ auth_time: 1e300 })],
  ['a sign-in before 1970', () => sign({ auth_time: -1 })],
  ['a part of a second', () => sign({ auth_time: now() - 0.5 })],
  ['no auth_time', () => sign(drop('auth_time'))],
  ['auth_time as text', () => sign({ auth_time: String(now()) })],
  ['no sub', () => sign(drop('sub'))],
  ['an empty sub', () => sign({ sub: '' })],
  ['a sub that could be a path', () => sign({ sub: '../00u1' })],
  ['a sub without end', () => sign({ sub: 'x'.repeat(101) })],
  [
    'aud said twice, the last one wrong',
    () => unsigned({ alg: 'none' }, JSON.stringify(claims()).replace('{', '{"aud":"x",')),
  ],
];

test.each(bad)('[S2] refuses a token: %s', async (_what, token) => {
  await expect(finish(await token())).rejects.toThrow(SignInRefused);
});

test.each([
  ['an error', { status: 400, body: { error: 'invalid_grant', error_description: 'no such code' } }, SignInRefused],
  ['an error with 401', { status: 401, body: { error: 'invalid_client' } }, SignInRefused],
  ['an error with 200', { status: 200, body: { error: 'invalid_grant', id_token: 'x.y.z' } }, SignInRefused],
  ['nothing', { status: 200, body: {} }, SignInRefused],
])('refuses an exchange that gives %s', async (_what, answer, kind) => {
  issuer.token = answer;
  await expect(provider.finish('the-code', undefined, attempt)).rejects.toThrow(kind);
});

const html = { type: 'text/html', body: '<!doctype html><title>Maintenance</title>' };
const wrong: [string, Issuer['instead'][string]][] = [
  ['HTML', html],
  ['HTML that says it is JSON', { body: html.body }],
  ['nothing', { body: '' }],
  ['null', { body: 'null' }],
  ['a redirect to another host', { status: 302, location: 'https://evil.example/', body: '' }],
];

test.each([
  ...wrong,
  ['a list', { body: '[]' }],
  ['no keys', { body: '{}' }],
  ['an empty set', { body: '{"keys":[]}' }],
  ['keys that are no objects', { body: '{"keys":[null,7]}' }],
  ['keys of unknown types', { body: '{"keys":[{"kty":"PQC","kid":"the-key"},{"kty":"oct","k":"AAAA"}]}' }],
] satisfies typeof wrong)(
  '[S2] a key set that is %s says nothing of the token, and the next try works',
  async (_what, answer) => {
    issuer.instead = { '/v1/keys': answer };
    await expect(finish(await sign())).rejects.toThrow(KeysUnreachable);
    issuer.instead = {};
    ({ attempt } = await provider.begin({}));
    await expect(finish(await sign())).resolves.toBeTruthy();
  },
);

test.each([
  ...wrong,
  ['an endless token', { body: `{"id_token":"${'x'.repeat(400_000)}"}` }],
  ['an error with 503', { status: 503, body: '{"error":"temporarily_unavailable"}' }],
] as typeof wrong)(
  'a token answer that is %s is no refusal of the person, and the next try works',
  async (_what, answer) => {
    issuer.instead = { '/v1/token': answer };
    await expect(provider.finish('the-code', undefined, attempt)).rejects.not.toThrow(SignInRefused);
    issuer.instead = {};
    await expect(finish(await sign())).resolves.toBeTruthy();
  },
);

describe('the issuer', () => {
  test('[S3] must be named rightly in the callback, and is required when discovery says so', async () => {
    const token = await sign();
    await expect(finish(token, 'https://evil.example')).rejects.toThrow('another issuer');
    await expect(finish(token, '')).rejects.toThrow('another issuer');
    issuer.discovery = { authorization_response_iss_parameter_supported: true };
    provider = open();
    await expect(finish(token, undefined)).rejects.toThrow('another issuer');
    await expect(finish(token, issuer.issuer)).resolves.toBeTruthy();
  });

  test('[S3] rejects a discovery document of another issuer, naming it', async () => {
    for (const name of ['https://evil.example', `${issuer.issuer}/`, undefined, '']) {
      issuer.discovery = { issuer: name };
      await expect(open().begin({})).rejects.toThrow(/another issuer/);
    }
  });

  test.each(['authorization_endpoint', 'token_endpoint', 'jwks_uri', 'end_session_endpoint'])(
    '[S3] rejects %s on another host, naming it',
    async (name) => {
      const { host } = new URL(issuer.issuer);
      for (const address of [
        'https://evil.example/v1/x',
        'http://127.0.0.1:1/v1/x',
        `http://${host}@evil.example/`,
        `http://${host}.evil.example/`,
        `https://${host}/`,
      ]) {
        issuer.discovery = { [name]: address };
        await expect(open().begin({})).rejects.toThrow(new RegExp(`${name} is on another origin`));
      }
    },
  );
});

test.each<[string, Partial<Issuer>]>([
  ...wrong.map(([what, answer]): [string, Partial<Issuer>] => [what, { instead: { '/openid-configuration': answer } }]),
  ['a list', { instead: { '/openid-configuration': { body: '[]' } } }],
  ['another issuer’s', { discovery: { issuer: 'https://evil.example' } }],
  ['without a page to sign in', { discovery: { authorization_endpoint: undefined } }],
  ['without an address of tokens', { discovery: { token_endpoint: undefined } }],
  ['without keys', { discovery: { jwks_uri: undefined } }],
  ['without PKCE', { discovery: { code_challenge_methods_supported: undefined } }],
])('a discovery document that is %s is not kept', async (_what, answer) => {
  Object.assign(issuer, answer);
  const other = open();
  await expect(other.begin({})).rejects.toThrow();
  Object.assign(issuer, { instead: {}, discovery: {} });
  await expect(other.begin({})).resolves.toBeTruthy();
});

test('the library reads the document that the portal judged, and no other one', async () => {
  const other = open();
  issuer.asked.length = 0;
  await other.begin({});
  issuer.instead = { '/openid-configuration': { body: '{"issuer":"https://evil.example"}' } };
  await other.begin({});
  await expect(finish(await sign())).resolves.toBeTruthy();
  expect(issuer.asked.filter((path) => path.endsWith('/openid-configuration'))).toHaveLength(1);
});

test('Okta’s new addresses are known after an hour, and those of its keys after a failure', async () => {
  let minutes = 0;
  provider = open({ now: () => Date.now() + minutes * 60_000 });
  ({ attempt } = await provider.begin({}));
  await finish(await sign());
  issuer.discovery = { authorization_endpoint: `${issuer.issuer}/v2/authorize`, jwks_uri: `${issuer.issuer}/v2/keys` };
  minutes = 59;
  expect((await provider.begin({})).url).toContain('/v1/authorize');
  minutes = 61;
  expect((await provider.begin({})).url).toContain('/v2/authorize');
  // No server answers at the new address of the keys.
  await expect(finish(await sign())).rejects.toThrow(KeysUnreachable);
  issuer.discovery = {};
  ({ attempt } = await provider.begin({}));
  minutes = 0;
  await expect(finish(await sign())).resolves.toBeTruthy();
});

test.each([
  { status: 429, body: '{"errorCode":"E0000047"}' },
  { status: 503, body: '' },
  { type: 'text/html', body: '<title>Maintenance</title>' },
])('while the org refuses a new discovery document with %j, the last one stays in use', async (answer) => {
  let hours = 0;
  const other = open({ now: () => Date.now() + hours * 3_600_000 });
  await other.begin({});
  hours = 2;
  issuer.instead = { '/openid-configuration': answer };
  issuer.asked.length = 0;
  for (let times = 0; times < 5; times += 1) await expect(other.begin({})).resolves.toBeTruthy();
  expect(issuer.asked).toHaveLength(1);
  hours = 4;
  issuer.instead = {};
  issuer.discovery = { issuer: 'https://evil.example' };
  if (answer.status !== 429) await expect(other.begin({})).rejects.toThrow(/another issuer/);
});

test('[S2] unknown key ids cause one fetch of the keys, not one each', async () => {
  await finish(await sign());
  issuer.asked.length = 0;
  for (let n = 0; n < 60; n += 1)
    await expect(finish(await sign({}, { kid: `unknown-${n}` }, foreign))).rejects.toThrow(SignInRefused);
  expect(issuer.asked.filter((path) => path.endsWith('/keys')).length).toBeLessThanOrEqual(1);
  await expect(finish(await sign())).resolves.toBeTruthy();
});

test('every attempt has its own state, nonce and verifier', async () => {
  const many = await Promise.all(Array.from({ length: 50 }, () => provider.begin({})));
  for (const name of ['state', 'nonce', 'codeVerifier'] as const) {
    expect(new Set(many.map((one) => one.attempt[name])).size).toBe(50);
    for (const one of many) expect(one.attempt[name].length).toBeGreaterThanOrEqual(43);
  }
});
