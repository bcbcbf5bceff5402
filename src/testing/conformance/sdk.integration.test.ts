import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { ADA, testEmulator } from '#okta-emulator/testing/emulator.ts';
import { closeDrivers, drivers, refusal, type Driver } from './drivers.ts';

const PHONE = '+15557010123';
const sms = { factorType: 'sms', provider: 'OKTA', profile: { phoneNumber: PHONE } };
const call = { factorType: 'call', provider: 'OKTA', profile: { phoneNumber: '+15557010199', phoneExtension: '12' } };
const email = { factorType: 'email', provider: 'OKTA', profile: { email: ADA } };
const question = {
  factorType: 'question',
  provider: 'OKTA',
  profile: { question: 'disliked_food', answer: 'turnips' },
};
const google = { factorType: 'token:software:totp', provider: 'GOOGLE' };
const okta = { factorType: 'token:software:totp', provider: 'OKTA' };
const push = { factorType: 'push', provider: 'OKTA' };
/** The SDK's model of a waiting transaction lacks this field. */
const lostByTheSdk = null;
const NOBODY = '00uZZZZZZZZZZZZZZ0x1';

const emulators = { classic: await testEmulator(), oie: await testEmulator({ engine: 'oie' }) };

describe.each(['classic', 'oie'] as const)('%s', (engine) => {
  const emulator = emulators[engine];
  afterAll(async () => {
    await closeDrivers();
  });

  describe.each(Object.entries(drivers))('%s', (name, open) => {
    let ada: Driver;
    let id: string;
    beforeEach(async () => {
      await emulator.reset();
      ({ id } = (await emulator.api('GET', `/users/${ADA}`)).body);
      ada = open(emulator, id);
    });
    const inbox = async () =>
      (
        await emulator.simulator<{ channel: string; to: string; code: string | null; text: string }[]>(
          'GET',
          `/messages?user=${ADA}`,
        )
      ).body;
    const newest = async () => (await inbox())[0]!;
    const held = async () =>
      (await ada.listFactors()).filter(({ factorType }) => engine === 'classic' || factorType !== 'email');

    test('text message: enrolls, resends, activates under a new id, verifies, deletes', async () => {
      const made = await ada.enrollFactor({ body: sms, updatePhone: false, templateId: 'cstNOBODYKNOWS0000x1' });
      expect(made).toMatchObject({
        factorType: 'sms',
        provider: 'OKTA',
        status: 'PENDING_ACTIVATION',
        profile: { phoneNumber: PHONE },
      });
      expect(made.id).toMatch(/^mbl[A-Za-z0-9]{17}$/);
      expect(await refusal(ada.resendEnrollFactor(made.id, 'sms'))).toMatch(/^429 E0000109/);
      emulator.clock.advance(30);
      await ada.resendEnrollFactor(made.id, 'sms');
      const { to, code } = await newest();
      expect(to).toBe(PHONE);
      const active = await ada.activateFactor(made.id, { passCode: code! });
      expect(active).toMatchObject({ factorType: 'sms', status: 'ACTIVE' });
      expect(active.id).toMatch(/^sms/);
      expect(await refusal(ada.getFactor(made.id))).toMatch(/^404 E0000007/);
      expect((await held()).map((one) => one.id)).toEqual([active.id]);
      emulator.clock.advance(30);
      expect(await ada.verifyFactor(active.id)).toMatchObject({ factorResult: 'CHALLENGE' });
      const wrong = await refusal(ada.verifyFactor(active.id, { body: { passCode: '000000' } }));
      expect(wrong).toMatch(/^403 E0000068/);
      expect(await ada.verifyFactor(active.id, { body: { passCode: (await newest()).code! } })).toMatchObject({
        factorResult: 'SUCCESS',
      });
      await ada.deleteFactor(active.id);
      expect(await held()).toEqual([]);
      expect(await ada.enrollFactor({ body: sms }), 'a verified number needs no code').toMatchObject({
        status: 'ACTIVE',
      });
      const other = { ...sms, profile: { phoneNumber: '+15557010188' } };
      await ada.deleteFactor((await held())[0]!.id);
      const second = ada.enrollFactor({ body: other });
      if (engine === 'oie')
        return void expect(await second, 'this engine keeps several phones').toMatchObject({
          status: 'PENDING_ACTIVATION',
        });
      expect(await refusal(second)).toBe('400 E0000001 There is an existing verified phone number.');
      emulator.clock.advance(60);
      expect(await ada.enrollFactor({ body: other, updatePhone: true })).toMatchObject({
        status: 'PENDING_ACTIVATION',
      });
    });

    test('text message: removed with its number needs a new verification; activated at once sends nothing', async () => {
      const made = await ada.enrollFactor({ body: sms, activate: true });
      expect(made).toMatchObject({ status: 'ACTIVE' });
      expect(await inbox()).toEqual([]);
      await ada.deleteFactor(made.id, true);
      emulator.clock.advance(60);
      expect(await ada.enrollFactor({ body: sms })).toMatchObject({ status: 'PENDING_ACTIVATION' });
    });

    test('call: five digits, an extension, the same id', async () => {
      const made = await ada.enrollFactor({ body: call });
      expect(made).toMatchObject({
        factorType: 'call',
        profile: { phoneNumber: '+15557010199', phoneExtension: '12' },
      });
      const { code } = await newest();
      expect(code).toMatch(/^\d{5}$/);
      expect(await ada.activateFactor(made.id, { passCode: code! })).toMatchObject({ id: made.id, status: 'ACTIVE' });
      emulator.clock.advance(30);
      expect(await ada.verifyFactor(made.id)).toMatchObject({ factorResult: 'CHALLENGE' });
      expect(await refusal(ada.verifyFactor(made.id))).toMatch(/^429 E0000133/);
      expect(await ada.verifyFactor(made.id, { body: { passCode: (await newest()).code! } })).toMatchObject({
        factorResult: 'SUCCESS',
      });
      await ada.deleteFactor(made.id);
    });

    test('email: the code has its own lifetime', async () => {
      if (engine === 'oie') {
        const [own] = (await ada.listFactors()).filter(({ factorType }) => factorType === 'email');
        expect(await ada.verifyFactor(own!.id, { tokenLifetimeSeconds: 60 })).toMatchObject({
          factorResult: 'CHALLENGE',
        });
        const { code } = await newest();
        expect(await ada.verifyFactor(own!.id, { body: { passCode: code! } })).toMatchObject({
          factorResult: 'SUCCESS',
        });
        return;
      }
      const made = await ada.enrollFactor({ body: email, tokenLifetimeSeconds: 60 });
      expect(made).toMatchObject({ factorType: 'email', status: 'PENDING_ACTIVATION', profile: { email: ADA } });
      const late = (await newest()).code!;
      emulator.clock.advance(61);
      expect(await refusal(ada.activateFactor(made.id, { passCode: late }))).toMatch(/^403 E0000068/);
      await ada.resendEnrollFactor(made.id, 'email');
      expect(await ada.activateFactor(made.id, { passCode: (await newest()).code! })).toMatchObject({
        id: made.id,
        status: 'ACTIVE',
      });
      emulator.clock.advance(5);
      expect(await ada.verifyFactor(made.id, { tokenLifetimeSeconds: 60 })).toMatchObject({
        factorResult: 'CHALLENGE',
      });
      expect(await ada.verifyFactor(made.id, { body: { passCode: (await newest()).code! } })).toMatchObject({
        factorResult: 'SUCCESS',
      });
      const stranger = { ...email, profile: { email: 'else@example.com' } };
      await ada.deleteFactor(made.id);
      expect(await refusal(ada.enrollFactor({ body: stranger }))).toMatch(/^400 E0000001/);
      expect(await refusal(ada.enrollFactor({ body: email, tokenLifetimeSeconds: 86_401 }))).toMatch(/^400 E0000001/);
    });

    test('security question: active at once, its answer never shown', async () => {
      expect(await ada.listSupportedSecurityQuestions()).toHaveLength(19);
      const made = await ada.enrollFactor({ body: question });
      expect(made).toMatchObject({ factorType: 'question', status: 'ACTIVE', profile: { question: 'disliked_food' } });
      expect(JSON.stringify(await ada.getFactor(made.id))).not.toContain('turnips');
      expect(await refusal(ada.verifyFactor(made.id, { body: { answer: 'parsnips' } }))).toBe(
        "403 E0000068 Your answer doesn't match our records. Please try again.",
      );
      expect(await ada.verifyFactor(made.id, { body: { answer: 'turnips' } })).toMatchObject({
        factorResult: 'SUCCESS',
      });
      await ada.deleteFactor(made.id);
    });

    test.each([
      ['an authenticator app', google, 'GOOGLE'],
      ["Okta Verify's codes", okta, 'OKTA'],
    ] as const)('%s: gives its secret once, accepts a code once', async (_what, body, provider) => {
      const made = await ada.enrollFactor({ body });
      expect(made.activation['sharedSecret']).toMatch(/^[A-Z2-7]{32}$/);
      expect(JSON.stringify(await ada.getFactor(made.id))).not.toContain(made.activation['sharedSecret']);
      const code = await emulator.code(ADA, provider);
      expect(await ada.activateFactor(made.id, { passCode: code })).toMatchObject({ id: made.id, status: 'ACTIVE' });
      expect(await refusal(ada.verifyFactor(made.id, { body: { passCode: code } }))).toMatch(/^403 E0000082/);
      emulator.clock.advance(30);
      expect(await ada.verifyFactor(made.id, { body: { passCode: await emulator.code(ADA, provider) } })).toMatchObject(
        {
          factorResult: 'SUCCESS',
        },
      );
      expect(await refusal(ada.enrollFactor({ body }))).toBe('400 E0000001 A factor of this type is already set up.');
      await ada.deleteFactor(made.id);
      expect(await held()).toEqual([]);
    });

    test('push: enrolled on the phone, sent with a number, approved, denied, expired', async () => {
      const made = await ada.enrollFactor({ body: push });
      expect(made).toMatchObject({ factorType: 'push', status: 'PENDING_ACTIVATION' });
      expect(made.id).toMatch(/^opf/);
      await emulator.simulator('POST', '/push', { user: ADA, answer: 'enroll' });
      // The SDK has no function that polls an activation.
      await emulator.api('POST', `/users/${id}/factors/${made.id}/lifecycle/activate/poll`, {});
      expect((await held()).find((one) => one.id === made.id)).toMatchObject({ status: 'ACTIVE' });
      const asked = await ada.verifyFactor(made.id, { body: { useNumberMatchingChallenge: true } });
      expect(asked).toMatchObject({
        factorResult: 'WAITING',
        number: expect.any(Number),
        transactionId: expect.stringMatching(/^v2mst\./),
      });
      const look = () => ada.getFactorTransactionStatus(made.id, asked.transactionId!);
      expect(await look()).toMatchObject({
        factorResult: 'WAITING',
        number: name === 'our client' ? asked.number : lostByTheSdk,
      });
      await emulator.simulator('POST', '/push', { user: ADA, answer: 'approve', number: asked.number });
      expect(await look()).toMatchObject({ factorResult: 'SUCCESS' });

      const denied = await ada.verifyFactor(made.id);
      expect(denied.number).toBeNull();
      await emulator.simulator('POST', '/push', { user: ADA, answer: 'deny' });
      expect(await ada.getFactorTransactionStatus(made.id, denied.transactionId!)).toMatchObject({
        factorResult: 'REJECTED',
      });

      const late = await ada.verifyFactor(made.id);
      emulator.clock.advance(301);
      expect(await ada.getFactorTransactionStatus(made.id, late.transactionId!)).toMatchObject({
        factorResult: 'TIMEOUT',
      });
      expect(await refusal(ada.getFactorTransactionStatus(made.id, 'v2mst.AAAAAAAAAAAAAAAAAAAAAA'))).toMatch(
        /^404 E0000007/,
      );
      await ada.deleteFactor(made.id);
      expect((await held()).filter(({ factorType }) => factorType === 'push' || factorType === 'signed_nonce')).toEqual(
        [],
      );
    });

    test('the catalog lists each kind that can be enrolled, with its status', async () => {
      const kinds = (await ada.listSupportedFactors()).map(({ factorType, provider }) => `${factorType} ${provider}`);
      const made = [sms, call, question, google, okta, push, { factorType: 'webauthn', provider: 'FIDO' }];
      expect(kinds).toEqual(
        expect.arrayContaining(made.map(({ factorType, provider }) => `${factorType} ${provider}`)),
      );
      await ada.enrollFactor({ body: question });
      const entry = (await ada.listSupportedFactors()).find(({ factorType }) => factorType === 'question');
      expect(entry).toMatchObject({ status: 'ACTIVE' });
    });

    test('refusals: the same status and code for both clients', async () => {
      const stranger = open(emulator, NOBODY);
      const none = 'uftZZZZZZZZZZZZZZ0x1';
      const factor = /^404 E0000007/;
      expect(await refusal(stranger.listFactors())).toMatch(factor);
      expect(await refusal(ada.getFactor(none))).toMatch(factor);
      expect(await refusal(ada.activateFactor(none, { passCode: '123456' }))).toMatch(factor);
      expect(await refusal(ada.verifyFactor(none, { body: { passCode: '123456' } }))).toMatch(factor);
      expect(await refusal(ada.resendEnrollFactor(none, 'sms'))).toMatch(factor);
      expect(await refusal(ada.deleteFactor(none))).toMatch(factor);
      expect(await refusal(ada.enrollFactor({ body: { factorType: 'push', provider: 'YUBICO' } }))).toBe(
        '400 E0000001 Factor not enabled.',
      );
      expect(await refusal(ada.enrollFactor({ body: { factorType: 'sms', provider: 'NOBODY' } }))).toBe(
        '400 E0000001 Invalid Provider.',
      );
      const grace = (await emulator.api<{ id: string }[]>('GET', '/users/grace@example.com/factors')).body[0]!;
      expect(await refusal(ada.getFactor(grace.id)), "somebody else's is none").toMatch(factor);
      expect(await refusal(ada.deleteFactor(grace.id))).toMatch(factor);
    });
  });
});
