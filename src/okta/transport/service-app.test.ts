import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader, EmbeddedJWK, jwtVerify } from 'jose';
import { beforeEach, describe, expect, test } from 'vitest';
import { type OktaClient, type OktaClientOptions } from '../client.ts';
import type { OktaError } from '../wire/okta-error.ts';
import type { PrivateKeyCredential } from './service-app.ts';
import { cutBefore, hang, json, oktaError, raw, type Behaviour, type Received, badOrg } from '../testing/bad-org.ts';
import { canary, getFailure } from '../testing/failure.ts';
import { factors, pendingTotp, userId } from '../testing/samples.ts';
import { connectTo } from '../testing/connect.ts';

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = { ...pair.privateKey.export({ format: 'jwk' }), kid: 'key-1' };

const org = await badOrg();
let client: OktaClient;
let now: number;
let ids: number;
/** @param nth the token request's number */
let tokens: (nth: number) => Behaviour;
let api: Behaviour;

const tokenRequests = () => org.requests.filter(({ path }) => path === '/oauth2/v1/token');
const apiRequests = () => org.requests.filter(({ path }) => path !== '/oauth2/v1/token');
const bearers = () => apiRequests().map(({ headers }) => headers.authorization);
const grant = (nth: number, expires_in: unknown = 3600) =>
  json({ token_type: 'Bearer', expires_in, access_token: `${canary}.${nth}`, scope: 'x' });

function connect(credential: Partial<PrivateKeyCredential> = {}, options: Partial<OktaClientOptions> = {}): OktaClient {
  return connectTo(org, {
    clock: { now: () => now },
    sleep: async () => {},
    random: () => 0.5,
    credential: {
      kind: 'private-key',
      clientId: '0oaService',
      privateKey: jwk,
      scopes: ['okta.users.read', 'okta.users.manage'],
      newId: () => `id-${(ids += 1)}`,
      ...credential,
    },
    ...options,
  });
}

beforeEach(() => {
  now = Date.parse('2026-05-04T09:15:00Z');
  ids = 0;
  tokens = grant;
  api = json(factors);
  org.will((response, request) =>
    (request.url === '/oauth2/v1/token' ? tokens(tokenRequests().length) : api)(response, request),
  );
  client = connect();
  return () => client.close();
});

const read = () => client.userFactorApi.listFactors({ userId });
const change = () => client.userFactorApi.enrollFactor({ userId, body: {} });
const form = ({ body }: Received) => Object.fromEntries(new URLSearchParams(body));

describe('the client assertion', () => {
  test('is a form signed by the key, valid for five minutes, for this org only', async () => {
    await read();
    const [tokenRequest] = tokenRequests();
    expect(tokenRequest).toMatchObject({
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    });
    expect(tokenRequest?.headers.authorization).toBeUndefined();
    const { client_assertion, ...rest } = form(tokenRequest!);
    expect(rest).toEqual({
      grant_type: 'client_credentials',
      scope: 'okta.users.read okta.users.manage',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    });
    const { payload, protectedHeader } = await jwtVerify(client_assertion!, pair.publicKey, {
      currentDate: new Date(now),
    });
    expect(protectedHeader).toEqual({ alg: 'ES256', kid: 'key-1' });
    expect(payload).toEqual({
      iss: '0oaService',
      sub: '0oaService',
      aud: `${org.origin}/oauth2/v1/token`,
      iat: now / 1000,
      exp: now / 1000 + 300,
      jti: 'id-1',
    });
    expect(bearers()).toEqual([`Bearer ${canary}.1`]);
  });

  test('has a new jti each time', async () => {
    client = connect({ newId: undefined });
    tokens = (nth) => grant(nth, 1);
    await read();
    await read();
    const names = tokenRequests().map((one) => decodeJwt(form(one)['client_assertion']!).jti);
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(name).toMatch(/^.{16,}$/);
  });

  test.each([
    ['RSA in PEM', 'RS256', 'rsa', { modulusLength: 2048 }, 'pkcs8'],
    ['RSA in old PEM', 'RS256', 'rsa', { modulusLength: 2048 }, 'pkcs1'],
    ['P-384', 'ES384', 'ec', { namedCurve: 'P-384' }, 'sec1'],
    ['P-521', 'ES512', 'ec', { namedCurve: 'P-521' }, 'pkcs8'],
  ] as const)('is signed with the key’s algorithm: %s', async (_, alg, kind, options, type) => {
    const made = generateKeyPairSync(kind as 'ec', options as { namedCurve: string });
    const privateKey = made.privateKey.export({ type: type as 'pkcs8', format: 'pem' }) as string;
    client = connect({ privateKey });
    await read();
    const assertion = form(tokenRequests()[0]!)['client_assertion']!;
    expect(decodeProtectedHeader(assertion)).toEqual({ alg });
    await jwtVerify(assertion, createPublicKey(privateKey), { currentDate: new Date(now) });
  });

  test.each<[string, PrivateKeyCredential['privateKey']]>([
    ['a word', canary],
    ['nothing', ''],
    ['a public key', pair.publicKey.export({ format: 'jwk' })],
    ['a secret', { kty: 'oct', k: canary }],
    ['a key of 1024 bits', generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ format: 'jwk' })],
    [
      'a curve that Okta does not take',
      generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    ],
  ])('cannot be made with %s, and the error does not repeat it', (_, privateKey) => {
    const make = () => connect({ privateKey });
    expect(make).toThrow(TypeError);
    expect(make).not.toThrow(canary);
  });
});

describe('the access token', () => {
  test('[U7] is requested once for all concurrent callers, and kept', async () => {
    await Promise.all(Array.from({ length: 20 }, read));
    await read();
    expect([tokenRequests().length, apiRequests().length]).toEqual([1, 21]);
  });

  test('is renewed a minute before it expires', async () => {
    await read();
    now += 3539_000;
    await read();
    expect(tokenRequests().length).toBe(1);
    now += 1000;
    await read();
    expect(tokenRequests().length).toBe(2);
    expect(bearers()).toEqual([`Bearer ${canary}.1`, `Bearer ${canary}.1`, `Bearer ${canary}.2`]);
  });

  test('is used until it expires when it cannot be renewed', async () => {
    await read();
    tokens = () => cutBefore;
    now += 3550_000;
    await expect(read()).resolves.toHaveLength(4);
    now += 50_000;
    expect(await getFailure(read)).toMatchObject({ kind: 'unavailable' });
  });

  test('is discarded when the clock was set back', async () => {
    await read();
    now -= 10_000_000;
    await read();
    expect(tokenRequests().length).toBe(2);
  });

  test('is dropped when Okta refuses it; a read is retried once with a new token', async () => {
    await read();
    api = (response, request) =>
      (request.headers.authorization === `Bearer ${canary}.2` ? json(factors) : oktaError(401, 'E0000011'))(
        response,
        request,
      );
    await expect(read()).resolves.toHaveLength(4);
    expect(bearers()).toEqual([1, 1, 2].map((nth) => `Bearer ${canary}.${nth}`));
    api = oktaError(401, 'E0000011');
    org.requests.length = 0;
    expect(await getFailure(read)).toMatchObject({ kind: 'api', status: 401, code: 'E0000011' });
    expect(apiRequests().length).toBe(2);
  });

  test('is dropped when Okta refuses it for a change, and the change is not retried', async () => {
    await read();
    org.requests.length = 0;
    api = oktaError(401, 'E0000011');
    expect(await getFailure(change)).toMatchObject({ kind: 'api', status: 401, acted: 'no' });
    expect(org.requests.length).toBe(1);
    api = json(pendingTotp);
    await change();
    expect(tokenRequests().length).toBe(1);
  });

  test('[U7] is renewed once when Okta refuses many calls at once', async () => {
    await read();
    org.requests.length = 0;
    api = (response, request) =>
      (request.headers.authorization === `Bearer ${canary}.1` ? oktaError(401, 'E0000011') : json(factors))(
        response,
        request,
      );
    tokens = () => grant(2);
    await Promise.all(Array.from({ length: 10 }, read));
    expect([tokenRequests().length, apiRequests().length]).toEqual([1, 20]);
  });
});

describe('a failed token request', () => {
  const oauth = (status: number, error: string) => json({ error, error_description: `about ${error}` }, status);
  test.each<[string, Behaviour, object]>([
    [
      'a wrong key',
      oauth(401, 'invalid_client'),
      { kind: 'api', status: 401, code: 'invalid_client', summary: 'about invalid_client' },
    ],
    ['a scope not granted', oauth(400, 'invalid_scope'), { kind: 'api', status: 400, code: 'invalid_scope' }],
    ['a proof that Okta refuses', oauth(400, 'invalid_dpop_proof'), { kind: 'api', code: 'invalid_dpop_proof' }],
    ['a nonce that does not come', oauth(400, 'use_dpop_nonce'), { kind: 'api', code: 'use_dpop_nonce' }],
    ['the limit of the token endpoint', oktaError(429, 'E0000047'), { kind: 'api', status: 429, code: 'E0000047' }],
    [
      'another kind of token',
      json({ token_type: 'mac', expires_in: 3600, access_token: canary }),
      { kind: 'bad_reply' },
    ],
    ['no end', grant(1, null), { kind: 'bad_reply' }],
    [
      'a token no header can carry',
      json({ token_type: 'Bearer', expires_in: 3600, access_token: `${canary}\r\nx: y` }),
      { kind: 'bad_reply' },
    ],
    ['HTML', raw('<html>', 200, { 'content-type': 'text/html' }), { kind: 'bad_reply' }],
    ['500', oktaError(500, 'E0000009'), { kind: 'api', status: 500 }],
    ['a cut', cutBefore, { kind: 'unavailable' }],
    ['silence', hang, { kind: 'timeout' }],
  ])(
    '%s: gives one typed error, makes no call, and the next call requests a token again',
    async (_, behaviour, expected) => {
      client = connect({}, { limits: { headersMs: 300, callMs: 600 } });
      tokens = () => behaviour;
      for (const call of [read, change])
        expect(await getFailure(call)).toMatchObject({
          ...expected,
          acted: 'no',
          message: expect.stringMatching(/no access token|took too long/),
        });
      expect([tokenRequests().length, apiRequests().length]).toEqual([2, 0]);
      tokens = grant;
      await expect(read()).resolves.toHaveLength(4);
    },
  );

  test('opens the breaker while the org is unreachable, and a probe with a new token closes it', async () => {
    tokens = () => cutBefore;
    for (let n = 0; n < 3; n += 1) await getFailure(read);
    org.requests.length = 0;
    expect(await getFailure(read)).toMatchObject({ kind: 'unavailable' });
    expect(org.requests).toEqual([]);
    tokens = grant;
    now += 2000;
    await expect(read()).resolves.toHaveLength(4);
    await expect(read()).resolves.toHaveLength(4);
  });

  test('one caller who cancels does not take the token from the others', async () => {
    let answer = () => {};
    tokens = (nth) => (response, request) => void (answer = () => grant(nth)(response, request));
    const giveUp = new AbortController();
    const impatient = client.userFactorApi
      .listFactors({ userId }, { signal: giveUp.signal })
      .catch((error: OktaError) => error);
    const patient = read();
    await expect.poll(() => tokenRequests().length).toBe(1);
    giveUp.abort();
    expect(await impatient).toMatchObject({ kind: 'aborted', acted: 'no' });
    answer();
    await expect(patient).resolves.toHaveLength(4);
    expect([tokenRequests().length, apiRequests().length]).toEqual([1, 1]);
  });
});

describe('DPoP', () => {
  const bound = (nth: number) => json({ token_type: 'DPoP', expires_in: 3600, access_token: `${canary}.${nth}` });
  const proofs = (requests: Received[]) => requests.map(({ headers }) => String(headers['dpop']));
  const nonces = (requests: Received[]) => proofs(requests).map((proof) => decodeJwt(proof)['nonce']);
  const refusal = (status: number, nonce: string | null) =>
    json({ errorCode: 'E0000011' }, status, {
      'www-authenticate': 'DPoP realm="x", error="use_dpop_nonce"',
      ...(nonce && { 'dpop-nonce': nonce }),
    });
  beforeEach(() => {
    tokens = bound;
  });

  test('[P5] proves each request with a key of its own: method, address, time, id and the token’s hash', async () => {
    await client.users.searchUsers({ search: 'x', limit: 1 }).catch(() => {});
    await change().catch(() => {});
    const requests = [...tokenRequests(), ...apiRequests()];
    const checked = await Promise.all(
      proofs(requests).map((proof) =>
        jwtVerify(proof, EmbeddedJWK, { typ: 'dpop+jwt', algorithms: ['ES256'], currentDate: new Date(now) }),
      ),
    );
    const keys = await Promise.all(
      checked.map(({ protectedHeader }) => calculateJwkThumbprint(protectedHeader['jwk']!)),
    );
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).not.toBe(await calculateJwkThumbprint(pair.publicKey.export({ format: 'jwk' }) as never));
    expect(checked.every(({ protectedHeader }) => !('d' in protectedHeader['jwk']!))).toBe(true);
    const ath = createHash('sha256').update(`${canary}.1`).digest('base64url');
    const iat = now / 1000;
    expect(checked.map(({ payload: { jti: _jti, ...claims } }) => claims)).toEqual([
      { htm: 'POST', htu: `${org.origin}/oauth2/v1/token`, iat },
      { htm: 'GET', htu: `${org.origin}/api/v1/users`, iat, ath },
      { htm: 'POST', htu: `${org.origin}/api/v1/users/${userId}/factors`, iat, ath },
    ]);
    expect(new Set(checked.map(({ payload }) => payload.jti)).size).toBe(3);
    expect(bearers()).toEqual([`DPoP ${canary}.1`, `DPoP ${canary}.1`]);
  });

  test('repeats a token request once with the nonce that Okta names, and keeps it', async () => {
    tokens = (nth) => (nth === 1 ? json({ error: 'use_dpop_nonce' }, 400, { 'dpop-nonce': 'nonce-1' }) : bound(nth));
    await read();
    now += 3600_000;
    await read();
    expect(nonces(tokenRequests())).toEqual([undefined, 'nonce-1', 'nonce-1']);
    const ids = tokenRequests().map((request) => decodeJwt(form(request)['client_assertion']!).jti);
    expect(new Set(ids).size).toBe(3);
    now += 3600_000;
    tokens = () => json({ error: 'use_dpop_nonce' }, 400, { 'dpop-nonce': 'nonce-2' });
    org.requests.length = 0;
    expect(await getFailure(read)).toMatchObject({ code: 'use_dpop_nonce' });
    expect(nonces(tokenRequests())).toEqual(['nonce-1', 'nonce-2']);
  });

  test.each([401, 400])(
    'an API that asks for a nonce with %i gets the request once more, also a change',
    async (status) => {
      api = (response, request) =>
        (decodeJwt(String(request.headers['dpop']))['nonce'] === 'n1' ? json(pendingTotp) : refusal(status, 'n1'))(
          response,
          request,
        );
      await change();
      expect(nonces(apiRequests())).toEqual([undefined, 'n1']);
      await change();
      expect(nonces(apiRequests())).toEqual([undefined, 'n1', 'n1']);
    },
  );

  test('is not repeated again and again, nor without a nonce', async () => {
    api = refusal(401, 'n1');
    expect(await getFailure(change)).toMatchObject({ kind: 'api', status: 401, acted: 'no' });
    expect(apiRequests().length).toBe(2);
    org.requests.length = 0;
    client = connect();
    api = refusal(401, null);
    expect(await getFailure(change)).toMatchObject({ kind: 'api', status: 401 });
    expect(apiRequests().length).toBe(1);
  });

  test('uses the nonce of any later answer', async () => {
    api = json(factors, 200, { 'dpop-nonce': 'n2' });
    await read();
    await read();
    expect(nonces(apiRequests())).toEqual([undefined, 'n2']);
  });

  test('sends no proof with a bearer token', async () => {
    tokens = grant;
    await read();
    expect(apiRequests().map(({ headers }) => headers['dpop'])).toEqual([undefined]);
  });
});

test('security questions need an API token: a service app gets a clear refusal, nothing is sent', async () => {
  const error = await getFailure(() => client.userFactorApi.listSupportedSecurityQuestions({ userId }));
  expect(error).toMatchObject({
    kind: 'api',
    status: null,
    code: null,
    acted: 'no',
    message: expect.stringContaining('API token'),
  });
  expect(org.requests).toEqual([]);
});

test('a client never shows its key or token when it is inspected', async () => {
  await read();
  const shown = inspect(client, { depth: 20, showHidden: true }) + JSON.stringify(client);
  expect(shown).not.toContain(canary);
  expect(shown).not.toContain(jwk.d);
});
