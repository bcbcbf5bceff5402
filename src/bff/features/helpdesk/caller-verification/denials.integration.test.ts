import { raisedAlarms } from '../../../records/alarms/testing/raised-alarms.ts';
import { beforeEach, describe, expect, test } from 'vitest';
import { standardPolicy } from '../access/policy.ts';
import { answerPush, withPush, allLostStored, answeredByOkta, verifiedBy } from '#testing/security-methods.ts';
import { ADA, ANNIE, GRACE, MARGARET } from '#testing/test-env.ts';
import { readText } from '#testing/store-contents.ts';
import { said, type Visitor } from '#testing/visitor.ts';
import { approve, signInAgent, startVerification } from '../testing/agent-fixture.ts';
import { beforeLists, personId } from '../testing/helpdesk-fixture.ts';
import { env, grace as userId, hedy, openDesk, portal, signInStaff } from '../testing/desk.ts';

let grace: Visitor;
beforeEach(async () => {
  await openDesk();
  grace = await portal.signedIn(GRACE);
});

const ask = (who: Visitor = hedy.visitor) => startVerification(who, userId, { type: 'own-session' });
const no = (id: string) => grace.call('answerCallerVerification', { id }, { body: { answer: 'no' } });
const shown = async () => (await grace.call('listCallerVerifications')).body.requests as { id: string; end: string }[];
const signs = async () => (await hedy.visitor.call('getPerson', { userId })).body.attackSigns;
const attested = async (type: 'push' | 'call-back') => {
  const by = await verifiedBy(portal, userId, type === 'push' ? await withPush(env, GRACE) : null);
  const about = { agent_id: hedy.id, agent_name: 'Hedy', user_id: userId, type, ...by } as const;
  return (await portal.app.services.callerVerifications.attest({ ...about, ...allLostStored })).id;
};

test('a question that an agent asks anew each second can still be denied, each of them', async () => {
  const ids: string[] = [];
  for (let count = 0; count < 3; count += 1) {
    ids.push((await ask()).body.id);
    env.advance(1.2);
  }
  const refused = await ask();
  expect([said(refused), refused.body.error.rule]).toEqual(['429 limit_reached', 'verifications_agent']);
  // A refused verification does not end an earlier one.
  expect((await shown()).map(({ end }) => end)).toEqual(['open', 'expired', 'expired']);
  for (const id of ids) expect(said(await no(id))).toBe('200');
  expect((await shown()).map(({ end }) => end)).toEqual(['denied', 'denied', 'denied']);
  expect(await signs()).toMatchObject([{ kind: 'not_called', by: 'Hedy Lamarr', times: 3 }]);
  expect(await raisedAlarms(portal.store)).toEqual([`caller_verification_denied ${userId}`]);
});

test('no number of verifications that the limits allow pushes one off the person’s page', async () => {
  const first = await attested('call-back');
  const { verificationsPerPersonHour } = standardPolicy.limits;
  for (let count = 1; count < 3 * 24 * verificationsPerPersonHour; count += 1) await attested('call-back');
  const all = await shown();
  expect([all.length, all.some(({ id }) => id === first)]).toEqual([3 * 24 * verificationsPerPersonHour, true]);
});

const limitOfAll = { code: 'limit_reached', details: { rule: 'verifications_person' } };
/** The limits for an agent who has verified nobody yet. */
const ofAnother = (type: 'push' | 'question' | 'call_back', id: string): Promise<void> =>
  portal.app.services.helpdeskServices.startLimits.assert(type, {
    session: { user_id: 'another agent' },
    authorized: { helpdesk: { settings: { policy: standardPolicy } }, target: { person: { id } } },
  });

test('a person is asked at most six times an hour, by all agents together', async () => {
  const [annie, third] = [await portal.signedIn(ANNIE), hedy.visitor];
  for (let count = 0; count < 3; count += 1) expect(said(await ask(third))).toBe('201');
  for (let count = 0; count < 3; count += 1) expect(said(await ask(annie))).toBe('201');
  await expect(ofAnother('question', userId)).rejects.toMatchObject(limitOfAll);
  await expect(ofAnother('push', userId)).resolves.toBeUndefined();
});

test('calls back that an agent confirms in a row push no other verification off the person’s page', async () => {
  const margaret = await personId(portal, MARGARET);
  const { callerVerificationOptions } = (await hedy.visitor.call('getPerson', { userId: margaret })).body;
  const { factorId } = callerVerificationOptions.find(({ type }: { type: string }) => type === 'call-back');
  const confirm = (who: Visitor) => startVerification(who, margaret, { type: 'call-back', factorId, attest: true });
  const answers = await Promise.all(Array.from({ length: 5 }, () => confirm(hedy.visitor)));
  const refused = answers.filter(({ status }) => status !== 201);
  expect(refused.map(({ status, body: { error } }) => [status, error.rule])).toEqual([
    [429, 'verifications_agent'],
    [429, 'verifications_agent'],
  ]);
  const annie = await portal.signedIn(ANNIE);
  for (let count = 0; count < 3; count += 1) expect(said(await confirm(annie))).toBe('201');
  await expect(ofAnother('call_back', margaret)).rejects.toMatchObject(limitOfAll);
});

test.each([
  [
    'after a “Yes”',
    60,
    async (id: string) => void (await portal.app.services.callerVerifications.issueCode(userId, id, answeredByOkta)),
  ],
  ['after it expired', 3600, async () => {}],
  ['almost a day later', 24 * 3600 - 60, async () => {}],
])('“No” counts %s', async (_when, seconds, before) => {
  const { id } = (await ask()).body;
  await before(id);
  env.advance(seconds);
  await signInStaff();
  grace = await portal.signedIn(GRACE);
  expect(await no(id)).toMatchObject({ status: 200, body: { code: null, reset: false } });
  expect(await signs()).toMatchObject([{ kind: 'not_called' }]);
  expect((await hedy.visitor.call('pollCallerVerification', { userId, id })).body.status).toBe('denied');
  const rows = () => portal.auditRows({ event: 'helpdesk.caller_verification.verify', actor: userId }, 'seq');
  expect(said(await no(id))).toBe('200');
  expect(await rows()).toHaveLength(1);
});

test('“No” counts at once while a thief’s changes hold the person’s lock, and while Okta fails', async () => {
  const { id } = (await ask()).body;
  await env.fault({ match: 'GET /api/v1/users/*', times: 1000, status: 503 });
  await portal.app.services.lock(`person ${userId}`, async () => {
    expect(await no(id)).toMatchObject({ status: 200, body: { reset: false } });
  });
  expect((await shown()).map(({ end }) => end)).toEqual(['denied']);
  const yes = grace.call('answerCallerVerification', { id }, { body: { answer: 'yes' } });
  expect(said(await yes)).toBe('503 org_unavailable');
});

test('after a day, and for another person, there is nothing to deny', async () => {
  const { id } = (await ask()).body;
  const ada = await portal.signedIn(ADA);
  expect(said(await ada.call('answerCallerVerification', { id }, { body: { answer: 'no' } }))).toBe('404 not_found');
  env.advance(24 * 3600 + 1);
  grace = await portal.signedIn(GRACE);
  expect([await shown(), said(await no(id))]).toEqual([[], '404 not_found']);
});

test('“No” withdraws a verified caller, and the request for approval that came of it', async () => {
  const verified = await attested('push');
  expect((await no(verified)).body.reset).toBe(false);
  expect(said(await hedy.reset(userId, { callerVerificationId: verified }))).toBe('403 caller_verification_required');

  const calledBack = await attested('call-back');
  const { approval } = (await hedy.reset(userId, { callerVerificationId: calledBack })).body;
  expect((await shown()).find(({ id }) => id === calledBack)?.end).toBe('used');
  expect((await no(calledBack)).body.reset).toBe(false);
  const annie = await signInAgent(portal, ANNIE);
  expect(said(await approve(annie, approval.id))).toBe('409 conflict');
  const rows = await portal.auditRows({ event: 'helpdesk.approval.withdraw' }, 'event', 'actor', 'reason', 'ticket');
  expect(rows).toMatchObject([{ actor: userId, reason: 'the person did not call', ticket: approval.ticket }]);
  expect(said(await no(calledBack))).toBe('200');
});

test('after the reset, “No” says that a reset used it, and approvers see the sign', async () => {
  const verified = await hedy.verified(userId);
  expect((await hedy.reset(userId, { callerVerificationId: verified })).body.status).toBe('done');
  grace = await portal.signedIn(GRACE);
  for (const _ of ['first', 'again'])
    expect(await no(verified)).toMatchObject({ status: 200, body: { code: null, reset: true } });
  const annie = await signInAgent(portal, ANNIE);
  expect((await annie.visitor.call('getPerson', { userId })).body.attackSigns).toMatchObject([{ kind: 'not_called' }]);
  expect(await raisedAlarms(portal.store)).toContain(`caller_verification_denied ${userId}`);
});

test('a push that is denied while the next one is being sent is a sign of attack, and the portal’s cancellation is none', async () => {
  let deny = false;
  await openDesk({
    okta: (client) => ({
      ...client,
      userFactorApi: {
        ...client.userFactorApi,
        async cancelFactorTransaction(...call) {
          if (deny) await answerPush(env, GRACE, 'deny');
          return client.userFactorApi.cancelFactorTransaction(...call);
        },
      },
    }),
  });
  const factorId = await withPush(env, GRACE);
  const send = () => startVerification(hedy.visitor, userId, { type: 'push', factorId });
  await send();
  expect([said(await send()), await signs()]).toEqual(['201', []]);
  deny = true;
  expect([said(await send()), await signs()]).toMatchObject(['201', [{ kind: 'push_denied', by: 'Hedy Lamarr' }]]);
});

describe('“Yes”', () => {
  const yes = (id: string) => grace.call('answerCallerVerification', { id }, { body: { answer: 'yes' } });
  const MADE_UP = 'AAAAAAAAAAAAAAAA';

  test('waits for no lock of the person’s, and one with a made-up id writes nothing', async () => {
    const { id } = (await ask()).body;
    await portal.stepUp(grace, 'caller-verification', 3);
    const { lock } = portal.app.services;
    await lock(`person ${userId}`, async () => {
      const before = await readText(portal.store, 'sessions', 'write_checks');
      expect(said(await yes(MADE_UP))).toBe('404 not_found');
      expect(await readText(portal.store, 'sessions', 'write_checks')).toBe(before);
      expect(said(await yes(id))).toBe('200');
    });
  });

  test('is limited by session; “No” and the owner’s other session are not', async () => {
    await openDesk({ settings: { rateLimits: true } });
    grace = await portal.signedIn(GRACE);
    const other = await portal.signedIn(GRACE);
    const { id } = (await ask()).body;
    const answers = new Set<string>();
    for (let count = 0; count < 130; count += 1) answers.add(said(await yes(MADE_UP)));
    expect([...answers]).toEqual(['404 not_found', '429 busy']);
    expect(said(await other.call('answerCallerVerification', { id }, { body: { answer: 'yes' } }))).toBe(
      '403 step_up_required',
    );
    expect(said(await no(id))).toBe('200');
  });

  test('loses to a “No” and to a freeze that come before it is written, and gives no code that serves after it', async () => {
    for (const stop of [no, async () => grace.call('freezeMyself')]) {
      for (const when of ['first', 'between', 'late'] as const) {
        let between = async () => {};
        await openDesk({ okta: beforeLists(async () => between()) });
        grace = await portal.signedIn(GRACE);
        const { id } = (await ask()).body;
        await portal.stepUp(grace, 'caller-verification', 3);
        const once = async () => {
          between = async () => {};
          await stop(id);
        };
        if (when === 'first') await once();
        // “Yes” has found the question open, and reads the methods.
        if (when === 'between') between = once;
        const answer = await yes(id);
        if (when === 'late') await once();
        expect([when, answer.status === 200]).toEqual([when, when === 'late']);
        const body = { code: answer.body.code ?? 'BFHKMQRW' };
        expect(said(await hedy.visitor.call('checkCallerCode', { userId, id }, { body }))).toBe('409 conflict');
      }
    }
  });
});
