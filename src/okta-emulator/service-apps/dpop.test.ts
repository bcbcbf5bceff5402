import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto';
import { SignJWT, calculateJwkThumbprint, decodeJwt, exportJWK } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { ADA, testEmulator } from '../testing/emulator.ts';

const newPair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const app = newPair();
const proofs = newPair();
const DAY = 86_400;

const publicKey = await exportJWK(proofs.publicKey);
const jwks = { keys: [await exportJWK(app.publicKey)] };
const scopes = ['okta.users.read'] as const;
const emulator = await testEmulator({
  serviceApps: [
    { clientId: 'bound', jwks, scopes, role: 'SUPER_ADMIN', dpop: true },
    { clientId: 'unbound', jwks, scopes, role: 'SUPER_ADMIN' },
  ],
});
beforeEach(() => emulator.reset());

const endpoint = () => `${emulator.url}/oauth2/v1/token`;
const now = () => Math.floor(emulator.clock.now() / 1000);
const signed = async (claims: object, header: object, key = app.privateKey) =>
  new SignJWT(JSON.parse(JSON.stringify(claims))).setProtectedHeader({ alg: 'ES256', ...header }).sign(key);

type Change = { claims?: Record<string, unknown>; header?: Record<string, unknown>; key?: typeof app.privateKey };

const createProof = (method: string, url: string, { claims = {}, header = {}, key = proofs.privateKey }: Change = {}) =>
  signed(
    { htm: method, htu: url, iat: now(), jti: randomUUID(), ...claims },
    { typ: 'dpop+jwt', jwk: publicKey, ...header },
    key,
  );

async function ask(proof: string | null, clientId = 'bound') {
  const claims = { iss: clientId, sub: clientId, aud: endpoint(), exp: now() + 300, jti: randomUUID() };
  const answer = await fetch(endpoint(), {
    method: 'POST',
    headers: proof === null ? {} : { dpop: proof },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await signed(claims, {}),
      scope: 'okta.users.read',
    }),
  });
  const body = (await answer.json()) as { access_token: string; token_type: string; error?: string };
  return { status: answer.status, nonce: answer.headers.get('dpop-nonce'), body };
}

async function nonce(): Promise<string> {
  return (await ask(await createProof('POST', endpoint()))).nonce!;
}
const withNonce = async (change: Change = {}) =>
  createProof('POST', endpoint(), { ...change, claims: { nonce: await nonce(), ...change.claims } });
const readToken = async () => (await ask(await withNonce())).body.access_token;

describe('the token endpoint, for an app that requires DPoP', () => {
  it('asks for a proof, then for a nonce, and binds the token to the proof’s key', async () => {
    expect(await ask(null)).toMatchObject({ status: 400, nonce: null, body: { error: 'invalid_dpop_proof' } });
    const first = await ask(await createProof('POST', endpoint()));
    expect(first).toMatchObject({
      status: 400,
      nonce: expect.stringMatching(/^[\w-]{32}$/),
      body: { error: 'use_dpop_nonce' },
    });
    const { status, body } = await ask(await createProof('POST', endpoint(), { claims: { nonce: first.nonce } }));
    expect([status, body.token_type]).toEqual([200, 'DPoP']);
    expect(decodeJwt(body.access_token)['cnf']).toEqual({ jkt: await calculateJwkThumbprint(publicKey) });
  });

  it('has another nonce each day, and accepts those of three days', async () => {
    const first = await nonce();
    const later = async () => ask(await createProof('POST', endpoint(), { claims: { nonce: first } }));
    emulator.clock.advance(2 * DAY);
    expect((await later()).status).toBe(200);
    emulator.clock.advance(DAY);
    expect(await later()).toMatchObject({ status: 400, body: { error: 'use_dpop_nonce' } });
    expect(await nonce()).not.toBe(first);
  });

  it.each<[string, () => Change]>([
    ['another method', () => ({ claims: { htm: 'GET' } })],
    ['another address', () => ({ claims: { htu: `${emulator.url}/oauth2/default/v1/token` } })],
    ['no address', () => ({ claims: { htu: undefined } })],
    ['an old time', () => ({ claims: { iat: now() - 301 } })],
    ['a time to come', () => ({ claims: { iat: now() + 301 } })],
    ['no time', () => ({ claims: { iat: undefined } })],
    ['no id', () => ({ claims: { jti: undefined } })],
    ['another type', () => ({ header: { typ: 'jwt' } })],
    ['no key', () => ({ header: { jwk: undefined } })],
    ['another key than its signature’s', () => ({ key: newPair().privateKey })],
    ['a private key', () => ({ header: { jwk: proofs.privateKey.export({ format: 'jwk' }) } })],
  ])('refuses a proof with %s', async (_what, change) => {
    expect(await ask(await withNonce(change()))).toMatchObject({ status: 400, body: { error: 'invalid_dpop_proof' } });
  });

  it('refuses a proof that was used before, and two at once', async () => {
    const proof = await withNonce();
    expect((await ask(proof)).status).toBe(200);
    for (const one of [proof, `${await withNonce()}, ${await withNonce()}`])
      expect(await ask(one)).toMatchObject({ status: 400, body: { error: 'invalid_dpop_proof' } });
  });

  it('leaves tokens of other apps unbound, whatever proof they send', async () => {
    const { status, body } = await ask(await createProof('POST', endpoint()), 'unbound');
    expect([status, body.token_type, decodeJwt(body.access_token)['cnf']]).toEqual([200, 'Bearer', undefined]);
  });
});

describe('the API, with a token that is bound to a key', () => {
  const path = `/users/${ADA}/factors`;
  const ath = (token: string) => createHash('sha256').update(token).digest('base64url');
  const call = (headers: Record<string, string>, at = path) => emulator.api('GET', at, undefined, headers);
  const proofFor = (token: string, change: Change = {}) =>
    createProof('GET', `${emulator.url}/api/v1${path}`, { ...change, claims: { ath: ath(token), ...change.claims } });

  it('answers with a proof for this very request, whose address has no query', async () => {
    const token = await readToken();
    const headers = async () => ({ authorization: `DPoP ${token}`, dpop: await proofFor(token) });
    expect((await call(await headers())).status).toBe(200);
    expect((await call(await headers(), `${path}?x=y`)).status).toBe(200);
  });

  it.each<[string, (token: string) => Change]>([
    ['no hash of the token', () => ({ claims: { ath: undefined } })],
    ['the hash of another token', () => ({ claims: { ath: ath('another') } })],
    ['another address', () => ({ claims: { htu: `${emulator.url}/api/v1/users/${ADA}` } })],
    ['another method', () => ({ claims: { htm: 'DELETE' } })],
    ['a time that is over', () => ({ claims: { iat: now() - 301 } })],
  ])('refuses a proof with %s', async (_what, change) => {
    const token = await readToken();
    const answer = await call({ authorization: `DPoP ${token}`, dpop: await proofFor(token, change(token)) });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('www-authenticate')).toMatch(/^DPoP .*error="invalid_dpop_proof"/);
  });

  it('refuses a proof that was used before, one of another key, and none', async () => {
    const token = await readToken();
    const proof = await proofFor(token);
    expect((await call({ authorization: `DPoP ${token}`, dpop: proof })).status).toBe(200);
    const other = newPair();
    const foreign = await proofFor(token, { key: other.privateKey, header: { jwk: await exportJWK(other.publicKey) } });
    for (const dpop of [proof, foreign, undefined])
      expect((await call({ authorization: `DPoP ${token}`, ...(dpop && { dpop }) })).status).toBe(400);
  });

  it('refuses a bound token as a bearer’s, and an unbound one with a proof', async () => {
    const bound = await readToken();
    const unbound = (await ask(null, 'unbound')).body.access_token;
    for (const [scheme, token] of [
      ['Bearer', bound],
      ['DPoP', unbound],
    ] as const)
      expect((await call({ authorization: `${scheme} ${token}`, dpop: await proofFor(token) })).status).toBe(401);
    expect((await call({ authorization: `Bearer ${unbound}` })).status).toBe(200);
  });
});
