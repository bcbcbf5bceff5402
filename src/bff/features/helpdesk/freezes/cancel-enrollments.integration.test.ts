import type { AuditEvent } from '#contract/audit-log/audit-events.ts';
import { beforeEach, expect, test } from 'vitest';
import { codeSent } from '#testing/security-methods.ts';
import { ANNIE, GRACE, HEDY, testEnv, type Portal } from '#testing/test-env.ts';
import { said, type Visitor } from '#testing/visitor.ts';
import { approve, freezeByLink, signInAgent } from '../testing/agent-fixture.ts';
import { personId } from '../testing/helpdesk-fixture.ts';

const env = await testEnv();
let portal: Portal;
let grace: string;
let who: Visitor;
let factorId: string;
beforeEach(async () => {
  portal = await env.fresh();
  grace = await personId(portal, GRACE);
  // A thief with Grace's session starts to add their own phone for pushes.
  for (const one of await portal.okta.userFactorApi.listFactors({ userId: grace }))
    if (one.provider === 'OKTA') await portal.okta.userFactorApi.deleteFactor({ userId: grace, factorId: one.id });
  who = await portal.signedIn(GRACE);
  await portal.stepUp(who, 'enroll:okta-verify', 3);
  const begun = await who.call('enrollFactor', {}, { body: { kind: 'okta-verify', method: 'push' } });
  expect(said(begun)).toBe('201');
  factorId = begun.body.factor.id;
});

const statusOf = async () =>
  (await portal.okta.userFactorApi.listFactors({ userId: grace })).find(({ id }) => id === factorId)?.status;
/** Waits for the first run of the task `cancel`. */
async function freeze(): Promise<string> {
  const answer = said(await (await portal.signedIn(GRACE)).call('freezeMyself'));
  const untried = () =>
    portal.store.selectFrom('tasks').select('user_id').where('kind', '=', 'cancel').where('tried_at', '=', 0).execute();
  await expect.poll(untried).toEqual([]);
  return answer;
}
const pending = () => portal.store.selectFrom('tasks').select('tries').where('kind', '=', 'cancel').execute();
const rows = (event: AuditEvent) =>
  portal.auditRows({ event, type: ['event', 'outcome'] }, 'outcome', 'reason', 'factor_id');

test('freezing cancels a pending push enrollment, at the org too, and reports it', async () => {
  expect(await statusOf()).toBe('PENDING_ACTIVATION');
  await freeze();
  expect([await statusOf(), await pending()]).toEqual([undefined, []]);
  expect(await rows('user.mfa.factor.cancel')).toEqual([
    { outcome: 'success', reason: 'begun before the freeze', factor_id: factorId },
  ]);
  expect(await rows('user.mfa.factor.activate')).toEqual([
    { outcome: 'failure', reason: 'frozen', factor_id: factorId },
  ]);
});

test.each(['run', 'approved'] as const)(
  '[A9] after a reset that is %s no phone can finish an enrollment instead of the recovery code',
  async (how) => {
    const hedy = await signInAgent(portal, HEDY);
    const google = (await env.phone(GRACE)).find(({ provider }) => provider === 'GOOGLE')!.factorId;
    if (how === 'run')
      expect((await hedy.reset(grace, { factorIds: [google] })).body).toMatchObject({ status: 'done', remaining: [] });
    else {
      const asked = await hedy.reset(grace, { factorIds: [google], callerVerificationId: undefined, note: 'abroad' });
      expect(said(await approve(await signInAgent(portal, ANNIE), asked.body.approval.id as string))).toBe('200');
    }
    expect([await statusOf(), await pending()]).toEqual([undefined, []]);
    expect(await rows('user.mfa.factor.cancel')).toEqual([
      { outcome: 'success', reason: 'begun before the reset', factor_id: factorId },
    ]);
    const again = await portal.signedIn(GRACE);
    expect(said(await again.call('enrollFactor', {}, { body: { kind: 'totp' } }))).toBe('403 recovery_code_required');
  },
);

test('an unreachable org is asked again; the freeze starts at once and cannot end before that', async () => {
  await env.fault({ match: 'GET /api/v1/users/*/factors', times: 1000, status: 500 });
  expect(await freeze()).toBe('204');
  expect(await portal.app.services.helpdeskServices.frozenAt(grace)).not.toBeNull();
  await env.clearFaults();
  expect([await statusOf(), await pending()]).toEqual(['PENDING_ACTIVATION', [{ tries: 1 }]]);
  await env.fault({ match: 'DELETE /api/v1/users/*/factors/*', times: 1000, status: 500 });
  const hedy = await signInAgent(portal, HEDY);
  expect(said(await hedy.unfreeze(grace, { callerVerificationId: await hedy.verified(grace) }))).toBe(
    '409 cancellation_pending',
  );
  await env.clearFaults();
  env.advance(5 * 60);
  await portal.app.reconcile();
  expect([await statusOf(), await pending()]).toEqual([undefined, []]);
});

test.each([
  ['freeze ends', () => freeze()],
  ['has ended before', async () => (await who.signOut(), freeze())],
])('a phone that finishes an enrollment of a session that the %s gains nothing', async (_, freezeNow) => {
  await env.fault({ match: 'DELETE /api/v1/users/*/factors/*', times: 3, status: 500 });
  await freezeNow();
  await env.clearFaults();
  await env.simulator('POST', '/push', { user: GRACE, answer: 'enroll' });
  expect(await statusOf()).toBe('ACTIVE');
  env.advance(61);
  await portal.app.reconcile();
  expect([await statusOf(), await pending()]).toEqual([undefined, []]);
  expect(await rows('user.mfa.factor.deactivate')).toContainEqual({
    outcome: 'success',
    reason: 'begun before the freeze',
    factor_id: factorId,
  });
});

test('an activation whose answer was lost before the freeze is recorded as what Okta did', async () => {
  await portal.stepUp(who, 'enroll:sms', 3);
  const begun = await who.call('enrollFactor', {}, { body: { kind: 'sms', phoneNumber: '+15550100191' } });
  const passCode = await codeSent(env, GRACE);
  await env.fault({ match: 'POST /api/v1/users/*/factors/*/lifecycle/activate', cut: 'after' });
  const activated = await who.call('activateFactor', { factorId: begun.body.factor.id }, { body: { passCode } });
  expect(said(activated)).toBe('502 org_error');
  await freeze();
  env.advance(61);
  await portal.app.reconcile();
  const sms = (await portal.okta.userFactorApi.listFactors({ userId: grace })).find(
    ({ factorType }) => factorType === 'sms',
  );
  expect(await rows('user.mfa.factor.activate')).toContainEqual({
    outcome: 'success',
    reason: 'reconciled',
    factor_id: sms!.id,
  });
});

test('an enrollment begun after the unfreeze stays', async () => {
  await env.fault({ match: 'GET /api/v1/users/*/factors', times: 1000, status: 500 });
  await freeze();
  await env.clearFaults();
  // Unfreezes without a call to Okta, like the operators' command.
  await portal.app.services.helpdeskServices.freezes.unfreeze(grace);
  await portal.okta.userFactorApi.deleteFactor({ userId: grace, factorId });
  env.advance(10 * 60);
  const later = await portal.okta.userFactorApi.enrollFactor({
    userId: grace,
    body: { factorType: 'push', provider: 'OKTA' },
  });
  await portal.app.reconcile();
  factorId = later.id;
  expect([await statusOf(), await pending()]).toEqual(['PENDING_ACTIVATION', []]);
});

test('[A9] while the cancellation of a reset is pending, nothing is enrolled or activated, whatever was proved', async () => {
  const hedy = await signInAgent(portal, HEDY);
  const google = (await env.phone(GRACE)).find(({ provider }) => provider === 'GOOGLE')!.factorId;
  await env.fault({ match: `DELETE /api/v1/users/*/factors/${factorId}`, times: 1000, status: 503 });
  expect((await hedy.reset(grace, { factorIds: [google] })).body).toMatchObject({ status: 'done', remaining: [] });
  await env.simulator('POST', '/push', { user: GRACE, answer: 'enroll' });
  expect(await statusOf()).toBe('ACTIVE');

  const thief = await portal.signedIn(GRACE);
  await portal.stepUp(thief, 'enroll:totp', 3);
  const enroll = () => thief.call('enrollFactor', {}, { body: { kind: 'totp' } });
  // The thief's active method gives no step-up.
  const stepUp = await thief.call('verifyFactor', { factorId }, { body: { purpose: 'enroll:totp' } });
  expect(said(stepUp)).toBe('409 conflict');
  expect((await thief.call('listFactors')).body.factors).toMatchObject([{ status: 'PENDING_ACTIVATION' }]);
  const refused = await enroll();
  expect(said(refused)).toBe('409 cancellation_pending');
  expect(Date.parse(refused.body.error.retryAt)).toBeGreaterThan(portal.app.services.clock.now());
  const activated = await thief.call('activateFactor', { factorId }, { body: { passCode: '123456' } });
  expect(said(activated)).toBe('409 cancellation_pending');
  const triedBefore = (await env.takeRequests()).filter(({ method }) => method === 'DELETE').length;
  expect(said(await enroll())).toBe('409 cancellation_pending');
  // The last attempt is too recent.
  expect((await env.takeRequests()).filter(({ method }) => method === 'DELETE')).toEqual([]);
  expect(triedBefore).toBeGreaterThan(1);
  env.advance(11);
  await env.clearFaults();
  expect(said(await enroll())).toBe('403 recovery_code_required');
  expect([await statusOf(), await pending()]).toEqual([undefined, []]);
});

test('[A9] a reset whose answer was lost: nothing is enrolled before its outcome, and what it cancels is nobody’s own', async () => {
  const hedy = await signInAgent(portal, HEDY);
  const google = (await env.phone(GRACE)).find(({ provider }) => provider === 'GOOGLE')!.factorId;
  await env.fault({ match: `DELETE /api/v1/users/*/factors/${google}`, cut: 'after' });
  expect((await hedy.reset(grace, { factorIds: [google] })).status).toBeGreaterThanOrEqual(500);
  await env.simulator('POST', '/push', { user: GRACE, answer: 'enroll' });
  expect(await statusOf()).toBe('ACTIVE');
  const enroll = async () => (await portal.signedIn(GRACE)).call('enrollFactor', {}, { body: { kind: 'totp' } });
  expect(said(await enroll())).toBe('429 busy');

  env.advance(61);
  await portal.app.reconcile();
  expect(await rows('user.mfa.factor.reset')).toMatchObject([{ outcome: 'success' }]);
  expect(await rows('user.mfa.factor.activate')).toEqual([
    { outcome: 'failure', reason: 'reset', factor_id: factorId },
  ]);
  expect([await statusOf(), await pending()]).toEqual([undefined, []]);
  expect(said(await enroll())).toBe('403 recovery_code_required');
});

test('the helpdesk sees what Okta has not cancelled, and tries again at once', async () => {
  const hedy = await signInAgent(portal, HEDY);
  const google = (await env.phone(GRACE)).find(({ provider }) => provider === 'GOOGLE')!.factorId;
  await env.fault({ match: `DELETE /api/v1/users/*/factors/${factorId}`, times: 1000, status: 403 });
  await hedy.reset(grace, { factorIds: [google] });
  const seen = async () =>
    (await hedy.visitor.call('getPerson', { userId: grace })).body.cancellationAt as string | null;
  const at = await seen();
  const annie = await signInAgent(portal, ANNIE);
  const asked = await hedy.reset(grace, { callerVerificationId: undefined, note: 'lost it abroad' });
  expect(said(asked)).toBe('200');
  const listed = async () => [
    (await hedy.visitor.call('listRequests')).body.requests[0].cancellationAt as string | null,
    (await annie.visitor.call('listApprovals')).body.approvals[0].cancellationAt as string | null,
  ];
  expect(await listed()).toEqual([at, at]);
  expect(Date.parse(at!)).toBeGreaterThan(env.clock.now());
  const tryNow = () => hedy.visitor.call('cancelEnrollments', { userId: grace });
  await env.takeRequests();
  // The last attempt is too recent.
  expect((await tryNow()).body).toEqual({ cancellationAt: at });
  expect((await env.takeRequests()).filter(({ method }) => method === 'DELETE')).toEqual([]);
  env.advance(11);
  expect((await tryNow()).body).toEqual({ cancellationAt: at });
  // Simulates an administrator who removes the factor in Okta's console.
  await env.clearFaults();
  await portal.okta.userFactorApi.deleteFactor({ userId: grace, factorId });
  env.advance(11);
  expect((await tryNow()).body).toEqual({ cancellationAt: null });
  expect([await seen(), await pending(), await listed()]).toEqual([null, [], [null, null]]);
});

test('with 1,000 other tasks waiting at a slow org, what a freeze cancels is gone within 5 seconds', async () => {
  await env.fault({ match: 'DELETE /api/v1/users/*/sessions', times: 2000, delayMs: 10_000 });
  const others = Array.from({ length: 1000 }, (_, n) => ({
    ...{
      id: `revoke ${n}`,
      kind: 'revoke' as const,
      user_id: `00u${n}`,
      details: '',
      tries: 0,
      tried_at: 0,
      due_at: 0,
    },
  }));
  for (let n = 0; n < others.length; n += 100)
    await portal.store
      .insertInto('tasks')
      .values(others.slice(n, n + 100))
      .execute();
  const working = portal.app.tasks.run();
  const thief = await portal.signedIn(GRACE);
  const began = performance.now();
  expect(said(await thief.call('freezeMyself'))).toBe('204');
  await expect.poll(statusOf, { interval: 20 }).toBeUndefined();
  expect(performance.now() - began).toBeLessThan(5000);
  await env.clearFaults();
  await working;
});

test('[B7] who freezes again and again by sessions causes work at Okta once a minute, and by links three times', async () => {
  const due = () => portal.store.selectFrom('tasks').select('due_at').where('kind', '=', 'cancel').execute();
  const again = async () => (await portal.signedIn(GRACE)).call('freezeMyself');
  const atOkta = async () =>
    (await env.takeRequests()).filter(({ method, path }) => method === 'DELETE' && path.includes('/sessions')).length;
  await env.takeRequests();
  await again();
  await expect.poll(due).toEqual([]);
  expect(await atOkta()).toBe(1);
  const first = env.clock.now();
  for (let count = 0; count < 5; count += 1) {
    env.advance(2);
    await again();
  }
  expect(await due()).toEqual([{ due_at: first + 60_000 }]);
  expect(await atOkta()).toBe(0);
  env.advance(51);
  await portal.app.reconcile();
  expect([await due(), await atOkta()]).toEqual([[], 1]);
  for (let count = 0; count < 5; count += 1) {
    env.advance(1);
    await freezeByLink(portal, grace);
    await expect.poll(async () => (await due()).filter(({ due_at: at }) => at <= env.clock.now())).toEqual([]);
  }
  // The next call waits in the task `cancel`.
  expect(await atOkta()).toBeLessThanOrEqual(3);
  expect(await due()).toHaveLength(1);
});

test('[B7] a further freeze ends the sessions at Okta though its row is done by a request, or still runs', async () => {
  const again = async () => (await portal.signedIn(GRACE)).call('freezeMyself');
  const due = () => portal.store.selectFrom('tasks').select('due_at').where('kind', '=', 'cancel').execute();
  const atOkta = async () =>
    (await env.takeRequests()).filter(({ method, path }) => method === 'DELETE' && path.includes('/sessions')).length;
  const hedy = await portal.signedIn(HEDY);
  const { services } = portal.app;
  await services.lock(`person ${grace}`, async () => {
    await env.takeRequests();
    await again();
    await expect.poll(atOkta).toBe(1);
    // The cancellation of the first freeze waits for the lock.
    env.advance(2);
    await again();
  });
  await expect.poll(due).toEqual([]);
  expect(await atOkta()).toBe(1);
  await again();
  env.advance(11);
  expect((await hedy.call('cancelEnrollments', { userId: grace })).body).toEqual({ cancellationAt: null });
  expect([await due(), await atOkta()]).toEqual([[], 1]);
});

test('[B7] a further freeze ends the sessions at Okta within a minute, however long what it cancels has failed', async () => {
  await env.fault({ match: 'DELETE /api/v1/users/*/factors/*', times: 1000, status: 403 });
  await freeze();
  for (let minutes = 1; minutes <= 8; minutes *= 2) {
    env.advance(60 * minutes);
    await portal.app.reconcile();
  }
  await env.takeRequests();
  await (await portal.signedIn(GRACE)).call('freezeMyself');
  env.advance(60);
  await portal.app.reconcile();
  const ends = (await env.takeRequests()).filter(({ path }) => path.endsWith('/sessions'));
  expect(ends.map(({ method }) => method)).toContain('DELETE');
});
