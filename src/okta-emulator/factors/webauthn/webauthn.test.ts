import { beforeEach, describe, expect, it } from 'vitest';
import { ADA, GRACE, testEmulator, type Answer, type TestEmulator } from '../../testing/emulator.ts';
import { createSecurityKey, type Tampering, type SecurityKey } from '../../testing/security-key.ts';

type Wire = {
  id: string;
  status: string;
  factorResult?: string;
  profile?: { credentialId: string; authenticatorName: string };
  lastVerified?: string;
  errorCode?: string;
  _links: Record<string, { href: string }>;
  _embedded: {
    activation: { challenge: string; excludeCredentials: unknown[]; rp: { name: string; id?: string } };
    challenge: { challenge: string; rpId?: string };
  };
};

const emulator = await testEmulator();
const oie = await testEmulator({ engine: 'oie' });
beforeEach(() => emulator.reset());

const date = expect.stringMatching(/\.000Z$/);
const refused = {
  status: 403,
  body: {
    errorCode: 'E0000068',
    errorCauses: [{ errorSummary: "Your passcode doesn't match our records. Please try again." }],
  },
};

const call = (path: string, body: unknown = {}, at: TestEmulator = emulator, login = ADA): Promise<Answer<Wire>> =>
  at.api<Wire>('POST', `/users/${login}/factors${path}`, body);
const start = async (at: TestEmulator = emulator, login = ADA) =>
  (await call('', { factorType: 'webauthn', provider: 'FIDO' }, at, login)).body;
const challengeFor = async (id: string, at: TestEmulator = emulator, login = ADA) =>
  (await call(`/${id}/verify`, {}, at, login)).body._embedded.challenge.challenge;

const register = ({ id, _embedded }: Wire, key: SecurityKey, lie: Tampering = {}, at = emulator, login = ADA) =>
  call(`/${id}/lifecycle/activate`, key.register(_embedded.activation.challenge, lie), at, login);

async function enrolled(key: SecurityKey, at: TestEmulator = emulator, login = ADA): Promise<Wire> {
  const pending = await start(at, login);
  const { status, body } = await register(pending, key, {}, at, login);
  expect(status).toBe(200);
  return body;
}

describe('a security key on the wire', () => {
  it.each(['classic', 'oie'])('on %s: every answer has exactly the documented shape', async (engine) => {
    const at = engine === 'oie' ? oie : emulator;
    const user = (await at.api('GET', `/users/${ADA}`)).body.id;
    const pending = await start(at);
    const self = `${at.url}/api/v1/users/${user}/factors/${pending.id}`;
    const person = { href: `${at.url}/api/v1/users/${user}`, hints: { allow: ['GET'] } };
    const shared = {
      id: expect.stringMatching(/^fwf[0-9A-Za-z]{14}5d7$/),
      factorType: 'webauthn',
      provider: 'FIDO',
      vendorName: 'FIDO',
      created: date,
      lastUpdated: date,
    };
    expect(pending).toEqual({
      ...shared,
      status: 'PENDING_ACTIVATION',
      _links: {
        activate: { href: `${self}/lifecycle/activate`, hints: { allow: ['POST'] } },
        self: { href: self, hints: { allow: ['GET'] } },
        user: person,
      },
      _embedded: {
        activation: {
          attestation: 'direct',
          authenticatorSelection: { userVerification: 'preferred', requireResidentKey: false },
          challenge: expect.stringMatching(/^[A-Za-z0-9_-]{20}$/),
          excludeCredentials: [],
          pubKeyCredParams: [
            { type: 'public-key', alg: -7 },
            { type: 'public-key', alg: -257 },
          ],
          rp: { name: 'Example', id: 'localhost' },
          user: { displayName: 'Ada Lovelace', name: ADA, id: user },
        },
      },
    });
    const key = createSecurityKey({ aaguid: 'cb69481e-8ff7-4039-93ec-0a2729a154a8' });
    const active = await register(pending, key, {}, at);
    const profile = { credentialId: key.id, authenticatorName: 'YubiKey 5 Series' };
    const shown = {
      ...shared,
      status: 'ACTIVE',
      lastVerified: date,
      profile,
      _links: {
        self: { href: self, hints: { allow: ['GET', 'DELETE'] } },
        verify: { href: `${self}/verify`, hints: { allow: ['POST'] } },
        user: person,
      },
    };
    expect(active.body).toEqual(shown);
    expect((await at.api('GET', `/users/${ADA}/factors/${pending.id}`)).body).toEqual(shown);
    const challenged = await call(`/${pending.id}/verify`, undefined, at);
    expect([challenged.status, challenged.body]).toEqual([
      200,
      {
        factorResult: 'CHALLENGE',
        profile,
        _links: {
          verify: { href: `${self}/verify`, hints: { allow: ['POST'] } },
          factor: { href: self, hints: { allow: ['GET', 'DELETE'] } },
        },
        _embedded: { challenge: { challenge: expect.stringMatching(/^[A-Za-z0-9_-]{20}$/), extensions: {} } },
      },
    ]);
    const verified = await call(`/${pending.id}/verify`, key.assert(challenged.body._embedded.challenge.challenge), at);
    expect([verified.status, verified.body]).toEqual([200, { factorResult: 'SUCCESS', profile }]);
    const catalog = await at.api<{ factorType: string }[]>('GET', `/users/${ADA}/factors/catalog`);
    expect(catalog.body.filter(({ factorType }) => factorType === 'webauthn')).toMatchObject([
      { provider: 'FIDO', status: 'ACTIVE' },
    ]);
    expect((await at.api('DELETE', `/users/${ADA}/factors/${pending.id}`)).status).toBe(204);
  });

  it('accepts base64url as well as base64', async () => {
    const key = createSecurityKey();
    const pending = await start();
    const { status } = await call(
      `/${pending.id}/lifecycle/activate`,
      key.register(pending._embedded.activation.challenge, {}, 'base64url'),
    );
    expect(status).toBe(200);
    expect(
      await call(`/${pending.id}/verify`, key.assert(await challengeFor(pending.id), {}, 'base64url')),
    ).toMatchObject({ body: { factorResult: 'SUCCESS' } });
  });

  it('reports when a key was last used', async () => {
    const key = createSecurityKey();
    const { id, lastVerified } = await enrolled(key);
    emulator.clock.advance(60);
    await call(`/${id}/verify`, key.assert(await challengeFor(id)));
    const { body } = await emulator.api<Wire>('GET', `/users/${ADA}/factors/${id}`);
    expect(Date.parse(body.lastVerified ?? '') - Date.parse(lastVerified ?? '')).toBe(60_000);
  });

  it('names an unknown key "authenticator"', async () => {
    expect(
      (await enrolled(createSecurityKey({ aaguid: '01020304-0506-0708-0102-030405060708' }))).profile
        ?.authenticatorName,
    ).toBe('Authenticator');
  });
});

it('[F9] an org that requires user verification refuses a key that only shows presence', async () => {
  const strict = await testEmulator({ keyVerification: 'REQUIRED' });
  const key = createSecurityKey();
  const activate = async (flags: number) => {
    const pending = await start(strict);
    expect(pending._embedded.activation).toMatchObject({ authenticatorSelection: { userVerification: 'required' } });
    return register(pending, key, { flags }, strict);
  };
  expect(await activate(0x41)).toMatchObject(refused);
  const { status, body } = await activate(0x45);
  expect(status).toBe(200);
  const answer = async (flags: number) =>
    call(`/${body.id}/verify`, key.assert(await challengeFor(body.id, strict), { flags }), strict);
  expect(await answer(0x01)).toMatchObject(refused);
  expect((await answer(0x05)).status).toBe(200);
});

const tampering: [string, Tampering][] = [
  ['another challenge', { challenge: 'AAAAAAAAAAAAAAAAAAAA' }],
  ['another origin', { origin: 'https://localhost.example.com' }],
  ['a host that ends alike', { origin: 'http://notlocalhost:3000' }],
  ['another scheme', { origin: 'chrome-extension://localhost' }],
  ['another relying party', { rpId: 'example.com' }],
  ['a page in a frame', { crossOrigin: true }],
  ['nobody present', { flags: 0x40 }],
  ['no challenge', { challenge: '' }],
  ['a cut challenge', { challenge: 'AAAA' }],
  ['a long challenge', { challenge: 'A'.repeat(4000) }],
  ['no origin', { origin: '' }],
  ['the origin null', { origin: 'null' }],
  ['a host with another before it', { origin: 'http://localhost@evil.example' }],
  ['a host with another behind it', { origin: 'http://localhost.evil.example' }],
  ['an origin that is no address', { origin: 'localhost' }],
  ['a file', { origin: 'file:///etc/passwd' }],
  ['no relying party', { rpId: '' }],
  ['a relying party below', { rpId: 'evil.localhost' }],
  ['the relying party in capitals', { rpId: 'LOCALHOST' }],
  ['no type', { type: '' }],
  ['the type of a payment', { type: 'payment.get' }],
  ['the type in capitals', { type: 'WEBAUTHN.CREATE' }],
];

it('[F8] [F9] at least 25 tampered answers of each sort are tested', () =>
  expect(tampering.length).toBeGreaterThan(20));

describe('a registration', () => {
  it.each<[string, Tampering]>([
    ...tampering,
    ['the type of an assertion', { type: 'webauthn.get' }],
    ['an algorithm that was not asked for', { alg: -8 }],
    ['a hash for an algorithm', { alg: -16 }],
    ['no flag at all', { flags: 0 }],
    ['no key in it', { flags: 0x01 }],
  ])('[F8] with %s is refused', async (_what, lie) => {
    const pending = await start();
    expect(await register(pending, createSecurityKey(), lie)).toMatchObject(refused);
    expect((await emulator.api('GET', `/users/${ADA}/factors/${pending.id}`)).body.status).toBe('PENDING_ACTIVATION');
  });

  it.each([
    ['nothing', {}],
    ['no attestation', { clientData: 'e30=' }],
    ['what is no base64', { attestation: '***', clientData: 'e30=' }],
    [
      'what is no CBOR',
      { attestation: 'AAAA', clientData: Buffer.from('{"origin":"http://localhost"}').toString('base64') },
    ],
    ['client data that is no JSON', { attestation: 'AAAA', clientData: 'AAAA' }],
    ['numbers', { attestation: 1, clientData: 2 }],
  ])('[F8] of %s is refused', async (_what, body) => {
    const pending = await start();
    expect(await call(`/${pending.id}/lifecycle/activate`, body)).toMatchObject(refused);
  });

  it('[F8] consumes its challenge before the check: a right answer after a wrong one is too late', async () => {
    const pending = await start();
    await call(`/${pending.id}/lifecycle/activate`, { attestation: 'AAAA', clientData: 'AAAA' });
    expect(await register(pending, createSecurityKey())).toMatchObject(refused);
  });

  it('[F8] answers the newest challenge, in time', async () => {
    const first = await start();
    const second = await start();
    expect(second.id).toBe(first.id);
    expect(await register(first, createSecurityKey())).toMatchObject(refused);
    const third = await start();
    emulator.clock.advance(601);
    expect(await register(third, createSecurityKey())).toMatchObject(refused);
  });

  it('[F8] is unique per key, across people', async () => {
    const key = createSecurityKey();
    await enrolled(key);
    for (const login of [ADA, GRACE]) {
      const pending = await start(emulator, login);
      expect(await register(pending, key, {}, emulator, login)).toMatchObject(refused);
    }
  });

  it('of a second key keeps the first, which the browser must exclude', async () => {
    const [first, second] = [createSecurityKey(), createSecurityKey()];
    await enrolled(first);
    emulator.clock.advance(1);
    expect((await start())._embedded.activation.excludeCredentials).toEqual([{ type: 'public-key', id: first.id }]);
    await enrolled(second);
    const { body } = await emulator.api<Wire[]>('GET', `/users/${ADA}/factors`);
    expect(body.map(({ profile }) => profile?.credentialId)).toEqual([first.id, second.id]);
  });
});

describe('an assertion', () => {
  let key: SecurityKey;
  let id: string;
  beforeEach(async () => {
    key = createSecurityKey();
    ({ id } = await enrolled(key));
  });

  it.each<[string, Tampering]>([
    ...tampering.filter(([what]) => what !== 'nobody present'),
    ['nobody present', { flags: 0 }],
    ['the type of a registration', { type: 'webauthn.create' }],
    ['only a verified person, not a present one', { flags: 0x04 }],
    ['a counter of nothing after one', { counter: 0 }],
  ])('[F9] with %s is refused', async (_what, lie) => {
    expect(await call(`/${id}/verify`, key.assert(await challengeFor(id), lie))).toMatchObject(refused);
  });

  it('[F9] by another key, or with a missing part, is refused', async () => {
    expect(await call(`/${id}/verify`, createSecurityKey().assert(await challengeFor(id)))).toMatchObject(refused);
    const { signatureData: _none, ...rest } = key.assert(await challengeFor(id));
    expect(await call(`/${id}/verify`, rest)).toMatchObject(refused);
  });

  it('answers a challenge once, and a wrong answer consumes it too', async () => {
    const challenge = await challengeFor(id);
    expect((await call(`/${id}/verify`, key.assert(challenge))).status).toBe(200);
    expect(await call(`/${id}/verify`, key.assert(challenge))).toMatchObject(refused);
    const next = await challengeFor(id);
    await call(`/${id}/verify`, { clientData: 'AAAA', authenticatorData: 'AAAA', signatureData: 'AAAA' });
    expect(await call(`/${id}/verify`, key.assert(next))).toMatchObject(refused);
  });

  it('counts once of fifty concurrent ones', async () => {
    const body = key.assert(await challengeFor(id));
    const answers = await Promise.all(Array.from({ length: 50 }, () => call(`/${id}/verify`, body)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('[F9] [F10] needs a challenge of this emulator that has not expired', async () => {
    expect(await call(`/${id}/verify`, key.assert('AAAAAAAAAAAAAAAAAAAA'))).toMatchObject(refused);
    const late = await challengeFor(id);
    emulator.clock.advance(301);
    expect(await call(`/${id}/verify`, key.assert(late))).toMatchObject(refused);
    const other = await start();
    expect(await call(`/${id}/verify`, key.assert(other._embedded.activation.challenge))).toMatchObject(refused);
  });

  it('[F9] with a counter that did not grow is refused: the key may be a copy', async () => {
    expect((await call(`/${id}/verify`, key.assert(await challengeFor(id), { counter: 9 }))).status).toBe(200);
    for (const counter of [9, 3, 0])
      expect(await call(`/${id}/verify`, key.assert(await challengeFor(id), { counter }))).toMatchObject(refused);
    expect((await call(`/${id}/verify`, key.assert(await challengeFor(id), { counter: 10 }))).status).toBe(200);
  });

  it('by any of several keys is accepted by the type in the path, and the answer names the key', async () => {
    const second = createSecurityKey();
    const { id: secondId } = await enrolled(second);
    for (const one of [second, key]) {
      const { body } = await call('/webauthn/verify');
      expect(body._links.verify?.href).toMatch(/\/factors\/webauthn\/verify$/);
      const verified = await call('/webauthn/verify', one.assert(body._embedded.challenge.challenge));
      expect(verified.body).toEqual({
        factorResult: 'SUCCESS',
        profile: { credentialId: one.id, authenticatorName: 'Authenticator' },
      });
      expect(await call('/webauthn/verify', one.assert(body._embedded.challenge.challenge))).toMatchObject(refused);
    }
    expect(await call(`/${secondId}/verify`, key.assert(await challengeFor(secondId)))).toMatchObject(refused);
    expect((await call('/webauthn/verify', {}, emulator, GRACE)).body.errorCode).toBe('E0000007');
  });
});
