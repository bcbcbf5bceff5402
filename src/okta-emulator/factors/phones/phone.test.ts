import { beforeEach, describe, expect, it } from 'vitest';
import { ADA, testEmulator, type TestEmulator } from '../../testing/emulator.ts';
import { listFactors } from '../../testing/people.ts';

const NUMBER = '+15550100123';
const body = (phoneNumber: string = NUMBER) => ({ factorType: 'sms', provider: 'OKTA', profile: { phoneNumber } });

function texts(emulator: () => TestEmulator) {
  const ada = () => listFactors(emulator(), ADA);
  const pending = async (number = NUMBER) => (await ada().enroll(body(number))).body;
  const active = async (number = NUMBER) =>
    (await ada().activate((await pending(number)).id, await ada().code('sms'))).body;
  const phones = async () => {
    const embedded = (await ada().catalog('sms'))?._embedded as
      | { phones: { profile: { phoneNumber: string } }[] }
      | undefined;
    return embedded?.phones.map(({ profile }) => profile.phoneNumber).toSorted();
  };
  return { ada, pending, active, phones };
}

const classic = await testEmulator();
const oie = await testEmulator({ engine: 'oie' });
beforeEach(async () => {
  await classic.reset();
  await oie.reset();
});

describe.each(['classic', 'oie'] as const)('a phone on %s, independent of its factor', (engine) => {
  const emulator = () => (engine === 'classic' ? classic : oie);
  const { ada, pending, active, phones } = texts(emulator);
  const removed = async (query = '') => {
    const { id } = await active();
    await ada().remove(id, query);
  };

  it('stays when its factor is deleted: a new enrollment is then active at once, without a message', async () => {
    expect(await phones()).toBeUndefined();
    await removed();
    expect(await phones()).toEqual([NUMBER]);
    expect((await ada().catalog('sms'))?.status).toBe('NOT_SETUP');
    expect((await ada().enroll(body())).body).toMatchObject({ status: 'ACTIVE', id: expect.stringMatching(/^sms/) });
    await ada().remove((await ada().one('sms')).id);
    expect((await ada().enroll({ factorType: 'sms', provider: 'OKTA' })).body).toMatchObject({
      status: 'ACTIVE',
      profile: { phoneNumber: NUMBER },
    });
    expect(await ada().messages('sms')).toHaveLength(1);
  });

  it('is deleted by removeRecoveryEnrollment=true, with delete and reset, and by no other spelling', async () => {
    await removed('?removeEnrollmentRecovery=true');
    expect(await phones()).toEqual([NUMBER]);
    const { id } = (await ada().enroll(body())).body;
    await ada().remove(id, '?removeRecoveryEnrollment=true');
    expect(await phones()).toBeUndefined();
    emulator().clock.advance(30);
    await active();
    await emulator().api('POST', `/users/${ADA}/lifecycle/reset_factors`);
    expect(await phones()).toEqual([NUMBER]);
    await ada().enroll(body());
    await emulator().api('POST', `/users/${ADA}/lifecycle/reset_factors?removeRecoveryEnrollment=true`);
    expect(await phones()).toBeUndefined();
  });

  it('is not stored for a pending factor', async () => {
    const { id } = await pending();
    expect(await phones()).toBeUndefined();
    await ada().remove(id);
    emulator().clock.advance(30);
    expect(await pending()).toMatchObject({ status: 'PENDING_ACTIVATION' });
  });
});

describe('a Classic org', () => {
  const { ada, pending, active, phones } = texts(() => classic);

  it('has one phone: another number needs updatePhone, and replaces it when it is verified', async () => {
    await ada().remove((await active()).id);
    const other = '+15550100199';
    expect((await ada().enroll(body(other))).body).toMatchObject({
      errorCode: 'E0000001',
      errorCauses: [{ errorSummary: 'There is an existing verified phone number.' }],
    });
    const { body: started } = await ada().enroll(body(other), '?updatePhone=true');
    expect(started).toMatchObject({ status: 'PENDING_ACTIVATION', profile: { phoneNumber: other } });
    expect(await phones()).toEqual([NUMBER]);
    await ada().activate(started.id, await ada().code('sms'));
    expect(await phones()).toEqual([other]);
    expect((await ada().enroll(body(), '?updatePhone=true')).body.errorCauses).toEqual([
      { errorSummary: 'A factor of this type is already set up.' },
    ]);
  });

  it('keeps an older code valid for its own five minutes', async () => {
    const { id } = await pending();
    const older = await ada().code('sms');
    classic.clock.advance(30);
    await ada().resend(id);
    expect(await ada().code('sms')).not.toBe(older);
    expect((await ada().activate(id, older)).status).toBe(200);
  });
});

describe('an Identity Engine org', () => {
  const { ada, pending, active, phones } = texts(() => oie);

  it('may have several phones, each with its factor; updatePhone replaces the unused ones', async () => {
    const other = '+15550100199';
    const first = await active();
    const second = await active(other);
    const listed = async () =>
      (await ada().list()).filter(({ factorType }) => factorType === 'sms').map(({ id }) => id);
    expect((await listed()).toSorted()).toEqual([first.id, second.id].toSorted());
    expect(await phones()).toEqual([NUMBER, other]);
    expect((await ada().enroll(body(other))).body.errorCauses).toEqual([
      { errorSummary: 'A factor of this type is already set up.' },
    ]);
    await ada().remove(second.id);
    const { body: third } = await ada().enroll(body('+15550100198'), '?updatePhone=true');
    await ada().activate(third.id, await ada().code('sms'));
    expect(await phones()).toEqual([NUMBER, '+15550100198']);
  });

  it('keeps an unused phone besides a new one', async () => {
    await ada().remove((await active()).id);
    await active('+15550100199');
    expect(await phones()).toEqual([NUMBER, '+15550100199']);
  });

  it('makes an older code invalid', async () => {
    const { id } = await pending();
    const older = await ada().code('sms');
    oie.clock.advance(30);
    await ada().resend(id);
    const newer = await ada().code('sms');
    expect((await ada().activate(id, older)).status).toBe(403);
    expect((await ada().activate(id, newer)).status).toBe(200);
  });
});
