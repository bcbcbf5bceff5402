import { sql } from 'kysely';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { DAY_MS } from '#clock';
import { answerPush, findId, withPhone, withPush, allLostStored, answeredByOkta } from '#testing/security-methods.ts';
import { ADA, ANNIE, GRACE, HEDY, testEnv, type Portal } from '#testing/test-env.ts';
import { said, type Visitor } from '#testing/visitor.ts';
import { addCounts, countWithin } from '../../../records/audit-log/counts.ts';
import { personId } from '../testing/helpdesk-fixture.ts';
import { widens } from './verification-choice.ts';
import { changeStore } from '../../../platform/store/change-store.ts';
import { startVerification } from '../testing/agent-fixture.ts';

const envs = { classic: await testEnv(), oie: await testEnv({ engine: 'oie' }) };

describe.each(['classic', 'oie'] as const)('caller verification, on %s', (engine) => {
  const env = envs[engine];
  let portal: Portal;
  let hedy: Visitor;
  let grace: Visitor;
  let userId: string;
  beforeEach(async () => {
    portal = await env.fresh();
    hedy = await portal.signedIn(HEDY);
    userId = await personId(portal, GRACE);
  });
  const rows = async () =>
    (
      await portal.store
        .selectFrom('audit_log')
        .select(['event', 'outcome', 'reason', 'actor'])
        .where(sql<string>`event`, 'like', 'helpdesk.caller_verification.%')
        .orderBy('seq')
        .execute()
    ).map(({ event, outcome, reason }) => `${event} ${outcome ?? 'intent'} ${reason ?? ''}`.trim());

  test.each([
    [
      'approves the number that is read out',
      'verified',
      'helpdesk.caller_verification.verify success push: success',
      (number: number) => answerPush(env, GRACE, 'approve', number),
    ],
    [
      'takes another number',
      'denied',
      'helpdesk.caller_verification.verify failure push: rejected',
      (number: number) =>
        answerPush(env, GRACE, 'approve', number === 1 ? 2 : number - 1).catch(() => answerPush(env, GRACE, 'deny')),
    ],
    [
      'denies',
      'denied',
      'helpdesk.caller_verification.verify failure push: rejected',
      () => answerPush(env, GRACE, 'deny'),
    ],
    [
      'does nothing',
      'expired',
      'helpdesk.caller_verification.verify failure push: timeout',
      async () => env.advance(301),
    ],
  ])('a push: the caller %s', async (_what, status, line, action) => {
    const factorId = await withPush(env, GRACE);
    const begun = await startVerification(hedy, userId, { type: 'push', factorId });
    expect([begun.status, begun.body]).toMatchObject([
      201,
      {
        type: 'push',
        status: 'waiting',
        number: expect.any(Number),
        triesLeft: null,
        doubt: 'same_method',
        needsApproval: true,
      },
    ]);
    await action(begun.body.number);
    env.advance(4);
    const { body } = await hedy.call('pollCallerVerification', { userId, id: begun.body.id });
    expect(body).toMatchObject({ status, number: null });
    await hedy.call('pollCallerVerification', { userId, id: begun.body.id });
    expect(await rows()).toEqual([
      'helpdesk.caller_verification.start intent',
      'helpdesk.caller_verification.start success',
      line,
    ]);
  });

  test('a new push withdraws the one before it', async () => {
    const factorId = await withPush(env, GRACE);
    const start = async () =>
      (await startVerification(hedy, userId, { type: 'push', factorId })).body as {
        id: string;
        number: number;
      };
    const first = await start();
    const second = await start();
    expect((await env.takeRequests()).filter(({ method }) => method === 'DELETE').map(({ status }) => status)).toEqual([
      204,
    ]);
    expect((await hedy.call('pollCallerVerification', { userId, id: first.id })).body.status).toBe('expired');
    await answerPush(env, GRACE, 'approve', second.number);
    env.advance(4);
    expect((await hedy.call('pollCallerVerification', { userId, id: second.id })).body.status).toBe('verified');
  });

  test('whoever uses up a person’s messages stops no push of the helpdesk’s, which uses up none of theirs', async () => {
    const factorId = await withPush(env, GRACE);
    const annie = await portal.signedIn(ANNIE);
    const start = (who: Visitor) => startVerification(who, userId, { type: 'push', factorId });
    const sent = () => countWithin(portal.store, { kind: 'send', who: userId }, env.clock.now(), DAY_MS);
    for (const who of [hedy, hedy, hedy, annie, annie]) expect((await start(who)).status).toBe(201);
    expect(await sent()).toBe(0);
    const used = Array.from({ length: 20 }, () => ({ kind: 'send', who: userId }) as const);
    await changeStore(portal.store, (tx) => addCounts(tx, env.clock.now(), used, null));
    expect(said(await start(annie))).toBe('201');
  });

  test('an org that pushes without a number verifies nobody: the push is withdrawn', async () => {
    const factorId = await withPush(env, GRACE);
    const link = `${env.emulator.url}/api/v1/users/${userId}/factors/${factorId}/transactions/v2mst.0000000000`;
    await env.fault({
      match: `POST /api/v1/users/${userId}/factors/*/verify`,
      status: 200,
      body: { factorResult: 'WAITING', _links: { poll: { href: link }, cancel: { href: link } } },
    });
    await env.takeRequests();
    expect(said(await startVerification(hedy, userId, { type: 'push', factorId }))).toBe('409 conflict');
    expect((await env.takeRequests()).map(({ method }) => method)).toContain('DELETE');
    expect(await portal.store.selectFrom('caller_verifications').selectAll().execute()).toEqual([]);
  });

  test('several polling tabs make one request in four seconds, and the result is written once', async () => {
    const factorId = await withPush(env, GRACE);
    const { body } = await startVerification(hedy, userId, { type: 'push', factorId });
    await answerPush(env, GRACE, 'approve', body.number);
    env.advance(4);
    await env.takeRequests();
    await Promise.all(Array.from({ length: 10 }, () => hedy.call('pollCallerVerification', { userId, id: body.id })));
    expect((await env.takeRequests()).filter(({ path }) => path.includes('/transactions/'))).toHaveLength(1);
    expect((await rows()).filter((row) => row.startsWith('helpdesk.caller_verification.verify'))).toHaveLength(1);
  });

  test('is for the methods and the reason that it was made for, however the caller was verified', async () => {
    const { callerVerifications } = portal.app.services;
    for (const type of ['own-session', 'push', 'call-back'] as const) {
      const about = { agent_id: 'a', agent_name: 'A', user_id: userId, type, reason: 'lost' } as const;
      const sms = { id: 'x', kind: 'sms', name: null } as const;
      const one = await callerVerifications.start({ ...about, methods: [sms], all: 0 });
      const all = await callerVerifications.start({ ...about, methods: [sms], all: 1 });
      const rules = [
        widens(one, ['x'], 'lost'),
        widens(one, [], 'lost'),
        widens(one, ['x', 'y'], 'lost'),
        widens(one, 'all', 'lost'),
        widens(one, ['x'], 'other'),
        widens(all, 'all', 'lost'),
        widens(all, ['y'], 'lost'),
      ];
      expect(rules).toEqual([null, null, 'more_than_confirmed', 'more_than_confirmed', 'other_reason', null, null]);
    }
  });

  test('is made for a choice: nothing is sent without one, or for a method that is not there', async () => {
    const factorId = await withPush(env, GRACE);
    await env.takeRequests();
    for (const [factorIds, answer] of [
      [[], '400 bad_request'],
      [['uft00000000000000000'], '409 conflict'],
    ] as const) {
      const body = { type: 'push', factorId, choice: { factorIds, reason: 'lost' } };
      expect(said(await hedy.call('startCallerVerification', { userId }, { body }))).toBe(answer);
    }
    expect(said(await hedy.call('startCallerVerification', { userId }, { body: { type: 'push', factorId } }))).toBe(
      '400 bad_request',
    );
    expect((await env.takeRequests()).filter(({ method }) => method === 'POST')).toEqual([]);
  });

  test('on their own page the person sees who and what, steps up, and gets a code to read out', async () => {
    const factorId = await findId(await portal.signedIn(GRACE), 'totp');
    const begun = await hedy.call(
      'startCallerVerification',
      { userId },
      { body: { type: 'own-session', choice: { factorIds: [factorId], reason: 'replaced' } } },
    );
    expect(begun.body).toMatchObject({
      type: 'own-session',
      status: 'waiting',
      triesLeft: null,
      choice: { factorIds: [factorId], reason: 'replaced' },
    });
    const give = (code: string) => hedy.call('checkCallerCode', { userId, id: begun.body.id }, { body: { code } });
    expect(said(await give('BFHKMQRW'))).toBe('409 conflict');
    grace = await portal.signedIn(GRACE);
    expect((await grace.call('getHome')).body.questions).toHaveLength(1);
    const [request] = (await grace.call('listCallerVerifications')).body.requests;
    expect(request).toMatchObject({
      agent: 'Hedy Lamarr',
      methods: [{ kind: 'totp', name: null }],
      all: false,
      reason: 'replaced',
    });
    const stepUpFailed = await grace.call('answerCallerVerification', { id: request.id }, { body: { answer: 'yes' } });
    expect([said(stepUpFailed), stepUpFailed.body.error]).toMatchObject([
      '403 step_up_required',
      { purpose: 'caller-verification', strength: 2 },
    ]);
    const verification = { passCode: await env.code(GRACE, 'OKTA'), purpose: 'caller-verification' };
    expect(
      said(await grace.call('verifyFactor', { factorId: await findId(grace, 'okta-verify') }, { body: verification })),
    ).toBe('200');
    const answered = await grace.call('answerCallerVerification', { id: request.id }, { body: { answer: 'yes' } });
    expect(answered.body.code).toMatch(/^[BFHKMQRWXY2-7]{8}$/);
    expect(said(await grace.call('answerCallerVerification', { id: request.id }, { body: { answer: 'yes' } }))).toBe(
      '404 not_found',
    );
    expect((await grace.call('getHome')).body.questions).toEqual([]);
    const waiting = await hedy.call('pollCallerVerification', { userId, id: begun.body.id });
    expect([waiting.body.triesLeft, waiting.text.includes(answered.body.code)]).toEqual([5, false]);
    const wrong = await give(answered.body.code === 'BFHKMQRW' ? 'BFHKMQRX' : 'BFHKMQRW');
    expect([said(wrong), wrong.body.error.triesLeft]).toEqual(['403 wrong_code', 4]);
    const right = await give(answered.body.code.toLowerCase().replace(/^(.{4})/, '$1-'));
    expect(right.body).toMatchObject({
      status: 'verified',
      expiresAt: new Date(env.clock.now() + 15 * 60_000).toISOString(),
    });
    expect(said(await give(answered.body.code))).toBe('409 conflict');
    expect((await rows()).slice(-3)).toEqual([
      'helpdesk.caller_verification.verify success own-session: a code was shown',
      'helpdesk.caller_verification.verify failure own-session: wrong code',
      'helpdesk.caller_verification.verify success own-session',
    ]);
  });

  test('an answer by a text message needs an approver; of two step-ups the stronger counts', async () => {
    const { sessions, stepUps } = portal.app.services;
    const number = await withPhone(env, GRACE);
    for (const [strengths, needsApproval] of [
      [[2], true],
      [[3, 2], false],
    ] as const) {
      const { id } = (
        await hedy.call(
          'startCallerVerification',
          { userId },
          { body: { type: 'own-session', choice: { factorIds: [number], reason: 'replaced' } } },
        )
      ).body;
      grace = await portal.signedIn(GRACE);
      const session = await sessions.find(grace.token()!, false);
      for (const strength of strengths) await stepUps.give(session!, 'caller-verification', strength);
      const { code } = (await grace.call('answerCallerVerification', { id }, { body: { answer: 'yes' } })).body;
      const checked = await hedy.call('checkCallerCode', { userId, id }, { body: { code } });
      expect(checked.body).toMatchObject({ status: 'verified', needsApproval });
    }
  });

  test('an answer that comes too late does not use up the step-up', async () => {
    const { callerVerifications } = portal.app.services;
    const { id } = (await startVerification(hedy, userId, { type: 'own-session' })).body;
    grace = await portal.signedIn(GRACE);
    await portal.stepUp(grace, 'caller-verification', 3);
    const issuing = vi.spyOn(callerVerifications, 'issueCode').mockResolvedValueOnce(null);
    const answer = () => grace.call('answerCallerVerification', { id }, { body: { answer: 'yes' } });
    expect(said(await answer())).toBe('404 not_found');
    expect(issuing).toHaveBeenCalledOnce();
    expect(said(await answer())).toBe('200');
    issuing.mockRestore();
  });

  test('ends after five wrong codes, and when it expires', async () => {
    for (const how of ['wrong', 'late'] as const) {
      const { body: begun } = await startVerification(hedy, userId, { type: 'own-session' });
      const given = (await portal.app.services.callerVerifications.issueCode(userId, begun.id, answeredByOkta))!;
      const give = (code: string) => hedy.call('checkCallerCode', { userId, id: begun.id }, { body: { code } });
      const other = given.code.startsWith('B') ? `F${given.code.slice(1)}` : `B${given.code.slice(1)}`;
      if (how === 'late') env.advance(300);
      else for (let left = 4; left >= 0; left -= 1) expect((await give(other)).body.error.triesLeft).toBe(left);
      expect(said(await give(given.code))).toBe('409 conflict');
      expect((await hedy.call('pollCallerVerification', { userId, id: begun.id })).body.status).toBe(
        how === 'wrong' ? 'denied' : 'expired',
      );
    }
  });

  test('concurrent confirmations and denials from several tabs are one answer', async () => {
    for (let round = 0; round < 3; round += 1) {
      hedy = await portal.signedIn(HEDY);
      grace = await portal.signedIn(GRACE);
      const session = (await portal.app.services.sessions.find(grace.token()!, false))!;
      const { body: begun } = await startVerification(hedy, userId, { type: 'own-session' });
      for (let count = 0; count < 3; count += 1)
        await portal.app.services.stepUps.give(session, 'caller-verification', 3);
      const before = (await rows()).length;
      const answers = await Promise.all(
        ['yes', 'no', 'yes', 'no', 'yes'].map((answer) =>
          grace.call('answerCallerVerification', { id: begun.id }, { body: { answer } }),
        ),
      );
      // The first “no” ends the verification, even after a “yes”.
      expect(answers.map(said).filter((one) => one === '200').length).toBeLessThanOrEqual(3);
      expect((await hedy.call('pollCallerVerification', { userId, id: begun.id })).body.status).toBe('denied');
      const added = (await rows()).slice(before);
      expect(added.filter((row) => row.endsWith('the person did not call'))).toHaveLength(1);
      expect(added.filter((row) => row.endsWith('a code was shown')).length).toBeLessThanOrEqual(1);
      env.advance(3600);
    }
  });

  test('a person who did not call denies it, and the agent sees that', async () => {
    const { body: begun } = await startVerification(hedy, userId, { type: 'own-session' });
    grace = await portal.signedIn(GRACE);
    expect((await grace.call('answerCallerVerification', { id: begun.id }, { body: { answer: 'no' } })).body).toEqual({
      code: null,
      expiresAt: null,
      reset: false,
    });
    expect((await hedy.call('pollCallerVerification', { userId, id: begun.id })).body.status).toBe('denied');
    expect((await rows()).at(-1)).toBe(
      'helpdesk.caller_verification.verify failure own-session: the person did not call',
    );
  });

  test('answers for another person’s verification as for an unknown one', async () => {
    const { body: begun } = await startVerification(hedy, userId, { type: 'own-session' });
    const ada = await portal.signedIn(ADA);
    expect((await ada.call('listCallerVerifications')).body.requests).toEqual([]);
    for (const answer of ['yes', 'no'])
      expect(said(await ada.call('answerCallerVerification', { id: begun.id }, { body: { answer } }))).toBe(
        '404 not_found',
      );
    const annie = await portal.signedIn(ANNIE);
    expect(said(await annie.call('pollCallerVerification', { userId, id: begun.id }))).toBe('404 not_found');
    expect(said(await annie.call('checkCallerCode', { userId, id: begun.id }, { body: { code: 'BFHKMQRW' } }))).toBe(
      '404 not_found',
    );
  });

  test('is used once, by its agent, for its person', async () => {
    const { callerVerifications } = portal.app.services;
    const agent = await personId(portal, HEDY);
    const verification = await callerVerifications.attest({
      agent_id: agent,
      agent_name: 'Hedy',
      user_id: userId,
      type: 'call-back',
      ...allLostStored,
    });
    expect(await callerVerifications.consume('other', userId, verification.id)).toBeNull();
    expect(await callerVerifications.consume(agent, 'other', verification.id)).toBeNull();
    const all = await Promise.all(
      Array.from({ length: 20 }, () => callerVerifications.consume(agent, userId, verification.id)),
    );
    expect(all.filter((one) => one !== null)).toHaveLength(1);
    await changeStore(portal.store, (tx) => callerVerifications.restore(verification.id, tx));
    env.advance(15 * 60);
    expect(await callerVerifications.consume(agent, userId, verification.id)).toBeNull();
  });

  test('a person with only a question and a password cannot answer for themselves', async () => {
    const ada = await personId(portal, ADA);
    const refused = await startVerification(hedy, ada, { type: 'own-session' });
    expect([said(refused), refused.body.error.rule]).toEqual(['403 out_of_policy', 'caller_has_no_method']);
  });
});
