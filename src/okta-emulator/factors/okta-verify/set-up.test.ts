import jsQR from 'jsqr';
import { PNG } from 'pngjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { ADA, GRACE, testEmulator, type TestEmulator, type WireFactor } from '../../testing/emulator.ts';
import { decodeBase32 } from '../../wire/base32.ts';
import { hotp, stepAt } from '../totp/otp.ts';

type Started = WireFactor & {
  lastUpdated: string;
  _embedded: { activation: { sharedSecret: string; expiresAt: string; _links: { qrcode: { href: string } } } };
};
type Listed = { id: string; factorType: string; status: string };

const emulators = { classic: await testEmulator({ engine: 'classic' }), oie: await testEmulator({ engine: 'oie' }) };
beforeEach(() => Promise.all(Object.values(emulators).map((emulator) => emulator.reset())));

const enroll = async (emulator: TestEmulator, body: object = { factorType: 'push', provider: 'OKTA' }) =>
  emulator.api<Started>('POST', `/users/${ADA}/factors`, body);
const enrollTotp = (emulator: TestEmulator, provider: string) =>
  enroll(emulator, { factorType: 'token:software:totp', provider });
const finish = (emulator: TestEmulator, more: object = {}) =>
  emulator.simulator<{ error?: string }>('POST', '/push', { user: ADA, answer: 'enroll', ...more });
const listed = async (emulator: TestEmulator, login = ADA) =>
  (await emulator.api<Listed[]>('GET', `/users/${login}/factors`)).body.filter(
    ({ factorType }) => factorType !== 'email',
  );
const types = async (emulator: TestEmulator) =>
  (await listed(emulator)).map(({ factorType, status }) => `${factorType} ${status}`);
const family = {
  classic: ['push ACTIVE', 'token:software:totp ACTIVE'],
  oie: ['push ACTIVE', 'token:software:totp ACTIVE', 'signed_nonce ACTIVE'],
};

describe.each(['classic', 'oie'] as const)('enrolling Okta Verify on %s', (engine) => {
  const emulator = emulators[engine];
  const call = (id: string, path: string, body?: object, login = ADA) =>
    emulator.api<Started>('POST', `/users/${login}/factors/${id}/lifecycle/activate${path}`, body);

  it('enrolls its family, whose codes work at once', async () => {
    const { id } = (await enroll(emulator)).body;
    expect(await types(emulator)).toEqual(['push PENDING_ACTIVATION']);
    expect((await finish(emulator)).body).toEqual({ factorId: id, result: 'ACTIVE' });
    expect(await types(emulator)).toEqual(family[engine]);
    const [, totp] = await listed(emulator);
    expect(
      (
        await emulator.api('POST', `/users/${ADA}/factors/${totp?.id}/verify`, {
          passCode: await emulator.code(ADA, 'OKTA'),
        })
      ).body,
    ).toEqual({ factorResult: 'SUCCESS' });
    const again = await enroll(emulator);
    expect([again.status, again.body]).toMatchObject([
      400,
      { errorCauses: [{ errorSummary: 'A factor of this type is already set up.' }] },
    ]);
  });

  it('activates pending codes with a new secret, and leaves active ones unchanged', async () => {
    const abandoned = (await enrollTotp(emulator, 'OKTA')).body;
    await enroll(emulator);
    await finish(emulator);
    expect(await types(emulator)).toEqual(family[engine]);
    const [, totp] = await listed(emulator);
    expect(totp?.id).toBe(abandoned.id);
    const old = hotp(
      decodeBase32(abandoned._embedded.activation.sharedSecret) ?? Buffer.alloc(0),
      stepAt(emulator.clock.now()),
    );
    expect(await emulator.code(ADA, 'OKTA')).not.toBe(old);

    await emulator.reset();
    const code = await emulator.code(GRACE, 'OKTA');
    await emulator.api('POST', `/users/${GRACE}/factors`, { factorType: 'push', provider: 'OKTA' });
    await finish(emulator, { user: GRACE });
    expect(await emulator.code(GRACE, 'OKTA')).toBe(code);
  });

  it('when restarted keeps its id and drops the old QR code; when expired cannot be finished', async () => {
    const first = (await enroll(emulator)).body;
    const second = (await enroll(emulator)).body;
    expect(second.id).toBe(first.id);
    const image = (of: Started) => fetch(of._embedded.activation._links.qrcode.href).then(({ status }) => status);
    expect([await image(first), await image(second)]).toEqual([404, 200]);
    emulator.clock.advance(599);
    expect(await image(second)).toBe(200);
    emulator.clock.advance(1);
    expect(await image(second)).toBe(404);
    expect((await finish(emulator)).status).toBe(404);
    expect(await types(emulator)).toEqual(['push PENDING_ACTIVATION']);
    await call(first.id, '');
    expect((await finish(emulator)).status).toBe(200);
  });

  it('can be restarted five times in five minutes, since a restart counts as an activation', async () => {
    const { id } = (await enroll(emulator)).body;
    const statuses = [];
    for (let time = 0; time < 6; time++) statuses.push((await call(id, '')).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  });

  it('sends the link to the given number or address, at most five times', async () => {
    const { id } = (await enroll(emulator)).body;
    await call(id, '/sms', { profile: { phoneNumber: '+1 (555) 010-0123' } });
    await call(id, '/email');
    const inbox = (
      await emulator.simulator<{ channel: string; to: string; text: string }[]>('GET', `/messages?user=${ADA}`)
    ).body;
    expect(inbox.map(({ channel, to }) => `${channel} ${to}`)).toEqual([`email ${ADA}`, 'sms +15550100123']);
    for (const { text } of inbox)
      expect(text).toContain(`oktaverify://set-up?org=${encodeURIComponent(emulator.url)}&factor=${id}&token=20111`);
    for (const profile of [
      undefined,
      null,
      {},
      { phoneNumber: 5 },
      { phoneNumber: '0123' },
      { phoneNumber: '+0123' },
      { phoneNumber: '+1555010012345678' },
    ]) {
      expect((await call(id, '/sms', { profile })).body).toMatchObject({
        errorCode: 'E0000001',
        errorCauses: [{ errorSummary: 'Invalid Phone Number.' }],
      });
    }
    const statuses = [];
    for (let time = 0; time < 4; time++) {
      emulator.clock.advance(5);
      statuses.push((await call(id, '/email', {})).status);
    }
    expect(statuses).toEqual([200, 200, 200, 429]);
  });

  it('does not send two links to one number or address at once', async () => {
    const { id } = (await enroll(emulator)).body;
    const send = async (path: string) =>
      (await call(id, path, { profile: { phoneNumber: '+15550100123' } })).body as { errorCode?: string };
    expect([(await send('/sms')).errorCode, (await send('/sms')).errorCode]).toEqual([undefined, 'E0000109']);
    expect([(await send('/email')).errorCode, (await send('/email')).errorCode]).toEqual([undefined, 'E0000118']);
    expect((await emulator.simulator('GET', `/messages?user=${ADA}`)).body).toHaveLength(2);
  });

  it('is refused once it is active, and for other people', async () => {
    const { id } = (await enroll(emulator)).body;
    for (const path of ['', '/poll', '/email'])
      expect((await call(id, path, {}, GRACE)).body).toMatchObject({ errorCode: 'E0000007' });
    await finish(emulator);
    for (const path of ['', '/email']) expect((await call(id, path, {})).body).toMatchObject({ errorCode: 'E0000107' });
    expect((await call(id, '/poll')).body.status).toBe('ACTIVE');
    const [, totp] = await listed(emulator);
    for (const path of ['/poll', '/sms', '/email'])
      expect((await call(totp?.id ?? '', path, {})).body).toMatchObject({ errorCode: 'E0000008' });
  });

  it('ends once when several phones finish it', async () => {
    await enroll(emulator);
    const answers = await Promise.all(Array.from({ length: 20 }, () => finish(emulator)));
    expect(answers.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(1);
    expect(await types(emulator)).toEqual(family[engine]);
  });

  it('is not finished for a locked or deactivated person', async () => {
    await enroll(emulator);
    for (const status of ['LOCKED_OUT', 'DEPROVISIONED']) {
      await emulator.simulator('POST', `/users/${ADA}`, { status });
      expect((await finish(emulator)).status).toBe(409);
    }
    expect(await types(emulator)).toEqual(['push PENDING_ACTIVATION']);
  });

  it('is deleted as a family on Identity Engine, one by one on Classic', async () => {
    for (const index of family[engine].keys()) {
      await emulator.reset();
      await enroll(emulator);
      await enrollTotp(emulator, 'GOOGLE');
      await finish(emulator);
      const okta = (await listed(emulator)).filter(({ status }) => status === 'ACTIVE');
      expect((await emulator.api('DELETE', `/users/${ADA}/factors/${okta[index]?.id}`)).status).toBe(204);
      const left = engine === 'oie' ? [] : family.classic.toSpliced(index, 1);
      expect(await types(emulator)).toEqual(['token:software:totp PENDING_ACTIVATION', ...left]);
    }
  });

  it('by its codes enrolls the rest on Identity Engine only, and activates nothing pending', async () => {
    const code = async () => {
      const { id } = (await enrollTotp(emulator, 'OKTA')).body;
      await call(id, '', { passCode: await emulator.code(ADA, 'OKTA') });
    };
    await code();
    expect(await types(emulator)).toEqual(engine === 'oie' ? family.oie : ['token:software:totp ACTIVE']);
    await emulator.reset();
    await enroll(emulator);
    await code();
    expect(await types(emulator)).toEqual([
      'push PENDING_ACTIVATION',
      'token:software:totp ACTIVE',
      ...(engine === 'oie' ? ['signed_nonce ACTIVE'] : []),
    ]);
  });

  it('never offers FastPass, and does not verify with it', async () => {
    expect((await enroll(emulator, { factorType: 'signed_nonce', provider: 'OKTA' })).body).toMatchObject({
      errorCauses: [{ errorSummary: 'Factor not enabled.' }],
    });
    const catalog = (await emulator.api<Listed[]>('GET', `/users/${ADA}/factors/catalog`)).body.map(
      ({ factorType, status }) => `${factorType} ${status}`,
    );
    expect(catalog).toContain('push NOT_SETUP');
    expect(catalog.join()).not.toContain('signed_nonce');
    await enroll(emulator);
    await finish(emulator);
    const fastPass = (await listed(emulator)).find(({ factorType }) => factorType === 'signed_nonce');
    const answer = await emulator.api('POST', `/users/${ADA}/factors/${fastPass?.id}/verify`, {});
    expect(answer.status).toBe(engine === 'oie' ? 400 : 404);
  });
});

describe('the QR image', () => {
  const emulator = emulators.classic;
  const href = (factor: Started) => factor._embedded.activation._links.qrcode.href;
  const read = async (answer: Response) => {
    const { data, width, height } = PNG.sync.read(Buffer.from(await answer.arrayBuffer()));
    return jsQR.default(new Uint8ClampedArray(data), width, height)?.data ?? '';
  };

  it('is a small PNG that needs no credential and is not stored', async () => {
    const answer = await fetch(href((await enroll(emulator)).body));
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([
      200,
      'image/png',
      'no-cache, no-store',
    ]);
    expect((await answer.arrayBuffer()).byteLength).toBeLessThan(8 * 1024);
  });

  it("for an authenticator app has GOOGLE's otpauth URI with the secret of the answer", async () => {
    const { body } = await enrollTotp(emulator, 'GOOGLE');
    const uri = new URL(await read(await fetch(href(body))));
    const { host } = new URL(emulator.url);
    expect([uri.protocol, uri.host, decodeURIComponent(uri.pathname)]).toEqual(['otpauth:', 'totp', `/${host}:${ADA}`]);
    expect(Object.fromEntries(uri.searchParams)).toEqual({
      secret: body._embedded.activation.sharedSecret,
      issuer: host,
      algorithm: 'SHA1',
      digits: '6',
      period: '30',
    });
  });

  it('for Okta Verify has what it needs for pushes and for codes', async () => {
    const codes = (await enrollTotp(emulator, 'OKTA')).body;
    const query = async (factor: Started) =>
      Object.fromEntries(new URL(await read(await fetch(href(factor)))).searchParams);
    expect(await query(codes)).toEqual({
      org: emulator.url,
      factor: codes.id,
      secret: codes._embedded.activation.sharedSecret,
    });
    const pushes = (await enroll(emulator)).body;
    expect(await query(pushes)).toEqual({
      org: emulator.url,
      factor: pushes.id,
      token: href(pushes).split('/').at(-1),
    });
  });

  it('gives 404 once the factor is active or deleted, and for another token, factor or person', async () => {
    const google = (await enrollTotp(emulator, 'GOOGLE')).body;
    const push = (await enroll(emulator)).body;
    const grace = (await emulator.api('GET', `/users/${GRACE}`)).body.id;
    const ada = (await emulator.api('GET', `/users/${ADA}`)).body.id;
    const wrong = [
      href(google).slice(0, -1),
      `${href(google)}A`,
      `${href(google).slice(0, -1)}%C3%A9`,
      href(google).replace(/20111.*$/, '20111'),
      href(google).replace(google.id, push.id),
      href(google).replace(ada, grace),
    ];
    for (const other of wrong) expect((await fetch(other)).status).toBe(404);
    const before = [await fetch(href(google)), await fetch(href(push))];
    expect(before.map(({ status }) => status)).toEqual([200, 200]);
    await emulator.api('POST', `/users/${ADA}/factors/${google.id}/lifecycle/activate`, {
      passCode: await emulator.code(ADA),
    });
    await finish(emulator);
    expect([(await fetch(href(google))).status, (await fetch(href(push))).status]).toEqual([404, 404]);
  });

  it('can only be requested by GET', async () => {
    const path = href((await enroll(emulator)).body).slice(`${emulator.url}/api/v1`.length);
    expect(await emulator.api('POST', path, {})).toMatchObject({ status: 405, body: { errorCode: 'E0000022' } });
    expect((await fetch(`${emulator.url}/api/v1${path}`, { method: 'DELETE' })).status).toBe(401);
  });
});

it('a free org does not send a link by SMS', async () => {
  const emulator = await testEmulator({ freeOrg: true });
  const { id } = (await enroll(emulator)).body;
  const send = (channel: string) =>
    emulator.api('POST', `/users/${ADA}/factors/${id}/lifecycle/activate/${channel}`, {
      profile: { phoneNumber: '+15550100123' },
    });
  expect(await send('sms')).toMatchObject({ status: 403, body: { errorCode: 'E0000233' } });
  expect((await send('email')).status).toBe(200);
});

it.each(['classic', 'oie'] as const)(
  'Dorothy is seeded with Okta Verify on %s, and can answer pushes',
  async (engine) => {
    const emulator = emulators[engine];
    const dorothy = 'dorothy@example.com';
    const factors = await listed(emulator, dorothy);
    expect(factors.map(({ factorType, status }) => `${factorType} ${status}`)).toEqual(family[engine]);
    expect((await emulator.api('POST', `/users/${dorothy}/factors/${factors[0]?.id}/verify`)).body).toMatchObject({
      profile: { name: "Dorothy's phone" },
    });
    expect((await emulator.simulator('POST', '/push', { user: dorothy, answer: 'approve' })).body).toMatchObject({
      result: 'SUCCESS',
    });
    expect(
      (
        await emulator.api('POST', `/users/${dorothy}/factors/${factors[1]?.id}/verify`, {
          passCode: await emulator.code(dorothy, 'OKTA'),
        })
      ).status,
    ).toBe(200);
  },
);
