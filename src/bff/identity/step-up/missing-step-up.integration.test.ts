import { beforeEach, expect, test } from 'vitest';
import type { PurposeText } from '#contract/purposes.ts';
import { ADA, ANNIE, GRACE, HEDY, KATHERINE, testEnv, type Portal } from '#testing/test-env.ts';
import { findId, withPhone } from '#testing/security-methods.ts';
import { said, type Visitor } from '#testing/visitor.ts';
import { signInAgent } from '../../features/helpdesk/testing/agent-fixture.ts';
import { personId } from '../../features/helpdesk/testing/helpdesk-fixture.ts';
import { STEP_UP_MS } from './requirement.ts';
import { ENROLLMENT_MS } from './step-ups.ts';

const env = await testEnv();
let portal: Portal;
beforeEach(async () => {
  portal = await env.fresh();
});

const missing = async (who: Visitor, purpose: PurposeText) =>
  (await who.call('getStepUp', {}, { query: { purpose } })).body.stepUp;
const asked = () => portal.auditRows({ event: 'access.step_up_required' }, 'reason');
test('a page learns what a change takes, as the change itself says it, and no refusal is recorded', async () => {
  const grace = await portal.signedIn(GRACE);
  const toEnroll = await missing(grace, 'enroll:webauthn');
  expect(toEnroll).toMatchObject({ purpose: 'enroll:webauthn', strength: 3 });

  const [hedy, annie] = [await signInAgent(portal, HEDY), await signInAgent(portal, ANNIE)];
  const userId = await personId(portal, GRACE);
  const { id } = (await hedy.reset(userId, { callerVerificationId: undefined, note: 'abroad' })).body.approval;
  const approve = () => annie.visitor.call('decideApproval', { id }, { body: { decision: 'approve' } });
  const toApprove = await missing(annie.visitor, `approve:${id}`);
  expect(toApprove).toMatchObject({ purpose: `approve:${id}`, strength: 2 });
  expect(await asked()).toEqual([]);

  const enrolled = await grace.call('enrollFactor', {}, { body: { kind: 'webauthn' } });
  expect(enrolled.body.error).toMatchObject({ code: 'step_up_required', ...toEnroll });
  expect((await approve()).body.error).toMatchObject({ code: 'step_up_required', ...toApprove });
  await annie.stepUp(`approve:${id}`);
  expect(await missing(annie.visitor, `approve:${id}`)).toBeNull();
  expect(said(await approve())).toBe('200');
  // A repeat after a lost answer must reach the change.
  expect(await missing(annie.visitor, `approve:${id}`)).toBeNull();
});

test('asking consumes nothing, and a step-up is missing again once it is over', async () => {
  const grace = await signInAgent(portal, GRACE);
  await grace.stepUp('enroll:webauthn');
  expect(await missing(grace.visitor, 'enroll:webauthn')).toBeNull();
  expect(await missing(grace.visitor, 'enroll:webauthn')).toBeNull();
  env.advance(STEP_UP_MS / 1000 + 1);
  expect(await missing(grace.visitor, 'enroll:webauthn')).not.toBeNull();
});

test('[A5] of several removals, a page learns which still lack a step-up', async () => {
  await withPhone(env, GRACE);
  const grace = await portal.signedIn(GRACE);
  const [totp, verify, sms] = await Promise.all((['totp', 'okta-verify', 'sms'] as const).map((k) => findId(grace, k)));
  expect(await missing(grace, `remove:${sms},${totp}`)).toMatchObject({
    purpose: `remove:${sms},${totp}`,
    strength: 3,
    options: [{ factorId: verify }, { type: 'okta' }],
  });
  await portal.stepUp(grace, `remove:${sms}`, 2);
  await portal.stepUp(grace, `remove:${totp}`, 2);
  expect(await missing(grace, `remove:${sms},${totp}`)).toMatchObject({ purpose: `remove:${totp}`, strength: 3 });
  await portal.stepUp(grace, `remove:${totp}`, 3);
  expect(await missing(grace, `remove:${sms},${totp}`)).toBeNull();
});

test('a sign-in of the last minutes does to end sessions', async () => {
  const grace = await portal.signedIn(GRACE);
  expect(await missing(grace, 'sessions')).toBeNull();
  env.advance(STEP_UP_MS / 1000 + 1);
  expect(await missing(grace, 'sessions')).toMatchObject({ strength: 0 });
});

test('nothing is asked for where only the change can tell: a first method, and a kind that is there already', async () => {
  expect(await missing(await portal.signedIn(ADA), 'enroll:totp')).toBeNull();
  expect(await missing(await portal.signedIn(KATHERINE), 'enroll:totp')).toBeNull();
  expect(await missing(await portal.signedIn(GRACE), 'enroll:totp')).toBeNull();
});

test('nothing is asked for while an enrollment of the kind is open, in any session: the change says so', async () => {
  const body = { kind: 'sms', phoneNumber: '+15550100196' } as const;
  const [grace, other] = [await portal.signedIn(GRACE), await portal.signedIn(GRACE)];
  await portal.stepUp(grace, 'enroll:sms', 4);
  expect(said(await grace.call('enrollFactor', {}, { body }))).toBe('201');
  expect([await missing(grace, 'enroll:sms'), await missing(other, 'enroll:sms')]).toEqual([null, null]);
  expect(said(await other.call('enrollFactor', {}, { body }))).toBe('409 open_elsewhere');
  expect(await asked()).toEqual([]);
  env.advance(ENROLLMENT_MS / 1000 + 1);
  expect(await missing(other, 'enroll:sms')).toMatchObject({ purpose: 'enroll:sms' });
});

test('tells nobody about another person’s methods, and needs a purpose', async () => {
  const grace = await portal.signedIn(GRACE);
  expect(await missing(grace, 'remove:uftAAAAAAAAAAAAAAAAA')).toBeNull();
  expect(said(await grace.call('getStepUp', {}, { query: { purpose: 'nonsense' as never } }))).toBe('400 bad_request');
  expect(said(await portal.visitor().call('getStepUp', {}, { query: { purpose: 'sessions' } }))).toBe('401 signed_out');
});
