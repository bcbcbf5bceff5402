import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { answerPush, findId } from '#testing/security-methods.ts';
import { GRACE, testEnv, type Portal } from '#testing/test-env.ts';
import { createPushFixture } from '#testing/push-fixture.ts';
import { said, type Visitor } from '#testing/visitor.ts';
import { pruneEnded } from '../../platform/lifecycle/prune.ts';

const env = await testEnv();
let portal: Portal;

const newKey = () => randomBytes(16).toString('hex');
const keyed = (key: string) => ({ 'idempotency-key': key });
const holder = (token: string): Visitor => {
  const visitor = portal.visitor();
  visitor.plant(token);
  return visitor;
};
const asked = async () => (await env.takeRequests()).filter(({ method }) => method !== 'GET').length;

describe('a verification whose answer was lost', () => {
  let grace: Visitor;
  let factorId: string;
  let old: string;
  let key: string;
  let body: { passCode: string; purpose: string };

  beforeEach(async () => {
    portal = await env.fresh();
    grace = await portal.signedIn(GRACE);
    factorId = await findId(grace, 'totp');
    old = grace.token()!;
    key = newKey();
    body = { passCode: await env.nextCode(GRACE), purpose: `remove:${factorId}` };
    await env.takeRequests();
  });

  /** The answer and the new cookie are lost. */
  const lost = () => holder(old).call('verifyFactor', { factorId }, { body, headers: keyed(key) });
  const repeat = (who = holder(old)) => who.call('verifyFactor', { factorId }, { body, headers: keyed(key) });

  test('[U5] gives the same request its answer and the new cookie again, and calls the org once', async () => {
    const first = await lost();
    expect(first.body.factorResult).toBe('SUCCESS');
    expect(await asked()).toBe(1);
    const again = await repeat(grace);
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect(await env.takeRequests()).toEqual([]);
    expect(grace.token()).not.toBe(old);
    expect(said(await grace.call('deleteFactor', { factorId }))).toBe('204');
    expect(await portal.store.selectFrom('step_ups').select('purpose').execute()).toHaveLength(1);
  });

  test('[S4] accepts the old cookie for nothing else: no other key, request or endpoint, and not without a key', async () => {
    await lost();
    const thief = () => holder(old);
    const verify = (over: object, headers: Record<string, string>, id = factorId) =>
      thief().call('verifyFactor', { factorId: id }, { body: { ...body, ...over }, headers });
    const tried = [
      await verify({}, {}),
      await verify({}, keyed(newKey())),
      await verify({ passCode: '000000' }, keyed(key)),
      await verify({ purpose: 'sessions' }, keyed(key)),
      await verify({}, keyed(key), 'uft00000000000000000'),
      await thief().call('listFactors', {}, { headers: keyed(key) }),
      await thief().call('deleteFactor', { factorId }, { headers: keyed(key) }),
      await thief().call(
        'pollTransaction',
        { factorId, transactionId: 'v2mst.1111111111111111' },
        { headers: keyed(key) },
      ),
      await thief().raw({ path: '/', headers: keyed(key) }),
    ];
    const none = '401 signed_out';
    const misused = '409 conflict';
    expect(tried.map(said)).toEqual([none, none, misused, misused, misused, none, none, misused, '200']);
    expect(tried[8]!.text).toBe((await portal.visitor().raw({ path: '/' })).text);
    for (const { cookies } of tried) expect(cookies).toEqual([]);
    expect(await asked()).toBe(1);
  });

  test('[S4] ends after 30 s, when the new cookie is used, and with the session', async () => {
    const first = holder(old);
    await first.call('verifyFactor', { factorId }, { body, headers: keyed(key) });
    env.advance(29);
    expect(said(await repeat())).toBe('200');
    env.advance(1);
    expect(said(await repeat())).toBe('401 signed_out');
    await pruneEnded(portal.store, env.clock);
    expect(await portal.store.selectFrom('repeats').selectAll().execute()).toEqual([]);

    for (const end of ['listFactors', 'signOut'] as const) {
      const token = first.token()!;
      const next = {
        body: { passCode: await env.nextCode(GRACE), purpose: `remove:${factorId}` },
        headers: keyed(newKey()),
      };
      await first.call('verifyFactor', { factorId }, next);
      // The old cookie also ends if the new one arrives late within the 30 s.
      env.advance(25);
      expect(said(await (end === 'signOut' ? first.signOut() : first.call(end)))).toBe(
        end === 'signOut' ? '303' : '200',
      );
      expect(said(await holder(token).call('verifyFactor', { factorId }, next))).toBe('401 signed_out');
    }
  });

  test('[U5] runs two concurrent requests once, and answers both', async () => {
    const both = await Promise.all([lost(), repeat()]);
    expect(both.map(said)).toEqual(['200', '200']);
    expect(both[0]!.body).toEqual(both[1]!.body);
    expect(both[0]!.cookies[0]).toBe(both[1]!.cookies[0]);
    expect(await asked()).toBe(1);
  });

  test('[U5] answers a browser that has the new cookie without the answer', async () => {
    const first = holder(old);
    const answer = await first.call('verifyFactor', { factorId }, { body, headers: keyed(key) });
    const token = first.token();
    expect(said(await first.call('getSession'))).toBe('200');
    expect((await repeat(first)).body).toEqual(answer.body);
    expect([first.token() === token, await asked()]).toEqual([true, 1]);
  });

  test('[U5] counts a wrong code once, and reports it twice', async () => {
    body.passCode = '000000';
    const first = await lost();
    const again = await repeat();
    expect([said(first), said(again)]).toEqual(['403 wrong_code', '403 wrong_code']);
    expect(again.body.error.triesLeft).toBe(first.body.error.triesLeft);
    expect(await asked()).toBe(1);
  });

  test('[F13] stores no cookie, key, code or answer as text', async () => {
    const first = holder(old);
    await first.call('verifyFactor', { factorId }, { body, headers: keyed(key) });
    const rows = JSON.stringify(await portal.store.selectFrom('repeats').selectAll().execute());
    expect(rows).toContain('sealed');
    for (const secret of [old, first.token()!, key, body.passCode, body.purpose]) expect(rows).not.toContain(secret);
  });

  test('refuses a key that can be guessed before anything is called', async () => {
    expect(said(await grace.call('verifyFactor', { factorId }, { body, headers: keyed('12345678') }))).toBe(
      '400 bad_request',
    );
    expect(await asked()).toBe(0);
  });
});

test('[U5] a push whose result was lost: its next poll gets the step-up and the new cookie', async () => {
  portal = await env.fresh();
  const fixture = await createPushFixture(env, portal);
  const { transactionId, number } = await fixture.waiting();
  const key = newKey();
  const poll = (who: Visitor, headers = keyed(key)) =>
    who.call('pollTransaction', { factorId: fixture.factorId, transactionId }, { poll: true, headers });
  expect((await poll(fixture.otherTab())).body.factorResult).toBe('WAITING');
  await answerPush(env, 'helpdesk@example.com', 'approve', number);
  env.advance(4);
  const lost = await poll(fixture.otherTab());
  expect(lost.body.stepUp.purpose).toBe(fixture.purpose);
  expect(said(await poll(fixture.otherTab(), keyed(newKey())))).toBe('401 signed_out');
  const next = await poll(fixture.hedy);
  expect([next.status, next.body]).toEqual([200, lost.body]);
  expect(said(await fixture.remove())).toBe('204');
  expect(await fixture.stepUps()).toHaveLength(1);
});
