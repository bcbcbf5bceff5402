import { beforeEach, describe, expect, it } from 'vitest';
import { ADA, GRACE, testEmulator, type WireFactor } from '../testing/emulator.ts';

const emulator = await testEmulator();
beforeEach(() => emulator.reset());

const activate = (id: string, passCode: string, user = ADA) =>
  emulator.api('POST', `/users/${user}/factors/${id}/lifecycle/activate`, { passCode });
const wrongFor = async (login: string, provider?: string) =>
  String((Number(await emulator.code(login, provider)) + 500_000) % 1_000_000).padStart(6, '0');

describe('activation', () => {
  it('allows five attempts in five minutes, then none, not even with the right code', async () => {
    const { id } = await emulator.enroll(ADA);
    for (let attempt = 0; attempt < 5; attempt++)
      expect((await activate(id, await wrongFor(ADA))).body.errorCode).toBe('E0000068');
    const sixth = await activate(id, await emulator.code(ADA));
    expect(sixth).toMatchObject({ status: 429, body: { errorCode: 'E0000047' } });
    expect(sixth.headers.get('x-rate-limit-remaining')).toBe('0');
    expect(Number(sixth.headers.get('x-rate-limit-reset'))).toBe(Math.ceil(emulator.clock.now() / 1000) + 300);
    expect(sixth.headers.get('retry-after')).toBeNull();
    emulator.clock.advance(301);
    expect((await activate(id, await emulator.code(ADA))).status).toBe(200);
  });

  it('counts for the person: a new secret, factor or name, and a restart, do not help', async () => {
    let own = await testEmulator();
    const tries = async (id: string, user: string) =>
      (await own.api('POST', `/users/${user}/factors/${id}/lifecycle/activate`, { passCode: '12' })).status;
    const google = await own.enroll(ADA);
    const { body: me } = await own.api('GET', `/users/${ADA}`);
    for (const user of [ADA, String(me.id), 'ada', 'ADA@example.com']) expect(await tries(google.id, user)).toBe(403);
    const okta = await own.enroll(ADA, 'OKTA');
    expect(await tries(okta.id, ADA)).toBe(403);
    expect(await tries(okta.id, ADA)).toBe(429);
    await own.enroll(ADA);
    expect(await tries(google.id, 'ada')).toBe(429);
    await own.api('DELETE', `/users/${ADA}/factors/${google.id}`);
    own = await own.restart();
    const again = await own.enroll(ADA);
    expect(await tries(again.id, ADA)).toBe(429);
  });

  it('evaluates at most five of 200 concurrent guesses', async () => {
    const { id } = await emulator.enroll(ADA);
    const answers = await Promise.all(Array.from({ length: 200 }, () => activate(id, '000')));
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(195);
    expect((await activate(id, await emulator.code(ADA))).status).toBe(429);
  });

  it('does not lock the person, and does not affect others', async () => {
    const { id } = await emulator.enroll(ADA);
    for (let attempt = 0; attempt < 5; attempt++) await activate(id, '000000000');
    expect((await emulator.api('GET', `/users/${ADA}`)).body.status).toBe('ACTIVE');
    const { id: of } = await emulator.enroll('katherine@example.com');
    expect((await activate(of, await emulator.code('katherine@example.com'), 'katherine@example.com')).status).toBe(
      200,
    );
  });
});

describe('verification', () => {
  const findFactor = async (provider: string) => {
    const { body } = await emulator.api<WireFactor[]>('GET', `/users/${GRACE}/factors`);
    return body.find((factor) => factor.provider === provider)?.id ?? '';
  };
  const verify = async (passCode: string, { provider = 'GOOGLE', user = GRACE } = {}) => {
    const { status, body } = await emulator.api('POST', `/users/${user}/factors/${await findFactor(provider)}/verify`, {
      passCode,
    });
    return status === 200 ? 'SUCCESS' : body.errorCode;
  };
  const status = async () => (await emulator.api('GET', `/users/${GRACE}`)).body.status;

  it('locks the person at the fifth wrong code in a row, over all factors and names', async () => {
    expect(await verify('1')).toBe('E0000068');
    expect(await verify('2', { provider: 'OKTA' })).toBe('E0000068');
    expect(await verify('3', { user: 'grace' })).toBe('E0000068');
    expect(await verify('4', { user: 'GRACE@EXAMPLE.COM' })).toBe('E0000068');
    expect(await status()).toBe('ACTIVE');
    expect(await verify('5')).toBe('E0000069');
    expect(await status()).toBe('LOCKED_OUT');
    expect(await verify(await emulator.code(GRACE))).toBe('E0000069');
    const factor = await emulator.api('POST', `/users/${GRACE}/lifecycle/unlock`);
    expect(factor.status).toBe(200);
    expect(await verify(await emulator.code(GRACE))).toBe('SUCCESS');
  });

  it('starts a new row after a right code, and after five minutes without an attempt', async () => {
    for (let miss = 0; miss < 4; miss++) await verify('1');
    expect(await verify(await emulator.code(GRACE))).toBe('SUCCESS');
    for (let miss = 0; miss < 4; miss++) expect(await verify('1')).toBe('E0000068');
    emulator.clock.advance(301);
    for (let miss = 0; miss < 4; miss++) expect(await verify('1')).toBe('E0000068');
    expect(await verify('1')).toBe('E0000069');
  });

  it('keeps the count over a restart', async () => {
    let own = await testEmulator();
    const { body } = await own.api<WireFactor[]>('GET', `/users/${GRACE}/factors`);
    const miss = async () =>
      (await own.api('POST', `/users/${GRACE}/factors/${body[0]?.id}/verify`, {})).body.errorCode;
    for (let count = 0; count < 4; count++) await miss();
    own = await own.restart();
    expect(await miss()).toBe('E0000069');
  });
});
