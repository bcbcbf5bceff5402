import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { answerPush } from '#testing/methods.ts';
import { HEDY, openStage } from '#testing/portal.ts';
import type { Portal, Stage } from '#testing/portal.ts';
import { pushScene } from '#testing/push-scene.ts';
import type { PushScene } from '#testing/push-scene.ts';
import { said } from '#testing/visitor.ts';
import { holdingOf } from '../context.ts';
import { callerWaysOf } from '../helpdesk/caller-ways.ts';

describe.each(['classic', 'oie'] as const)('a push, on %s', (engine) => {
  let stage: Stage;
  let portal: Portal;
  let scene: PushScene;
  beforeAll(async () => {
    stage = await openStage({ engine });
  });
  afterAll(() => stage.close());
  beforeEach(async () => {
    portal = await stage.fresh();
    scene = await pushScene(stage, portal);
  });

  test('is asked with a number, approved with it, and proves once what it was for', async () => {
    const reply = await scene.ask();
    const expiresAt = new Date(stage.clock.now() + 300_000).toISOString();
    expect(reply.body).toEqual({
      factorResult: 'WAITING',
      transactionId: expect.stringMatching(/^v2mst\./),
      number: expect.any(Number),
      expiresAt: expect.any(String),
    });
    expect(Math.abs(Date.parse(reply.body.expiresAt) - Date.parse(expiresAt))).toBeLessThan(1000);
    const { transactionId, number } = reply.body;
    expect((await scene.phone())[0]?.numbers).toContain(number);
    stage.advance(4);
    expect((await scene.poll(transactionId)).body).toEqual({
      factorResult: 'WAITING',
      number,
      expiresAt: reply.body.expiresAt,
    });
    expect(await scene.proofs()).toEqual([]);
    await answerPush(stage, HEDY, 'approve', number);
    stage.advance(4);
    const before = scene.hedy.token();
    const approved = await scene.poll(transactionId);
    const proof = {
      purpose: scene.purpose,
      strength: 3,
      expiresAt: new Date(stage.clock.now() + 300_000).toISOString(),
    };
    expect(approved.body).toEqual({ factorResult: 'SUCCESS', number, expiresAt: reply.body.expiresAt, proof });
    expect(scene.hedy.token()).not.toBe(before);
    stage.advance(4);
    await stage.asked();
    expect((await scene.poll(transactionId)).body).toEqual(approved.body);
    expect(await scene.asked()).toEqual([]);
    expect(await scene.proofs()).toEqual([{ purpose: scene.purpose, strength: 3, spent_at: null }]);
    expect(said(await scene.remove())).toBe('204');
    expect((await scene.poll(transactionId)).body).toMatchObject({ factorResult: 'SUCCESS' });
    expect((await scene.poll(transactionId)).body.proof).toBeUndefined();
    expect([
      ...(await scene.trail('user.mfa.factor.challenge')),
      ...(await scene.trail('user.authentication.proof')),
    ]).toEqual(['user.mfa.factor.challenge success', `user.authentication.proof success ${scene.purpose}`]);
  });

  test('tried out, it proves nothing and leaves the session alone', async () => {
    const { transactionId, number } = await scene.waiting({});
    await answerPush(stage, HEDY, 'approve', number);
    const before = scene.hedy.token();
    expect((await scene.poll(transactionId)).body).toEqual({
      factorResult: 'SUCCESS',
      number,
      expiresAt: expect.any(String),
    });
    expect([scene.hedy.token() === before, await scene.proofs()]).toEqual([true, []]);
    expect(await scene.trail('user.mfa.factor.verify')).toEqual(['user.mfa.factor.verify success test']);
  });

  test.each([
    ['denied', 'REJECTED', 'rejected', () => answerPush(stage, HEDY, 'deny')],
    [
      'answered with another number',
      'REJECTED',
      'rejected',
      async (right: number) =>
        answerPush(
          stage,
          HEDY,
          'approve',
          (await scene.phone())[0]!.numbers.find((one) => one !== right)!,
        ),
    ],
    ['left alone', 'TIMEOUT', 'timeout', async () => stage.advance(300)],
  ])('%s it ends, stays so, proves nothing, and the trail says so', async (_how, result, reason, act) => {
    const { transactionId, number } = await scene.waiting();
    await act(number);
    await stage.asked();
    expect((await scene.poll(transactionId)).body).toEqual({
      factorResult: result,
      number,
      expiresAt: expect.any(String),
    });
    // What is over by its own time is not asked about.
    expect(await scene.asked()).toEqual(result === 'TIMEOUT' ? [] : ['GET 200']);
    stage.advance(4);
    expect((await scene.poll(transactionId)).body).toMatchObject({ factorResult: result });
    expect(said(await scene.cancel(transactionId))).toBe('409 conflict');
    expect(await scene.asked()).toEqual([]);
    expect(await scene.proofs()).toEqual([]);
    expect(said(await scene.remove())).toBe('403 proof_required');
    expect(await scene.trail('user.authentication.proof')).toEqual([`user.authentication.proof failure ${reason}`]);
  });

  test.each([
    { status: 500 },
    { status: 503 },
    { cut: 'before' as const },
    { status: 200, body: '<html>' },
    { status: 200, body: {} },
    { status: 429, headers: { 'x-rate-limit-reset': '9999999999' } },
  ])('an org that answers %j ends nothing: the next poll asks again', async (fault) => {
    const { transactionId, number } = await scene.waiting();
    await answerPush(stage, HEDY, 'approve', number);
    await stage.fault({ match: 'GET /api/v1/users/*/factors/*/transactions/*', times: 5, ...fault });
    expect((await scene.poll(transactionId)).status).toBeGreaterThanOrEqual(429);
    await stage.clearFaults();
    expect((await scene.poll(transactionId)).body).toMatchObject({ factorResult: 'WAITING' });
    stage.advance(60);
    expect((await scene.poll(transactionId)).body).toMatchObject({ factorResult: 'SUCCESS', proof: { strength: 3 } });
  });

  test.each([
    ['EXPIRED', 'TIMEOUT'],
    ['CANCELED', 'CANCELLED'],
    ['FAILED', 'ERROR'],
    ['toString', 'ERROR'],
    ['success', 'ERROR'],
  ])('the org’s word %s is %s here, and no proof', async (word, result) => {
    const { transactionId } = await scene.waiting();
    await stage.fault({
      match: 'GET /api/v1/users/*/factors/*/transactions/*',
      status: 200,
      body: { factorResult: word },
    });
    expect((await scene.poll(transactionId)).body).toMatchObject({ factorResult: result });
    expect(await scene.proofs()).toEqual([]);
  });

  test('gone at the org, it is over', async () => {
    const { transactionId } = await scene.waiting();
    await stage.fault({
      match: 'GET /api/v1/users/*/factors/*/transactions/*',
      status: 404,
      body: { errorCode: 'E0000007', errorSummary: 'x' },
    });
    expect((await scene.poll(transactionId)).body).toMatchObject({ factorResult: 'ERROR' });
  });

  test('without a number it is worth less: it is taken back where more is needed, and other ways are told', async () => {
    await scene.plain();
    const reply = await scene.ask();
    expect(reply.body.error).toMatchObject({ code: 'proof_required', purpose: scene.purpose, strength: 3 });
    expect(reply.body.error.ways.map((way: { way: string; by?: string }) => way.by ?? way.way)).toEqual(
      expect.arrayContaining(['code', 'okta']),
    );
    expect(reply.body.error.ways.some((way: { factorId?: string }) => way.factorId === scene.factorId)).toBe(false);
    expect(await scene.asked()).toEqual(['DELETE 404']);
    expect(await scene.transactions()).toEqual([]);
  });

  test('an org without numbers is found out once: then no push is offered where one is too weak, nor for verifying a caller', async () => {
    const pushes = (ways: { by?: string }[]) => ways.filter(({ by }) => by === 'push').length;
    const offered = async () => pushes((await scene.remove()).body.error.ways);
    const waysOfCallers = async () => {
      const { held } = await holdingOf(
        portal.app.rooms,
        await portal.app.rooms.people.read(await userId()),
        portal.app.rooms.factorsOf(await userId(), {}),
      )();
      return callerWaysOf(held, ['push'], stage.clock.now(), await portal.app.rooms.means()).length;
    };
    const userId = async () =>
      (await portal.store.selectFrom('sessions').select('user_id').executeTakeFirstOrThrow()).user_id;
    expect([await offered(), await waysOfCallers()]).toEqual([1, 1]);
    await scene.plain();
    await scene.ask();
    expect([await offered(), await waysOfCallers()]).toEqual([0, 0]);
    await stage.asked();
    expect((await scene.ask()).body.error).toMatchObject({ code: 'proof_required', strength: 3 });
    expect((await stage.asked()).filter(({ method }) => method === 'POST')).toEqual([]);
    // Another process on the same store knows it too.
    const other = await stage.another({ app: { store: portal.store } });
    expect((await other.app.rooms.means()).plainPush).toBe(true);
    // Where two will do it is asked, and an org that has learnt it is believed at once.
    expect((await scene.ask({ purpose: 'enroll:sms' })).body).toMatchObject({
      factorResult: 'WAITING',
      number: expect.any(Number),
    });
    expect([await offered(), await waysOfCallers()]).toEqual([1, 1]);
  });

  test('what was found out is asked again after a day', async () => {
    const { numberMatching } = portal.app.rooms;
    await numberMatching.learn(false);
    stage.advance(24 * 3600 - 1);
    expect(await numberMatching.isMissing()).toBe(true);
    stage.advance(1);
    expect(await numberMatching.isMissing()).toBe(false);
  });

  test('without a number it proves what two will do for', async () => {
    await scene.plain();
    const reply = await scene.ask({ purpose: 'enroll:sms' });
    expect(reply.body).toMatchObject({ factorResult: 'WAITING', number: null });
    stage.advance(4);
    await stage.fault({
      match: 'GET /api/v1/users/*/factors/*/transactions/*',
      status: 200,
      body: { factorResult: 'SUCCESS' },
    });
    expect((await scene.poll(reply.body.transactionId)).body.proof).toMatchObject({
      purpose: 'enroll:sms',
      strength: 2,
    });
  });

  test('no link of another site ends one: the address answers no GET, and no POST without our header', async () => {
    const { transactionId, number } = await scene.waiting();
    await answerPush(stage, HEDY, 'approve', number);
    const path = `/api/factors/${scene.factorId}/transactions/${transactionId}`;
    const before = scene.hedy.token();
    const foreign = { 'sec-fetch-site': 'cross-site' };
    for (const address of [path, `${path}/poll`])
      expect(said(await scene.hedy.raw({ path: address, headers: foreign }))).toBe('404 not_found');
    expect(said(await scene.hedy.raw({ method: 'POST', path: `${path}/poll`, headers: foreign }))).toBe('403 csrf');
    expect([scene.hedy.token() === before, await scene.asked(), await scene.proofs()]).toEqual([true, [], []]);
    expect((await scene.poll(transactionId)).body.factorResult).toBe('SUCCESS');
  });

  test('is no activity: a page that only waits does not keep a session alive', async () => {
    const seen = async () =>
      (await portal.store.selectFrom('sessions').select('seen_at').executeTakeFirstOrThrow()).seen_at;
    const { transactionId } = await scene.waiting();
    const before = await seen();
    stage.advance(120);
    await scene.hedy.call('pollTransaction', { factorId: scene.factorId, transactionId });
    expect(await seen()).toBe(before);
  });
});
