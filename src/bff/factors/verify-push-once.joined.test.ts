import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { answerPush, withPush } from '#testing/methods.ts';
import { GRACE, HEDY, openStage } from '#testing/portal.ts';
import type { Portal, Stage } from '#testing/portal.ts';
import { pushScene } from '#testing/push-scene.ts';
import type { PushScene } from '#testing/push-scene.ts';
import { said } from '#testing/visitor.ts';

describe.each(['classic', 'oie'] as const)('a push has one end, on %s', (engine) => {
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

  test('fifty polls at once ask the org once in four seconds, and give one proof', async () => {
    const other = scene.otherTab();
    const { transactionId, number } = await scene.waiting();
    const many = () =>
      Promise.all(Array.from({ length: 50 }, (_, n) => scene.poll(transactionId, n % 2 ? scene.hedy : other)));
    await stage.asked();
    expect(new Set((await many()).map(({ body }) => body.factorResult))).toEqual(new Set(['WAITING']));
    expect(await scene.asked()).toEqual(['GET 200']);
    await answerPush(stage, HEDY, 'approve', number);
    stage.advance(3.9);
    expect(new Set((await many()).map(({ body }) => body.factorResult))).toEqual(new Set(['WAITING']));
    expect(await scene.asked()).toEqual([]);
    stage.advance(0.1);
    const replies = await many();
    expect(await scene.asked()).toEqual(['GET 200']);
    expect(replies.filter(({ body }) => body.factorResult === 'SUCCESS').length).toBeGreaterThan(0);
    expect(replies.filter(({ cookies }) => cookies.length)).toHaveLength(1);
    expect(await scene.proofs()).toEqual([{ purpose: scene.purpose, strength: 3, spent_at: null }]);
    expect(await scene.trail('user.authentication.proof')).toEqual([
      `user.authentication.proof success ${scene.purpose}`,
    ]);
  });

  test('two portals on one store ask as one, and give one proof', async () => {
    const second = await stage.another({ app: { store: portal.store } });
    const there = second.visitor();
    const { transactionId, number } = await scene.waiting();
    await answerPush(stage, HEDY, 'approve', number);
    there.plant(scene.hedy.token()!);
    await stage.asked();
    await Promise.all(Array.from({ length: 20 }, (_, n) => scene.poll(transactionId, n % 2 ? scene.hedy : there)));
    expect(await scene.asked()).toEqual(['GET 200']);
    expect(await scene.proofs()).toHaveLength(1);
  });

  test('of nobody, of another person and of another session are the same', async () => {
    const { transactionId, number } = await scene.waiting();
    await answerPush(stage, HEDY, 'approve', number);
    const others = [await portal.signedIn(GRACE), await portal.signedIn(HEDY)];
    await stage.asked();
    const answers = [];
    for (const who of others)
      for (const id of [transactionId, 'v2mst.AAAAAAAAAAAAAAAAAAAAAA'])
        for (const act of [scene.poll, scene.cancel]) answers.push((await act(id, who)).body.error);
    expect(new Set(answers.map((error) => JSON.stringify({ ...error, requestId: '' })))).toEqual(
      new Set(['{"code":"not_found","message":"There is no such request.","requestId":""}']),
    );
    const elsewhere = await scene.hedy.call('pollTransaction', { factorId: scene.totp, transactionId });
    expect(said(elsewhere)).toBe('404 not_found');
    expect(await scene.asked()).toEqual([]);
    expect((await scene.poll(transactionId)).body).toMatchObject({
      factorResult: 'SUCCESS',
      proof: { purpose: scene.purpose },
    });
  });

  test('goes with its session', async () => {
    const { transactionId, number } = await scene.waiting();
    const again = await portal.signedIn(HEDY);
    await answerPush(stage, HEDY, 'approve', number);
    await scene.hedy.signOut();
    expect(said(await scene.poll(transactionId, again))).toBe('404 not_found');
    expect(await scene.transactions()).toEqual([]);
  });

  test('cancelled, it is taken back from the phone, and an approval that comes then is worth nothing', async () => {
    const { transactionId } = await scene.waiting();
    expect(said(await scene.cancel(transactionId))).toBe('204');
    expect(await scene.phone()).toEqual([]);
    expect((await scene.poll(transactionId)).body).toMatchObject({ factorResult: 'CANCELLED' });
    expect(said(await scene.cancel(transactionId))).toBe('409 conflict');
    expect(await scene.trail('user.mfa.factor.cancel')).toEqual(['user.mfa.factor.cancel success']);
    expect(await scene.proofs()).toEqual([]);
  });

  test.each([
    ['approved before the org hears of the cancelling', {}],
    ['and the org is out of reach', { match: 'DELETE /api/v1/users/*/factors/*/transactions/*', status: 503 }],
  ])('cancelled %s, it stays cancelled', async (_what, fault) => {
    const { transactionId, number } = await scene.waiting();
    await answerPush(stage, HEDY, 'approve', number);
    if ('match' in fault) await stage.fault({ times: 3, ...fault } as never);
    expect(said(await scene.cancel(transactionId))).toBe('204');
    stage.advance(4);
    expect((await scene.poll(transactionId)).body).toMatchObject({ factorResult: 'CANCELLED' });
    expect(await scene.proofs()).toEqual([]);
    await portal.app.settle();
    expect(await scene.trail('user.mfa.factor.cancel')).toEqual([
      expect.stringMatching(/ (?:failure E0000107|unknown)/),
    ]);
  });

  test('approved and cancelled at once, there is one outcome', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { transactionId, number } = await scene.waiting();
      await answerPush(stage, HEDY, 'approve', number);
      const other = scene.otherTab();
      const acts =
        round % 2
          ? [scene.poll(transactionId), scene.cancel(transactionId, other)]
          : [scene.cancel(transactionId, other), scene.poll(transactionId)];
      const statuses = (await Promise.all(acts)).map(({ status }) => status).toSorted((a, b) => a - b);
      if (!scene.hedy.token() || said(await scene.hedy.call('getSession')) !== '200') scene.hedy.plant(other.token()!);
      const { factorResult } = (await scene.poll(transactionId)).body;
      expect([factorResult, statuses]).toEqual(
        factorResult === 'SUCCESS' ? ['SUCCESS', [200, 409]] : ['CANCELLED', [200, 204]],
      );
      expect(await scene.proofs()).toHaveLength(factorResult === 'SUCCESS' ? 1 : 0);
      await portal.store.deleteFrom('proofs').execute();
      stage.advance(301);
    }
  });

  test('over by its own time it cannot be cancelled any more', async () => {
    const { transactionId } = await scene.waiting();
    stage.advance(296);
    await stage.asked();
    expect(said(await scene.cancel(transactionId))).toBe('409 conflict');
    expect(await scene.asked()).toEqual([]);
    expect((await scene.poll(transactionId)).body).toMatchObject({ factorResult: 'TIMEOUT' });
  });

  test('a page that went away while it asked gets no proof: the next one does, with its cookie', async () => {
    const { transactionId, number } = await scene.waiting();
    await answerPush(stage, HEDY, 'approve', number);
    await stage.fault({ match: 'GET /api/v1/users/*/factors/*/transactions/*', delayMs: 300 });
    const before = (await scene.transactions())[0]!.asked_at;
    const page = new AbortController();
    const { port } = new URL(portal.base);
    const address = `${portal.base}/api/factors/${scene.factorId}/transactions/${transactionId}/poll`;
    const headers = { cookie: `latchkey-${port}=${scene.hedy.token()}`, 'x-latchkey': '1', origin: portal.base };
    const left = fetch(address, { method: 'POST', headers, signal: page.signal });
    await expect.poll(async () => (await scene.transactions())[0]!.asked_at).toBeGreaterThan(before);
    page.abort();
    await expect(left).rejects.toThrow();
    await expect.poll(() => scene.asked()).toHaveLength(1);
    stage.advance(4);
    const next = await scene.poll(transactionId);
    expect(next.body).toMatchObject({ factorResult: 'SUCCESS', proof: { purpose: scene.purpose } });
    expect(next.cookies).toHaveLength(1);
    expect(await scene.proofs()).toHaveLength(1);
  });

  test('is forgotten an hour after it ended', async () => {
    const { transactionId } = await scene.waiting();
    const theirs = await withPush(stage, GRACE);
    const others = async () => {
      const grace = await portal.signedIn(GRACE);
      await grace.call('verifyFactor', { factorId: theirs }, { body: {} });
      return (await scene.transactions()).map(({ id }) => id);
    };
    stage.advance(300 + 3590);
    expect(await others()).toContain(transactionId);
    stage.advance(60);
    expect(await others()).not.toContain(transactionId);
  });

  test('asked for again, the earlier one is taken back', async () => {
    const first = await scene.waiting();
    const second = await scene.waiting();
    expect((await scene.phone()).map(({ numbers }) => numbers.includes(second.number))).toEqual([true]);
    expect((await scene.poll(first.transactionId)).body).toMatchObject({ factorResult: 'CANCELLED' });
    await answerPush(stage, HEDY, 'approve', second.number);
    expect((await scene.poll(second.transactionId)).body).toMatchObject({
      factorResult: 'SUCCESS',
      proof: { strength: 3 },
    });
  });
});
