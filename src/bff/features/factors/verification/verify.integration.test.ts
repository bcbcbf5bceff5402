import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import type { VerificationType, FactorKind } from '#contract/kinds.ts';
import { codeSent, findId, withKey } from '#testing/security-methods.ts';
import { GRACE, MARGARET, testEnv, type Portal } from '#testing/test-env.ts';
import { said, type Reply } from '#testing/visitor.ts';

const otherThan = (code: string) => String((Number(code) + 345_678) % 10 ** code.length).padStart(code.length, '0');

type Answers = { right(): Promise<object>; wrong(): Promise<object> };
type Method = {
  login: string;
  verificationType: VerificationType;
  strength: number;
  /** Null: the method needs no challenge. */
  challenge: object | null;
  answers(ask: () => Promise<Reply>): Promise<Answers>;
};

const envs = { classic: await testEnv(), oie: await testEnv({ engine: 'oie' }) };

describe.each(['classic', 'oie'] as const)('on %s', (engine) => {
  const env = envs[engine];
  let portal: Portal;
  beforeEach(async () => {
    portal = await env.fresh();
  });

  const date = expect.stringMatching(/Z$/);
  const sent = (digits: number, to: RegExp) => ({
    how: 'code',
    digits,
    sent: { to: expect.stringMatching(to), resendAt: date, expiresAt: date },
  });
  const byMessage = {
    async answers() {
      const code = await codeSent(env, MARGARET);
      return {
        right: async () => ({ passCode: ` ${code.slice(0, 3)} ${code.slice(3)}` }),
        wrong: async () => ({ passCode: otherThan(code) }),
      };
    },
  };
  const methods: Partial<Record<FactorKind, Method>> = {
    totp: {
      login: GRACE,
      verificationType: 'code',
      strength: 3,
      challenge: null,
      answers: async () => ({
        right: async () => ({ passCode: await env.code(GRACE) }),
        wrong: async () => ({ passCode: otherThan(await env.code(GRACE)) }),
      }),
    },
    sms: { login: MARGARET, verificationType: 'sent-code', strength: 2, challenge: sent(6, /^•+ 0141$/), ...byMessage },
    call: {
      login: MARGARET,
      verificationType: 'sent-code',
      strength: 2,
      challenge: sent(5, /^•+ 0142$/),
      ...byMessage,
    },
    email: {
      login: MARGARET,
      verificationType: 'sent-code',
      strength: 1,
      challenge: sent(6, /^m.*•.*@example\.com$/),
      ...byMessage,
    },
    question: {
      login: MARGARET,
      verificationType: 'answer',
      strength: 1,
      challenge: null,
      answers: async () => ({
        right: async () => ({ answer: 'lunar lander' }),
        wrong: async () => ({ answer: 'pong' }),
      }),
    },
    webauthn: {
      login: GRACE,
      verificationType: 'key',
      strength: 4,
      challenge: {
        how: 'assert',
        options: {
          challenge: expect.stringMatching(/^[\w-]{20}$/),
          rpId: 'localhost',
          allowCredentials: [{ type: 'public-key', id: expect.any(String) }],
          userVerification: 'preferred',
        },
      },
      async answers(ask) {
        const { key } = await withKey(env, portal, GRACE);
        const signed = async (tamperings = {}) => {
          const { options } = (await ask()).body.challenge;
          expect(options.allowCredentials[0].id).toBe(key.id);
          return key.assert(options.challenge, tamperings, 'base64url');
        };
        return { right: () => signed(), wrong: () => signed({ rpId: 'evil.example' }) };
      },
    },
  };
  const table = (Object.keys(methods) as FactorKind[]).map((kind) => [kind, methods[kind]!] as const);

  const auditRows = async () =>
    (
      await portal.store
        .selectFrom('audit_log')
        .select(['event', 'outcome', 'reason'])
        .where('type', '!=', 'intent')
        .where(sql<string>`event`, 'like', 'user.%')
        .orderBy('seq')
        .execute()
    )
      .filter(({ event }) => event !== 'user.session.start')
      .map(({ event, outcome, reason }) => [event, outcome, reason].filter(Boolean).join(' '));

  /** Identity Engine lists the primary address's email factor automatically, so it gives no step-up. */
  const verifiable = table.filter(([kind]) => engine === 'classic' || kind !== 'email');

  test(`email ${engine === 'oie' ? 'that the org lists automatically gives no step-up' : 'is a step-up of strength 1'}`, async () => {
    const who = await portal.signedIn(MARGARET);
    const [email, question] = [await findId(who, 'email'), await findId(who, 'question')];
    const { options } = (await who.call('deleteFactor', { factorId: question })).body.error;
    expect(options.some((option: { factorId?: string }) => option.factorId === email)).toBe(engine === 'classic');
    for (const body of [{}, { passCode: '123456' }]) {
      const reply = await who.call(
        'verifyFactor',
        { factorId: email },
        { body: { ...body, purpose: `remove:${question}` } },
      );
      if (engine === 'oie') expect(reply.body.error).toMatchObject({ code: 'step_up_required', strength: 1, options });
      else expect(said(reply)).toBe('passCode' in body ? '403 wrong_code' : '200');
    }
  });

  test.each(verifiable)(
    '%s: challenged, verified, and its step-up consumed by the removal it was for',
    async (kind, method) => {
      const key = kind === 'webauthn' ? await method.answers(async () => ask()) : null;
      const who = await portal.signedIn(method.login);
      const factorId = await findId(who, kind);
      const purpose = `remove:${factorId}`;
      const verify = (body: object) => who.call('verifyFactor', { factorId }, { body: { ...body, purpose } });
      async function ask(): Promise<Reply> {
        return verify({});
      }

      const refused = await who.call('deleteFactor', { factorId });
      expect(refused.body.error).toMatchObject({ code: 'step_up_required', purpose });
      const options = refused.body.error.options.filter(
        (option: { factorId?: string }) => option.factorId === factorId,
      );
      expect(options).toMatchObject([
        { type: 'factor', kind, verificationType: method.verificationType, strength: method.strength },
      ]);

      const asked = await ask();
      if (method.challenge) expect(asked.body).toEqual({ factorResult: 'CHALLENGE', challenge: method.challenge });
      else expect(said(asked)).toBe('409 conflict');
      const { right, wrong } = key ?? (await method.answers(ask));

      expect((await verify(await wrong())).body.error).toMatchObject({ code: 'wrong_code', triesLeft: 3 });
      const used = async () => (await who.call('getFactor', { factorId })).body.factor.usedHere;
      expect(await used()).toBeUndefined();
      expect(said(await who.call('deleteFactor', { factorId }))).toBe('403 step_up_required');
      const before = who.token();
      const given = await right();
      const steppedUp = await verify(given);
      expect(steppedUp.body).toEqual({
        factorResult: 'SUCCESS',
        stepUp: { purpose, strength: method.strength, expiresAt: date },
      });
      expect(who.token()).not.toBe(before);
      // A key has no time of the portal's own, because Okta says when it was last used.
      expect(await used()).toBe(kind === 'webauthn' ? undefined : new Date(env.clock.now()).toISOString());
      if (method.verificationType !== 'answer') expect(said(await verify(given))).toBe('403 wrong_code');

      expect(said(await who.call('deleteFactor', { factorId }))).toBe('204');
      const stepUps = await portal.store
        .selectFrom('step_ups')
        .select(['purpose', 'strength', 'consumed_at'])
        .execute();
      expect(stepUps).toEqual([{ purpose, strength: method.strength, consumed_at: env.clock.now() }]);
      const seen = await auditRows();
      expect(seen).toContain(`user.authentication.step_up success ${purpose}`);
      expect(seen).toContain('user.authentication.step_up failure E0000068');
      expect(seen.filter((line) => line.startsWith('user.mfa.factor.challenge')).length).toBe(
        method.challenge ? (key ? 3 : 1) : 0,
      );
    },
  );

  test.each(table)('%s: as a test it gives no step-up', async (kind, method) => {
    const key = kind === 'webauthn' ? await method.answers(async () => ask()) : null;
    const who = await portal.signedIn(method.login);
    const factorId = await findId(who, kind);
    async function ask(): Promise<Reply> {
      return who.call('verifyFactor', { factorId }, { body: {} });
    }
    if (method.challenge) await ask();
    const { right } = key ?? (await method.answers(ask));
    const before = who.token();
    expect((await who.call('verifyFactor', { factorId }, { body: await right() })).body).toEqual({
      factorResult: 'SUCCESS',
    });
    expect(who.token()).toBe(before);
    expect(await portal.store.selectFrom('step_ups').selectAll().execute()).toEqual([]);
    expect(await auditRows()).toContain('user.mfa.factor.verify success test');
    const { usedHere } = (await who.call('getFactor', { factorId })).body.factor;
    expect(usedHere !== undefined).toBe(kind !== 'webauthn');
  });

  const bodies: Record<string, object> = {
    passCode: { passCode: '123456' },
    answer: { answer: 'lunar lander' },
    key: { clientData: 'AAAA', authenticatorData: 'AAAA', signatureData: 'AAAA' },
    nothing: {},
  };
  const fitting: Record<VerificationType, string[]> = {
    code: ['passCode'],
    'sent-code': ['passCode', 'nothing'],
    answer: ['answer'],
    push: ['nothing'],
    key: ['key', 'nothing'],
  };

  test('refuses input of another kind of method without calling the org', async () => {
    await withKey(env, portal, GRACE);
    for (const [kind, { login, verificationType }] of table) {
      const who = await portal.signedIn(login);
      const factorId = await findId(who, kind);
      await env.takeRequests();
      for (const [name, body] of Object.entries(bodies)) {
        if (fitting[verificationType].includes(name)) continue;
        expect([kind, name, said(await who.call('verifyFactor', { factorId }, { body }))]).toEqual([
          kind,
          name,
          '409 conflict',
        ]);
      }
      expect([kind, (await env.takeRequests()).filter(({ method }) => method !== 'GET')]).toEqual([kind, []]);
    }
  });

  test('refuses a method that is too weak for the purpose before anything is sent', async () => {
    const who = await portal.signedIn(MARGARET);
    const [email, sms] = [await findId(who, 'email'), await findId(who, 'sms')];
    const before = (await env.emails(MARGARET)).length;
    const reply = await who.call('verifyFactor', { factorId: email }, { body: { purpose: `remove:${sms}` } });
    expect(reply.body.error).toMatchObject({ code: 'step_up_required', strength: 2 });
    expect(await env.emails(MARGARET)).toHaveLength(before);
  });

  test('does not verify keys of another relying-party id here', async () => {
    const { factorId } = await withKey(env, portal, GRACE);
    await portal.app.services.passkeys.learn('id.example.com');
    const who = await portal.signedIn(GRACE);
    await env.takeRequests();
    expect(said(await who.call('verifyFactor', { factorId }, { body: {} }))).toBe('409 conflict');
    const refused = await who.call('deleteFactor', { factorId });
    expect(
      refused.body.error.options.filter((option: { verificationType?: string }) => option.verificationType === 'key'),
    ).toEqual([]);
    expect((await env.takeRequests()).filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  test('[F10] refuses what was sent to or signed for another method', async () => {
    const margaret = await portal.signedIn(MARGARET);
    const [sms, email] = [await findId(margaret, 'sms'), await findId(margaret, 'email')];
    for (const factorId of [sms, email]) await margaret.call('verifyFactor', { factorId }, { body: {} });
    const byEmail = await codeSent(env, MARGARET);
    expect(said(await margaret.call('verifyFactor', { factorId: sms }, { body: { passCode: byEmail } }))).toBe(
      '403 wrong_code',
    );
    expect(said(await margaret.call('verifyFactor', { factorId: email }, { body: { passCode: byEmail } }))).toBe('200');

    const [blue, red] = [await withKey(env, portal, GRACE), await withKey(env, portal, GRACE)];
    const grace = await portal.signedIn(GRACE);
    const challengeOf = async (factorId: string) =>
      (await grace.call('verifyFactor', { factorId }, { body: {} })).body.challenge.options.challenge as string;
    const [forBlue] = [await challengeOf(blue.factorId), await challengeOf(red.factorId)];
    expect(said(await grace.call('verifyFactor', { factorId: red.factorId }, { body: red.key.assert(forBlue!) }))).toBe(
      '403 wrong_code',
    );
    expect(
      said(await grace.call('verifyFactor', { factorId: blue.factorId }, { body: red.key.assert(forBlue!) })),
    ).toBe('403 wrong_code');
    expect(
      said(
        await grace.call(
          'verifyFactor',
          { factorId: blue.factorId },
          { body: blue.key.assert(await challengeOf(blue.factorId)) },
        ),
      ),
    ).toBe('200');
  });
});
