import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { answerPush, idOf, withPush } from '#testing/methods.ts';
import { GRACE, HEDY, openStage } from '#testing/portal.ts';
import type { Portal, Stage } from '#testing/portal.ts';
import { said } from '#testing/visitor.ts';
import type { Visitor } from '#testing/visitor.ts';

describe.each(['classic', 'oie'] as const)('a push, on %s', (engine) => {
  let stage: Stage;
  let portal: Portal;
  let hedy: Visitor;
  let factorId: string;
  let purpose: string;
  beforeAll(async () => {
    stage = await openStage({ engine });
  });
  afterAll(() => stage.close());
  beforeEach(async () => {
    portal = await stage.fresh();
    factorId = await withPush(stage, HEDY);
    hedy = await portal.signedIn(HEDY);
    purpose = `remove:${await idOf(hedy, 'totp')}`;
    await stage.asked();
  });

  const ask = (who = hedy, about: object = { purpose }) => who.call('verifyFactor', { factorId }, { body: about });
  const poll = (transactionId: string, who = hedy) => who.call('getTransaction', { factorId, transactionId }, { poll: true });
  const cancel = (transactionId: string, who = hedy) => who.call('cancelTransaction', { factorId, transactionId });
  /** Asks for one and waits until the org may be asked how it stands. */
  const waiting = async (about?: object) => {
    const { transactionId, number } = (await ask(hedy, about)).body as { transactionId: string; number: number };
    stage.advance(4);
    return { transactionId, number };
  };
  const asked = async () => (await stage.asked()).filter(({ path }) => path.includes('/transactions/')).map(({ method, status }) => `${method} ${status}`);
  const proofs = () => portal.store.selectFrom('proofs').select(['purpose', 'strength', 'spent_at']).execute();
  const pushes = () => stage.desk<{ asks: string; numbers: number[] }[]>('GET', `/pushes?user=${HEDY}`);
  const trail = async () =>
    (await portal.store.selectFrom('audit').select(['event', 'outcome', 'reason']).where('type', '!=', 'intent').orderBy('seq').execute())
      .filter(({ event }) => event !== 'user.session.start')
      .map(({ event, outcome, reason }) => [event, outcome, reason].filter(Boolean).join(' '));
  /** The org gives no number to match: it knows nothing of them. */
  const plain = () =>
    stage.fault({
      match: 'POST /api/v1/users/*/factors/*/verify',
      status: 201,
      body: {
        factorResult: 'WAITING',
        expiresAt: new Date(stage.clock.now() + 300_000).toISOString(),
        _links: { poll: { href: `https://x.example/api/v1/users/u/factors/${factorId}/transactions/v2mst.plain-plain-plain` } },
      },
    });

  test('is asked with a number, approved with it, and proves once what it was for', async () => {
    const reply = await ask();
    const expiresAt = new Date(stage.clock.now() + 300_000).toISOString();
    expect(reply.body).toEqual({ factorResult: 'WAITING', transactionId: expect.stringMatching(/^v2mst\./), number: expect.any(Number), expiresAt: expect.any(String) });
    expect(Math.abs(Date.parse(reply.body.expiresAt) - Date.parse(expiresAt))).toBeLessThan(1000);
    const { transactionId, number } = reply.body;
    expect((await pushes())[0]?.numbers).toContain(number);
    stage.advance(4);
    expect((await poll(transactionId)).body).toEqual({ factorResult: 'WAITING', number, expiresAt: reply.body.expiresAt });
    expect(await proofs()).toEqual([]);
    await answerPush(stage, HEDY, 'approve', number);
    stage.advance(4);
    const before = hedy.token();
    const approved = await poll(transactionId);
    const proof = { purpose, strength: 3, expiresAt: new Date(stage.clock.now() + 300_000).toISOString() };
    expect(approved.body).toEqual({ factorResult: 'SUCCESS', number, expiresAt: reply.body.expiresAt, proof });
    expect(hedy.token()).not.toBe(before);
    stage.advance(4);
    await stage.asked();
    expect((await poll(transactionId)).body).toEqual(approved.body);
    expect(await asked()).toEqual([]);
    expect(await proofs()).toEqual([{ purpose, strength: 3, spent_at: null }]);
    expect(said(await hedy.call('deleteFactor', { factorId: purpose.slice(7) }))).toBe('204');
    expect((await poll(transactionId)).body).toMatchObject({ factorResult: 'SUCCESS' });
    expect((await poll(transactionId)).body.proof).toBeUndefined();
    expect((await trail()).filter((line) => /challenge|proof/.test(line))).toEqual(['user.mfa.factor.challenge success', `user.authentication.proof success ${purpose}`]);
  });

  test('tried out, it proves nothing and leaves the session alone', async () => {
    const { transactionId, number } = await waiting({});
    await answerPush(stage, HEDY, 'approve', number);
    const before = hedy.token();
    expect((await poll(transactionId)).body).toEqual({ factorResult: 'SUCCESS', number, expiresAt: expect.any(String) });
    expect([hedy.token() === before, await proofs()]).toEqual([true, []]);
    expect(await trail()).toContain('user.mfa.factor.verify success test');
  });

  test('fifty polls at once ask the org once in four seconds, and give one proof', async () => {
    const other = portal.visitor();
    other.plant(hedy.token()!);
    const { transactionId, number } = await waiting();
    const many = () => Promise.all(Array.from({ length: 50 }, (_, n) => poll(transactionId, n % 2 ? hedy : other)));
    await stage.asked();
    expect(new Set((await many()).map(({ body }) => body.factorResult))).toEqual(new Set(['WAITING']));
    expect(await asked()).toEqual(['GET 200']);
    await answerPush(stage, HEDY, 'approve', number);
    stage.advance(3.9);
    expect(new Set((await many()).map(({ body }) => body.factorResult))).toEqual(new Set(['WAITING']));
    expect(await asked()).toEqual([]);
    stage.advance(0.1);
    const replies = await many();
    expect(await asked()).toEqual(['GET 200']);
    expect(replies.filter(({ body }) => body.factorResult === 'SUCCESS').length).toBeGreaterThan(0);
    expect(replies.filter(({ cookies }) => cookies.length)).toHaveLength(1);
    expect(await proofs()).toEqual([{ purpose, strength: 3, spent_at: null }]);
    expect((await trail()).filter((line) => line.startsWith('user.authentication.proof'))).toEqual([`user.authentication.proof success ${purpose}`]);
  });

  test('two portals on one store ask as one, and give one proof', async () => {
    const second = await stage.another({ app: { store: portal.store } });
    const there = second.visitor();
    const { transactionId, number } = await waiting();
    await answerPush(stage, HEDY, 'approve', number);
    there.plant(hedy.token()!);
    await stage.asked();
    await Promise.all(Array.from({ length: 20 }, (_, n) => poll(transactionId, n % 2 ? hedy : there)));
    expect(await asked()).toEqual(['GET 200']);
    expect(await proofs()).toHaveLength(1);
  });

  test.each([
    ['denied', 'REJECTED', 'rejected', () => answerPush(stage, HEDY, 'deny')],
    ['answered with another number', 'REJECTED', 'rejected', async () => answerPush(stage, HEDY, 'approve', (await pushes())[0]!.numbers.find((one) => one !== right)!)],
    ['left alone', 'TIMEOUT', 'timeout', async () => stage.advance(300)],
  ])('%s it ends, stays so, proves nothing, and the trail says so', async (_how, result, reason, act) => {
    const { transactionId, number } = await waiting();
    right = number;
    await act();
    await stage.asked();
    expect((await poll(transactionId)).body).toEqual({ factorResult: result, number, expiresAt: expect.any(String) });
    // What is over by its own time is not asked about.
    expect(await asked()).toEqual(result === 'TIMEOUT' ? [] : ['GET 200']);
    stage.advance(4);
    expect((await poll(transactionId)).body).toMatchObject({ factorResult: result });
    expect(said(await cancel(transactionId))).toBe('409 conflict');
    expect(await asked()).toEqual([]);
    expect(await proofs()).toEqual([]);
    expect(said(await hedy.call('deleteFactor', { factorId: purpose.slice(7) }))).toBe('403 proof_required');
    expect((await trail()).filter((line) => line.startsWith('user.authentication.proof'))).toEqual([`user.authentication.proof failure ${reason}`]);
  });
  let right = 0;

  test('of nobody, of another person and of another session are the same', async () => {
    const { transactionId, number } = await waiting();
    await answerPush(stage, HEDY, 'approve', number);
    const others = [await portal.signedIn(GRACE), await portal.signedIn(HEDY)];
    await stage.asked();
    const answers = [];
    for (const who of others) for (const id of [transactionId, 'v2mst.AAAAAAAAAAAAAAAAAAAAAA']) for (const act of [poll, cancel]) answers.push((await act(id, who)).body.error);
    expect(new Set(answers.map((error) => JSON.stringify({ ...error, requestId: '' })))).toEqual(new Set(['{"code":"not_found","message":"There is no such request.","requestId":""}']));
    const elsewhere = await hedy.call('getTransaction', { factorId: purpose.slice(7), transactionId });
    expect(said(elsewhere)).toBe('404 not_found');
    expect(await asked()).toEqual([]);
    expect((await poll(transactionId)).body).toMatchObject({ factorResult: 'SUCCESS', proof: { purpose } });
  });

  test('goes with its session', async () => {
    const { transactionId, number } = await waiting();
    const again = await portal.signedIn(HEDY);
    await answerPush(stage, HEDY, 'approve', number);
    await hedy.call('signOut');
    expect(said(await poll(transactionId, again))).toBe('404 not_found');
    expect(await portal.store.selectFrom('transactions').selectAll().execute()).toEqual([]);
  });

  test('cancelled, it is taken back from the phone, and an approval that comes then is worth nothing', async () => {
    const { transactionId } = await waiting();
    expect(said(await cancel(transactionId))).toBe('204');
    expect(await pushes()).toEqual([]);
    expect((await poll(transactionId)).body).toMatchObject({ factorResult: 'CANCELLED' });
    expect(said(await cancel(transactionId))).toBe('409 conflict');
    expect(await trail()).toContain('user.mfa.factor.cancel success');
    expect(await proofs()).toEqual([]);
  });

  test.each([
    ['approved before the org hears of the cancelling', {}],
    ['and the org is out of reach', { match: 'DELETE /api/v1/users/*/factors/*/transactions/*', status: 503 }],
  ])('cancelled %s, it stays cancelled', async (_what, fault) => {
    const { transactionId, number } = await waiting();
    await answerPush(stage, HEDY, 'approve', number);
    if ('match' in fault) await stage.fault({ times: 3, ...fault } as never);
    expect(said(await cancel(transactionId))).toBe('204');
    stage.advance(4);
    expect((await poll(transactionId)).body).toMatchObject({ factorResult: 'CANCELLED' });
    expect(await proofs()).toEqual([]);
    await portal.app.settle();
    expect((await trail()).filter((line) => line.startsWith('user.mfa.factor.cancel'))).toEqual([expect.stringMatching(/ (?:failure E0000107|unknown)/)]);
  });

  test('approved and cancelled at once, there is one outcome', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { transactionId, number } = await waiting();
      await answerPush(stage, HEDY, 'approve', number);
      const other = portal.visitor();
      other.plant(hedy.token()!);
      const acts = round % 2 ? [poll(transactionId), cancel(transactionId, other)] : [cancel(transactionId, other), poll(transactionId)];
      const statuses = (await Promise.all(acts)).map(({ status }) => status).toSorted((a, b) => a - b);
      if (!hedy.token() || said(await hedy.call('getSession')) !== '200') hedy.plant(other.token()!);
      const { factorResult } = (await poll(transactionId)).body;
      expect([factorResult, statuses]).toEqual(factorResult === 'SUCCESS' ? ['SUCCESS', [200, 409]] : ['CANCELLED', [200, 204]]);
      expect(await proofs()).toHaveLength(factorResult === 'SUCCESS' ? 1 : 0);
      await portal.store.deleteFrom('proofs').execute();
      stage.advance(301);
    }
  });

  test('asked for again, the earlier one is taken back', async () => {
    const first = await waiting();
    const second = await waiting();
    expect((await pushes()).map(({ numbers }) => numbers.includes(second.number))).toEqual([true]);
    expect((await poll(first.transactionId)).body).toMatchObject({ factorResult: 'CANCELLED' });
    await answerPush(stage, HEDY, 'approve', second.number);
    expect((await poll(second.transactionId)).body).toMatchObject({ factorResult: 'SUCCESS', proof: { strength: 3 } });
  });

  test.each([{ status: 500 }, { status: 503 }, { cut: 'before' as const }, { status: 200, body: '<html>' }, { status: 200, body: {} }, { status: 429, headers: { 'x-rate-limit-reset': '9999999999' } }])(
    'an org that answers %j ends nothing: the next poll asks again',
    async (fault) => {
      const { transactionId, number } = await waiting();
      await answerPush(stage, HEDY, 'approve', number);
      await stage.fault({ match: 'GET /api/v1/users/*/factors/*/transactions/*', times: 5, ...fault });
      expect((await poll(transactionId)).status).toBeGreaterThanOrEqual(429);
      await stage.clearFaults();
      expect((await poll(transactionId)).body).toMatchObject({ factorResult: 'WAITING' });
      stage.advance(60);
      expect((await poll(transactionId)).body).toMatchObject({ factorResult: 'SUCCESS', proof: { strength: 3 } });
    },
  );

  test.each([
    ['EXPIRED', 'TIMEOUT'],
    ['CANCELED', 'CANCELLED'],
    ['FAILED', 'ERROR'],
    ['toString', 'ERROR'],
    ['success', 'ERROR'],
  ])('the org’s word %s is %s here, and no proof', async (word, result) => {
    const { transactionId } = await waiting();
    await stage.fault({ match: 'GET /api/v1/users/*/factors/*/transactions/*', status: 200, body: { factorResult: word } });
    expect((await poll(transactionId)).body).toMatchObject({ factorResult: result });
    expect(await proofs()).toEqual([]);
  });

  test('gone at the org, it is over', async () => {
    const { transactionId } = await waiting();
    await stage.fault({ match: 'GET /api/v1/users/*/factors/*/transactions/*', status: 404, body: { errorCode: 'E0000007', errorSummary: 'x' } });
    expect((await poll(transactionId)).body).toMatchObject({ factorResult: 'ERROR' });
  });

  test('without a number it is worth less: it is taken back where more is needed, and other ways are told', async () => {
    await plain();
    const reply = await ask();
    expect(reply.body.error).toMatchObject({ code: 'proof_required', purpose, strength: 3 });
    expect(reply.body.error.ways.map((way: { way: string; by?: string }) => way.by ?? way.way)).toEqual(expect.arrayContaining(['code', 'okta']));
    expect(reply.body.error.ways.some((way: { factorId?: string }) => way.factorId === factorId)).toBe(false);
    expect(await asked()).toEqual(['DELETE 404']);
    expect(await portal.store.selectFrom('transactions').selectAll().execute()).toEqual([]);
  });

  test('without a number it proves what two will do for', async () => {
    await plain();
    const reply = await ask(hedy, { purpose: 'enroll:sms' });
    expect(reply.body).toMatchObject({ factorResult: 'WAITING', number: null });
    stage.advance(4);
    await stage.fault({ match: 'GET /api/v1/users/*/factors/*/transactions/*', status: 200, body: { factorResult: 'SUCCESS' } });
    expect((await poll(reply.body.transactionId)).body.proof).toMatchObject({ purpose: 'enroll:sms', strength: 2 });
  });

  test('is no activity: a page that only waits does not keep a session alive', async () => {
    const seen = async () => (await portal.store.selectFrom('sessions').select('seen_at').executeTakeFirstOrThrow()).seen_at;
    const { transactionId } = await waiting();
    const before = await seen();
    stage.advance(120);
    await hedy.call('getTransaction', { factorId, transactionId });
    expect(await seen()).toBe(before);
  });
});
