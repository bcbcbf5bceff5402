import { beforeEach, describe, expect, it } from 'vitest';
import { createClock } from '#clock';
import { ADA, GRACE, testEmulator, type WireFactor } from '../testing/emulator.ts';
import { decodeBase32 } from '../wire/base32.ts';
import { hotp, stepAt } from './totp/otp.ts';

const emulator = await testEmulator();
beforeEach(() => emulator.reset());

/** No code of the current steps has been used. */
async function app() {
  const enrolled = await emulator.enroll(ADA);
  const secret = decodeBase32(enrolled._embedded?.activation.sharedSecret ?? '') ?? Buffer.alloc(0);
  const at = (offset: number) => hotp(secret, stepAt(emulator.clock.now()) + offset);
  await emulator.api('POST', `/users/${ADA}/factors/${enrolled.id}/lifecycle/activate`, { passCode: at(0) });
  emulator.clock.advance(300);
  const verify = async (passCode: unknown) => {
    const { status, body } = await emulator.api('POST', `/users/${ADA}/factors/${enrolled.id}/verify`, { passCode });
    return status === 200 ? (body.factorResult as string) : (body.errorCode as string);
  };
  return { id: enrolled.id, at, verify };
}

describe('a TOTP code', () => {
  it.each([
    [-2, 'E0000068'],
    [-1, 'SUCCESS'],
    [0, 'SUCCESS'],
    [1, 'SUCCESS'],
    [2, 'E0000068'],
  ])('[F3] %i steps away: %s', async (offset, result) => {
    const { at, verify } = await app();
    expect(await verify(at(offset))).toBe(result);
  });

  it('[F2] works once, also for concurrent requests', async () => {
    const { at, verify } = await app();
    const results = await Promise.all(Array.from({ length: 50 }, () => verify(at(0))));
    expect(results.filter((result) => result === 'SUCCESS')).toHaveLength(1);
    expect(results.filter((result) => result === 'E0000082')).toHaveLength(49);
    expect((await emulator.api('GET', `/users/${ADA}`)).body.status).toBe('ACTIVE');
  });

  it('[F2] works once, in any notation', async () => {
    const { at, verify } = await app();
    const code = at(0);
    const wide = [...code].map((digit) => String.fromCodePoint(0xff10 + Number(digit))).join('');
    expect(await verify(`${code.slice(0, 3)} ${code.slice(3)}\n`)).toBe('SUCCESS');
    for (const variant of [code, wide, ` ${code}`, `${code}\u00a0`]) expect(await verify(variant)).toBe('E0000082');
  });

  it('[F2] consumes earlier codes: the next step first, then the current one', async () => {
    const { at, verify } = await app();
    expect(await verify(at(1))).toBe('SUCCESS');
    expect(await verify(at(0))).toBe('E0000082');
    expect(await verify(at(-1))).toBe('E0000082');
  });

  it('[F2] that activated does not verify', async () => {
    const { id } = await emulator.enroll(ADA);
    const passCode = await emulator.code(ADA);
    expect((await emulator.api('POST', `/users/${ADA}/factors/${id}/lifecycle/activate`, { passCode })).status).toBe(
      200,
    );
    expect((await emulator.api('POST', `/users/${ADA}/factors/${id}/verify`, { passCode })).body.errorCode).toBe(
      'E0000082',
    );
    emulator.clock.advance(30);
    const next = await emulator.code(ADA);
    expect((await emulator.api('POST', `/users/${ADA}/factors/${id}/verify`, { passCode: next })).body).toEqual({
      factorResult: 'SUCCESS',
    });
  });

  it('[D6] [F3] stays consumed when the clock jumps an hour, whatever time the client claims', async () => {
    let machine = Date.UTC(2026, 5, 1, 12, 0, 15);
    const own = await testEmulator({ clock: createClock(() => machine) });
    const { id } = await own.activated(ADA);
    machine += 30_000;
    const passCode = await own.code(ADA);
    const verify = (code: string, headers: Record<string, string> = {}) =>
      own.api('POST', `/users/${ADA}/factors/${id}/verify`, { passCode: code }, headers);
    expect((await verify(passCode)).status).toBe(200);
    for (const jump of [-3_600_000, 3_600_000, -1000, 1000]) {
      machine += jump;
      expect([jump, (await verify(passCode, { date: new Date(machine - jump).toUTCString() })).status]).toEqual([
        jump,
        403,
      ]);
      machine -= jump;
    }
    // After the clock was set back by an hour, the codes of this hour are refused, because a later code was accepted.
    machine -= 3_600_000;
    expect((await verify(await own.code(ADA))).status).toBe(403);
  });

  it('[F2] stays consumed after a restart', async () => {
    let own = await testEmulator();
    const { id } = await own.activated(ADA);
    own.clock.advance(30);
    const passCode = await own.code(ADA);
    const verify = () => own.api('POST', `/users/${ADA}/factors/${id}/verify`, { passCode });
    expect((await verify()).status).toBe(200);
    own = await own.restart();
    expect((await verify()).body.errorCode).toBe('E0000082');
  });

  it.each([
    [{}],
    [{ passCode: '' }],
    [{ passCode: '12345' }],
    [{ passCode: '1234567' }],
    [{ passCode: null }],
    [{ passCode: {} }],
    [{ answer: 'x' }],
  ])('is refused when it is invalid: %j', async (body) => {
    const { id } = await app();
    expect((await emulator.api('POST', `/users/${ADA}/factors/${id}/verify`, body)).body).toMatchObject({
      errorCode: 'E0000068',
      errorCauses: [{ errorSummary: "Your passcode doesn't match our records. Please try again." }],
    });
  });

  it("of one person's factor does not work for another's", async () => {
    await app();
    const factors = (await emulator.api<WireFactor[]>('GET', `/users/${GRACE}/factors`)).body;
    const google = factors.find(({ provider }) => provider === 'GOOGLE');
    expect(
      (
        await emulator.api('POST', `/users/${GRACE}/factors/${google?.id}/verify`, {
          passCode: await emulator.code(ADA),
        })
      ).status,
    ).toBe(403);
    const foreign = await emulator.api('POST', `/users/${ADA}/factors/${google?.id}/verify`, {
      passCode: await emulator.code(GRACE),
    });
    expect(foreign).toMatchObject({
      status: 404,
      body: { errorCode: 'E0000007', errorSummary: `Not found: Resource not found: ${google?.id} (UserFactor)` },
    });
  });
});
