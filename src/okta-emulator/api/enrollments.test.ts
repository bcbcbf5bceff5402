import { beforeEach, describe, expect, it } from 'vitest';
import { ADA, GRACE, testEmulator } from '../testing/emulator.ts';
import { listFactors } from '../testing/people.ts';

type Authenticator = { id: string; key: string; type: string; name: string; status: string };
type Enrollment = Authenticator & { profile?: Record<string, string>; _links: Record<string, { href: string }> };

const emulator = await testEmulator({ engine: 'oie' });
const authenticators = (await emulator.api<Authenticator[]>('GET', '/authenticators')).body;

describe('on Identity Engine', () => {
  beforeEach(() => emulator.reset());

  const findId = (key: string) => authenticators.find((one) => one.key === key)?.id;
  const base = (login = ADA) => `/users/${login}/authenticator-enrollments`;
  const list = async (login: string, query = '') =>
    (await emulator.api<Enrollment[]>('GET', `${base(login)}${query}`)).body;
  const phone = (phoneNumber: unknown, authenticatorId: unknown = findId('phone_number')) =>
    emulator.api<Enrollment>('POST', `${base()}/phone`, { authenticatorId, profile: { phoneNumber } });

  it('authenticators are listed with email first, and read by id', async () => {
    expect(authenticators[0]).toMatchObject({ key: 'okta_email', type: 'email', status: 'ACTIVE', name: 'Email' });
    expect(authenticators.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['app', 'password', 'phone', 'security_question', 'security_key']),
    );
    for (const one of authenticators) {
      expect(one.id).toMatch(/^aut[0-9A-Za-z]{17}$/);
      expect((await emulator.api('GET', `/authenticators/${one.id}`)).body).toEqual(one);
    }
    expect((await emulator.api('GET', '/authenticators/autNobody')).body).toMatchObject({
      errorSummary: 'Not found: Resource not found: autNobody (Authenticator)',
    });
  });

  it('a phone is enrolled at once, without a code, listed, read and deleted', async () => {
    const { status, body } = await phone('+1 555 010 0123');
    expect(status).toBe(200);
    const user = `${emulator.url}/api/v1/users/${(await emulator.api('GET', `/users/${ADA}`)).body.id}`;
    expect(body).toMatchObject({
      type: 'phone',
      key: 'phone_number',
      name: 'Phone',
      status: 'ACTIVE',
      profile: { phoneNumber: '+1 XXX-XXX-0123' },
      _links: {
        self: { href: `${user}/authenticator-enrollments/${body.id}`, hints: { allow: ['GET', 'DELETE'] } },
        user: { href: user },
        authenticator: { href: `${emulator.url}/api/v1/authenticators/${findId('phone_number')}` },
      },
    });
    expect(body.id).toMatch(/^sms[0-9A-Za-z]{17}$/);
    expect(await listFactors(emulator, ADA).messages('sms')).toEqual([]);
    expect(await list(ADA)).toContainEqual(body);
    expect((await emulator.api('GET', `${base()}/${body.id}`)).body).toEqual(body);
    const disclosed = { profile: { phoneNumber: '+15550100123' } };
    expect((await emulator.api('GET', `${base()}/${body.id}?discloseIdentifiers=phone`)).body).toMatchObject(disclosed);
    expect(await list(ADA, '?discloseIdentifiers=phone')).toContainEqual({ ...body, ...disclosed });
    expect((await phone('+15550100123')).body).toMatchObject({
      errorCauses: [{ errorSummary: 'A factor of this type is already set up.' }],
    });
    // An Identity Engine org can store several numbers.
    expect((await phone('+447911123456')).body.profile).toEqual({ phoneNumber: '+44 XXXXXX3456' });
    expect((await emulator.api('DELETE', `${base()}/${body.id}`)).status).toBe(204);
    expect((await emulator.api('DELETE', `${base()}/${body.id}`)).status).toBe(404);
    const catalog = await listFactors(emulator, ADA).catalog('sms');
    expect(JSON.stringify(catalog)).not.toContain('+15550100123');
  });

  it('a phone needs Okta’s id, a number, and a policy that allows it', async () => {
    expect((await phone('invalid-phone')).body).toMatchObject({
      errorCode: 'E0000001',
      errorCauses: [{ errorSummary: 'Invalid Phone Number.' }],
    });
    for (const id of [findId('okta_email'), 'autNobody', null])
      expect(await phone('+15550100123', id)).toMatchObject({ status: 400, body: { errorCode: 'E0000001' } });
    for (const body of [undefined, [], { authenticatorId: findId('phone_number'), profile: 'x' }])
      expect((await emulator.api('POST', `${base()}/phone`, body)).body).toMatchObject({ errorCode: 'E0000003' });
    const [policy] = (await emulator.api<{ id: string }[]>('GET', '/policies?type=MFA_ENROLL')).body.slice(-1);
    const settings = { authenticators: [{ key: 'okta_email', enroll: { self: 'OPTIONAL' } }] };
    await emulator.api('PUT', `/policies/${policy?.id}`, { ...policy, settings });
    expect((await phone('+15550100123')).body).toMatchObject({
      errorCauses: [{ errorSummary: 'Factor not enabled.' }],
    });
    expect(await listFactors(emulator, ADA).list()).toHaveLength(1);
  });

  it('Okta Verify is one enrollment, the password another, and neither email nor password can go', async () => {
    const of = async (login: string) => (await list(login)).map(({ key, id }) => [key, id.slice(0, 3)]);
    expect(await of('dorothy@example.com')).toEqual([
      ['okta_email', 'eae'],
      ['okta_verify', 'opf'],
      ['okta_password', 'lae'],
    ]);
    const [email, ...others] = await list(ADA);
    expect(email?.profile).toEqual({ email: ADA });
    expect((await emulator.api('DELETE', `${base()}/${email?.id}`)).status).toBe(204);
    expect((await emulator.api('DELETE', `${base()}/${others[0]?.id}`)).status).toBe(400);
    expect(await list(ADA)).toEqual([email, ...others]);
    // A pending factor is no enrollment.
    expect(await of('katherine@example.com')).toEqual(await of(ADA));
  });

  it('another person’s enrollment is unknown, and so is nobody', async () => {
    const { id } = (await phone('+15550100123')).body;
    for (const [method, path, body] of [
      ['GET', `${base(GRACE)}/${id}`, undefined],
      ['DELETE', `${base(GRACE)}/${id}`, undefined],
      ['GET', base('nobody'), undefined],
      ['POST', `${base('nobody')}/phone`, {}],
      ['POST', `${base('nobody')}/tac`, {}],
    ] as const)
      expect(await emulator.api(method, path, body)).toMatchObject({ status: 404, body: { errorCode: 'E0000007' } });
    expect(await list(ADA)).toHaveLength(3);
  });

  it('no authenticator gives a temporary access code', async () => {
    for (const { id } of authenticators)
      expect(
        await emulator.api('POST', `${base()}/tac`, { authenticatorId: id, profile: { ttl: '60' } }),
      ).toMatchObject({
        status: 400,
        body: { errorCode: 'E0000001' },
      });
  });
});

it('a Classic org has no authenticators', async () => {
  const emulator = await testEmulator();
  for (const [method, path] of [
    ['GET', '/authenticators'],
    ['GET', '/authenticators/aut'],
    ['GET', `/users/${ADA}/authenticator-enrollments`],
    ['POST', `/users/${ADA}/authenticator-enrollments/phone`],
  ] as const)
    expect(await emulator.api(method, path, method === 'POST' ? {} : undefined)).toMatchObject({
      status: 401,
      body: { errorCode: 'E0000015' },
    });
});
