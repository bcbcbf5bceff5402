import type { PurposeText } from '#contract/purposes.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSecurityKey } from '#okta-emulator/testing/security-key.ts';
import { ADA, GRACE, startTestEnv, testEnv, type Portal, type TestEnv } from '#testing/test-env.ts';
import { said, type Visitor } from '#testing/visitor.ts';

const KEY = { body: { kind: 'webauthn' } } as const;
const tile = async (who: Visitor) =>
  ((await who.call('listSupportedFactors')).body.factors as { kind: string; atOkta: boolean }[]).find(
    ({ kind }) => kind === 'webauthn',
  )?.atOkta;
const listed = async (who: Visitor) =>
  (await who.call('listFactors')).body.factors as {
    id: string;
    kind: string;
    name: string;
    detail: string;
    backup?: string;
  }[];
const activate = (who: Visitor, factorId: string, body: object) => who.call('activateFactor', { factorId }, { body });
const completeStepUp = (portal: Portal, who: Visitor, purpose: PurposeText) => portal.stepUp(who, purpose, 4);

const envs = { classic: await testEnv(), oie: await testEnv({ engine: 'oie' }) };

describe.each(['classic', 'oie'] as const)('keys that carry our name, on %s', (engine) => {
  const env = envs[engine];

  test('are added here, several of them, each with the browser’s attestation', async () => {
    const portal = await env.fresh();
    const ada = await portal.signedIn(ADA);
    expect(await tile(ada)).toBe(false);
    const key = createSecurityKey({ origin: portal.base, aaguid: 'cb69481e-8ff7-4039-93ec-0a2729a154a8' });
    const made = await ada.call('enrollFactor', {}, KEY);
    expect(said(made)).toBe('201');
    const { factor, activation } = made.body;
    expect(activation).toMatchObject({
      how: 'create',
      options: { rp: { id: 'localhost' }, user: { name: ADA }, challenge: expect.any(String) },
    });
    const seen = (await ada.call('getFactor', { factorId: factor.id })).body;
    expect([seen.factor.resumable, seen.enrollment]).toEqual(['nowhere', null]);
    // Each kind accepts only its own type of answer.
    expect(said(await activate(ada, factor.id, { passCode: '123456' }))).toBe('400 bad_request');
    expect(said(await ada.call('resendFactor', { factorId: factor.id }))).toBe('409 conflict');
    expect(said(await ada.call('pollActivation', { factorId: factor.id }))).toBe('409 conflict');
    const done = await activate(ada, factor.id, key.register(activation.options.challenge, {}, 'base64url'));
    expect(done.body.factor).toMatchObject({
      id: factor.id,
      status: 'ACTIVE',
      strength: 4,
      detail: 'YubiKey 5',
      backup: 'device',
      location: 'apart',
      suggestedName: 'YubiKey 5',
    });
    await ada.call('nameFactor', { factorId: factor.id }, { body: { name: 'YubiKey 5' } });
    await portal.app.services.outbox.flush();
    expect(await env.emails(ADA)).toHaveLength(2);
    expect((await ada.call('getFactor', { factorId: factor.id })).body).toMatchObject({
      verifications: [{ factorId: factor.id, verificationType: 'key' }],
      credential: { rpId: 'localhost', credentialId: key.id },
    });

    await completeStepUp(portal, ada, 'enroll:webauthn');
    const second = await ada.call('enrollFactor', {}, KEY);
    expect(second.body.activation.options.excludeCredentials).toEqual([{ type: 'public-key', id: key.id }]);
    expect((await ada.call('getFactor', { factorId: second.body.factor.id })).body.credential).toBeUndefined();
    const other = createSecurityKey({ origin: portal.base, aaguid: 'ee882879-721c-4913-9775-3dfcce97072a' });
    const spare = await activate(ada, second.body.factor.id, other.register(second.body.activation.options.challenge));
    expect(spare.body.factor.suggestedName).toBe('YubiKey 5 2');
    await completeStepUp(portal, ada, 'enroll:webauthn');
    const third = (await ada.call('enrollFactor', {}, KEY)).body;
    const synced = createSecurityKey({ origin: portal.base, aaguid: 'fbfc3007-154e-4ecc-8c0b-6e020557d7bd' });
    const body = {
      ...synced.register(third.activation.options.challenge, { flags: 0x59 }),
      transports: ['internal', 'hybrid', 'a-later-way'],
      attachment: 'platform',
    };
    expect((await activate(ada, third.factor.id, body)).body.factor).toMatchObject({
      detail: 'iCloud Keychain',
      backup: 'synced',
      suggestedName: 'iCloud Keychain',
    });
    const keys = (await listed(ada)).filter(({ kind }) => kind === 'webauthn');
    expect(keys.map(({ name, detail, backup }) => `${name}, ${detail}, ${backup}`).sort()).toEqual([
      'YubiKey 5, YubiKey 5, device',
      'null, YubiKey 5, device',
      'null, iCloud Keychain, synced',
    ]);
    await completeStepUp(portal, ada, `remove:${factor.id}`);
    expect(said(await ada.call('deleteFactor', { factorId: factor.id }))).toBe('204');
    const notes = await portal.store.selectFrom('factor_notes').select(['factor_id', 'aaguid']).execute();
    expect(notes.map((note) => note.factor_id)).not.toContain(factor.id);
    expect(notes).toHaveLength(2);
  });

  test('one that was begun and left is begun again at once, with no word of another tab', async () => {
    const portal = await env.fresh();
    const ada = await portal.signedIn(ADA);
    expect(said(await ada.call('enrollFactor', {}, KEY))).toBe('201');
    expect(said(await ada.call('enrollFactor', {}, KEY))).toBe('201');
  });

  test('where the browser says that one is, is a guess, which stays with a name', async () => {
    const portal = await env.fresh();
    const ada = await portal.signedIn(ADA);
    const key = createSecurityKey({ origin: portal.base });
    const { factor, activation } = (await ada.call('enrollFactor', {}, KEY)).body;
    const hints = { transports: ['hybrid', 'internal'], attachment: 'cross-platform' };
    await activate(ada, factor.id, { ...key.register(activation.options.challenge), ...hints });
    const placed = async () =>
      (await ada.call('getHome')).body.factors.find(({ id }: { id: string }) => id === factor.id).location;
    expect(await placed()).toBe('phone');
    await ada.call('nameFactor', { factorId: factor.id }, { body: { name: 'Mine' } });
    expect(await placed()).toBe('phone');
  });

  test('a wrong answer of a key is no wrong code, and consumes its challenge', async () => {
    const portal = await env.fresh();
    const ada = await portal.signedIn(ADA);
    const key = createSecurityKey({ origin: portal.base });
    const { factor, activation } = (await ada.call('enrollFactor', {}, KEY)).body;
    const { challenge } = activation.options;
    expect(said(await activate(ada, factor.id, key.register(challenge, { origin: 'https://evil.example' })))).toBe(
      '409 conflict',
    );
    expect(said(await activate(ada, factor.id, key.register(challenge)))).toBe('409 conflict');
    expect(await portal.store.selectFrom('wrong_code_counts').selectAll().execute()).toEqual([]);
    expect((await listed(ada)).filter(({ kind }) => kind === 'webauthn')).toHaveLength(1);
    await portal.app.services.outbox.flush();
    expect(await env.emails(ADA)).toEqual([]);
  });
});

describe.each([
  ['none', 'none'],
  ['another host', 'login.example.com'],
  ['a name above every host', 'com'],
])('keys that carry %s', (_what, passkeyRpId) => {
  let env: TestEnv;
  beforeAll(async () => {
    env = await startTestEnv({ passkeyRpId });
  });
  afterAll(() => env.close());

  test('are managed at Okta: a failed try leaves nothing, consumes no step-up, and is not offered again', async () => {
    const portal = await env.fresh();
    const grace = await portal.signedIn(GRACE);
    await completeStepUp(portal, grace, 'enroll:webauthn');
    expect(await tile(grace)).toBe(false);
    const before = await listed(grace);
    await env.takeRequests();
    const tried = await grace.call('enrollFactor', {}, KEY);
    expect(said(tried)).toBe('409 managed_at_okta');
    expect(await listed(grace)).toEqual(before);
    expect((await env.takeRequests()).filter(({ method }) => method !== 'GET').map(({ method }) => method)).toEqual([
      'POST',
      'DELETE',
    ]);
    expect(await tile(grace)).toBe(true);
    const [stepUp] = await portal.store.selectFrom('step_ups').selectAll().execute();
    expect(stepUp!.consumed_at).toBeNull();
    expect(said(await grace.call('enrollFactor', {}, KEY))).toBe('409 managed_at_okta');
    expect((await env.takeRequests()).filter(({ method }) => method !== 'GET')).toEqual([]);
    const outcomes = await portal.auditRows({ kind: 'webauthn', type: 'outcome' }, 'outcome', 'reason');
    expect(outcomes).toEqual([{ outcome: 'failure', reason: 'managed_at_okta' }]);
    expect(await portal.app.services.capabilities()).toMatchObject({ keys: false, phr: false });
  });
});
