import { beforeEach, describe, expect, it } from 'vitest';
import { ADA, testEmulator, type TestEmulator } from '../../testing/emulator.ts';
import { MARGARET, listFactors } from '../../testing/people.ts';

const classic = await testEmulator();
const oie = await testEmulator({ engine: 'oie' });
beforeEach(async () => {
  await classic.reset();
  await oie.reset();
});

const body = (email?: unknown) => ({
  factorType: 'email',
  provider: 'OKTA',
  ...(email !== undefined && { profile: { email } }),
});
const REFUSED = {
  status: 400,
  body: {
    errorCode: 'E0000001',
    errorSummary: 'Api validation failed: Only verified primary or secondary email can be enrolled.',
    errorCauses: [],
  },
};

describe('email on classic', () => {
  const ada = () => listFactors(classic, ADA);

  it.each([[ADA], ['ADA@Example.com'], [undefined], ['ada@home.example']])(
    'can be enrolled for a verified address: %s',
    async (address) => {
      const { body: pending } = await ada().enroll(body(address));
      const to = address?.endsWith('home.example') ? address : ADA;
      expect(pending).toMatchObject({
        id: expect.stringMatching(/^emf/),
        status: 'PENDING_ACTIVATION',
        profile: { email: to },
      });
      const [mail] = await ada().messages('email');
      expect(mail).toMatchObject({ to, code: expect.stringMatching(/^\d{6}$/) });
      expect(mail?.text).toContain('It lasts 5 minutes.');
      expect((await ada().activate(pending.id, mail?.code)).body).toMatchObject({ id: pending.id, status: 'ACTIVE' });
    },
  );

  it.each([['grace@example.com'], [''], [7], [{}]])('cannot be enrolled for another address: %j', async (address) => {
    expect(await ada().enroll(body(address))).toMatchObject(REFUSED);
    expect(await ada().messages('email')).toEqual([]);
  });

  it('is valid for tokenLifetimeSeconds, given at enrollment and at a challenge', async () => {
    const { body: pending } = await ada().enroll(body(ADA), '?tokenLifetimeSeconds=10');
    const short = await ada().code('email');
    expect((await ada().messages('email'))[0]?.text).toContain('It lasts 10 seconds.');
    classic.clock.advance(10);
    expect((await ada().activate(pending.id, short)).status).toBe(403);
    await ada().resend(pending.id);
    expect((await ada().messages('email'))[0]?.text).toContain('It lasts 10 seconds.');
    classic.clock.advance(9);
    expect((await ada().activate(pending.id, await ada().code('email'))).status).toBe(200);
    for (const lifetime of ['0', '86401', 'x'])
      expect((await ada().challenge(pending.id, `?tokenLifetimeSeconds=${lifetime}`)).body.errorCode).toBe('E0000001');
    await ada().challenge(pending.id, '?tokenLifetimeSeconds=86400');
    classic.clock.advance(86_399);
    expect((await ada().verify(pending.id, { passCode: await ada().code('email') })).status).toBe(200);
  });

  it('[F11] accepts only the newest code', async () => {
    const { body: on } = await ada().enroll(body(), '?activate=true');
    expect(on.status).toBe('ACTIVE');
    expect(await ada().messages('email')).toEqual([]);
    await ada().challenge(on.id);
    const older = await ada().code('email');
    classic.clock.advance(5);
    await ada().challenge(on.id);
    expect((await ada().verify(on.id, { passCode: older })).body.errorCode).toBe('E0000068');
    expect((await ada().verify(on.id, { passCode: await ada().code('email') })).body).toEqual({
      factorResult: 'SUCCESS',
    });
  });

  it('is limited to one code per address in five seconds', async () => {
    const { body: pending } = await ada().enroll(body());
    expect(await ada().resend(pending.id)).toMatchObject({ status: 429, body: { errorCode: 'E0000118' } });
    classic.clock.advance(5);
    expect((await ada().resend(pending.id)).status).toBe(200);
  });
});

describe('email on an Identity Engine org', () => {
  const ada = () => listFactors(oie, ADA);

  it('cannot be enrolled again, nor for a secondary address', async () => {
    expect((await ada().enroll(body())).body.errorCauses).toEqual([
      { errorSummary: 'A factor of this type is already set up.' },
    ]);
    expect((await ada().enroll(body('ada@home.example'))).body.errorCode).toBe('E0000001');
    expect((await ada().catalog('email'))?.status).toBe('ACTIVE');
  });

  it('is listed for Margaret too, without a seeded row', async () => {
    const margaret = listFactors(oie, MARGARET);
    const { id } = await margaret.one('email');
    await margaret.remove(id);
    expect((await margaret.one('email')).id).toBe(id);
    expect((await margaret.list()).map(({ factorType }) => factorType)).toEqual(['question', 'call', 'email', 'sms']);
  });

  it('is listed once, and does not count, with the data folder of a Classic org', async () => {
    const own = await testEmulator();
    await listFactors(own, ADA).enroll(body(), '?activate=true');
    const links = async (emulator: TestEmulator) =>
      Object.keys((await emulator.api('GET', `/users/${ADA}`)).body._links as object);
    expect(await links(own)).toContain('resetFactors');
    await own.close();
    const moved = await testEmulator({ dataDir: own.dataDir, engine: 'oie' });
    expect((await listFactors(moved, ADA).list()).map(({ factorType }) => factorType)).toEqual(['email']);
    expect(await links(moved)).not.toContain('resetFactors');
  });
});
