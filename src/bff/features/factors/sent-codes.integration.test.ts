import type { PurposeText } from '#contract/purposes.ts';
import { beforeEach, describe, expect, test } from 'vitest';
import type { EnrollBody } from '#contract/endpoints.ts';
import { codeSent } from '#testing/security-methods.ts';
import { ADA, MARGARET, testEnv, type Portal } from '#testing/test-env.ts';
import { said, type Visitor } from '#testing/visitor.ts';
import { readText } from '#testing/store-contents.ts';

const NUMBER = '+15550100123';
const OTHER = '+15550100199';

const envs = { classic: await testEnv(), oie: await testEnv({ engine: 'oie' }) };

describe.each(['classic', 'oie'] as const)('on %s', (engine) => {
  const env = envs[engine];
  let portal: Portal;
  let ada: Visitor;
  beforeEach(async () => {
    portal = await env.fresh();
    ada = await portal.signedIn(ADA);
    await env.takeRequests();
  });

  const at = (seconds: number) => new Date(env.clock.now() + seconds * 1000).toISOString();
  const enroll = (body: EnrollBody, who = ada) => who.call('enrollFactor', {}, { body });
  const activate = (factorId: string, passCode: string, who = ada) =>
    who.call('activateFactor', { factorId }, { body: { passCode } });
  const listed = async (who = ada) =>
    (await who.call('listFactors')).body.factors as {
      id: string;
      kind: string;
      status: string;
      detail: string;
      name: string;
    }[];
  const own = async () => (await listed()).filter(({ kind }) => kind !== 'email' || engine === 'classic');
  const changes = async () =>
    (await env.takeRequests())
      .filter(({ method }) => method !== 'GET')
      .map(
        ({ method, path }) =>
          `${method} ${path.replace(/\/api\/v1\/users\/\w+\/factors/, '').replace(/\/\w{20}/, '/ID')}`,
      );
  const stepUp = (purpose: PurposeText, who = ada) => portal.stepUp(who, purpose, 4);
  const notifications = async (login = ADA) => {
    await portal.app.services.outbox.flush();
    return (await env.emails(login)).filter(({ text }) => /was (?:added|removed)/.test(text)).length;
  };

  const kinds: [kind: 'sms' | 'call' | 'email', body: EnrollBody, to: string, digits: number, wait: number][] = [
    ['sms', { kind: 'sms', phoneNumber: NUMBER }, '•••• 0123', 6, 30],
    ['call', { kind: 'call', phoneNumber: NUMBER, phoneExtension: '12' }, '•••• 0123', 5, 30],
    ...(engine === 'classic'
      ? [
          ['email', { kind: 'email' }, 'a•••@example.com', 6, 5] as [
            (typeof kinds)[number][0],
            EnrollBody,
            string,
            number,
            number,
          ],
        ]
      : []),
  ];

  test.each(kinds)(
    '%s: the code that was sent activates it, and no answer or row contains code or number',
    async (kind, body, to, digits, wait) => {
      const made = await enroll(body);
      expect(said(made)).toBe('201');
      const { factor, activation } = made.body;
      expect(factor).toMatchObject({ kind, status: 'PENDING_ACTIVATION', detail: to });
      expect(activation).toEqual({
        how: 'code',
        digits,
        sent: { to, resendAt: at(wait), expiresAt: at(300) },
        expiresAt: at(600),
      });
      expect((await ada.call('getFactor', { factorId: factor.id })).body.enrollment).toEqual({
        expiresAt: at(600),
        how: 'code',
        start: expect.any(Number),
      });
      const code = await codeSent(env, ADA);
      expect(code).toHaveLength(digits);
      const wrong = await activate(
        factor.id,
        code.replace(/\d/g, (digit) => String((Number(digit) + 1) % 10)),
      );
      expect(wrong.body.error).toMatchObject({ code: 'wrong_code', triesLeft: 3 });
      const done = await activate(factor.id, code);
      expect(done.body.factor).toMatchObject({ kind, status: 'ACTIVE', detail: to });
      expect(await own()).toEqual([done.body.factor]);
      expect(await notifications()).toBe(2);
      expect(said(await activate(done.body.factor.id, code))).toBe('409 already_enrolled');
      expect(await changes()).toEqual(['POST ', 'POST /ID/lifecycle/activate', 'POST /ID/lifecycle/activate']);
      expect(await readText(portal.store)).not.toMatch(new RegExp(`${code}|5550100123`));
    },
  );

  test.each(kinds)(
    '%s: is resent once the org allows it, and only for the session that began it',
    async (_kind, body, to, _digits, wait) => {
      const { factor } = (await enroll(body)).body;
      const soon = await ada.call('resendFactor', { factorId: factor.id });
      expect(soon.body.error).toMatchObject({ code: 'sent_too_soon', retryAt: at(wait) });
      expect(soon.headers['retry-after']).toBe(String(wait));
      env.advance(wait);
      const again = await ada.call('resendFactor', { factorId: factor.id });
      expect(again.body).toEqual({ to, resendAt: at(wait), expiresAt: at(300) });
      env.advance(wait);
      const other = await portal.signedIn(ADA);
      await env.takeRequests();
      expect(said(await other.call('resendFactor', { factorId: factor.id }))).toBe('403 forbidden');
      expect(await changes()).toEqual([]);
      expect(said(await activate(factor.id, await codeSent(env, ADA)))).toBe('200');
      env.advance(wait);
      expect(said(await ada.call('resendFactor', { factorId: factor.id }))).toMatch(
        /^(?:404 not_found|409 already_enrolled)$/,
      );
    },
  );

  test('restarting it too soon says when to try again, makes nothing, and consumes no step-up', async () => {
    const { factor } = (await enroll({ kind: 'sms', phoneNumber: NUMBER })).body;
    env.advance(10);
    const again = await enroll({ kind: 'sms', phoneNumber: NUMBER, startOver: true });
    expect(again.body.error).toMatchObject({ code: 'sent_too_soon', retryAt: at(20) });
    env.advance(20);
    expect(said(await enroll({ kind: 'sms', phoneNumber: NUMBER, startOver: true }))).toBe('201');
    expect((await own()).map(({ status }) => status)).toEqual(['PENDING_ACTIVATION']);
    expect(factor.status).toBe('PENDING_ACTIVATION');
  });

  test('a number that was verified before is active at once: no code, one notification, nothing to finish', async () => {
    const { factor } = (await enroll({ kind: 'sms', phoneNumber: NUMBER })).body;
    const on = (await activate(factor.id, await codeSent(env, ADA))).body.factor;
    await stepUp('enroll:totp');
    const app = (await ada.call('enrollFactor', {}, { body: { kind: 'totp' } })).body.factor;
    await activate(app.id, await env.code(ADA));
    await stepUp(`remove:${on.id}`);
    expect(said(await ada.call('deleteFactor', { factorId: on.id }))).toBe('204');
    const catalog = (await ada.call('listSupportedFactors')).body.factors as { kind: string; phones?: string[] }[];
    expect(catalog.find(({ kind }) => kind === 'sms')).toMatchObject({ phones: ['•••• 0123'], status: 'NOT_SETUP' });
    const before = await notifications();
    await stepUp('enroll:sms');
    const at_once = await enroll({ kind: 'sms' });
    expect([said(at_once), at_once.body.activation, at_once.body.factor.status, at_once.body.factor.detail]).toEqual([
      '201',
      null,
      'ACTIVE',
      '•••• 0123',
    ]);
    expect((await notifications()) - before).toBe(2);
    expect(await portal.store.selectFrom('grants').selectAll().execute()).toEqual([]);
    const auditRows = await portal.auditRows(
      { kind: 'sms', outcome: 'success', factor_id: at_once.body.factor.id },
      'event',
      'factor_id',
    );
    expect(auditRows.map(({ event }) => event)).toEqual(['user.mfa.factor.enroll', 'user.mfa.factor.activate']);
  });

  test.each(['+123456', '+18005550100'])('%s is an invalid number', async (phoneNumber) => {
    expect(said(await enroll({ kind: 'sms', phoneNumber }))).toBe('400 bad_phone');
    expect(said(await enroll({ kind: 'call', phoneNumber }))).toBe('400 bad_phone');
    expect(await own()).toEqual([]);
  });

  test('names and repeats follow a text message’s factor to its new id', async () => {
    const headers = { 'idempotency-key': 'one-click-of-mine-0123456789abcdefghijkl' };
    const { factor } = (await ada.call('enrollFactor', {}, { body: { kind: 'sms', phoneNumber: NUMBER }, headers }))
      .body;
    await ada.call('nameFactor', { factorId: factor.id }, { body: { name: 'My old phone' } });
    const on = (await activate(factor.id, await codeSent(env, ADA))).body.factor;
    expect(on.id).not.toBe(factor.id);
    expect(on).toMatchObject({ name: 'My old phone' });
    expect((await own()).map(({ id, name }) => [id, name])).toEqual([[on.id, 'My old phone']]);
    const repeat = await ada.call('enrollFactor', {}, { body: { kind: 'sms', phoneNumber: NUMBER }, headers });
    expect(repeat.body.error).toMatchObject({ code: 'already_enrolled', factorId: on.id });
    await portal.app.services.outbox.flush();
    expect(
      (await env.emails(ADA)).some(({ text }) => text.includes('My old phone (Text message, •••• 0123) was added')),
    ).toBe(true);
  });

  test('at most five messages are sent in five minutes, whatever requests them', async () => {
    const { factor } = (await enroll({ kind: 'sms', phoneNumber: NUMBER })).body;
    for (let sent = 1; sent < 5; sent += 1) {
      env.advance(30);
      expect(said(await ada.call('resendFactor', { factorId: factor.id }))).toBe('200');
    }
    env.advance(30);
    await env.takeRequests();
    const sixth = await ada.call('resendFactor', { factorId: factor.id });
    expect(sixth.body.error).toMatchObject({ code: 'sent_too_soon', retryAt: at(150) });
    await stepUp('enroll:call');
    expect(said(await enroll({ kind: 'call', phoneNumber: OTHER }))).toBe('429 sent_too_soon');
    expect(await changes()).toEqual([]);
    const refusals = await portal.auditRows({ event: 'access.refused' }, 'reason');
    expect(refusals.map(({ reason }) => reason)).toEqual([
      'resendFactor: sent_too_soon',
      'enrollFactor: sent_too_soon',
    ]);
  });

  test('a quota of the org is reported without a time to try again', async () => {
    for (const [errorCode, status] of [
      ['E0000186', 429],
      ['E0000146', 429],
      ['E0000150', 403],
      ['E0000205', 429],
    ] as const) {
      await env.fault({
        match: 'POST /api/v1/users/*/factors',
        status,
        body: { errorCode, errorSummary: 'x', errorCauses: [] },
      });
      const { body } = await enroll({ kind: 'sms', phoneNumber: NUMBER });
      expect(body.error).toEqual({
        code: 'busy',
        requestId: expect.any(String),
      });
    }
    await env.fault({
      match: 'POST /api/v1/users/*/factors',
      status: 429,
      body: { errorCode: 'E0000047', errorSummary: 'x', errorCauses: [] },
    });
    const { error } = (await enroll({ kind: 'call', phoneNumber: NUMBER })).body;
    expect([error.code, error.retryAt >= at(30)]).toEqual(['sent_too_soon', true]);
    await env.fault({
      match: 'POST /api/v1/users/*/factors',
      status: 429,
      body: { errorCode: 'E0000047', errorSummary: 'x', errorCauses: [] },
    });
    expect(said(await enroll({ kind: 'totp' }))).toBe('429 busy');
  });

  test('another number than the stored one', async () => {
    const margaret = await portal.signedIn(MARGARET);
    const sms = (await listed(margaret)).find(({ kind }) => kind === 'sms')!;
    await stepUp('enroll:sms', margaret);
    if (engine === 'classic') {
      // A Classic org allows one factor for text messages.
      const there = await enroll({ kind: 'sms', phoneNumber: OTHER }, margaret);
      expect(there.body.error).toMatchObject({ code: 'already_enrolled', factorId: sms.id });
      await stepUp(`remove:${sms.id}`, margaret);
      await margaret.call('deleteFactor', { factorId: sms.id });
      await stepUp('enroll:sms', margaret);
      expect(said(await enroll({ kind: 'sms', phoneNumber: OTHER }, margaret))).toBe('409 phone_on_file');
      const replaced = await enroll({ kind: 'sms', phoneNumber: OTHER, updatePhone: true }, margaret);
      expect(replaced.body.factor).toMatchObject({ status: 'PENDING_ACTIVATION', detail: '•••• 0199' });
      expect(said(await activate(replaced.body.factor.id, await codeSent(env, MARGARET), margaret))).toBe('200');
    } else {
      const second = await enroll({ kind: 'sms', phoneNumber: OTHER }, margaret);
      expect(said(second)).toBe('201');
      expect(said(await activate(second.body.factor.id, await codeSent(env, MARGARET), margaret))).toBe('200');
      expect(
        (await listed(margaret))
          .filter(({ kind }) => kind === 'sms')
          .map(({ detail }) => detail)
          .sort(),
      ).toEqual(['•••• 0141', '•••• 0199']);
    }
  });
});
