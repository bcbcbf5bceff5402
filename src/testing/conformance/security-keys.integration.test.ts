import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { ADA, testEmulator } from '#okta-emulator/testing/emulator.ts';
import { createSecurityKey } from '#okta-emulator/testing/security-key.ts';
import { closeDrivers, drivers, refusal } from './drivers.ts';

const emulators = { classic: await testEmulator(), oie: await testEmulator({ engine: 'oie' }) };

describe.each(['classic', 'oie'] as const)('%s', (engine) => {
  const emulator = emulators[engine];
  afterAll(async () => {
    await closeDrivers();
  });

  describe.each(Object.entries(drivers))('%s', (_name, open) => {
    beforeEach(() => emulator.reset());

    test('security key: enrolls and verifies with different challenges, each valid once', async () => {
      const ada = open(emulator, (await emulator.api('GET', `/users/${ADA}`)).body.id);
      const key = createSecurityKey();
      const made = await ada.enrollFactor({ body: { factorType: 'webauthn', provider: 'FIDO' } });
      expect(made).toMatchObject({ factorType: 'webauthn', provider: 'FIDO', status: 'PENDING_ACTIVATION' });
      const { challenge } = made.activation as { challenge: string };
      const active = await ada.activateFactor(made.id, key.register(challenge));
      expect(active).toMatchObject({ id: made.id, status: 'ACTIVE', profile: { credentialId: key.id } });
      const asked = await ada.verifyFactor(made.id);
      expect(asked).toMatchObject({ factorResult: 'CHALLENGE', challenge: expect.stringMatching(/^[\w-]{20}$/) });
      const signed = key.assert(asked.challenge!);
      expect(await ada.verifyFactor(made.id, { body: signed })).toMatchObject({ factorResult: 'SUCCESS' });
      expect(await refusal(ada.verifyFactor(made.id, { body: signed }))).toMatch(/^403 E0000068/);
      const another = await ada.enrollFactor({ body: { factorType: 'webauthn', provider: 'FIDO' } });
      expect(another.id, 'a person may have several').not.toBe(made.id);
      await ada.deleteFactor(another.id);
      await ada.deleteFactor(made.id);
      expect(await refusal(ada.getFactor(made.id))).toMatch(/^404 E0000007/);
    });
  });
});
