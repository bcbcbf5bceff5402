import { beforeEach, describe, expect, it } from 'vitest';
import { ADA, testEmulator } from '../../testing/emulator.ts';
import { MARGARET, listFactors, otherThan } from '../../testing/people.ts';

const emulator = await testEmulator();
beforeEach(() => emulator.reset());
const ada = () => listFactors(emulator, ADA);
const sms = (phoneNumber = '+15550100123') => ({ factorType: 'sms', profile: { phoneNumber } });

describe('resending', () => {
  it('is allowed five times in five minutes, over all factors and names of the person', async () => {
    const { id } = (await ada().enroll(sms())).body;
    const { id: call } = (await ada().enroll({ factorType: 'call', profile: { phoneNumber: '+15550100123' } })).body;
    for (const [factor, login] of [
      [id, ADA],
      [call, ADA],
      [id, 'ada'],
      [call, 'ADA@example.com'],
      [id, ADA],
    ] as const) {
      emulator.clock.advance(30);
      expect((await listFactors(emulator, login).resend(factor)).status).toBe(200);
    }
    emulator.clock.advance(30);
    const sixth = await ada().resend(id);
    expect(sixth).toMatchObject({ status: 429, body: { errorCode: 'E0000047' } });
    expect(Number(sixth.headers.get('x-rate-limit-reset'))).toBe(Math.ceil(emulator.clock.now() / 1000) + 150);
    await ada().remove(id);
    const again = (await ada().enroll(sms('+15550100129'))).body;
    expect((await ada().resend(again.id)).body.errorCode).toBe('E0000047');
    emulator.clock.advance(151);
    expect((await ada().resend(again.id)).status).toBe(200);
  });

  it('counts from zero again for a person who was deactivated and reactivated', async () => {
    const { id } = (await ada().enroll(sms())).body;
    for (let count = 0; count < 5; count++) {
      emulator.clock.advance(30);
      expect((await ada().resend(id)).status).toBe(200);
    }
    for (const change of ['deactivate', 'activate']) await emulator.api('POST', `/users/${ADA}/lifecycle/${change}`);
    emulator.clock.advance(30);
    expect((await ada().resend(id)).status).toBe(200);
  });

  it('does not count when it was too soon', async () => {
    const { id } = (await ada().enroll(sms())).body;
    for (let count = 0; count < 9; count++) expect((await ada().resend(id)).body.errorCode).toBe('E0000109');
    emulator.clock.advance(30);
    expect((await ada().resend(id)).status).toBe(200);
  });

  it('is refused when no attempt to activate is left', async () => {
    const { id } = (await ada().enroll(sms())).body;
    for (let attempt = 0; attempt < 5; attempt++) expect((await ada().activate(id, 'x')).status).toBe(403);
    emulator.clock.advance(30);
    expect((await ada().resend(id)).body.errorCode).toBe('E0000047');
    expect((await ada().activate(id, await ada().code('sms'))).body.errorCode).toBe('E0000047');
  });

  it('is refused for an authenticator app, and for an unknown factor', async () => {
    const { id } = await emulator.enroll(ADA);
    expect(await ada().resend(id)).toMatchObject({ status: 404, body: { errorCode: 'E0000008' } });
    expect(await ada().resend('mbl000000000000005d7')).toMatchObject({ status: 404, body: { errorCode: 'E0000007' } });
  });
});

describe('a sent code', () => {
  it('[F11] can be guessed at most five times', async () => {
    const margaret = listFactors(emulator, MARGARET);
    const { id } = await margaret.one('sms');
    await margaret.challenge(id);
    const wrong = otherThan(await margaret.code('sms'));
    const answers = await Promise.all(Array.from({ length: 200 }, () => margaret.verify(id, { passCode: wrong })));
    expect(answers.filter(({ body }) => body.errorCode === 'E0000068')).toHaveLength(4);
    expect((await margaret.verify(id, { passCode: await margaret.code('sms') })).body.errorCode).toBe('E0000069');
  });

  it('works for its own factor only', async () => {
    const margaret = listFactors(emulator, MARGARET);
    const [text, call] = [await margaret.one('sms'), await margaret.one('call')];
    await margaret.challenge(text.id);
    await margaret.challenge(call.id);
    expect((await margaret.verify(call.id, { passCode: await margaret.code('sms') })).status).toBe(403);
    expect((await margaret.verify(text.id, { passCode: await margaret.code('call') })).status).toBe(403);
    expect((await margaret.verify(text.id, { passCode: await margaret.code('sms') })).status).toBe(200);
  });

  it('stays valid, or consumed, after a restart', async () => {
    let own = await testEmulator();
    const margaret = listFactors(own, MARGARET);
    const { id } = await margaret.one('sms');
    await margaret.challenge(id);
    const passCode = await margaret.code('sms');
    own = await own.restart();
    expect((await listFactors(own, MARGARET).challenge(id)).body.errorCode).toBe('E0000109');
    expect((await listFactors(own, MARGARET).verify(id, { passCode })).status).toBe(200);
    own = await own.restart();
    expect((await listFactors(own, MARGARET).verify(id, { passCode })).body.errorCode).toBe('E0000082');
  });

  it('is deleted with its factor', async () => {
    const margaret = listFactors(emulator, MARGARET);
    const { id } = await margaret.one('sms');
    await margaret.challenge(id);
    const passCode = await margaret.code('sms');
    await margaret.remove(id);
    const again = (await margaret.enroll({ factorType: 'sms' })).body;
    expect(again.status).toBe('ACTIVE');
    expect((await margaret.verify(again.id, { passCode })).body.errorCode).toBe('E0000068');
  });

  it('is not sent to deactivated or locked people', async () => {
    const margaret = listFactors(emulator, MARGARET);
    const { id } = await margaret.one('sms');
    await emulator.simulator('POST', `/users/${MARGARET}`, { status: 'LOCKED_OUT' });
    expect((await margaret.challenge(id)).body.errorCode).toBe('E0000069');
    await emulator.simulator('POST', `/users/${MARGARET}`, { status: 'DEPROVISIONED' });
    expect((await margaret.challenge(id)).body.errorCode).toBe('E0000038');
    expect((await margaret.resend(id)).body.errorCode).toBe('E0000038');
    expect(await margaret.messages('sms')).toEqual([]);
  });
});

it('the wait for the next message can be shorter than Okta’s', async () => {
  for (const [messageWait, codes] of [
    [0, [undefined, undefined]],
    [10, ['E0000109', undefined]],
    [30, ['E0000109', 'E0000109']],
  ] as const) {
    const other = await testEmulator({ messageWait });
    const person = listFactors(other, ADA);
    const { id } = (await person.enroll(sms())).body;
    expect((await person.resend(id)).body.errorCode).toBe(codes[0]);
    other.clock.advance(10);
    expect([messageWait, (await person.resend(id)).body.errorCode]).toEqual([messageWait, codes[1]]);
  }
});

it('the catalog names a kind that the org requires', async () => {
  const strict = await testEmulator();
  const [policy] = (await strict.api<{ id: string }[]>('GET', '/policies?type=MFA_ENROLL')).body.slice(-1);
  const settings = {
    factors: { okta_sms: { enroll: { self: 'REQUIRED' } }, okta_call: { enroll: { self: 'OPTIONAL' } } },
  };
  await strict.api('PUT', `/policies/${policy?.id}`, { type: 'MFA_ENROLL', name: 'Default Policy', settings });
  const { body } = await strict.api<{ factorType: string; enrollment: string }[]>(
    'GET',
    `/users/${ADA}/factors/catalog`,
  );
  expect(body.filter(({ enrollment }) => enrollment === 'REQUIRED').map(({ factorType }) => factorType)).toEqual([
    'sms',
  ]);
});

it.each([
  ['GET', '/transactions/mst1', 'E0000008'],
  ['DELETE', '/transactions/mst1', 'E0000008'],
  ['POST', '/lifecycle/activate/poll', 'E0000008'],
  ['POST', '/lifecycle/activate/sms', 'E0000008'],
  ['GET', '/qr/20111x', 'E0000008'],
  ['PUT', '', 'E0000008'],
  ['PATCH', '', 'E0000022'],
  ['GET', '/resend', 'E0000022'],
])('an SMS with %s %s is refused', async (method, path, errorCode) => {
  const { id } = (await ada().enroll(sms())).body;
  expect(
    (await emulator.api(method, `${ada().base}/${id}${path}`, method === 'GET' || method === 'DELETE' ? undefined : {}))
      .body.errorCode,
  ).toBe(errorCode);
});
