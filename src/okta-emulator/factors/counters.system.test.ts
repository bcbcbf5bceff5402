import { beforeEach, describe, expect, it } from 'vitest';
import { ADA, testEmulator, type TestEmulator } from '../testing/emulator.ts';
import { factorsOf, otherThan } from '../testing/people.ts';

const emulators = { classic: await testEmulator(), oie: await testEmulator({ engine: 'oie' }) };
beforeEach(async () => {
  await emulators.classic.reset();
  await emulators.oie.reset();
});

const fullWidth = (code: string) => [...code].map((digit) => String.fromCodePoint(0xff10 + Number(digit))).join('');
const writings = [(code: string) => code, fullWidth, (code: string) => ` ${code.slice(0, 3)} ${code.slice(3)}\u00a0`];

type Enrolled = { body: object; sent: boolean; code(emulator: TestEmulator): Promise<string> };
const shown = (provider: string): Enrolled => ({
  body: { factorType: 'token:software:totp', provider },
  sent: false,
  code: (emulator) => emulator.code(ADA, provider),
});
const sent = (channel: 'sms' | 'call' | 'email', profile?: object): Enrolled => ({
  body: { factorType: channel, ...(profile && { profile }) },
  sent: true,
  code: (emulator) => factorsOf(emulator, ADA).code(channel),
});
const enrolled: Record<string, Enrolled> = {
  'an authenticator app': shown('GOOGLE'),
  'Okta Verify’s codes': shown('OKTA'),
  'text messages': sent('sms', { phoneNumber: '+15550100123' }),
  calls: sent('call', { phoneNumber: '+15550100123' }),
  mail: sent('email'),
};
// An Identity Engine org lists its own active email factor, so none can be enrolled.
const cases = (['classic', 'oie'] as const)
  .flatMap((engine) => Object.keys(enrolled).map((name) => [name, engine] as const))
  .filter(([name, engine]) => name !== 'mail' || engine === 'classic');

/** Starts enrolling a factor of Ada's. */
async function begun(name: string, engine: 'classic' | 'oie') {
  const emulator = emulators[engine]!;
  const { body, code } = enrolled[name]!;
  const ada = factorsOf(emulator, ADA);
  const { id } = (await ada.enroll(body)).body;
  return { emulator, ada, id, code: () => code(emulator) };
}

describe.each(cases)('%s on %s: one code, fifty concurrent uses in three notations', (name, engine) => {
  it('activates one factor, and verifies once', async () => {
    const { emulator, ada, id, code } = await begun(name, engine);
    const first = await code();
    const activations = await Promise.all(
      Array.from({ length: 50 }, (_, n) => ada.activate(id, writings[n % 3]!(first))),
    );
    const [on, ...more] = activations.filter(({ status }) => status === 200);
    expect([on?.body.status, more.length]).toEqual(['ACTIVE', 0]);
    emulator.clock.advance(301);
    const active = on!.body.id;
    if (enrolled[name]!.sent) await ada.challenge(active);
    const second = await code();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => ada.verify(active, { passCode: writings[n % 3]!(second) })),
    );
    expect(answers.filter(({ body }) => body.factorResult === 'SUCCESS')).toHaveLength(1);
    expect(answers.filter(({ body }) => body.errorCode === 'E0000082')).toHaveLength(49);
    expect((await emulator.api('GET', `/users/${ADA}`)).body.status).toBe('ACTIVE');
  });

  it('no notation, restart or resend gives more than five attempts to activate', async () => {
    const { emulator, ada, id, code } = await begun(name, engine);
    const wrong = async (n: number) => (await ada.activate(id, writings[n % 3]!(otherThan(await code())))).status;
    expect(await wrong(0)).toBe(403);
    emulator.clock.advance(31);
    await ada.resend(id);
    expect(await wrong(1)).toBe(403);
    await ada.remove(id);
    emulator.clock.advance(31);
    const again = (await ada.enroll(enrolled[name]!.body)).body.id;
    const guesses = await Promise.all(Array.from({ length: 200 }, (_, n) => ada.activate(again, String(n))));
    expect(guesses.filter(({ status }) => status === 403)).toHaveLength(3);
    expect(guesses.filter(({ body }) => body.errorCode === 'E0000047')).toHaveLength(197);
    expect((await ada.activate(again, await code())).body.errorCode).toBe('E0000047');
  });
});
