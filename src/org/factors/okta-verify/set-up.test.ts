import jsQR from 'jsqr';
import { PNG } from 'pngjs';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { ADA, GRACE, endOrgs, testOrg } from '../../testing/org.ts';
import type { TestOrg, WireFactor } from '../../testing/org.ts';
import { decodeBase32 } from '../totp/base32.ts';
import { hotp, stepAt } from '../totp/otp.ts';

type Started = WireFactor & {
  lastUpdated: string;
  _embedded: { activation: { sharedSecret: string; expiresAt: string; _links: { qrcode: { href: string } } } };
};
type Listed = { id: string; factorType: string; status: string };

const orgs = { classic: await testOrg({ engine: 'classic' }), oie: await testOrg({ engine: 'oie' }) };
beforeEach(() => Promise.all(Object.values(orgs).map((org) => org.reset())));
afterAll(endOrgs);

const enroll = async (org: TestOrg, body: object = { factorType: 'push', provider: 'OKTA' }) =>
  org.api<Started>('POST', `/users/${ADA}/factors`, body);
const enrollTotp = (org: TestOrg, provider: string) => enroll(org, { factorType: 'token:software:totp', provider });
const finish = (org: TestOrg, more: object = {}) =>
  org.desk<{ error?: string }>('POST', '/push', { user: ADA, answer: 'enroll', ...more });
const held = async (org: TestOrg, login = ADA) =>
  (await org.api<Listed[]>('GET', `/users/${login}/factors`)).body.filter(({ factorType }) => factorType !== 'email');
const types = async (org: TestOrg) => (await held(org)).map(({ factorType, status }) => `${factorType} ${status}`);
const family = {
  classic: ['push ACTIVE', 'token:software:totp ACTIVE'],
  oie: ['push ACTIVE', 'token:software:totp ACTIVE', 'signed_nonce ACTIVE'],
};

describe.each(['classic', 'oie'] as const)('setting Okta Verify up on %s', (engine) => {
  const org = orgs[engine];
  const call = (id: string, path: string, body?: object, login = ADA) =>
    org.api<Started>('POST', `/users/${login}/factors/${id}/lifecycle/activate${path}`, body);

  it('brings the family with it, its codes working at once', async () => {
    const { id } = (await enroll(org)).body;
    expect(await types(org)).toEqual(['push PENDING_ACTIVATION']);
    expect((await finish(org)).body).toEqual({ factorId: id, result: 'ACTIVE' });
    expect(await types(org)).toEqual(family[engine]);
    const [, totp] = await held(org);
    expect(
      (await org.api('POST', `/users/${ADA}/factors/${totp?.id}/verify`, { passCode: await org.code(ADA, 'OKTA') }))
        .body,
    ).toEqual({ factorResult: 'SUCCESS' });
    const again = await enroll(org);
    expect([again.status, again.body]).toMatchObject([
      400,
      { errorCauses: [{ errorSummary: 'A factor of this type is already set up.' }] },
    ]);
  });

  it('turns pending codes on by a new secret, and leaves active ones alone', async () => {
    const abandoned = (await enrollTotp(org, 'OKTA')).body;
    await enroll(org);
    await finish(org);
    expect(await types(org)).toEqual(family[engine]);
    const [, totp] = await held(org);
    expect(totp?.id).toBe(abandoned.id);
    const old = hotp(
      decodeBase32(abandoned._embedded.activation.sharedSecret) ?? Buffer.alloc(0),
      stepAt(org.clock.now()),
    );
    expect(await org.code(ADA, 'OKTA')).not.toBe(old);

    await org.reset();
    const code = await org.code(GRACE, 'OKTA');
    await org.api('POST', `/users/${GRACE}/factors`, { factorType: 'push', provider: 'OKTA' });
    await finish(org, { user: GRACE });
    expect(await org.code(GRACE, 'OKTA')).toBe(code);
  });

  it('begun anew, keeps its id and drops the old QR code; over, cannot be finished', async () => {
    const first = (await enroll(org)).body;
    const second = (await enroll(org)).body;
    expect(second.id).toBe(first.id);
    const image = (of: Started) => fetch(of._embedded.activation._links.qrcode.href).then(({ status }) => status);
    expect([await image(first), await image(second)]).toEqual([404, 200]);
    org.clock.advance(599);
    expect(await image(second)).toBe(200);
    org.clock.advance(1);
    expect(await image(second)).toBe(404);
    expect((await finish(org)).status).toBe(404);
    expect(await types(org)).toEqual(['push PENDING_ACTIVATION']);
    await call(first.id, '');
    expect((await finish(org)).status).toBe(200);
  });

  it('restarts five times in five minutes, since a restart counts as activating', async () => {
    const { id } = (await enroll(org)).body;
    const statuses = [];
    for (let time = 0; time < 6; time++) statuses.push((await call(id, '')).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  });

  it('sends the link to where it was asked to, five times at most', async () => {
    const { id } = (await enroll(org)).body;
    await call(id, '/sms', { profile: { phoneNumber: '+1 (555) 010-0123' } });
    await call(id, '/email');
    const inbox = (await org.desk<{ channel: string; to: string; text: string }[]>('GET', `/messages?user=${ADA}`))
      .body;
    expect(inbox.map(({ channel, to }) => `${channel} ${to}`)).toEqual([`email ${ADA}`, 'sms +15550100123']);
    for (const { text } of inbox)
      expect(text).toContain(`oktaverify://set-up?org=${encodeURIComponent(org.url)}&factor=${id}&token=20111`);
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
      org.clock.advance(5);
      statuses.push((await call(id, '/email', {})).status);
    }
    expect(statuses).toEqual([200, 200, 200, 429]);
  });

  it('sends no number and no address two links at once', async () => {
    const { id } = (await enroll(org)).body;
    const send = async (path: string) =>
      (await call(id, path, { profile: { phoneNumber: '+15550100123' } })).body as { errorCode?: string };
    expect([(await send('/sms')).errorCode, (await send('/sms')).errorCode]).toEqual([undefined, 'E0000109']);
    expect([(await send('/email')).errorCode, (await send('/email')).errorCode]).toEqual([undefined, 'E0000118']);
    expect((await org.desk('GET', `/messages?user=${ADA}`)).body).toHaveLength(2);
  });

  it('is refused once it is on, and to others', async () => {
    const { id } = (await enroll(org)).body;
    for (const path of ['', '/poll', '/email'])
      expect((await call(id, path, {}, GRACE)).body).toMatchObject({ errorCode: 'E0000007' });
    await finish(org);
    for (const path of ['', '/email']) expect((await call(id, path, {})).body).toMatchObject({ errorCode: 'E0000107' });
    expect((await call(id, '/poll')).body.status).toBe('ACTIVE');
    const [, totp] = await held(org);
    for (const path of ['/poll', '/sms', '/email'])
      expect((await call(totp?.id ?? '', path, {})).body).toMatchObject({ errorCode: 'E0000008' });
  });

  it('ends once, however many phones finish it', async () => {
    await enroll(org);
    const answers = await Promise.all(Array.from({ length: 20 }, () => finish(org)));
    expect(answers.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(1);
    expect(await types(org)).toEqual(family[engine]);
  });

  it('of somebody locked or deactivated is left undone', async () => {
    await enroll(org);
    for (const status of ['LOCKED_OUT', 'DEPROVISIONED']) {
      await org.desk('POST', `/users/${ADA}`, { status });
      expect((await finish(org)).status).toBe(409);
    }
    expect(await types(org)).toEqual(['push PENDING_ACTIVATION']);
  });

  it('goes as a family on Identity Engine, one by one on Classic', async () => {
    for (const index of family[engine].keys()) {
      await org.reset();
      await enroll(org);
      await enrollTotp(org, 'GOOGLE');
      await finish(org);
      const okta = (await held(org)).filter(({ status }) => status === 'ACTIVE');
      expect((await org.api('DELETE', `/users/${ADA}/factors/${okta[index]?.id}`)).status).toBe(204);
      const left = engine === 'oie' ? [] : family.classic.toSpliced(index, 1);
      expect(await types(org)).toEqual(['token:software:totp PENDING_ACTIVATION', ...left]);
    }
  });

  it('by its codes adds the rest on Identity Engine only, and turns nothing pending on', async () => {
    const code = async () => {
      const { id } = (await enrollTotp(org, 'OKTA')).body;
      await call(id, '', { passCode: await org.code(ADA, 'OKTA') });
    };
    await code();
    expect(await types(org)).toEqual(engine === 'oie' ? family.oie : ['token:software:totp ACTIVE']);
    await org.reset();
    await enroll(org);
    await code();
    expect(await types(org)).toEqual([
      'push PENDING_ACTIVATION',
      'token:software:totp ACTIVE',
      ...(engine === 'oie' ? ['signed_nonce ACTIVE'] : []),
    ]);
  });

  it('offers FastPass nowhere, and verifies nothing with it', async () => {
    expect((await enroll(org, { factorType: 'signed_nonce', provider: 'OKTA' })).body).toMatchObject({
      errorCauses: [{ errorSummary: 'Factor not enabled.' }],
    });
    const catalog = (await org.api<Listed[]>('GET', `/users/${ADA}/factors/catalog`)).body.map(
      ({ factorType, status }) => `${factorType} ${status}`,
    );
    expect(catalog).toContain('push NOT_SETUP');
    expect(catalog.join()).not.toContain('signed_nonce');
    await enroll(org);
    await finish(org);
    const fastPass = (await held(org)).find(({ factorType }) => factorType === 'signed_nonce');
    const answer = await org.api('POST', `/users/${ADA}/factors/${fastPass?.id}/verify`, {});
    expect(answer.status).toBe(engine === 'oie' ? 400 : 404);
  });
});

describe('the QR image', () => {
  const org = orgs.classic;
  const href = (factor: Started) => factor._embedded.activation._links.qrcode.href;
  const read = async (answer: Response) => {
    const { data, width, height } = PNG.sync.read(Buffer.from(await answer.arrayBuffer()));
    return jsQR.default(new Uint8ClampedArray(data), width, height)?.data ?? '';
  };

  it('is a small PNG that needs no credential and is kept nowhere', async () => {
    const answer = await fetch(href((await enroll(org)).body));
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([
      200,
      'image/png',
      'no-cache, no-store',
    ]);
    expect((await answer.arrayBuffer()).byteLength).toBeLessThan(8 * 1024);
  });

  it("sets an authenticator app up: it holds GOOGLE's otpauth URI with the secret of the answer", async () => {
    const { body } = await enrollTotp(org, 'GOOGLE');
    const uri = new URL(await read(await fetch(href(body))));
    const { host } = new URL(org.url);
    expect([uri.protocol, uri.host, decodeURIComponent(uri.pathname)]).toEqual(['otpauth:', 'totp', `/${host}:${ADA}`]);
    expect(Object.fromEntries(uri.searchParams)).toEqual({
      secret: body._embedded.activation.sharedSecret,
      issuer: host,
      algorithm: 'SHA1',
      digits: '6',
      period: '30',
    });
  });

  it('holds what Okta Verify needs, for pushes and for codes', async () => {
    const codes = (await enrollTotp(org, 'OKTA')).body;
    const query = async (factor: Started) =>
      Object.fromEntries(new URL(await read(await fetch(href(factor)))).searchParams);
    expect(await query(codes)).toEqual({
      org: org.url,
      factor: codes.id,
      secret: codes._embedded.activation.sharedSecret,
    });
    const pushes = (await enroll(org)).body;
    expect(await query(pushes)).toEqual({ org: org.url, factor: pushes.id, token: href(pushes).split('/').at(-1) });
  });

  it('is gone once the factor is on or deleted, and never there for another token, factor or person', async () => {
    const google = (await enrollTotp(org, 'GOOGLE')).body;
    const push = (await enroll(org)).body;
    const grace = (await org.api('GET', `/users/${GRACE}`)).body.id;
    const ada = (await org.api('GET', `/users/${ADA}`)).body.id;
    const wrong = [
      href(google).slice(0, -1),
      `${href(google)}A`,
      href(google).replace(/20111.*$/, '20111'),
      href(google).replace(google.id, push.id),
      href(google).replace(ada, grace),
    ];
    for (const other of wrong) expect((await fetch(other)).status).toBe(404);
    const before = [await fetch(href(google)), await fetch(href(push))];
    expect(before.map(({ status }) => status)).toEqual([200, 200]);
    await org.api('POST', `/users/${ADA}/factors/${google.id}/lifecycle/activate`, { passCode: await org.code(ADA) });
    await finish(org);
    expect([(await fetch(href(google))).status, (await fetch(href(push))).status]).toEqual([404, 404]);
  });

  it('is a GET alone', async () => {
    const path = href((await enroll(org)).body).slice(`${org.url}/api/v1`.length);
    expect(await org.api('POST', path, {})).toMatchObject({ status: 405, body: { errorCode: 'E0000022' } });
    expect((await fetch(`${org.url}/api/v1${path}`, { method: 'DELETE' })).status).toBe(401);
  });
});

it('a free org sends no link by text message', async () => {
  const org = await testOrg({ freeOrg: true });
  const { id } = (await enroll(org)).body;
  const send = (channel: string) =>
    org.api('POST', `/users/${ADA}/factors/${id}/lifecycle/activate/${channel}`, {
      profile: { phoneNumber: '+15550100123' },
    });
  expect(await send('sms')).toMatchObject({ status: 403, body: { errorCode: 'E0000233' } });
  expect((await send('email')).status).toBe(200);
});

it.each(['classic', 'oie'] as const)(
  'Dorothy has Okta Verify from the first day on %s, and answers pushes',
  async (engine) => {
    const org = orgs[engine];
    const dorothy = 'dorothy@example.com';
    const factors = await held(org, dorothy);
    expect(factors.map(({ factorType, status }) => `${factorType} ${status}`)).toEqual(family[engine]);
    expect((await org.api('POST', `/users/${dorothy}/factors/${factors[0]?.id}/verify`)).body).toMatchObject({
      profile: { name: "Dorothy's phone" },
    });
    expect((await org.desk('POST', '/push', { user: dorothy, answer: 'approve' })).body).toMatchObject({
      result: 'SUCCESS',
    });
    expect(
      (
        await org.api('POST', `/users/${dorothy}/factors/${factors[1]?.id}/verify`, {
          passCode: await org.code(dorothy, 'OKTA'),
        })
      ).status,
    ).toBe(200);
  },
);
