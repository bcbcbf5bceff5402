import { createHmac, createPublicKey } from 'node:crypto';
import { CompactSign, generateKeyPair, SignJWT, type JWTHeaderParameters } from 'jose';
import pino from 'pino';
import { ApiError } from '#contract/errors.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { KID, startIssuer, type Issuer } from '#testing/issuer.ts';
import { ADA, GRACE, testEnv, type Portal } from '#testing/test-env.ts';
import { exchange, said, type Reply, type Visitor } from '#testing/visitor.ts';
import { LOGOUT_PATH } from './logout-settings.ts';
import { pruneEnded } from '../../platform/lifecycle/prune.ts';

const CLIENT = 'the-client';

const env = await testEnv();

const ended = (portal: Portal) =>
  portal.auditRows({ event: 'user.session.end' }, 'actor', 'subject', 'outcome', 'reason');
const userOf = async (portal: Portal, login: string) =>
  (await portal.store.selectFrom('sessions').select('user_id').where('login', '=', login).executeTakeFirstOrThrow())
    .user_id;

describe('[S9] Universal Logout by the org', () => {
  let portal: Portal;
  beforeEach(async () => {
    portal = await env.fresh();
    env.emulator.universalLogout.endpoint = portal.base + LOGOUT_PATH;
  });

  test('ends a person’s sessions here at once, on every device, and nobody else’s', async () => {
    const [one, two, ada] = [await portal.signedIn(GRACE), await portal.signedIn(GRACE), await portal.signedIn(ADA)];
    const grace = await userOf(portal, GRACE);
    expect(await env.simulator('POST', `/users/${GRACE}/clear-sessions`, {})).toEqual({ login: GRACE, app: 204 });
    for (const visitor of [one, two]) expect(said(await visitor.call('getSession'))).toBe('401 signed_out');
    expect(said(await ada.call('getSession'))).toBe('200');
    expect(await ended(portal)).toEqual([
      { actor: null, subject: grace, outcome: 'success', reason: 'universal logout by the org' },
    ]);
    expect(await env.simulator('POST', `/users/${GRACE}/clear-sessions`, {})).toMatchObject({ app: 204 });
    expect(await ended(portal)).toHaveLength(1);
  });

  test('ends them for a logout by the API too, and a missing app delays nothing', async () => {
    const grace = await portal.signedIn(GRACE);
    await portal.okta.sessions.revokeUserSessions({ userId: await userOf(portal, GRACE) });
    expect(said(await grace.call('getSession'))).toBe('401 signed_out');
    env.emulator.universalLogout.endpoint = 'http://127.0.0.1:9/nowhere';
    expect(await env.simulator('POST', `/users/${GRACE}/clear-sessions`, {})).toEqual({ login: GRACE, app: null });
  });
});

describe('[S9] Universal Logout by anybody else', () => {
  let issuer: Issuer;
  let portal: Portal;
  let grace: Visitor;
  let sub: string;
  let foreign: CryptoKey;
  let made = 0;
  beforeAll(async () => {
    issuer = await startIssuer();
    foreign = (await generateKeyPair('RS256')).privateKey;
    portal = await env.fresh();
    const { issuer: signer } = issuer;
    const universalLogout = {
      issuer: signer,
      keysUrl: `${signer}/v1/keys`,
      clientId: CLIENT,
      audience: `${portal.base}${LOGOUT_PATH}`,
      issuers: [signer],
    };
    await portal.close();
    portal = await env.another({ app: { universalLogout }, settings: { baseUrl: portal.base } });
    const store = portal.store;
    grace = await (await env.another({ app: { store } })).signedIn(GRACE);
    sub = await userOf(portal, GRACE);
  });
  afterAll(() => issuer.close());

  const now = () => Math.floor(env.clock.now() / 1000);
  const claims = (over: object = {}) => ({
    iss: issuer.issuer,
    sub: CLIENT,
    aud: `${portal.base}${LOGOUT_PATH}`,
    jti: `j${(made += 1)}`,
    iat: now(),
    nbf: now() - 300,
    exp: now() + 300,
    ...over,
  });
  const sign = (over: object = {}, header: Partial<JWTHeaderParameters> = {}, key = issuer.privateKey) =>
    new SignJWT(claims(over))
      .setProtectedHeader({
        alg: 'RS256',
        kid: KID,
        typ: 'global-token-revocation+jwt',
        ...header,
      } as JWTHeaderParameters)
      .sign(key);
  const named = () => ({ sub_id: { format: 'iss_sub', iss: issuer.issuer, sub } });
  const port = () => (portal.app.fastify.server.address() as { port: number }).port;
  const ask = (
    token: string | undefined,
    body: unknown = named(),
    headers: Record<string, string> = {},
  ): Promise<Reply> =>
    exchange(`http://localhost:${port()}`, {
      method: 'POST',
      path: LOGOUT_PATH,
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: JSON.stringify(body),
    });
  const consumed = async () => (await portal.store.selectFrom('consumed_tokens').selectAll().execute()).length;
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const header = { typ: 'global-token-revocation+jwt', kid: KID };
  const confused = (pem: boolean) => {
    const text = createPublicKey({ key: issuer.publicJwk as never, format: 'jwk' })
      .export({ type: 'spki', format: 'pem' })
      .toString();
    const head = `${part({ ...header, alg: 'HS256' })}.${part(claims())}`;
    return `${head}.${createHmac('sha256', pem ? text : JSON.stringify(issuer.publicJwk))
      .update(head)
      .digest('base64url')}`;
  };
  const without = (name: string) => ({ [name]: undefined });

  const bad: [string, () => string | undefined | Promise<string | undefined>][] = [
    ['no token', () => undefined],
    ['rubbish', () => 'a.b.c'],
    ['alg none', () => `${part({ ...header, alg: 'none' })}.${part(claims())}.`],
    [
      'alg None, with a signature',
      async () => `${part({ ...header, alg: 'None' })}.${part(claims())}.${(await sign()).split('.')[2]}`,
    ],
    ['HS256 with the public key as PEM', () => confused(true)],
    ['HS256 with the public key as JWK', () => confused(false)],
    ['another key', () => sign({}, {}, foreign)],
    ['another key, brought along', () => sign({}, { jwk: issuer.publicJwk as never }, foreign)],
    ['an unknown kid', () => sign({}, { kid: 'unknown' }, foreign)],
    [
      'claims changed after signing',
      async () =>
        (await sign())
          .split('.')
          .with(1, part(claims({ sub: 'x' })))
          .join('.'),
    ],
    [
      'a critical header that nobody knows',
      () =>
        new SignJWT(claims())
          .setProtectedHeader({ ...header, alg: 'RS256', crit: ['x'], x: 1 })
          .sign(issuer.privateKey, { crit: { x: true } }),
    ],
    [
      'a request inside another',
      async () =>
        new CompactSign(Buffer.from(await sign()))
          .setProtectedHeader({ ...header, alg: 'RS256', cty: 'JWT' })
          .sign(issuer.privateKey),
    ],
    ['an ID token’s type', () => sign({}, { typ: 'JWT' })],
    ['no type', () => sign({}, { typ: undefined as never })],
    ['another issuer', () => sign({ iss: 'https://evil.example' })],
    ['an issuer with a slash', () => sign({ iss: `${issuer.issuer}/` })],
    ['another audience', () => sign({ aud: 'https://other.example/auth/global-token-revocation' })],
    ['our client as the audience', () => sign({ aud: CLIENT })],
    ['an audience of two', () => sign({ aud: [`${portal.base}${LOGOUT_PATH}`, 'https://other.example'] })],
    ['another client', () => sign({ sub: 'another-client' })],
    ['too old', () => sign({ iat: now() - 700, exp: now() - 61 })],
    ['from the future', () => sign({ iat: now() + 120, nbf: now() + 120, exp: now() + 300 })],
    ['not good yet', () => sign({ nbf: now() + 120 })],
    ['good for a day', () => sign({ exp: now() + 86_400 })],
    ...['iss', 'aud', 'sub', 'exp', 'iat', 'jti'].map((name): [string, () => Promise<string>] => [
      `without ${name}`,
      () => sign(without(name)),
    ]),
    ['an id that is no text', () => sign({ jti: 7 })],
    ['an id without end', () => sign({ jti: 'j'.repeat(201) })],
  ];

  test.each(bad)('ends nothing with %s, and writes no row', async (_what, token) => {
    const before = await consumed();
    const reply = await ask(await token());
    expect([reply.status, reply.headers['www-authenticate'], reply.text]).toEqual([
      401,
      'Bearer error="invalid_token"',
      '{"error":"invalid_token"}',
    ]);
    expect(await consumed()).toBe(before);
    expect(await ended(portal)).toEqual([]);
    expect(said(await grace.call('getSession'))).toBe('200');
  });

  test('cannot make us fetch keys: a thousand unknown key ids cause one fetch in 30 s, even if it fails', async () => {
    const token = await sign({}, { kid: 'first' }, foreign);
    await ask(token);
    const before = issuer.asked.filter((path) => path.endsWith('/v1/keys')).length;
    for (let n = 0; n < 1000; n += 50) {
      await Promise.all(
        Array.from({ length: 50 }, async (_, k) =>
          ask(token.replace(/^[^.]+/, part({ ...header, alg: 'RS256', kid: `k${n + k}` }))),
        ),
      );
    }
    expect(issuer.asked.filter((path) => path.endsWith('/v1/keys')).length - before).toBeLessThanOrEqual(1);
    const dead = await env.another({
      app: {
        store: portal.store,
        universalLogout: {
          issuer: issuer.issuer,
          keysUrl: `${issuer.issuer}/nowhere`,
          clientId: CLIENT,
          audience: 'x',
          issuers: [],
        },
      },
    });
    for (let n = 0; n < 50; n += 1) {
      const reply = await dead.app.fastify.inject({
        method: 'POST',
        url: LOGOUT_PATH,
        headers: { authorization: `Bearer ${token}` },
      });
      expect(reply.statusCode).toBe(503);
    }
    expect(issuer.asked.filter((path) => path.endsWith('/nowhere'))).toHaveLength(1);
  });

  test('cannot replay a request: it works once, whoever it names', async () => {
    const token = await sign();
    expect(
      (await ask(token, { sub_id: { format: 'iss_sub', iss: issuer.issuer, sub: '00u00000000000000000' } })).status,
    ).toBe(204);
    expect((await ask(token)).status).toBe(401);
    const again = await Promise.all(
      Array.from({ length: 5 }, (_, n) => (n ? ask(token) : sign().then((one) => ask(one, {})))),
    );
    expect(again.map(({ status }) => status)).toEqual([400, 401, 401, 401, 401]);
    expect(said(await grace.call('getSession'))).toBe('200');
    env.advance(16 * 60);
    await grace.call('listFactors');
    expect((await ask(token)).status).toBe(401);
  });

  test.each([
    ['nobody', {}],
    ['nothing', null],
    ['a list', [1]],
    ['another format', { sub_id: { format: 'opaque', id: 'x' } }],
    ['another issuer’s person', { sub_id: { format: 'iss_sub', iss: 'https://evil.example', sub: 'x' } }],
    ['a path for an id', { sub_id: { format: 'iss_sub', iss: 'issuer', sub: '../x' } }],
    ['a query for an address', { subject: { format: 'email', email: 'a@b.c" or profile.login sw "a' } }],
  ])('cannot use a genuine token that names %s', async (_what, body) => {
    expect((await ask(await sign(), body)).status).toBe(400);
    expect(await ended(portal)).toEqual([]);
  });

  test('does not stop the org’s own request, by id or email, as `sub_id` or `subject`, without our header', async () => {
    for (const body of [named(), { subject: named().sub_id }, { subject: { format: 'email', email: GRACE } }]) {
      const visitor = await (await env.another({ app: { store: portal.store } })).signedIn(GRACE);
      expect((await ask(await sign(), body)).status).toBe(204);
      expect(said(await visitor.call('getSession'))).toBe('401 signed_out');
    }
    expect((await ask(await sign(), { subject: { format: 'email', email: 'nobody@example.com' } })).status).toBe(404);
    expect(await ended(portal)).toHaveLength(3);
    env.advance(1000);
    await pruneEnded(portal.store, env.clock);
    expect(await consumed()).toBe(0);
  });

  test('may come again after a failure of ours until it succeeds, five times, and for the same person only', async () => {
    const visitor = await (await env.another({ app: { store: portal.store } })).signedIn(GRACE);
    const token = await sign();
    const { auditLog } = portal.app.services;
    const { events } = auditLog;
    auditLog.events = () => Promise.reject(new ApiError('store_unavailable'));
    for (let n = 0; n < 2; n += 1) expect((await ask(token)).status).toBe(503);
    const another = { sub_id: { format: 'iss_sub', iss: issuer.issuer, sub: '00u00000000000000000' } };
    expect((await ask(token, another)).status).toBe(401);
    auditLog.events = events;
    expect(said(await visitor.call('getSession'))).toBe('200');
    expect((await ask(token)).status).toBe(204);
    expect(said(await visitor.call('getSession'))).toBe('401 signed_out');
    expect((await ask(token)).status).toBe(401);

    const failing = await sign();
    auditLog.events = () => Promise.reject(new ApiError('store_unavailable'));
    const tries = [];
    for (let n = 0; n < 6; n += 1) tries.push((await ask(failing)).status);
    auditLog.events = events;
    expect(tries).toEqual([503, 503, 503, 503, 503, 401]);
    const wrong = await sign();
    expect([(await ask(wrong, {})).status, (await ask(wrong, {})).status]).toEqual([400, 401]);
  });

  test('does not limit the org’s mass logout, and writes few log lines', async () => {
    const lines: string[] = [];
    const universalLogout = {
      issuer: issuer.issuer,
      keysUrl: `${issuer.issuer}/v1/keys`,
      clientId: CLIENT,
      audience: `${portal.base}${LOGOUT_PATH}`,
      issuers: [issuer.issuer],
    };
    const logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
    const limited = await env.another({
      app: { universalLogout },
      settings: { rateLimits: true, signInRate: 100, baseUrl: portal.base },
      logger,
    });
    const send = async (authorization: string) =>
      (
        await limited.app.fastify.inject({
          method: 'POST',
          url: LOGOUT_PATH,
          headers: { authorization, 'content-type': 'application/json' },
          payload: JSON.stringify(named()),
        })
      ).statusCode;
    const counts = async (times: number, token: () => Promise<string> | string) => {
      const all = await Promise.all(Array.from({ length: times }, async () => send(`Bearer ${await token()}`)));
      return Object.fromEntries(
        [...new Set(all)].map((status) => [status, all.filter((one) => one === status).length]),
      );
    };
    expect(await counts(200, () => 'a.b.c')).toEqual({ 401: 120, 429: 80 });
    expect(lines.filter((line) => line.includes('universal logout was refused'))).toHaveLength(120);
    expect(await counts(300, () => sign())).toEqual({ 204: 300 });
    expect(await counts(1, () => sign())).toEqual({ 429: 1 });
  });
});
