import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { SignJWT, exportJWK, importJWK, type JWK } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { createBrowser } from '../testing/browser.ts';
import { ADA, GRACE, testEmulator } from '../testing/emulator.ts';

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const HOUR = 3600;

const ownKey = await exportJWK(ec.privateKey);
const jwks = { keys: [await exportJWK(ec.publicKey)] };
const emulator = await testEmulator({
  serviceApps: [
    { clientId: 'reader', jwks, scopes: ['okta.users.read'], role: 'SUPER_ADMIN' },
    { clientId: 'roleless', jwks, scopes: ['okta.users.read', 'okta.users.manage'] },
    { clientId: 'onlooker', jwks, scopes: ['okta.users.read', 'okta.users.manage'], role: 'READ_ONLY_ADMIN' },
  ],
});
beforeEach(() => emulator.reset());

const endpoint = () => `${emulator.url}/oauth2/v1/token`;

async function assertion(
  changed: Record<string, unknown> = {},
  key: JWK = emulator.serviceApp.privateKey,
  alg = 'RS256',
): Promise<string> {
  const now = Math.floor(emulator.clock.now() / 1000);
  const { clientId = emulator.serviceApp.clientId, ...claims } = changed;
  const payload = {
    iss: clientId,
    sub: clientId,
    aud: endpoint(),
    iat: now,
    exp: now + 300,
    jti: randomUUID(),
    ...claims,
  };
  return new SignJWT(JSON.parse(JSON.stringify(payload))).setProtectedHeader({ alg }).sign(await importJWK(key, alg));
}

type Granted = {
  access_token: string;
  scope: string;
  expires_in: number;
  token_type: string;
  error?: string;
  error_description?: string;
};

async function ask(proof: string, scope: string | undefined = 'okta.users.read', more: Record<string, string> = {}) {
  const answer = await fetch(endpoint(), {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: proof,
      ...(scope !== undefined && { scope }),
      ...more,
    }),
  });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Granted };
}

const bearer = async (scope: string, clientId?: string) => {
  const proof = clientId ? await assertion({ clientId }, ownKey, 'ES256') : await assertion();
  return { authorization: `Bearer ${(await ask(proof, scope)).body.access_token}` };
};

describe('the token endpoint', () => {
  it('gives a service app an access token for an hour, with no-store', async () => {
    const { status, headers, body } = await ask(await assertion(), 'okta.users.read okta.roles.read');
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({
      token_type: 'Bearer',
      expires_in: HOUR,
      access_token: expect.any(String),
      scope: 'okta.users.read okta.roles.read',
    });
    const [header = '', payload = ''] = body.access_token
      .split('.')
      .map((part) => Buffer.from(part, 'base64url').toString());
    expect(JSON.parse(header)).toMatchObject({ typ: 'application/okta-internal-at+jwt', alg: 'RS256' });
    expect(JSON.parse(payload)).toMatchObject({
      iss: emulator.url,
      aud: emulator.url,
      cid: 'latchkey-service',
      sub: 'latchkey-service',
      scp: ['okta.users.read', 'okta.roles.read'],
    });
  });

  it('keeps the private key in a file that only its owner can read, the same after a restart', async () => {
    expect(statSync(emulator.serviceApp.file).mode & 0o777).toBe(0o600);
    const first = await testEmulator();
    const again = await first.restart();
    expect(again.serviceApp.privateKey).toEqual(first.serviceApp.privateKey);
  });

  it('accepts an assertion once', async () => {
    const proof = await assertion();
    expect((await ask(proof)).status).toBe(200);
    expect(await ask(proof)).toMatchObject({
      status: 401,
      body: { error: 'invalid_client', error_description: expect.stringContaining('already been used') },
    });
    const answers = await Promise.all([1, 2, 3, 4].map(async () => ask(await assertion({ jti: 'the-same' }))));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it.each([
    ['another audience', { aud: 'https://elsewhere.example/oauth2/v1/token' }],
    ['no audience', { aud: undefined }],
    ['another subject', { sub: 'somebody' }],
    ['an unknown client', { clientId: 'nobody' }],
    ['no end', { exp: undefined }],
    ['an end that is over', { exp: 1_700_000_000 }],
    ['an end in more than an hour', { exp: 1_900_000_000 }],
    ['a jti that is no text', { jti: 7 }],
  ])('refuses an assertion with %s', async (_what, changed) => {
    expect(await ask(await assertion(changed))).toMatchObject({
      status: 401,
      body: { error: 'invalid_client', error_description: expect.any(String) },
    });
  });

  it('refuses an assertion of another signer, and an unsigned one', async () => {
    const none = [
      { alg: 'none' },
      JSON.parse(Buffer.from((await assertion()).split('.')[1] ?? '', 'base64url').toString()),
    ];
    const unsigned = `${none.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`;
    for (const proof of [await assertion({}, ownKey, 'ES256'), unsigned, 'no.jwt.this', 'x']) {
      expect(await ask(proof)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    }
  });

  it.each<[number, string, string?, Record<string, string>?, boolean?]>([
    [400, 'invalid_scope', 'okta.users.manage openid'],
    [400, 'invalid_scope', ''],
    [400, 'invalid_scope', 'okta.users.manage', {}, true],
    [400, 'unsupported_grant_type', undefined, { grant_type: 'password' }],
    [401, 'invalid_client', undefined, { client_assertion_type: 'x' }],
    [401, 'invalid_client', undefined, { client_id: 'reader' }],
  ])('reports other errors in OAuth’s format: %i %s for %s, %j', async (status, error, scope, more, asReader) => {
    const proof = asReader ? await assertion({ clientId: 'reader' }, ownKey, 'ES256') : await assertion();
    expect(await ask(proof, scope, more)).toMatchObject({ status, body: { error } });
  });

  it('accepts an expiry that is right by the emulator’s clock or the machine’s', async () => {
    const machine = Math.floor(emulator.clock.now() / 1000);
    emulator.clock.advance(10 * HOUR);
    expect((await ask(await assertion())).status).toBe(200);
    expect((await ask(await assertion({ exp: machine + 300 }))).status).toBe(200);
    expect((await ask(await assertion({ exp: machine + 5 * HOUR }))).status).toBe(401);
  });
});

describe('an access token of a service app', () => {
  const path = `/users/${ADA}/factors`;
  const body = { factorType: 'token:software:totp', provider: 'GOOGLE' };

  it('reads with a read scope, and changes with a manage scope', async () => {
    const read = await bearer('okta.users.read');
    const manage = await bearer('okta.users.manage');
    expect((await emulator.api('GET', path, undefined, read)).status).toBe(200);
    const refused = await emulator.api('POST', path, body, read);
    expect(refused).toMatchObject({ status: 403, body: { errorCode: 'E0000006' } });
    expect(refused.headers.get('www-authenticate')).toContain('error="insufficient_scope", scope="okta.users.manage"');
    const { status, body: pending } = await emulator.api('POST', path, body, manage);
    expect(status).toBe(200);
    expect((await emulator.api('DELETE', `${path}/${pending.id}`, undefined, manage)).status).toBe(204);
  });

  it('is limited by the app’s role', async () => {
    expect((await emulator.api('GET', path, undefined, await bearer('okta.users.read', 'roleless'))).status).toBe(403);
    const onlooker = await bearer('okta.users.read okta.users.manage', 'onlooker');
    expect((await emulator.api('GET', path, undefined, onlooker)).status).toBe(200);
    expect((await emulator.api('POST', path, body, onlooker)).body.errorCode).toBe('E0000006');
  });

  it('expires after an hour', async () => {
    const headers = await bearer('okta.users.read');
    emulator.clock.advance(HOUR - 1);
    expect((await emulator.api('GET', path, undefined, headers)).status).toBe(200);
    emulator.clock.advance(1);
    expect(await emulator.api('GET', path, undefined, headers)).toMatchObject({
      status: 401,
      body: { errorCode: 'E0000011' },
    });
  });

  it('cannot be changed, or be a person’s access token or an ID token', async () => {
    const { authorization } = await bearer('okta.users.read');
    const browser = createBrowser(emulator);
    const { body: person } = await browser.tokens(
      await browser.submit(await browser.authorize(), { username: GRACE, password: emulator.password }),
    );
    const [head, payload = '', sign] = authorization.split('.');
    const more = Buffer.from(
      Buffer.from(payload, 'base64url').toString().replace('okta.users.read', 'okta.users.manage'),
    ).toString('base64url');
    for (const token of [
      `${head}.${more}.${sign}`,
      `Bearer ${person.access_token}`,
      `Bearer ${person.id_token}`,
      `Bearer ${await assertion()}`,
      'Bearer ',
      `SSWS ${authorization.slice(7)}`,
    ]) {
      expect(await emulator.api('GET', path, undefined, { authorization: token })).toMatchObject({
        status: 401,
        body: { errorCode: 'E0000011' },
      });
    }
  });
});
