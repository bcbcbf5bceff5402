import { beforeEach, describe, expect, it } from 'vitest';
import { ADA, testEmulator } from '../../testing/emulator.ts';
import { listFactors, otherThan } from '../../testing/people.ts';

const NUMBER = '+15550100123';
const body = (phoneNumber: unknown = NUMBER) => ({ factorType: 'sms', provider: 'OKTA', profile: { phoneNumber } });

const smsTemplates = [{ id: 'cstShort', template: '${code}!', translations: { de: 'Kode ${code}!' } }];
const emulators = {
  classic: await testEmulator({ smsTemplates }),
  oie: await testEmulator({ engine: 'oie', smsTemplates }),
};

describe.each(['classic', 'oie'] as const)('text messages on %s', (engine) => {
  const emulator = emulators[engine];
  beforeEach(() => emulator.reset());
  const ada = () => listFactors(emulator, ADA);
  const pending = async (number = NUMBER) => (await ada().enroll(body(number))).body;
  const active = async (number = NUMBER) => {
    const { id } = await pending(number);
    return (await ada().activate(id, await ada().code('sms'))).body;
  };

  it('bring a code that activates the factor under a new id; the old id becomes unknown', async () => {
    const { id, status, created } = await pending();
    expect([id.slice(0, 3), status]).toEqual(['mbl', 'PENDING_ACTIVATION']);
    expect(await ada().messages('sms')).toMatchObject([{ to: NUMBER, code: expect.stringMatching(/^\d{6}$/) }]);
    const code = await ada().code('sms');
    emulator.clock.advance(41);
    expect((await ada().activate(id, otherThan(code))).body).toMatchObject({
      errorCode: 'E0000068',
      errorCauses: [{ errorSummary: "Your passcode doesn't match our records. Please try again." }],
    });
    const { status: http, body: on } = await ada().activate(id, ` ${code.slice(0, 3)} ${code.slice(3)}`);
    expect(http).toBe(200);
    expect([on.id.slice(0, 3), on.status]).toEqual(['sms', 'ACTIVE']);
    expect(Date.parse(String(on.created)) - Date.parse(String(created))).toBe(41_000);
    for (const answer of [
      await emulator.api('GET', `${ada().base}/${id}`),
      await ada().activate(id, code),
      await ada().remove(id),
    ])
      expect(answer.body.errorCode).toBe('E0000007');
    expect((await ada().list()).filter(({ factorType }) => factorType === 'sms').map((factor) => factor.id)).toEqual([
      on.id,
    ]);
  });

  it('need the code in the body', async () => {
    const { id } = await pending();
    for (const given of [{}, { passCode: null }]) {
      expect((await emulator.api('POST', `${ada().base}/${id}/lifecycle/activate`, given)).body).toMatchObject({
        errorCode: 'E0000001',
        errorSummary: 'Api validation failed: passCode',
      });
    }
    expect((await ada().activate(id, '')).body.errorCode).toBe('E0000068');
  });

  it('are sent at a challenge, and the code works once, also for 50 concurrent attempts', async () => {
    const { id } = await active();
    emulator.clock.advance(30);
    expect((await ada().challenge(id)).body).toMatchObject({
      factorResult: 'CHALLENGE',
      profile: { phoneNumber: NUMBER },
    });
    const passCode = await ada().code('sms');
    const answers = await Promise.all(Array.from({ length: 50 }, () => ada().verify(id, { passCode })));
    expect(answers.filter(({ body: answer }) => answer.factorResult === 'SUCCESS')).toHaveLength(1);
    expect(answers.filter(({ body: answer }) => answer.errorCode === 'E0000082')).toHaveLength(49);
    expect((await emulator.api('GET', `/users/${ADA}`)).body.status).toBe('ACTIVE');
  });

  it('[F10] [F11] a code is valid for five minutes, and one for activation does not verify', async () => {
    const { id: first } = await pending();
    const old = await ada().code('sms');
    emulator.clock.advance(300);
    expect((await ada().activate(first, old)).status).toBe(403);
    await ada().resend(first);
    const activation = await ada().code('sms');
    const { id } = (await ada().activate(first, activation)).body;
    expect((await ada().verify(id, { passCode: activation })).body.errorCode).toBe('E0000068');
    emulator.clock.advance(30);
    await ada().challenge(id);
    const passCode = await ada().code('sms');
    emulator.clock.advance(299);
    expect((await ada().verify(id, { passCode })).body).toEqual({ factorResult: 'SUCCESS' });
    emulator.clock.advance(30);
    await ada().challenge(id);
    const late = await ada().code('sms');
    emulator.clock.advance(300);
    expect((await ada().verify(id, { passCode: late })).body.errorCode).toBe('E0000068');
  });

  it('a right code invalidates all earlier ones', async () => {
    const { id } = await active();
    emulator.clock.advance(30);
    await ada().challenge(id);
    const one = await ada().code('sms');
    emulator.clock.advance(30);
    await ada().challenge(id);
    expect((await ada().verify(id, { passCode: await ada().code('sms') })).status).toBe(200);
    expect((await ada().verify(id, { passCode: one })).status).toBe(403);
  });

  it('[B5] are limited to one per number in 30 seconds, over all operations and people', async () => {
    const tooSoon = {
      status: 429,
      body: {
        errorCode: 'E0000109',
        errorSummary: 'An SMS message was recently sent. Please wait 30 seconds before trying again.',
      },
    };
    const { id } = await pending();
    expect(await ada().resend(id)).toMatchObject(tooSoon);
    expect(await ada().enroll(body('555-010-0123'))).toMatchObject(tooSoon);
    expect(await listFactors(emulator, 'grace@example.com').enroll(body())).toMatchObject(tooSoon);
    const on = (await ada().activate(id, await ada().code('sms'))).body;
    expect(await ada().challenge(on.id)).toMatchObject(tooSoon);
    expect(await ada().messages('sms')).toHaveLength(1);
    emulator.clock.advance(29);
    expect(await ada().challenge(on.id)).toMatchObject(tooSoon);
    emulator.clock.advance(1);
    expect((await ada().challenge(on.id)).status).toBe(200);
    expect(await ada().messages('sms')).toHaveLength(2);
  });

  it('a refused one leaves the pending factor and its code unchanged', async () => {
    const { id } = await pending();
    const code = await ada().code('sms');
    await ada().enroll(body());
    await ada().resend(id);
    expect((await ada().activate(id, code)).status).toBe(200);
  });

  it('enrolling again while pending keeps the id and invalidates the old code', async () => {
    const { id } = await pending();
    const old = await ada().code('sms');
    const again = await pending('+15550100124');
    expect(again).toMatchObject({ id, profile: { phoneNumber: '+15550100124' } });
    expect((await ada().activate(id, old)).status).toBe(403);
    expect((await ada().activate(id, await ada().code('sms'))).status).toBe(200);
  });

  it('a resend changes lastUpdated, and is refused once the factor is active', async () => {
    const { id, lastUpdated } = await pending();
    emulator.clock.advance(30);
    const { status, body: again } = await ada().resend(id);
    expect([status, again.id, again.status]).toEqual([200, id, 'PENDING_ACTIVATION']);
    expect(Date.parse(String(again.lastUpdated)) - Date.parse(String(lastUpdated))).toBe(30_000);
    const on = (await ada().activate(id, await ada().code('sms'))).body;
    emulator.clock.advance(30);
    expect(await ada().resend(on.id)).toMatchObject({ status: 400, body: { errorCode: 'E0000001' } });
  });

  it('use the requested language and template', async () => {
    await ada().enroll(body(), '', { 'accept-language': 'xx, de-AT;q=0.9, en;q=0.5' });
    expect((await ada().messages('sms'))[0]?.text).toMatch(/^Ihr Bestätigungscode lautet \d{6}\.$/);
    await ada().enroll(body('+15550100125'), '?templateId=cstShort', { 'accept-language': 'fr' });
    expect((await ada().messages('sms'))[0]?.text).toMatch(/^\d{6}!$/);
    await ada().enroll(body('+15550100126'), '?templateId=cstShort', { 'accept-language': 'de' });
    expect((await ada().messages('sms'))[0]?.text).toMatch(/^Kode \d{6}!$/);
    const { id } = (await ada().enroll(body('+15550100127'), '?templateId=nobodys')).body;
    expect((await ada().messages('sms'))[0]?.text).toMatch(/^Your verification code is \d{6}\.$/);
    emulator.clock.advance(30);
    await ada().resend(id, '', { 'accept-language': 'fr' });
    expect((await ada().messages('sms'))[0]?.text).toMatch(/^Votre code/);
  });

  it.each([['123'], [15550100123]])('refuse %j', async (number) => {
    expect(await ada().enroll(body(number))).toMatchObject({
      status: 400,
      body: {
        errorCode: 'E0000001',
        errorSummary: 'Api validation failed: factorEnrollRequest',
        errorCauses: [{ errorSummary: 'Invalid Phone Number.' }],
      },
    });
    expect(await ada().messages('sms')).toEqual([]);
  });

  it('need a number when none is stored', async () => {
    expect((await ada().enroll({ factorType: 'sms' })).body.errorCauses).toEqual([
      { errorSummary: 'Invalid Phone Number.' },
    ]);
  });
});
