import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ADA, testEmulator } from '../../testing/emulator.ts';

const DATE = /^2026-06-01T\d\d:\d\d:\d\d\.000Z$/;

const emulators = { classic: await testEmulator(), oie: await testEmulator({ engine: 'oie' }) };

/** Compares complete bodies, so that an additional property also fails. */
describe.each(['classic', 'oie'] as const)('Okta Verify on the wire, on %s', (engine) => {
  const emulator = emulators[engine];
  let user: string;
  beforeAll(async () => {
    user = (await emulator.api('GET', `/users/${ADA}`)).body.id;
  });
  beforeEach(() => emulator.reset());

  const link = (path: string, ...allow: string[]) => ({
    href: `${emulator.url}/api/v1/users/${user}${path}`,
    hints: { allow },
  });
  const enroll = async () =>
    (await emulator.api('POST', `/users/${ADA}/factors`, { factorType: 'push', provider: 'OKTA' })).body;
  const send = (id: string) =>
    ['email', 'sms'].map((name) => ({ name, ...link(`/factors/${id}/lifecycle/activate/${name}`, 'POST') }));
  const qrcode = (id: string) => ({
    href: expect.stringMatching(new RegExp(`^${emulator.url}/api/v1/users/${user}/factors/${id}/qr/20111[\\w-]{48}$`)),
    type: 'image/png',
  });
  const pending = (id: string) => ({
    id,
    factorType: 'push',
    provider: 'OKTA',
    vendorName: 'OKTA',
    status: 'PENDING_ACTIVATION',
    created: '2026-06-01T12:00:15.000Z',
    lastUpdated: '2026-06-01T12:00:15.000Z',
    _links: {
      poll: link(`/factors/${id}/lifecycle/activate/poll`, 'POST'),
      self: link(`/factors/${id}`, 'GET'),
      user: link('', 'GET'),
    },
  });
  const key = {
    kty: 'EC',
    use: 'sig',
    kid: 'default',
    crv: 'P-256',
    x: expect.stringMatching(/^[\w-]{43}$/),
    y: expect.stringMatching(/^[\w-]{43}$/),
  };
  const profile = {
    credentialId: ADA,
    deviceType: 'SmartPhone_IPhone',
    keys: [key],
    name: "Ada's phone",
    platform: 'IOS',
    version: '18.1',
  };
  const active = (id: string) => ({
    ...pending(id),
    status: 'ACTIVE',
    profile,
    _links: {
      self: link(`/factors/${id}`, 'GET', 'DELETE'),
      verify: link(`/factors/${id}/verify`, 'POST'),
      user: link('', 'GET'),
    },
  });
  const activated = async () => {
    const { id } = await enroll();
    await emulator.simulator('POST', '/push', { user: ADA, answer: 'enroll' });
    return id;
  };

  it('enrollment', async () => {
    const body = await enroll();
    expect(body).toEqual({
      ...pending(body.id),
      _embedded: {
        activation: {
          expiresAt: '2026-06-01T12:10:15.000Z',
          factorResult: 'WAITING',
          _links: { qrcode: qrcode(body.id), send: send(body.id) },
        },
      },
    });
    expect(body.id).toMatch(/^opf[0-9A-Za-z]{14}5d7$/);
    expect((await emulator.api('GET', `/users/${ADA}/factors/${body.id}`)).body).toEqual(pending(body.id));
  });

  it('a poll while it waits, after it expired, and when the phone has finished', async () => {
    const { id } = await enroll();
    const poll = () => emulator.api('POST', `/users/${ADA}/factors/${id}/lifecycle/activate/poll`);
    expect((await poll()).body).toEqual({
      expiresAt: '2026-06-01T12:10:15.000Z',
      factorResult: 'WAITING',
      _links: { send: send(id) },
    });
    emulator.clock.advance(600);
    expect((await poll()).body).toEqual({
      factorResult: 'TIMEOUT',
      _links: { activate: link(`/factors/${id}/lifecycle/activate`, 'POST') },
    });
    expect((await emulator.api('POST', `/users/${ADA}/factors/${id}/lifecycle/activate`, {})).body).toEqual({
      expiresAt: '2026-06-01T12:20:15.000Z',
      factorResult: 'WAITING',
      _links: { poll: link(`/factors/${id}/lifecycle/activate/poll`, 'POST'), qrcode: qrcode(id), send: send(id) },
    });
    await emulator.simulator('POST', '/push', { user: ADA, answer: 'enroll' });
    const { status, body } = await poll();
    expect(status).toBe(200);
    expect(body).toEqual({ ...active(id), lastUpdated: '2026-06-01T12:10:15.000Z' });
    expect((await emulator.api('GET', `/users/${ADA}/factors/${id}`)).body).toEqual(body);
  });

  it('a sent link', async () => {
    const { id } = await enroll();
    emulator.clock.advance(60);
    const { status, body } = await emulator.api('POST', `/users/${ADA}/factors/${id}/lifecycle/activate/sms`, {
      profile: { phoneNumber: '+1 555 010 0123' },
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      ...pending(id),
      lastUpdated: '2026-06-01T12:01:15.000Z',
      _embedded: {
        activation: { expiresAt: '2026-06-01T12:11:15.000Z', factorResult: 'WAITING', _links: { send: send(id) } },
      },
    });
    expect((await emulator.api('POST', `/users/${ADA}/factors/${id}/lifecycle/activate/email`)).body).toEqual(body);
  });

  it('the listed family', async () => {
    await activated();
    const { body } = await emulator.api<{ id: string; factorType: string }[]>('GET', `/users/${ADA}/factors`);
    const family = body.filter(({ factorType }) => factorType !== 'email');
    const [push, totp, fastPass] = family;
    expect(push).toEqual(active(push?.id ?? ''));
    const dated = {
      provider: 'OKTA',
      vendorName: 'OKTA',
      status: 'ACTIVE',
      created: expect.stringMatching(DATE),
      lastUpdated: expect.stringMatching(DATE),
    };
    const self = (id = '') => link(`/factors/${id}`, 'GET', 'DELETE');
    expect(totp).toEqual({
      id: expect.stringMatching(/^ost/),
      factorType: 'token:software:totp',
      ...dated,
      profile: { credentialId: ADA },
      _links: { self: self(totp?.id), verify: link(`/factors/${totp?.id}/verify`, 'POST'), user: link('', 'GET') },
    });
    const keys = ['proofOfPossession', 'userVerification', 'userVerificationBioOrPin'].map((jwkType) => ({
      ...key,
      kid: jwkType,
      jwkType,
    }));
    const fastPassShape = {
      id: expect.stringMatching(/^crp/),
      factorType: 'signed_nonce',
      ...dated,
      profile: { ...profile, keys },
      _links: { self: self(fastPass?.id), user: link('', 'GET') },
    };
    expect(family.slice(2)).toEqual(engine === 'oie' ? [fastPassShape] : []);
  });

  it('a push: sent, polled, denied, timed out, cancelled, approved', async () => {
    const id = await activated();
    const verify = (body?: object) =>
      emulator.api<{ _links: { poll: { href: string } } }>('POST', `/users/${ADA}/factors/${id}/verify`, body);
    const pollPath = ({ _links }: { _links: { poll: { href: string } } }) =>
      _links.poll.href.slice(`${emulator.url}/api/v1`.length);
    const ended = (factorResult: string) => ({
      factorResult,
      profile,
      _links: { verify: link(`/factors/${id}/verify`, 'POST'), factor: link(`/factors/${id}`, 'GET', 'DELETE') },
    });

    const sent = await verify();
    const transaction = pollPath(sent.body).split('/').at(-1) ?? '';
    const links = {
      cancel: link(`/factors/${id}/transactions/${transaction}`, 'DELETE'),
      poll: link(`/factors/${id}/transactions/${transaction}`, 'GET'),
    };
    expect(transaction).toMatch(/^v2mst\.[\w-]{22}$/);
    expect(sent.status).toBe(201);
    expect(sent.body).toEqual({
      factorResult: 'WAITING',
      profile,
      expiresAt: '2026-06-01T12:05:15.000Z',
      _links: links,
    });
    expect((await emulator.api('GET', pollPath(sent.body))).body).toEqual(sent.body);
    await emulator.simulator('POST', '/push', { user: ADA, answer: 'deny' });
    expect((await emulator.api('GET', pollPath(sent.body))).body).toEqual(ended('REJECTED'));

    const matched = (await verify({ useNumberMatchingChallenge: true })).body;
    expect(matched).toMatchObject({ _embedded: { challenge: { correctAnswer: expect.any(Number) } } });
    expect((await emulator.api('GET', pollPath(matched))).body).toEqual(matched);
    emulator.clock.advance(300);
    expect((await emulator.api('GET', pollPath(matched))).body).toEqual(ended('TIMEOUT'));

    const dropped = (await verify({})).body;
    const cancelled = await emulator.api('DELETE', pollPath(dropped));
    expect([cancelled.status, cancelled.body, cancelled.headers.get('content-type')]).toEqual([204, undefined, null]);
    expect((await emulator.api('GET', pollPath(dropped))).body).toEqual(ended('CANCELLED'));

    const approved = (await verify({})).body;
    await emulator.simulator('POST', '/push', { user: ADA, answer: 'approve' });
    expect((await emulator.api('GET', pollPath(approved))).body).toEqual({ factorResult: 'SUCCESS' });
  });
});
