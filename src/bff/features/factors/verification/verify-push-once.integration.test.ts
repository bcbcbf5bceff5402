import { beforeEach, describe, expect, test } from 'vitest';
import { answerPush } from '#testing/security-methods.ts';
import { GRACE, HEDY, testEnv, type Portal } from '#testing/test-env.ts';
import { createPushFixture, type PushFixture } from '#testing/push-fixture.ts';
import { said } from '#testing/visitor.ts';
import { pruneEnded } from '../../../platform/lifecycle/prune.ts';

const envs = { classic: await testEnv(), oie: await testEnv({ engine: 'oie' }) };

describe.each(['classic', 'oie'] as const)('a push has one result, on %s', (engine) => {
  const env = envs[engine];
  let portal: Portal;
  let fixture: PushFixture;
  beforeEach(async () => {
    portal = await env.fresh();
    fixture = await createPushFixture(env, portal);
  });

  test('fifty concurrent polls make one request in four seconds, and give one step-up', async () => {
    const other = fixture.otherTab();
    const { transactionId, number } = await fixture.waiting();
    const many = () =>
      Promise.all(Array.from({ length: 50 }, (_, n) => fixture.poll(transactionId, n % 2 ? fixture.hedy : other)));
    await env.takeRequests();
    expect(new Set((await many()).map(({ body }) => body.factorResult))).toEqual(new Set(['WAITING']));
    expect(await fixture.takeTransactionRequests()).toEqual(['GET 200']);
    await answerPush(env, HEDY, 'approve', number);
    env.advance(3.9);
    expect(new Set((await many()).map(({ body }) => body.factorResult))).toEqual(new Set(['WAITING']));
    expect(await fixture.takeTransactionRequests()).toEqual([]);
    env.advance(0.1);
    const replies = await many();
    expect(await fixture.takeTransactionRequests()).toEqual(['GET 200']);
    expect(replies.filter(({ body }) => body.factorResult === 'SUCCESS').length).toBeGreaterThan(0);
    expect(replies.filter(({ cookies }) => cookies.length)).toHaveLength(1);
    expect(await fixture.stepUps()).toEqual([{ purpose: fixture.purpose, strength: 3, consumed_at: null }]);
    expect(await fixture.auditRows('user.authentication.step_up')).toEqual([
      `user.authentication.step_up success ${fixture.purpose}`,
    ]);
  });

  test('two portals on one store make the requests of one, and give one step-up', async () => {
    const second = await env.another({ app: { store: portal.store } });
    const there = second.visitor();
    const { transactionId, number } = await fixture.waiting();
    await answerPush(env, HEDY, 'approve', number);
    there.plant(fixture.hedy.token()!);
    await env.takeRequests();
    await Promise.all(Array.from({ length: 20 }, (_, n) => fixture.poll(transactionId, n % 2 ? fixture.hedy : there)));
    expect(await fixture.takeTransactionRequests()).toEqual(['GET 200']);
    expect(await fixture.stepUps()).toHaveLength(1);
  });

  test('an unknown one, another person’s and another session’s get the same answer', async () => {
    const { transactionId, number } = await fixture.waiting();
    await answerPush(env, HEDY, 'approve', number);
    const others = [await portal.signedIn(GRACE), await portal.signedIn(HEDY)];
    await env.takeRequests();
    const answers = [];
    for (const who of others)
      for (const id of [transactionId, 'v2mst.AAAAAAAAAAAAAAAAAAAAAA'])
        for (const action of [fixture.poll, fixture.cancel]) answers.push((await action(id, who)).body.error);
    expect(new Set(answers.map((error) => JSON.stringify({ ...error, requestId: '' })))).toEqual(
      new Set(['{"code":"not_found","requestId":""}']),
    );
    const elsewhere = await fixture.hedy.call('pollTransaction', { factorId: fixture.totp, transactionId });
    expect(said(elsewhere)).toBe('404 not_found');
    expect(await fixture.takeTransactionRequests()).toEqual([]);
    expect((await fixture.poll(transactionId)).body).toMatchObject({
      factorResult: 'SUCCESS',
      stepUp: { purpose: fixture.purpose },
    });
  });

  test('ends with its session', async () => {
    const { transactionId, number } = await fixture.waiting();
    const again = await portal.signedIn(HEDY);
    await answerPush(env, HEDY, 'approve', number);
    await fixture.hedy.signOut();
    expect(said(await fixture.poll(transactionId, again))).toBe('404 not_found');
    expect(await fixture.transactions()).toEqual([]);
  });

  test('is withdrawn from the phone when it is cancelled, and a later approval has no effect', async () => {
    const { transactionId } = await fixture.waiting();
    expect(said(await fixture.cancel(transactionId))).toBe('204');
    expect(await fixture.phone()).toEqual([]);
    expect((await fixture.poll(transactionId)).body).toMatchObject({ factorResult: 'CANCELLED' });
    expect(said(await fixture.cancel(transactionId))).toBe('409 conflict');
    expect(await fixture.auditRows('user.mfa.factor.cancel')).toEqual(['user.mfa.factor.cancel success']);
    expect(await fixture.stepUps()).toEqual([]);
  });

  test.each([
    ['approved before the org hears of the cancelling', {}],
    ['and the org is out of reach', { match: 'DELETE /api/v1/users/*/factors/*/transactions/*', status: 503 }],
  ])('cancelled %s, it stays cancelled', async (_what, fault) => {
    const { transactionId, number } = await fixture.waiting();
    await answerPush(env, HEDY, 'approve', number);
    if ('match' in fault) await env.fault({ times: 3, ...fault } as never);
    expect(said(await fixture.cancel(transactionId))).toBe('204');
    env.advance(4);
    expect((await fixture.poll(transactionId)).body).toMatchObject({ factorResult: 'CANCELLED' });
    expect(await fixture.stepUps()).toEqual([]);
    await portal.app.reconcile();
    expect(await fixture.auditRows('user.mfa.factor.cancel')).toEqual([
      expect.stringMatching(/ (?:failure E0000107|unknown)/),
    ]);
  });

  test('approved and cancelled at once, it has one result', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { transactionId, number } = await fixture.waiting();
      await answerPush(env, HEDY, 'approve', number);
      const other = fixture.otherTab();
      const helpdeskServices =
        round % 2
          ? [fixture.poll(transactionId), fixture.cancel(transactionId, other)]
          : [fixture.cancel(transactionId, other), fixture.poll(transactionId)];
      const statuses = (await Promise.all(helpdeskServices)).map(({ status }) => status).toSorted((a, b) => a - b);
      if (!fixture.hedy.token() || said(await fixture.hedy.call('getSession')) !== '200')
        fixture.hedy.plant(other.token()!);
      const { factorResult } = (await fixture.poll(transactionId)).body;
      // The approval renews the session's cookie, so a cancellation that arrives later has the old cookie.
      const refused = expect.toBeOneOf([401, 409]);
      expect([factorResult, statuses]).toEqual(
        factorResult === 'SUCCESS' ? ['SUCCESS', [200, refused]] : ['CANCELLED', [200, 204]],
      );
      expect(await fixture.stepUps()).toHaveLength(factorResult === 'SUCCESS' ? 1 : 0);
      await portal.store.deleteFrom('step_ups').execute();
      env.advance(301);
    }
  });

  test('cannot be cancelled after it expired', async () => {
    const { transactionId } = await fixture.waiting();
    env.advance(296);
    await env.takeRequests();
    expect(said(await fixture.cancel(transactionId))).toBe('409 conflict');
    expect(await fixture.takeTransactionRequests()).toEqual([]);
    expect((await fixture.poll(transactionId)).body).toMatchObject({ factorResult: 'TIMEOUT' });
  });

  test('a page that left while it polled gets no step-up: the next poll does, with its cookie', async () => {
    const { transactionId, number } = await fixture.waiting();
    await answerPush(env, HEDY, 'approve', number);
    await env.fault({ match: 'GET /api/v1/users/*/factors/*/transactions/*', delayMs: 300 });
    const before = (await fixture.transactions())[0]!.asked_at;
    const page = new AbortController();
    const { port } = new URL(portal.base);
    const address = `${portal.base}/api/factors/${fixture.factorId}/transactions/${transactionId}/poll`;
    const headers = { cookie: `latchkey-${port}=${fixture.hedy.token()}`, 'x-latchkey': '1', origin: portal.base };
    const left = fetch(address, { method: 'POST', headers, signal: page.signal });
    await expect.poll(async () => (await fixture.transactions())[0]!.asked_at).toBeGreaterThan(before);
    page.abort();
    await expect(left).rejects.toThrow();
    await expect.poll(() => fixture.takeTransactionRequests()).toHaveLength(1);
    env.advance(4);
    const next = await fixture.poll(transactionId);
    expect(next.body).toMatchObject({ factorResult: 'SUCCESS', stepUp: { purpose: fixture.purpose } });
    expect(next.cookies).toHaveLength(1);
    expect(await fixture.stepUps()).toHaveLength(1);
  });

  test('is deleted an hour after it ended', async () => {
    await fixture.waiting();
    const left = async () => {
      await pruneEnded(portal.store, env.clock);
      return (await fixture.transactions()).length;
    };
    env.advance(300 + 3590);
    expect(await left()).toBe(1);
    env.advance(60);
    expect(await left()).toBe(0);
  });

  test('is withdrawn when another one is requested', async () => {
    const first = await fixture.waiting();
    const second = await fixture.waiting();
    expect((await fixture.phone()).map(({ numbers }) => numbers.includes(second.number))).toEqual([true]);
    expect((await fixture.poll(first.transactionId)).body).toMatchObject({ factorResult: 'CANCELLED' });
    await answerPush(env, HEDY, 'approve', second.number);
    expect((await fixture.poll(second.transactionId)).body).toMatchObject({
      factorResult: 'SUCCESS',
      stepUp: { strength: 3 },
    });
  });
});
