import { beforeEach, describe, expect, test } from 'vitest';
import { answerPush, findId, withKey, withPhone, withPush } from '#testing/security-methods.ts';
import { GRACE } from '#testing/test-env.ts';
import type { Visitor } from '#testing/visitor.ts';
import { env, grace as userId, hedy, openDesk, portal } from '../testing/desk.ts';

let grace: Visitor;
beforeEach(async () => {
  await openDesk();
  grace = await portal.signedIn(GRACE);
});

type Reason = 'lost' | 'compromised' | 'replaced' | 'broken';
const begin = (body: object) => hedy.visitor.call('startCallerVerification', { userId }, { body });
/** Returns the status, or the reasons why an approver is needed. */
async function reset(factorIds: string[], reason: Reason, callerVerificationId: string) {
  await hedy.stepUp(`helpdesk:${userId}`);
  const { body } = await hedy.requestReset(userId, { factorIds, reason, callerVerificationId });
  return (body.approval?.approvalReasons ?? body.status) as unknown;
}

describe('a push', () => {
  async function byPush(factorIds: string[], reason: Reason, push: string) {
    const { body } = await begin({ type: 'push', factorId: push, choice: { factorIds, reason } });
    await answerPush(env, GRACE, 'approve', body.number);
    env.advance(4);
    const polled = await hedy.visitor.call('pollCallerVerification', { userId, id: body.id });
    expect(polled.body).toMatchObject({ status: 'verified', doubt: body.doubt, needsApproval: body.doubt !== null });
    return reset(factorIds, reason, body.id);
  }

  test.each(['lost', 'replaced'] as const)('to what is reset takes an approver, reason %s', async (reason) => {
    const push = await withPush(env, GRACE);
    const family = await findId(grace, 'okta-verify');
    expect(await byPush([family], reason, push)).toEqual(['same_method']);
  });

  test.each([
    ['lost', ['same_phone']],
    ['compromised', ['same_phone']],
    ['replaced', 'done'],
    ['broken', 'done'],
  ] as const)('beside another app that is reset, reason %s: %j', async (reason, expected) => {
    const push = await withPush(env, GRACE);
    expect(await byPush([await findId(grace, 'totp')], reason, push)).toEqual(expected);
  });
});

describe('their own page', () => {
  async function byOwnPage(factorIds: string[], reason: Reason, strength: number, usedFactor: string | null) {
    const { body } = await begin({ type: 'own-session', choice: { factorIds, reason } });
    const session = (await portal.app.services.sessions.find(grace.token()!, false))!;
    await portal.app.services.stepUps.give(session, 'caller-verification', strength, undefined, usedFactor);
    const { code } = (await grace.call('answerCallerVerification', { id: body.id }, { body: { answer: 'yes' } })).body;
    await hedy.visitor.call('checkCallerCode', { userId, id: body.id }, { body: { code } });
    return reset(factorIds, reason, body.id);
  }

  test('answered by an app takes an approver when another app is lost, and none when it was replaced', async () => {
    const [app, verify] = [await findId(grace, 'totp'), await findId(grace, 'okta-verify')];
    expect(await byOwnPage([app], 'lost', 3, verify)).toEqual(['same_phone']);
    await portal.store.deleteFrom('approvals').execute();
    expect(await byOwnPage([app], 'replaced', 3, app)).toEqual(['same_method']);
    await portal.store.deleteFrom('approvals').execute();
    expect(await byOwnPage([app], 'replaced', 3, verify)).toEqual('done');
  });

  test('answered by a sign-in at Okta counts as each method that gives its strength', async () => {
    const number = await withPhone(env, GRACE);
    await withKey(env, portal, GRACE);
    expect(await byOwnPage([number], 'lost', 2, null)).toEqual(['weak_answer', 'same_method']);
    await portal.store.deleteFrom('approvals').execute();
    expect(await byOwnPage([number], 'lost', 3, null)).toEqual(['same_phone']);
    await portal.store.deleteFrom('approvals').execute();
    // Only the key has strength 4, so the number and the apps were not used.
    expect(await byOwnPage([number], 'lost', 4, null)).toEqual('done');
  });

  test('keeps which method gave the step-up', async () => {
    const app = await findId(grace, 'totp');
    const { body } = await begin({ type: 'own-session', choice: { factorIds: [app], reason: 'replaced' } });
    const passCode = await env.code(GRACE, 'GOOGLE');
    await grace.call('verifyFactor', { factorId: app }, { body: { passCode, purpose: 'caller-verification' } });
    const { code } = (await grace.call('answerCallerVerification', { id: body.id }, { body: { answer: 'yes' } })).body;
    const checked = await hedy.visitor.call('checkCallerCode', { userId, id: body.id }, { body: { code } });
    expect(checked.body).toMatchObject({ status: 'verified', doubt: 'same_method', needsApproval: true });
  });
});

test('a call back to the number on file may reach the thief of the phone', async () => {
  const { callerVerificationOptions } = (await hedy.visitor.call('getPerson', { userId })).body;
  const phone = callerVerificationOptions.find(({ type }: { type: string }) => type === 'call-back');
  if (!phone) return;
  const app = await findId(grace, 'totp');
  for (const [reason, doubt] of [
    ['lost', 'same_phone'],
    ['replaced', null],
  ] as const) {
    const choice = { factorIds: [app], reason };
    const { body } = await begin({ type: 'call-back', factorId: phone.factorId, attest: true, choice });
    expect(body).toMatchObject({ doubt, needsApproval: true });
  }
});
