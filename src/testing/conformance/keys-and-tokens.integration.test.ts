import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { TokenEntry } from '#okta-emulator/simulator/tokens.ts';
import { CUSTOM_PROFILE } from '#okta-emulator/factors/tokens/custom-totp.ts';
import { ADA, testEmulator } from '#okta-emulator/testing/emulator.ts';
import { createSecurityKey } from '#okta-emulator/testing/security-key.ts';
import { closeDrivers, drivers, refusal, type Driver } from './drivers.ts';

const RADIA = 'radia@example.com';

const emulators = { classic: await testEmulator(), oie: await testEmulator({ engine: 'oie' }) };

describe.each(['classic', 'oie'] as const)('%s', (engine) => {
  const emulator = emulators[engine];
  afterAll(async () => {
    await closeDrivers();
  });

  describe.each(Object.entries(drivers))('%s', (_name, open) => {
    beforeEach(() => emulator.reset());
    const as = async (login: string): Promise<Driver> =>
      open(emulator, (await emulator.api('GET', `/users/${login}`)).body.id);
    const token = async (kind: string, login?: string) => {
      const all = (await emulator.simulator<TokenEntry[]>('GET', `/tokens${login ? `?user=${login}` : ''}`)).body;
      const found = all.findLast((entry) => entry.kind === kind);
      if (!found) throw new Error(`no token ${kind}`);
      return found;
    };

    test('security key: enrolls and verifies with different challenges, each valid once', async () => {
      const ada = await as(ADA);
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

    test('lists, reads and deletes every other kind', async () => {
      const radia = await as(RADIA);
      const held = (await radia.listFactors()).filter(({ factorType }) => factorType !== 'email');
      expect(held.map(({ factorType, provider }) => `${factorType}/${provider}`)).toEqual([
        'u2f/FIDO',
        'token:hardware/YUBICO',
        'token/RSA',
        'token/SYMANTEC',
        'token:hotp/CUSTOM',
        'web/DUO',
        'claims_provider/CUSTOM',
        'palm_print/ACME',
      ]);
      for (const one of held) {
        expect(await radia.getFactor(one.id)).toEqual(one);
        await radia.deleteFactor(one.id);
        expect(await refusal(radia.getFactor(one.id))).toMatch(/^404 E0000007/);
      }
    });

    test.each(['token:hardware/YUBICO', 'token/RSA', 'token/SYMANTEC', 'token:hotp/CUSTOM'])(
      '%s: accepts its code once',
      async (kind) => {
        const radia = await as(RADIA);
        const { id } = (await radia.listFactors()).find(
          ({ factorType, provider }) => `${factorType}/${provider}` === kind,
        )!;
        const { code: passCode } = await token(kind, RADIA);
        expect(await radia.verifyFactor(id, { body: { passCode } })).toMatchObject({ factorResult: 'SUCCESS' });
        expect(await refusal(radia.verifyFactor(id, { body: { passCode } }))).toMatch(/^403 E0000082/);
      },
    );

    test.each([
      [
        'token:hardware/YUBICO',
        (spare: TokenEntry) => ({ factorType: 'token:hardware', provider: 'YUBICO', verify: { passCode: spare.code } }),
        undefined,
      ],
      [
        'token/RSA',
        (spare: TokenEntry) => ({
          factorType: 'token',
          provider: 'RSA',
          profile: { credentialId: spare.serial },
          verify: { passCode: spare.code },
        }),
        undefined,
      ],
      [
        'token/SYMANTEC',
        (spare: TokenEntry) => ({
          factorType: 'token',
          provider: 'SYMANTEC',
          profile: { credentialId: spare.serial },
          verify: { passCode: spare.code, nextPassCode: spare.next },
        }),
        undefined,
      ],
      [
        'token:hotp/CUSTOM',
        () => ({
          factorType: 'token:hotp',
          provider: 'CUSTOM',
          factorProfileId: CUSTOM_PROFILE.id,
          profile: { sharedSecret: 'MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK' },
        }),
        true,
      ],
    ] as const)('%s: is enrolled by its code, and active at once', async (kind, body, activate) => {
      const radia = await as(RADIA);
      const { id } = (await radia.listFactors()).find(
        ({ factorType, provider }) => `${factorType}/${provider}` === kind,
      )!;
      await radia.deleteFactor(id);
      const spare = kind === 'token:hotp/CUSTOM' ? ({} as TokenEntry) : await token(kind);
      expect(await radia.enrollFactor({ body: body(spare), ...(activate && { activate }) })).toMatchObject({
        status: 'ACTIVE',
      });
    });
  });
});
