import { beforeEach, describe, expect, test } from 'vitest';
import { answerPush } from '#testing/security-methods.ts';
import { HEDY, testEnv, type Portal } from '#testing/test-env.ts';
import { createPushFixture, type PushFixture } from '#testing/push-fixture.ts';
import { said } from '#testing/visitor.ts';
import { listCallerVerificationOptions } from '../../helpdesk/caller-verification/verification-types.ts';
import { readSecurityMethods } from '../read-security-methods.ts';

const envs = { classic: await testEnv(), oie: await testEnv({ engine: 'oie' }) };

describe.each(['classic', 'oie'] as const)('a push, on %s', (engine) => {
  const env = envs[engine];
  let portal: Portal;
  let fixture: PushFixture;
  beforeEach(async () => {
    portal = await env.fresh();
    fixture = await createPushFixture(env, portal);
  });

  test('is sent with a number, approved with it, and steps up once for its purpose', async () => {
    const reply = await fixture.ask();
    const expiresAt = new Date(env.clock.now() + 300_000).toISOString();
    expect(reply.body).toEqual({
      factorResult: 'WAITING',
      transactionId: expect.stringMatching(/^v2mst\./),
      number: expect.any(Number),
      expiresAt: expect.any(String),
    });
    expect(Math.abs(Date.parse(reply.body.expiresAt) - Date.parse(expiresAt))).toBeLessThan(1000);
    const { transactionId, number } = reply.body;
    expect((await fixture.phone())[0]?.numbers).toContain(number);
    env.advance(4);
    expect((await fixture.poll(transactionId)).body).toEqual({
      factorResult: 'WAITING',
      number,
      expiresAt: reply.body.expiresAt,
    });
    expect(await fixture.stepUps()).toEqual([]);
    await answerPush(env, HEDY, 'approve', number);
    env.advance(4);
    const before = fixture.hedy.token();
    const approved = await fixture.poll(transactionId);
    const stepUp = {
      purpose: fixture.purpose,
      strength: 3,
      expiresAt: new Date(env.clock.now() + 300_000).toISOString(),
    };
    expect(approved.body).toEqual({ factorResult: 'SUCCESS', number, expiresAt: reply.body.expiresAt, stepUp });
    expect(fixture.hedy.token()).not.toBe(before);
    env.advance(4);
    await env.takeRequests();
    expect((await fixture.poll(transactionId)).body).toEqual(approved.body);
    expect(await fixture.takeTransactionRequests()).toEqual([]);
    expect(await fixture.stepUps()).toEqual([{ purpose: fixture.purpose, strength: 3, consumed_at: null }]);
    expect(said(await fixture.remove())).toBe('204');
    expect((await fixture.poll(transactionId)).body).toMatchObject({ factorResult: 'SUCCESS' });
    expect((await fixture.poll(transactionId)).body.stepUp).toBeUndefined();
    expect([
      ...(await fixture.auditRows('user.mfa.factor.challenge')),
      ...(await fixture.auditRows('user.authentication.step_up')),
    ]).toEqual(['user.mfa.factor.challenge success', `user.authentication.step_up success ${fixture.purpose}`]);
  });

  test('sent as a test, it gives no step-up and does not change the session', async () => {
    const { transactionId, number } = await fixture.waiting({});
    await answerPush(env, HEDY, 'approve', number);
    const before = fixture.hedy.token();
    expect((await fixture.poll(transactionId)).body).toEqual({
      factorResult: 'SUCCESS',
      number,
      expiresAt: expect.any(String),
    });
    expect([fixture.hedy.token() === before, await fixture.stepUps()]).toEqual([true, []]);
    expect(await fixture.auditRows('user.mfa.factor.verify')).toEqual(['user.mfa.factor.verify success test']);
    type Used = { id: string; kind: string; name: string | null; usedHere?: string };
    const used = async () =>
      ((await fixture.hedy.call('listFactors')).body.factors as Used[]).filter(
        ({ usedHere }) => usedHere !== undefined,
      );
    const [verify, ...others] = await used();
    expect([verify?.kind, others]).toEqual(['okta-verify', []]);
    await fixture.hedy.call('nameFactor', { factorId: verify!.id }, { body: { name: 'Mine' } });
    expect(await used()).toEqual([{ ...verify, name: 'Mine' }]);
  });

  test.each([
    ['denied', 'REJECTED', 'rejected', () => answerPush(env, HEDY, 'deny')],
    [
      'answered with another number',
      'REJECTED',
      'rejected',
      async (right: number) =>
        answerPush(
          env,
          HEDY,
          'approve',
          (await fixture.phone())[0]!.numbers.find((one) => one !== right)!,
        ),
    ],
    ['left alone', 'TIMEOUT', 'timeout', async () => env.advance(300)],
  ])('%s it ends, stays so, gives no step-up, and is in the audit log', async (_how, result, reason, action) => {
    const { transactionId, number } = await fixture.waiting();
    await action(number);
    await env.takeRequests();
    expect((await fixture.poll(transactionId)).body).toEqual({
      factorResult: result,
      number,
      expiresAt: expect.any(String),
    });
    expect(await fixture.takeTransactionRequests()).toEqual(result === 'TIMEOUT' ? [] : ['GET 200']);
    env.advance(4);
    expect((await fixture.poll(transactionId)).body).toMatchObject({ factorResult: result });
    expect(said(await fixture.cancel(transactionId))).toBe('409 conflict');
    expect(await fixture.takeTransactionRequests()).toEqual([]);
    expect(await fixture.stepUps()).toEqual([]);
    expect(said(await fixture.remove())).toBe('403 step_up_required');
    expect(await fixture.auditRows('user.authentication.step_up')).toEqual([
      `user.authentication.step_up failure ${reason}`,
    ]);
  });

  test.each([
    { status: 500 },
    { status: 503 },
    { cut: 'before' as const },
    { status: 200, body: '<html>' },
    { status: 200, body: {} },
    { status: 429, headers: { 'x-rate-limit-reset': '9999999999' } },
  ])('an org that answers %j ends nothing: the next poll asks again', async (fault) => {
    const { transactionId, number } = await fixture.waiting();
    await answerPush(env, HEDY, 'approve', number);
    await env.fault({ match: 'GET /api/v1/users/*/factors/*/transactions/*', times: 5, ...fault });
    expect((await fixture.poll(transactionId)).status).toBeGreaterThanOrEqual(429);
    await env.clearFaults();
    expect((await fixture.poll(transactionId)).body).toMatchObject({ factorResult: 'WAITING' });
    env.advance(60);
    expect((await fixture.poll(transactionId)).body).toMatchObject({
      factorResult: 'SUCCESS',
      stepUp: { strength: 3 },
    });
  });

  test.each([
    ['EXPIRED', 'TIMEOUT'],
    ['CANCELED', 'CANCELLED'],
    ['FAILED', 'ERROR'],
    ['toString', 'ERROR'],
    ['success', 'ERROR'],
  ])('the org’s result %s is %s here, and gives no step-up', async (word, result) => {
    const { transactionId } = await fixture.waiting();
    await env.fault({
      match: 'GET /api/v1/users/*/factors/*/transactions/*',
      status: 200,
      body: { factorResult: word },
    });
    expect((await fixture.poll(transactionId)).body).toMatchObject({ factorResult: result });
    expect(await fixture.stepUps()).toEqual([]);
  });

  test('for a purpose of an older version it ends without a step-up, so that the page offers to start again', async () => {
    const { transactionId, number } = await fixture.waiting();
    const old = 'drop:AAAAAAAAAAAAAAAAAAAA' as 'sessions';
    await portal.store.updateTable('transactions').set({ purpose: old }).where('id', '=', transactionId).execute();
    await answerPush(env, HEDY, 'approve', number);
    expect((await fixture.poll(transactionId)).body).toMatchObject({ factorResult: 'ERROR' });
    expect(await fixture.stepUps()).toEqual([]);
  });

  test('ends when the org no longer knows it', async () => {
    const { transactionId } = await fixture.waiting();
    await env.fault({
      match: 'GET /api/v1/users/*/factors/*/transactions/*',
      status: 404,
      body: { errorCode: 'E0000007', errorSummary: 'x' },
    });
    expect((await fixture.poll(transactionId)).body).toMatchObject({ factorResult: 'ERROR' });
  });

  test('without a number it is weaker: where that is not enough it is withdrawn, and other options are offered', async () => {
    await fixture.plain();
    const reply = await fixture.ask();
    expect(reply.body.error).toMatchObject({ code: 'step_up_required', purpose: fixture.purpose, strength: 3 });
    expect(
      reply.body.error.options.map(
        (type: { type: string; verificationType?: string }) => type.verificationType ?? type.type,
      ),
    ).toEqual(expect.arrayContaining(['code', 'okta']));
    expect(reply.body.error.options.some((type: { factorId?: string }) => type.factorId === fixture.factorId)).toBe(
      false,
    );
    expect(await fixture.takeTransactionRequests()).toEqual(['DELETE 404']);
    expect(await fixture.transactions()).toEqual([]);
  });

  test('an org without numbers is detected once: then push is not offered where it is too weak, nor to verify a caller', async () => {
    const pushes = (options: { verificationType?: string }[]) =>
      options.filter(({ verificationType }) => verificationType === 'push').length;
    const offered = async () => pushes((await fixture.remove()).body.error.options);
    const callerVerificationTypesOffered = async () => {
      const { methods } = await readSecurityMethods(
        portal.app.services,
        await portal.app.services.users.read(await userId()),
        portal.app.services.getPersonFactors(await userId(), {}),
      )();
      const able = await portal.app.services.capabilities();
      return listCallerVerificationOptions(methods, false, env.clock.now(), able).filter(({ type }) => type === 'push')
        .length;
    };
    const userId = async () =>
      (await portal.store.selectFrom('sessions').select('user_id').executeTakeFirstOrThrow()).user_id;
    expect([await offered(), await callerVerificationTypesOffered()]).toEqual([1, 1]);
    await fixture.plain();
    await fixture.ask();
    expect([await offered(), await callerVerificationTypesOffered()]).toEqual([0, 0]);
    await env.takeRequests();
    expect((await fixture.ask()).body.error).toMatchObject({ code: 'step_up_required', strength: 3 });
    expect((await env.takeRequests()).filter(({ method }) => method === 'POST')).toEqual([]);
    // Another process with the same store also knows it.
    const other = await env.another({ app: { store: portal.store } });
    expect((await other.app.services.capabilities()).plainPush).toBe(true);
    // This purpose needs only strength 2. A number in Okta's answer restores the full strength of pushes.
    expect((await fixture.ask({ purpose: 'enroll:sms' })).body).toMatchObject({
      factorResult: 'WAITING',
      number: expect.any(Number),
    });
    expect([await offered(), await callerVerificationTypesOffered()]).toEqual([1, 1]);
  });

  test('an org’s lack of numbers is checked again after a day', async () => {
    const { numberMatching } = portal.app.services;
    await numberMatching.learn(false);
    env.advance(24 * 3600 - 1);
    expect(await numberMatching.isMissing()).toBe(true);
    env.advance(1);
    expect(await numberMatching.isMissing()).toBe(false);
  });

  test('without a number it steps up where strength 2 is enough', async () => {
    await fixture.plain();
    const reply = await fixture.ask({ purpose: 'enroll:sms' });
    expect(reply.body).toMatchObject({ factorResult: 'WAITING', number: null });
    env.advance(4);
    await env.fault({
      match: 'GET /api/v1/users/*/factors/*/transactions/*',
      status: 200,
      body: { factorResult: 'SUCCESS' },
    });
    expect((await fixture.poll(reply.body.transactionId)).body.stepUp).toMatchObject({
      purpose: 'enroll:sms',
      strength: 2,
    });
  });

  test('does not extend the session while a page polls', async () => {
    const seen = async () =>
      (await portal.store.selectFrom('sessions').select('seen_at').executeTakeFirstOrThrow()).seen_at;
    const { transactionId } = await fixture.waiting();
    const before = await seen();
    env.advance(120);
    await fixture.hedy.call('pollTransaction', { factorId: fixture.factorId, transactionId });
    expect(await seen()).toBe(before);
  });
});
