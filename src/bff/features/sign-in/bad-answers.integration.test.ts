import { SignJWT } from 'jose';
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { KID, startIssuer, type Issuer } from '#testing/issuer.ts';
import { GRACE, startTestEnv, type Portal, type TestEnv } from '#testing/test-env.ts';
import { personId } from '../helpdesk/testing/helpdesk-fixture.ts';
import { createProvider } from './provider.ts';

const CLIENT = 'the-client';
let env: TestEnv;
let issuer: Issuer;
let portal: Portal;
let grace: string;
let text = '';
const logger = pino({ level: 'warn' }, { write: (line: string) => void (text += line) });
beforeAll(async () => {
  env = await startTestEnv();
  issuer = await startIssuer();
});
afterAll(async () => {
  await issuer.close();
  await env.close();
});
beforeEach(async () => {
  Object.assign(issuer, { instead: {}, discovery: {}, keys: [issuer.publicJwk] });
  const redirectUri = 'http://localhost:4567/auth/callback';
  const provider = createProvider({ issuer: issuer.issuer, clientId: CLIENT, clientSecret: 'a secret', redirectUri });
  portal = await env.fresh({ app: { provider }, logger });
  grace = await personId(portal, GRACE);
  text = '';
});

const html = { type: 'text/html', body: '<!doctype html><title>Maintenance</title>' };

/** `over` changes the claims of the ID token. */
async function signIn(over: object = {}) {
  const visitor = portal.visitor();
  const begun = await visitor.step('/auth/sign-in');
  if (begun.status !== 302) return begun;
  const { searchParams: asked } = new URL(begun.headers.location!);
  const seconds = Math.floor(Date.now() / 1000);
  const times = { auth_time: seconds, iat: seconds, exp: seconds + 300 };
  const claims = { iss: issuer.issuer, aud: CLIENT, sub: grace, nonce: asked.get('nonce'), ...times, ...over };
  const token = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: KID }).sign(issuer.privateKey);
  const body = { token_type: 'Bearer', expires_in: 300, access_token: 'a.b.c', scope: 'openid', id_token: token };
  issuer.token = { status: 200, body };
  return visitor.step(`/auth/callback?${new URLSearchParams({ state: asked.get('state')!, code: 'a-code' })}`);
}
const lines = () =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { msg: string; reason?: string; because?: string });

test.each([
  ['/openid-configuration', { body: '{"issuer":"https://evil.example"}' }],
  ['/v1/keys', { body: '{"keys":[]}' }],
  ['/v1/token', html],
])(
  'while %s answers %o, sign-ins fail by Okta, in one line of the log, and the next one works',
  async (path, answer) => {
    issuer.instead = { [path]: answer };
    for (let times = 0; times < 3; times += 1) expect((await signIn()).status).toBe(503);
    expect(lines().map(({ msg }) => msg)).toEqual(['a dependency does not answer']);
    expect(lines()[0]!.reason).toBeTypeOf('string');
    expect(text).not.toMatch(/"stack"|\bat .*\.ts/);
    issuer.instead = {};
    expect((await signIn()).status).toBe(302);
  },
);

test.each([
  ['another nonce', { nonce: 'of-another' }],
  ['a sign-in in an hour', { auth_time: Math.floor(Date.now() / 1000) + 3600 }],
])('an ID token with %s is refused in one line without a stack, and opens no session', async (_what, over) => {
  expect((await signIn(over)).status).toBe(403);
  expect(lines().map(({ msg }) => msg)).toEqual(['a sign-in was refused']);
  expect(text).not.toMatch(/"stack"|\bat .*\.ts/);
  expect(text.length).toBeLessThan(1000);
  expect(await portal.store.selectFrom('sessions').select('id').execute()).toEqual([]);
});

test('what Okta says of an error is cut in the log, and is not in the audit log', async () => {
  const description = 'e'.repeat(100_000);
  issuer.instead = {
    '/v1/token': { status: 400, body: JSON.stringify({ error: 'invalid_grant', error_description: description }) },
  };
  expect((await signIn()).status).toBe(403);
  expect(text.length).toBeLessThan(1000);
  const rows = portal.store.selectFrom('audit_log').select('reason').where('event', '=', 'user.session.refused');
  expect(await rows.execute()).toEqual([{ reason: 'the code was not exchanged' }]);
});
