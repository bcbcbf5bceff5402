import { beforeEach, describe, expect, it } from 'vitest';
import { ADA, GRACE, testEmulator, type TestEmulator, type WireFactor } from '../testing/emulator.ts';

const emulator = await testEmulator();
const oie = await testEmulator({ engine: 'oie' });
beforeEach(async () => {
  await emulator.reset();
  await oie.reset();
});

const enroll = (body: unknown, at: TestEmulator = emulator) => at.api('POST', `/users/${ADA}/factors`, body);
const id = (prefix: string) => expect.stringMatching(new RegExp(`^${prefix}[0-9A-Za-z]{14}5d7$`));
const date = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);

describe('an authenticator app on the wire', () => {
  it.each([
    ['GOOGLE', 'uft'],
    ['OKTA', 'ost'],
  ])('%s: enroll, read, activate, list, delete have exactly the documented shapes', async (provider, prefix) => {
    const user = (await emulator.api('GET', `/users/${ADA}`)).body.id;
    const { status, headers, body } = await enroll({ factorType: 'token:software:totp', provider });
    const self = `${emulator.url}/api/v1/users/${user}/factors/${body.id}`;
    const pending = {
      id: id(prefix),
      factorType: 'token:software:totp',
      provider,
      vendorName: provider,
      status: 'PENDING_ACTIVATION',
      created: date,
      lastUpdated: date,
      profile: { credentialId: ADA },
      _links: {
        activate: { href: `${self}/lifecycle/activate`, hints: { allow: ['POST'] } },
        self: { href: self, hints: { allow: ['GET'] } },
        user: { href: `${emulator.url}/api/v1/users/${user}`, hints: { allow: ['GET'] } },
      },
    };
    expect(status).toBe(200);
    expect(headers.get('location')).toBeNull();
    expect(body).toEqual({
      ...pending,
      _embedded: {
        activation: {
          timeStep: 30,
          sharedSecret: expect.stringMatching(/^[A-Z2-7]{32}$/),
          encoding: 'base32',
          keyLength: 6,
          factorResult: 'WAITING',
          _links: { qrcode: { href: expect.stringMatching(`^${self}/qr/20111[0-9A-Za-z_-]{48}$`), type: 'image/png' } },
        },
      },
    });
    expect((await emulator.api('GET', `/users/${ADA}/factors/${body.id}`)).body).toEqual(pending);
    expect((await emulator.api('GET', `/users/${ADA}/factors`)).body).toEqual([pending]);

    const active = {
      ...pending,
      status: 'ACTIVE',
      _links: {
        self: { href: self, hints: { allow: ['GET', 'DELETE'] } },
        verify: { href: `${self}/verify`, hints: { allow: ['POST'] } },
        user: pending._links.user,
      },
    };
    const activate = () =>
      emulator
        .code(ADA, provider)
        .then((passCode) => emulator.api('POST', `/users/${ADA}/factors/${body.id}/lifecycle/activate`, { passCode }));
    expect(await activate()).toMatchObject({ status: 200, body: active });
    expect((await emulator.api('GET', `/users/${ADA}/factors/${body.id}`)).body).toEqual(active);
    expect((await activate()).body).toMatchObject({ errorCode: 'E0000107' });
    expect((await enroll({ factorType: 'token:software:totp', provider })).body).toMatchObject({
      errorCode: 'E0000001',
      errorSummary: 'Api validation failed: factorEnrollRequest',
      errorCauses: [{ errorSummary: 'A factor of this type is already set up.' }],
    });

    const removed = await emulator.api('DELETE', `/users/${ADA}/factors/${body.id}`);
    expect(removed).toMatchObject({ status: 204, body: undefined });
    expect(removed.headers.get('content-type')).toBeNull();
    expect((await emulator.api('DELETE', `/users/${ADA}/factors/${body.id}`)).body).toEqual({
      errorCode: 'E0000007',
      errorSummary: `Not found: Resource not found: ${body.id} (UserFactor)`,
      errorLink: 'E0000007',
      errorId: expect.stringMatching(/^oae[0-9A-Za-z_-]{22}$/),
      errorCauses: [],
    });
  });

  it('accepts the caller’s own seed for GOOGLE, and refuses an invalid one', async () => {
    const seed = 'MFRGGZDFMZTWQ2LK';
    const { body } = await enroll({
      factorType: 'token:software:totp',
      provider: 'GOOGLE',
      profile: { sharedSecret: seed },
    });
    expect(body).toMatchObject({ _embedded: { activation: { sharedSecret: seed } } });
    const { body: refused } = await enroll({
      factorType: 'token:software:totp',
      provider: 'GOOGLE',
      profile: { sharedSecret: 'short' },
    });
    expect(refused.errorCauses).toEqual([{ errorSummary: 'Invalid Profile.' }]);
  });

  it.each([
    [{ factorType: 'token:software:totp', provider: 'NOBODY' }, 'Invalid Provider.'],
    [{ factorType: 'carrier-pigeon', provider: 'OKTA' }, 'Invalid Factor.'],
    [{ provider: 'OKTA' }, 'Invalid Factor.'],
    [{}, 'Invalid Factor.'],
    [{ factorType: 'push', provider: 'YUBICO' }, 'Factor not enabled.'],
    [{ factorType: 'web', provider: 'DUO' }, 'Factor not enabled.'],
    [{ factorType: 'constructor', provider: 'OKTA' }, 'Invalid Factor.'],
  ])('refuses to enroll %j: %s', async (body, cause) => {
    expect(await enroll(body)).toMatchObject({
      status: 400,
      body: {
        errorCode: 'E0000001',
        errorSummary: 'Api validation failed: factorEnrollRequest',
        errorCauses: [{ errorSummary: cause }],
      },
    });
  });

  it('checks tokenLifetimeSeconds, and ignores unknown properties and parameters', async () => {
    const body = {
      factorType: 'token:software:totp',
      provider: 'GOOGLE',
      stateToken: 'x',
      status: 'ACTIVE',
      __proto__: { id: 'y' },
    };
    for (const [query, status] of [
      ['0', 400],
      ['86401', 400],
      ['x', 400],
      ['300', 200],
    ] as const) {
      expect(
        (
          await emulator.api(
            'POST',
            `/users/${ADA}/factors?tokenLifetimeSeconds=${query}&activate=true&updatePhone=true`,
            body,
          )
        ).status,
      ).toBe(status);
    }
    expect((await emulator.api<WireFactor[]>('GET', `/users/${ADA}/factors`)).body.map(({ status }) => status)).toEqual(
      ['PENDING_ACTIVATION'],
    );
  });

  it('factors of a deactivated person cannot be changed', async () => {
    const { id: enrolled } = await emulator.activated(ADA);
    await emulator.api('POST', `/users/${ADA}/lifecycle/deactivate`);
    for (const [method, path] of [
      ['POST', ''],
      ['DELETE', `/${enrolled}`],
      ['POST', `/${enrolled}/verify`],
      ['POST', `/${enrolled}/lifecycle/activate`],
    ] as const) {
      expect(
        (await emulator.api(method, `/users/${ADA}/factors${path}`, method === 'POST' ? {} : undefined)).body.errorCode,
      ).toBe('E0000038');
    }
    expect((await emulator.api('GET', `/users/${ADA}/factors`)).status).toBe(200);
  });
});

describe('the catalog', () => {
  it('lists what the org can enroll, with the status of the person’s factor', async () => {
    const catalog = async () => {
      const { body } = await emulator.api<WireFactor[]>('GET', `/users/${ADA}/factors/catalog`);
      return body.filter(({ factorType }) => factorType === 'token:software:totp');
    };
    const user = (await emulator.api('GET', `/users/${ADA}`)).body.id;
    const entry = (provider: string, status: string) => ({
      factorType: 'token:software:totp',
      provider,
      vendorName: provider,
      _links: { enroll: { href: `${emulator.url}/api/v1/users/${user}/factors`, hints: { allow: ['POST'] } } },
      status,
      enrollment: 'OPTIONAL',
    });
    expect(await catalog()).toEqual([entry('GOOGLE', 'NOT_SETUP'), entry('OKTA', 'NOT_SETUP')]);
    await emulator.enroll(ADA, 'OKTA');
    await emulator.activated(ADA);
    expect(await catalog()).toEqual([entry('GOOGLE', 'ACTIVE'), entry('OKTA', 'PENDING_ACTIVATION')]);
  });
});

describe('an Identity Engine org', () => {
  const factors = async () => (await oie.api<WireFactor[]>('GET', `/users/${ADA}/factors`)).body;
  const link = async () =>
    ((await oie.api('GET', `/users/${ADA}`)).body._links as Record<string, unknown>).resetFactors;

  it('lists the verified primary address automatically, also after deleting it, and it does not count', async () => {
    const [automatic, ...none] = await factors();
    expect(none).toEqual([]);
    expect(automatic).toMatchObject({
      id: id('emf'),
      factorType: 'email',
      provider: 'OKTA',
      status: 'ACTIVE',
      profile: { email: ADA },
    });
    expect(automatic).not.toHaveProperty('created');
    expect(automatic).not.toHaveProperty('lastUpdated');
    expect((await oie.api('GET', `/users/${ADA}/factors/${automatic?.id}`)).body).toEqual(automatic);
    expect((await oie.api('DELETE', `/users/${ADA}/factors/${automatic?.id}`)).status).toBe(204);
    expect(await factors()).toEqual([automatic]);
    expect(await link()).toBeUndefined();
    await oie.enroll(ADA);
    expect(await link()).toBeUndefined();
    await oie.activated(ADA);
    expect(await link()).toBeDefined();
    expect((await factors()).map(({ factorType }) => factorType)).toEqual(['email', 'token:software:totp']);
    await oie.api('POST', `/users/${ADA}/lifecycle/reset_factors`);
    expect(await factors()).toEqual([automatic]);
  });

  it('names its engine without credentials, as a Classic one does', async () => {
    for (const [one, pipeline] of [
      [emulator, 'v1'],
      [oie, 'idx'],
    ] as const) {
      const answer = await fetch(`${one.url}/.well-known/okta-organization`);
      expect(await answer.json()).toMatchObject({ id: id('00o'), pipeline });
    }
    expect((await emulator.api<WireFactor[]>('GET', `/users/${ADA}/factors`)).body).toEqual([]);
  });
});

it('lists factors by kind, not by age', async () => {
  await emulator.enroll(ADA, 'OKTA');
  emulator.clock.advance(5);
  await emulator.enroll(ADA, 'GOOGLE');
  expect(
    (await emulator.api<WireFactor[]>('GET', `/users/${ADA}/factors`)).body.map(({ provider }) => provider),
  ).toEqual(['GOOGLE', 'OKTA']);
  expect(
    (await emulator.api<WireFactor[]>('GET', `/users/${GRACE}/factors`)).body.map(({ provider, status }) => [
      provider,
      status,
    ]),
  ).toEqual([
    ['GOOGLE', 'ACTIVE'],
    ['OKTA', 'ACTIVE'],
  ]);
});
