import { beforeEach, describe, expect, it } from 'vitest';
import { ADA, testEmulator } from '../../testing/emulator.ts';
import { createU2fKey, type U2fTampering } from '../../testing/u2f-key.ts';

const RADIA = 'radia@example.com';

type Wire = {
  id: string;
  status: string;
  factorType: string;
  errorCode?: string;
  factorResult?: string;
  _embedded: { activation: { nonce: string }; challenge: { nonce: string } };
};

const emulator = await testEmulator();

const post = (path: string, body: unknown = {}, login = RADIA) =>
  emulator.api<Wire>('POST', `/users/${login}/factors${path}`, body);
const start = async () => (await post('', { factorType: 'u2f', provider: 'FIDO' })).body;
const refused = { status: 403, body: { errorCode: 'E0000068' } };
const nonceFor = async (id: string) => (await post(`/${id}/verify`)).body._embedded.challenge.nonce;

beforeEach(async () => {
  await emulator.reset();
  const { body } = await emulator.api<Wire[]>('GET', `/users/${RADIA}/factors`);
  const old = body.find(({ factorType }) => factorType === 'u2f');
  expect((await emulator.api('DELETE', `/users/${RADIA}/factors/${old?.id}`)).status).toBe(204);
});

describe('a U2F key on the wire', () => {
  it('has exactly the documented shapes', async () => {
    const user = (await emulator.api('GET', `/users/${RADIA}`)).body.id;
    const pending = await start();
    const self = `${emulator.url}/api/v1/users/${user}/factors/${pending.id}`;
    const person = { href: `${emulator.url}/api/v1/users/${user}`, hints: { allow: ['GET'] } };
    const date = expect.stringMatching(/\.000Z$/);
    const shared = {
      id: expect.stringMatching(/^fuf/),
      factorType: 'u2f',
      provider: 'FIDO',
      vendorName: 'FIDO',
      created: date,
      lastUpdated: date,
    };
    const activation = { version: 'U2F_V2', nonce: expect.stringMatching(/^[\w-]{20}$/), timeoutSeconds: 20 };
    const links = {
      activate: { href: `${self}/lifecycle/activate`, hints: { allow: ['POST'] } },
      self: { href: self, hints: { allow: ['GET'] } },
      user: person,
    };
    expect(pending).toEqual({ ...shared, status: 'PENDING_ACTIVATION', _links: links, _embedded: { activation } });
    const key = createU2fKey();
    const { body: active } = await post(
      `/${pending.id}/lifecycle/activate`,
      key.register(pending._embedded.activation.nonce),
    );
    const profile = { credentialId: key.handle, version: 'U2F_V2' };
    const verify = { href: `${self}/verify`, hints: { allow: ['POST'] } };
    const factor = { href: self, hints: { allow: ['GET', 'DELETE'] } };
    expect(active).toEqual({ ...shared, status: 'ACTIVE', profile, _links: { self: factor, verify, user: person } });
    const { body: challenged } = await post(`/${pending.id}/verify`);
    const challenge = { nonce: expect.stringMatching(/^[\w-]{20}$/), timeoutSeconds: 20 };
    expect(challenged).toEqual({
      factorResult: 'CHALLENGE',
      profile,
      _links: { verify, factor },
      _embedded: { challenge },
    });
    expect((await post(`/${pending.id}/verify`, key.answer(challenged._embedded.challenge.nonce))).body).toEqual({
      factorResult: 'SUCCESS',
      profile,
    });
  });

  it('is offered to the token holders only, and on Classic only', async () => {
    expect((await post('', { factorType: 'u2f', provider: 'FIDO' }, ADA)).body.errorCode).toBe('E0000001');
    const oie = await testEmulator({ engine: 'oie' });
    const { body } = await oie.api<{ factorType: string }[]>('GET', `/users/${RADIA}/factors/catalog`);
    expect(body.map(({ factorType }) => factorType)).not.toContain('u2f');
  });
});

const tampering: [string, U2fTampering][] = [
  ['another nonce', { challenge: 'AAAAAAAAAAAAAAAAAAAA' }],
  ['another origin', { origin: 'https://example.com' }],
  ['another app', { appId: 'https://example.com' }],
  ['another type', { typ: 'navigator.id.other' }],
];

it.each(tampering)('a registration with %s is refused, and its nonce is consumed', async (_what, lie) => {
  const pending = await start();
  const { nonce } = pending._embedded.activation;
  expect(await post(`/${pending.id}/lifecycle/activate`, createU2fKey().register(nonce, lie))).toMatchObject(refused);
  expect(await post(`/${pending.id}/lifecycle/activate`, createU2fKey().register(nonce))).toMatchObject(refused);
});

it.each([[{}], [{ registrationData: 'BQ', clientData: 'e30' }], [{ registrationData: 1, clientData: 2 }]])(
  'a registration of %j is refused',
  async (body) => {
    const pending = await start();
    expect(await post(`/${pending.id}/lifecycle/activate`, body)).toMatchObject(refused);
  },
);

it('a manipulated registration is refused', async () => {
  const pending = await start();
  const { registrationData, clientData } = createU2fKey().register(pending._embedded.activation.nonce);
  const changed = Buffer.from(registrationData, 'base64url');
  changed[70] = (changed[70] ?? 0) ^ 1;
  expect(
    await post(`/${pending.id}/lifecycle/activate`, { registrationData: changed.toString('base64url'), clientData }),
  ).toMatchObject(refused);
});

it.each<[string, U2fTampering]>([
  ...tampering,
  ['nobody present', { presence: 0 }],
  ['a counter that did not grow', { counter: 1 }],
])('an assertion with %s is refused', async (_what, lie) => {
  const pending = await start();
  const key = createU2fKey();
  await post(`/${pending.id}/lifecycle/activate`, key.register(pending._embedded.activation.nonce));
  const first = key.answer(await nonceFor(pending.id));
  expect((await post(`/${pending.id}/verify`, first)).status).toBe(200);
  expect(await post(`/${pending.id}/verify`, first)).toMatchObject(refused);
  expect(await post(`/${pending.id}/verify`, key.answer(await nonceFor(pending.id), lie))).toMatchObject(refused);
  expect((await post(`/${pending.id}/verify`, key.answer(await nonceFor(pending.id), { counter: 9 }))).status).toBe(
    200,
  );
});
