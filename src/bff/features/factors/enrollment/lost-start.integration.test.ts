import { afterOktaAnswers, endLeases } from '#testing/requests/after-okta-answers.ts';
import type { PurposeText } from '#contract/purposes.ts';
import { beforeEach, describe, expect, test } from 'vitest';
import { codeSent } from '#testing/security-methods.ts';
import { HEDY, testEnv, type Portal } from '#testing/test-env.ts';
import { said, type Visitor } from '#testing/visitor.ts';

const env = await testEnv();
let portal: Portal;
let hedy: Visitor;
beforeEach(async () => {
  // As on a real org, a call to Okta may last 12 s longer than its request.
  portal = await env.fresh({ app: { reconcileGraceMs: 12_000 } });
  hedy = await portal.signedIn(HEDY);
});

const ENROLL = 'POST /api/v1/users/*/factors';
const APP = { kind: 'okta-verify', method: 'totp' };
const SMS = { kind: 'sms', phoneNumber: '+15550100123' };
const enroll = (body: object, who = hedy) => who.call('enrollFactor', {}, { body });
const stepUp = (purpose: PurposeText) => portal.stepUp(hedy, purpose, 4);
const rows = async () => {
  const all = await portal.auditRows({ event: 'user.mfa.factor.enroll' }, 'type', 'outcome');
  return all.map(({ type, outcome }) => outcome ?? type);
};
const pending = async (kind: string) =>
  ((await hedy.call('listFactors')).body.factors as { kind: string; status: string }[]).filter(
    (one) => one.kind === kind && one.status === 'PENDING_ACTIVATION',
  ).length;
const calls = async () => (await env.takeRequests()).filter(({ method }) => method === 'POST').length;

describe('after an answer of Okta that says nothing', () => {
  test('the step-up is given back at once where nothing was begun', async () => {
    await stepUp('enroll:okta-verify');
    await env.fault({ match: ENROLL, status: 503 });
    expect(said(await enroll(APP))).toBe('503 org_unavailable');
    expect(said(await enroll(APP))).toBe('201');
    expect(await rows()).toEqual(['intent', 'failure', 'intent', 'success']);
    expect(said(await enroll({ ...APP, startOver: true }))).toBe('403 step_up_required');
  });

  test('two tabs that press at once begin one enrollment', async () => {
    await stepUp('enroll:okta-verify');
    await env.fault({ match: ENROLL, status: 503 });
    await enroll(APP);
    await env.takeRequests();
    const replies = await Promise.all([enroll(APP), enroll({ ...APP, startOver: true }), enroll(APP)]);
    expect(replies.map(said).filter((one) => one === '201')).toHaveLength(1);
    expect(await calls()).toBe(1);
    expect(await pending('okta-verify')).toBe(1);
  });

  test('while Okta’s list cannot be read, nothing is given back and nothing is begun', async () => {
    await stepUp('enroll:okta-verify');
    await env.fault({ match: ENROLL, status: 503 });
    await enroll(APP);
    await env.takeRequests();
    await env.fault({ match: 'GET /api/v1/users/*/factors', times: 10, status: 503 });
    expect(said(await enroll(APP))).toMatch(/^409 outcome_unknown|^503 org_unavailable/);
    expect(await calls()).toBe(0);
    expect(await rows()).toEqual(['intent']);
  });
});

describe('after a broken connection', () => {
  const cut = () => env.fault({ match: ENROLL, cut: 'after' });

  test('nobody knows as long as the call may run; then a secret that nobody saw is replaced', async () => {
    await stepUp('enroll:okta-verify');
    await cut();
    expect(said(await enroll(APP))).toBe('502 org_error');
    expect(said(await enroll(APP))).toBe('409 outcome_unknown');
    env.advance(13);
    expect(said(await enroll(APP))).toBe('201');
    expect([await rows(), await pending('okta-verify')]).toEqual([['intent', 'success', 'intent', 'success'], 1]);
    expect(said(await enroll({ ...APP, startOver: true }))).toBe('403 step_up_required');
  });

  test('a code that was sent can be entered: no other is sent, and the step-up stays used', async () => {
    await stepUp('enroll:sms');
    await cut();
    expect(said(await enroll(SMS))).toBe('502 org_error');
    env.advance(13);
    await env.takeRequests();
    const again = await enroll(SMS);
    expect([said(again), await calls()]).toEqual(['409 open_elsewhere', 0]);
    const { factorId } = again.body.error as { factorId: string };
    const detail = (await hedy.call('getFactor', { factorId })).body;
    expect(detail.enrollment.how).toBe('code');
    expect(said(await enroll({ ...SMS, startOver: true }))).toMatch(/step_up_required|sent_too_soon/);
    const passCode = await codeSent(env, HEDY);
    expect(said(await hedy.call('activateFactor', { factorId }, { body: { passCode } }))).toBe('200');
  });
});

test('a portal that ended between Okta’s answer and the outcome uses up no step-up, and gives none twice', async () => {
  const other = await env.another({ app: { store: portal.store, reconcileGraceMs: 12_000 } });
  await stepUp('enroll:okta-verify');
  const end = afterOktaAnswers(portal, () => endLeases(portal));
  expect(said(await enroll(APP))).toBe('504 org_timeout');
  end();
  const there = other.visitor();
  there.plant(hedy.token()!);
  env.advance(13);
  const replies = await Promise.all([enroll(APP), enroll(APP, there)]);
  expect(replies.map(said).filter((one) => one === '201')).toHaveLength(1);
  expect([await pending('okta-verify'), await rows()]).toEqual([1, ['intent', 'success', 'intent', 'success']]);
});

test('a portal that pauses after Okta’s answer grants nothing once another one has given the step-up back', async () => {
  const other = await env.another({ app: { store: portal.store, reconcileGraceMs: 12_000 } });
  const there = other.visitor();
  await stepUp('enroll:okta-verify');
  there.plant(hedy.token()!);
  const replies: string[] = [];
  const end = afterOktaAnswers(portal, async () => {
    end();
    await endLeases(portal);
    env.advance(13);
    replies.push(said(await enroll(APP, there)));
  });
  replies.unshift(said(await enroll(APP)));
  expect(replies).toEqual(['409 outcome_unknown', '201']);
  expect(await portal.store.selectFrom('grants').select('factor_id').execute()).toHaveLength(1);
  expect(said(await enroll({ ...APP, startOver: true }))).toBe('403 step_up_required');
});
