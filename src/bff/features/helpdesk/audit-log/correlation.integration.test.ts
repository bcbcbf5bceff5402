import { beforeEach, expect, test } from 'vitest';
import type { AuditLine } from '#contract/helpdesk.ts';
import { answerPush, withPush } from '#testing/security-methods.ts';
import { ADA, GRACE, KATHERINE } from '#testing/test-env.ts';
import { said } from '#testing/visitor.ts';
import { approve, startVerification } from '../testing/agent-fixture.ts';
import { personId } from '../testing/helpdesk-fixture.ts';
import { annie, env, grace, hedy, openDesk, portal } from '../testing/desk.ts';

let katherine: string;
let before: number;
beforeEach(async () => {
  await openDesk();
  katherine = await personId(portal, KATHERINE);
  ({ seq: before } = await portal.app.services.auditLog.head());
});

/** Each operation is a list of its rows' events. The operations are in the order of their first rows. */
async function operations(): Promise<string[][]> {
  await portal.app.services.outbox.flush();
  const rows = await portal.store
    .selectFrom('audit_log')
    .selectAll()
    .where('seq', '>', before)
    .orderBy('seq')
    .execute();
  const found = new Map<string, string[]>();
  for (const { correlation_id, event, type } of rows) {
    expect(correlation_id, event).not.toBeNull();
    const name = event.replace(/^(?:helpdesk|user\.mfa|user)\./, '') + (type === 'intent' ? ' begins' : '');
    found.set(correlation_id!, [...(found.get(correlation_id!) ?? []), name]);
  }
  return [...found.values()];
}

async function verifyByPush(): Promise<string> {
  const started = (await startVerification(hedy.visitor, grace, { type: 'push', factorId: await withPush(env, GRACE) }))
    .body;
  await answerPush(env, GRACE, 'approve', started.number);
  env.advance(4);
  await hedy.visitor.call('pollCallerVerification', { userId: grace, id: started.id });
  return started.id;
}

const reset = ['factor.reset_all begins', 'factor.reset_all', 'notification'];
const verified = ['caller_verification.start begins', 'caller_verification.start', 'caller_verification.verify'];
const distinct = (names: readonly string[]) => [...new Set(names)];

test('an operation hands its id on by its own rows; a look and a refusal belong to none', async () => {
  await hedy.visitor.call('getPerson', { userId: grace });
  expect(said(await hedy.requestReset(grace))).toBe('403 caller_verification_required');
  const callerVerificationId = await verifyByPush();
  await hedy.visitor.call('getPerson', { userId: grace });
  expect(said(await hedy.requestReset(grace, { callerVerificationId }))).toBe('403 step_up_required');
  await hedy.reset(grace, { callerVerificationId });
  expect((await operations()).map(distinct)).toEqual([
    ['person.view'],
    ['refused'],
    // The push went to a method that the reset removes, so an approver is needed.
    [...verified, 'approval.request'],
    ['person.view'],
    ['access.step_up_required'],
  ]);
});

test('a decision belongs to what was asked; what the approver was refused does not', async () => {
  await hedy.reset(katherine, { callerVerificationId: undefined, note: 'abroad' });
  const [{ id }] = (await annie.visitor.call('listApprovals')).body.approvals;
  const decision = { body: { decision: 'approve' } } as const;
  expect(said(await annie.visitor.call('decideApproval', { id }, decision))).toBe('403 step_up_required');
  expect(said(await approve(annie, id))).toBe('200');
  expect((await operations()).map(distinct)).toEqual([
    ['approval.request', 'approval.approve', ...reset],
    ['access.step_up_required'],
  ]);
});

test('what the caller answers, and what a freeze withdraws, belongs to what it answers or ends', async () => {
  await startVerification(hedy.visitor, grace, { type: 'own-session' });
  const caller = await portal.signedIn(GRACE);
  const [{ id }] = (await caller.call('listCallerVerifications')).body.requests;
  await caller.call('answerCallerVerification', { id }, { body: { answer: 'no' } });
  await hedy.reset(grace, { callerVerificationId: undefined, note: 'abroad' });
  expect(said(await caller.call('freezeMyself'))).toBe('204');
  const found = (await operations()).filter(([name]) => name !== 'session.start').map(distinct);
  expect(found).toEqual([
    ['caller_verification.start', 'caller_verification.verify'],
    ['approval.request', 'approval.withdraw'],
    expect.arrayContaining(['account.freeze', 'notification']),
  ]);
});

test('[L3] nobody joins an operation of somebody else by a guess: a refusal stands alone', async () => {
  const callerVerificationId = await verifyByPush();
  await hedy.reset(katherine, { callerVerificationId: undefined, note: 'abroad' });
  const [{ id }] = (await annie.visitor.call('listApprovals')).body.approvals;
  const before = await operations();
  // Ada has no role. Hedy made the request, so she cannot decide it.
  const ada = await portal.signedIn(ADA);
  for (const who of [ada, hedy.visitor]) {
    await who.call('decideApproval', { id }, { body: { decision: 'approve' } });
    await who.call('revealRecoveryCode', { id });
    await who.call('checkCallerCode', { userId: katherine, id: callerVerificationId }, { body: { code: 'ABCD2345' } });
    await who.call('answerCallerVerification', { id: callerVerificationId }, { body: { answer: 'yes' } });
    await who.call(
      'resetMethods',
      { userId: katherine },
      {
        body: { factorIds: 'all', reason: 'lost', ticket: 'INC-1', callerVerificationId },
      },
    );
  }
  const after = await operations();
  expect(after.slice(0, before.length)).toEqual(before);
  const added = after.slice(before.length).filter(([name]) => name !== 'session.start');
  expect(added.length).toBeGreaterThan(5);
  expect(added.every((names) => names.length === 1 && names[0] === 'refused')).toBe(true);
});

test('each request shows its own decision: none while it waits, and how the one before ended', async () => {
  await hedy.reset(grace, { callerVerificationId: await verifyByPush() });
  const again = (await hedy.reset(grace, { callerVerificationId: undefined, note: 'abroad' })).body.approval;
  const decisions = async () => {
    const { lines } = (await annie.visitor.call('listAuditLog', {}, { query: { kind: 'approval' } })).body;
    return (lines as AuditLine[])
      .filter(({ event }) => event === 'helpdesk.approval.request')
      .map(({ decision }) => decision?.event ?? null);
  };
  expect(await decisions()).toEqual([null, 'helpdesk.approval.withdraw']);
  expect(said(await approve(annie, again.id))).toBe('200');
  expect(await decisions()).toEqual(['helpdesk.approval.approve', 'helpdesk.approval.withdraw']);
});
