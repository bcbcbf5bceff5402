import { beforeEach, expect, test, vi } from 'vitest';
import { withPhone } from '#testing/security-methods.ts';
import { ANNIE, GRACE } from '#testing/test-env.ts';
import { said, type Reply } from '#testing/visitor.ts';
import { verifyAuditLog } from '#operator/audit-verify/verify-log.ts';
import { approve, requestedChanges, signInAgent } from '../testing/agent-fixture.ts';
import { helpdeskOfDemo } from '../testing/helpdesk-fixture.ts';
import { annie, env, grace, hedy, openDesk, portal, rule, signInStaff } from '../testing/desk.ts';

const DAY = 24 * 3600;
let phone: string;

/** Grace is locked out, and has a phone number that is 30 days old. */
const setUp = (over: Parameters<typeof helpdeskOfDemo>[1] = {}) =>
  openDesk({ app: { helpdesk: helpdeskOfDemo(env, over) } }, async () => {
    phone = await withPhone(env, GRACE);
    await portal.app.services.users.read(grace);
    env.advance(30 * DAY);
    await env.setStatus(GRACE, 'LOCKED_OUT');
  });
beforeEach(() => setUp());

const status = async () => (await portal.okta.users.getUser({ userId: grace })).status;
const forUnlock = { factorIds: [], reason: 'locked-out' } as const;
const callBack = (choice: object = forUnlock): Promise<Reply> =>
  hedy.visitor.call(
    'startCallerVerification',
    { userId: grace },
    { body: { type: 'call-back', factorId: phone, attest: true, choice } as never },
  );
const send = (body: object = {}) =>
  hedy.visitor.call('unlock', { userId: grace }, { body: { ticket: 'INC-7', ...body } });
/** Returns for each address whether its email has a freeze link. */
async function told(): Promise<Record<string, boolean>> {
  await portal.app.services.outbox.flush();
  const mails = (await env.emails(GRACE)).filter(({ text }) => text.includes('unlocked'));
  return Object.fromEntries(mails.map(({ to, text }) => [to, /\/freeze\/\S+/.test(text)]));
}
async function unlock(body: object = {}): Promise<Reply> {
  await hedy.stepUp(`helpdesk:${grace}`);
  return send({ callerVerificationId: (await callBack()).body.id, ...body });
}
const rows = () =>
  portal.auditRows(
    { event: 'user.account.unlock' },
    'type',
    'outcome',
    'reason',
    'ticket',
    'caller_verification',
    'approver',
  );

test('a call back on an old number is enough; Okta alone is changed; the person is told with the link that freezes', async () => {
  await portal.store
    .insertInto('lockout_misses')
    .values({ user_id: grace, misses: 3, missed_at: env.clock.now(), notified_at: 0 })
    .execute();
  const seen = (await hedy.visitor.call('getPerson', { userId: grace })).body;
  expect(seen).toMatchObject({ warnings: ['not_active'], permissions: { unlock: { allowed: true } } });
  expect(seen.callerVerificationOptions.map(({ type }: { type: string }) => type)).toEqual(['call-back']);
  const verified = await callBack();
  expect(verified.body).toMatchObject({ status: 'verified', doubt: null, choice: forUnlock });
  expect(verified.body.called).toMatch(/^•+ \d{4}$/);
  expect(rule(await send({ callerVerificationId: verified.body.id }))).toBe('403 step_up_required');
  await hedy.stepUp(`helpdesk:${grace}`);
  await env.takeRequests();
  const done = await send({ callerVerificationId: verified.body.id });
  expect([said(done), done.body]).toMatchObject([
    '200',
    { status: 'done', operation: 'unlock', removed: [], recoveryCode: null },
  ]);
  expect(done.body.remaining).toHaveLength(3);
  expect(await requestedChanges(env)).toEqual(['POST /lifecycle/unlock']);
  expect(await status()).toBe('ACTIVE');
  const misses = await portal.store.selectFrom('lockout_misses').select('misses').executeTakeFirst();
  expect(misses).toEqual({ misses: 3 });
  expect(await told()).toEqual({ 'grace@example.com': true, 'grace@home.example': true });
  const details = { reason: 'locked-out', ticket: 'INC-7', caller_verification: `call-back:${verified.body.id}` };
  expect(await rows()).toMatchObject([
    { type: 'intent', outcome: null, ...details },
    { type: 'outcome', outcome: 'success', ...details },
  ]);
  expect(await portal.store.selectFrom('resets').selectAll().execute()).toEqual([]);
  expect(await verifyAuditLog(portal.store)).toBeNull();
  expect(rule(await send({ callerVerificationId: verified.body.id }))).toBe('409 conflict not_locked');
  expect(rule(await callBack())).toBe('409 conflict not_locked');
  const after = (await hedy.visitor.call('getPerson', { userId: grace })).body;
  expect(after.recentChanges).toMatchObject([{ event: 'user.account.unlock', by: 'Hedy Lamarr' }]);
});

test('[A12] each missing requirement has its own code, and a verification serves only what it was made for', async () => {
  expect(rule(await send())).toBe('403 caller_verification_required none');
  expect(rule(await send({ ticket: undefined }))).toBe('400 ticket_required');
  const other = await callBack({ factorIds: 'all', reason: 'lost' });
  expect(rule(await send({ callerVerificationId: other.body.id }))).toBe(
    '403 caller_verification_required other_reason',
  );
  const verified = await callBack();
  expect(rule(await hedy.requestReset(grace, { factorIds: [phone], callerVerificationId: verified.body.id }))).toBe(
    '403 caller_verification_required more_than_confirmed',
  );
  expect(rule(await hedy.requestReset(grace, { reason: 'locked-out' as never }))).toBe('400 bad_request');
  expect(rule(await callBack({ factorIds: [phone], reason: 'locked-out' }))).toBe('400 bad_request');
  expect(await status()).toBe('LOCKED_OUT');
});

test('a number of the last seven days verifies nobody, and an address of them gets no link', async () => {
  await env.setStatus(GRACE, 'ACTIVE');
  await openDesk();
  phone = await withPhone(env, GRACE);
  await env.setStatus(GRACE, 'LOCKED_OUT');
  expect(rule(await callBack())).toBe('403 out_of_policy contact_changed');
  const { body } = await unlock({ callerVerificationId: undefined, note: 'no old number' });
  expect((await approve(await signInAgent(portal, ANNIE), body.approval.id)).body.status).toBe('done');
  expect(await told()).toEqual({ 'grace@example.com': false, 'grace@home.example': false });
});

test.each([
  ['privileged', 'the person is privileged'],
  ['attack_signs', 'there are signs of an attack'],
  ['not_verified', 'nobody verified the caller'],
] as const)('[A12] %s: an approver decides when %s', async (...[why]) => {
  if (why === 'privileged')
    await setUp({ privilegedGroupIds: [env.emulator.groups.engineering, env.emulator.groups.everyone] });
  if (why === 'attack_signs')
    await hedy.visitor.call('reportCall', { userId: grace }, { body: { signs: ['pressed'] } });
  const asked =
    why === 'not_verified' ? await unlock({ callerVerificationId: undefined, note: 'no phone' }) : await unlock();
  expect(asked.body).toMatchObject({
    status: 'waiting',
    approval: {
      approvalReasons: [why],
      operation: 'unlock',
      reason: 'locked-out',
      methods: [],
      all: false,
    },
  });
  expect(await status()).toBe('LOCKED_OUT');
  const { id } = asked.body.approval;
  expect(rule(await annie.visitor.call('decideApproval', { id }, { body: { decision: 'approve' } }))).toBe(
    '403 step_up_required',
  );
  expect((await approve(annie, id)).body).toMatchObject({ status: 'done', operation: 'unlock' });
  expect(await status()).toBe('ACTIVE');
  expect((await rows()).map(({ type, approver }) => [type, approver])).toEqual([
    ['intent', annie.id],
    ['outcome', annie.id],
  ]);
});

test('an approval does nothing for somebody who is not locked out any more, or is frozen', async () => {
  const { body } = await unlock({ callerVerificationId: undefined, note: 'no phone' });
  await env.setStatus(GRACE, 'ACTIVE');
  expect(rule(await approve(annie, body.approval.id))).toBe('409 conflict not_locked');
  await (await portal.signedIn(GRACE)).call('freezeMyself');
  await env.setStatus(GRACE, 'LOCKED_OUT');
  expect(rule(await approve(annie, body.approval.id))).toBe('409 conflict withdrawn');
  expect(rule(await callBack())).toBe('423 frozen');
  expect(rule(await unlock())).toBe('423 frozen');
  expect(await status()).toBe('LOCKED_OUT');
});

test('[A12] three a day for a person, and each counts for the agent', async () => {
  for (let times = 0; times < 3; times += 1) {
    await env.setStatus(GRACE, 'LOCKED_OUT');
    expect((await unlock()).body).toMatchObject({ status: 'done', operation: 'unlock' });
  }
  await env.setStatus(GRACE, 'LOCKED_OUT');
  expect(rule(await unlock())).toBe('429 limit_reached unlocks_day');
  // Resets and unlocks are counted separately for a person, and together for an agent.
  const counted = await portal.store.selectFrom('counted_events').select(['kind', 'who']).execute();
  expect(counted.filter(({ kind }) => kind === 'reset_by')).toHaveLength(3);
  expect(counted.filter(({ kind }) => kind === 'reset_of')).toEqual([]);
  env.advance(DAY + 1);
  await signInStaff();
  expect((await unlock()).body).toMatchObject({ status: 'done' });
});

test.each([
  ['did', 'after', 'ACTIVE', 'success'],
  ['did not', 'before', 'LOCKED_OUT', 'failure'],
] as const)(
  'without an answer of Okta’s, which %s unlock, the status shows the outcome',
  async (_, cut, is, outcome) => {
    await env.fault({ match: 'POST /api/v1/users/*/lifecycle/unlock', times: cut === 'before' ? 9 : 1, cut });
    const verified = await callBack();
    await hedy.stepUp(`helpdesk:${grace}`);
    const lost = await send({ callerVerificationId: verified.body.id });
    expect(lost.status).toBeGreaterThanOrEqual(500);
    expect(await status()).toBe(is);
    env.advance(120);
    // The first reconciliation ends before it writes the outcome.
    vi.spyOn(portal.app.services.auditLog, 'reconcile').mockRejectedValueOnce(new Error('ended'));
    await portal.app.reconcile().catch(() => undefined);
    await portal.app.reconcile();
    const all = await rows();
    expect(all.map(({ type, outcome: how }) => [type, how])).toEqual([
      ['intent', null],
      ['outcome', outcome],
    ]);
    expect(Object.values(await told())).toEqual(outcome === 'success' ? [true, true] : []);
    if (outcome === 'success') return;
    await env.clearFaults();
    await hedy.stepUp(`helpdesk:${grace}`);
    expect((await send({ callerVerificationId: verified.body.id })).body).toMatchObject({ operation: 'unlock' });
  },
);
