import { beforeEach, expect, test } from 'vitest';
import { answerPush, findId, withPhone, withPush } from '#testing/security-methods.ts';
import { ANNIE, GRACE } from '#testing/test-env.ts';
import type { Reply, Visitor } from '#testing/visitor.ts';
import { approve, signInAgent } from '../testing/agent-fixture.ts';
import { createSecurityMethods } from '../../../identity/methods/security-methods.ts';
import { isStillThere, whatVerified } from './what-verified.ts';
import { env, grace as userId, hedy, openDesk, portal, signInStaff } from '../testing/desk.ts';

let grace: Visitor;
beforeEach(async () => {
  await openDesk();
  grace = await portal.signedIn(GRACE);
});

type Choice = { factorIds: string[] | 'all'; reason: 'lost' | 'broken' | 'replaced' };
const begin = async (body: object) =>
  (await hedy.visitor.call('startCallerVerification', { userId }, { body })).body as { id: string; number: number };

async function byPush(choice: Choice): Promise<{ id: string; push: string }> {
  const push = await withPush(env, GRACE);
  const { id, number } = await begin({ type: 'push', factorId: push, choice });
  await answerPush(env, GRACE, 'approve', number);
  env.advance(4);
  expect((await hedy.visitor.call('pollCallerVerification', { userId, id })).body.status).toBe('verified');
  return { id, push };
}
/** `usedFactor`: the factor of the step-up. Null: a sign-in at Okta. */
async function answer(id: string, strength: number, usedFactor: string | null): Promise<void> {
  const session = (await portal.app.services.sessions.find(grace.token()!, false))!;
  await portal.app.services.stepUps.give(session, 'caller-verification', strength, undefined, usedFactor);
  const { code } = (await grace.call('answerCallerVerification', { id }, { body: { answer: 'yes' } })).body;
  await hedy.visitor.call('checkCallerCode', { userId, id }, { body: { code } });
}
async function byOwnPage(choice: Choice, strength: number, usedFactor: string | null): Promise<string> {
  const { id } = await begin({ type: 'own-session', choice });
  await answer(id, strength, usedFactor);
  return id;
}
async function byCallBack(choice: Choice, factorId: string): Promise<string> {
  return (await begin({ type: 'call-back', factorId, attest: true, choice })).id;
}
const remove = (factorId: string) => portal.okta.userFactorApi.deleteFactor({ userId, factorId });
async function reset({ factorIds, reason }: Choice, callerVerificationId: string): Promise<Reply> {
  await hedy.stepUp(`helpdesk:${userId}`);
  return hedy.requestReset(userId, { factorIds, reason, callerVerificationId });
}
const said = ({ status, body }: Reply) =>
  body.error ? `${status} ${body.error.code} ${body.error.rule}` : (body.approval?.approvalReasons ?? body.status);
const GONE = '403 caller_verification_required not_verified';

test('[A8] a push verifies nobody once its method was removed', async () => {
  const choice = { factorIds: 'all', reason: 'lost' } as const;
  const { id, push } = await byPush(choice);
  await remove(push);
  expect(said(await reset(choice, id))).toBe(GONE);
});

test('[A8] a push keeps its doubt for fewer methods than it was made for', async () => {
  const { id } = await byPush({ factorIds: 'all', reason: 'broken' });
  const app = await findId(grace, 'totp');
  expect(said(await reset({ factorIds: [app], reason: 'broken' }, id))).toEqual(['same_method']);
});

test('[A8] an answer on the own page verifies nobody once the app that gave it was replaced', async () => {
  const [app, verify] = [await findId(grace, 'totp'), await findId(grace, 'okta-verify')];
  const choice: Choice = { factorIds: [verify], reason: 'replaced' };
  const id = await byOwnPage(choice, 3, app);
  await remove(app);
  expect(said(await reset(choice, id))).toBe(GONE);
});

test('[A8] each method that a sign-in at Okta may have used counts as used, and must still be there', async () => {
  const [app, verify] = [await findId(grace, 'totp'), await findId(grace, 'okta-verify')];
  const choice: Choice = { factorIds: [app], reason: 'broken' };
  expect(said(await reset(choice, await byOwnPage(choice, 3, null)))).toEqual(['same_method']);
  await portal.store.deleteFrom('approvals').execute();
  // The number's strength is below 3, so only the app and Okta Verify may have been used.
  const number = await withPhone(env, GRACE);
  const other: Choice = { factorIds: [number], reason: 'broken' };
  const id = await byOwnPage(other, 3, null);
  await remove(verify);
  expect(said(await reset(other, id))).toBe(GONE);
  expect(said(await reset(other, await byOwnPage(other, 3, null)))).toBe('done');
});

test('[A8] a method that was added after the question is doubted, since a reset of all takes it too', async () => {
  const choice = { factorIds: 'all', reason: 'broken' } as const;
  const { id } = await begin({ type: 'own-session', choice });
  await answer(id, 3, await withPush(env, GRACE));
  expect(said(await reset(choice, id))).toEqual(['same_method']);
});

test('[A8] a call back verifies nobody once the number was changed', async () => {
  const number = await withPhone(env, GRACE);
  env.advance(8 * 24 * 3600);
  await signInStaff();
  grace = await portal.signedIn(GRACE);
  const choice: Choice = { factorIds: [await findId(grace, 'totp')], reason: 'broken' };
  expect(said(await reset(choice, await byCallBack(choice, number)))).toEqual(['call_back']);
  await portal.store.deleteFrom('approvals').execute();
  const id = await byCallBack(choice, number);
  await remove(number);
  const profile = { phoneNumber: '+12015550142' };
  await portal.okta.userFactorApi.enrollFactor({ userId, body: { factorType: 'sms', provider: 'OKTA', profile } });
  expect(said(await reset(choice, id))).toBe(GONE);
});

test('[A8] an approver cannot approve once what verified the caller was removed', async () => {
  const choice = { factorIds: 'all', reason: 'lost' } as const;
  const { id, push } = await byPush(choice);
  const { approval } = (await reset(choice, id)).body;
  await remove(push);
  const annie = await signInAgent(portal, ANNIE);
  expect(said(await approve(annie, approval.id))).toBe('409 conflict gone');
});

test('[A8] what was added or changed under the same id is not what verified', () => {
  const profile = { phoneNumber: '+12015550142' };
  const times = { created: '2026-01-01T00:00:00.000Z', lastUpdated: '2026-01-01T00:00:00.000Z', lastVerified: null };
  const sms = { id: 'sms1', factorType: 'sms', provider: 'OKTA', vendorName: null, status: 'ACTIVE', activation: null };
  const listed = (over: object) => createSecurityMethods([{ ...sms, ...times, profile, ...over }], 'v1', null);
  const choice = { type: 'call-back', methods: [], all: 0, reason: 'broken' } as const;
  const by = whatVerified(choice, { factorId: 'sms1', strength: null }, listed({}), false)!;
  const later = '2026-02-01T00:00:00.000Z';
  const others = [{}, { created: later }, { lastUpdated: later }, { status: 'INACTIVE' }];
  expect(others.map((over) => isStillThere(by, listed(over)))).toEqual([true, false, false, false]);
});
