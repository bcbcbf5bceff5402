import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { allLost, answerPush, withPush } from '#testing/security-methods.ts';
import { ANNIE, GRACE, HEDY, KATHERINE, startTestEnv, type Portal, type TestEnv } from '#testing/test-env.ts';
import { said } from '#testing/visitor.ts';
import { approve, signInAgent, type SignedInStaff } from '../testing/agent-fixture.ts';
import { personId } from '../testing/helpdesk-fixture.ts';

let env: TestEnv;
let portal: Portal;
let hedy: SignedInStaff;
let annie: SignedInStaff;
let grace: string;
let katherine: string;
let before: number;
beforeAll(async () => {
  env = await startTestEnv();
});
afterAll(() => env.close());
beforeEach(async () => {
  portal = await env.fresh();
  hedy = await signInAgent(portal, HEDY);
  annie = await signInAgent(portal, ANNIE);
  grace = await personId(portal, GRACE);
  katherine = await personId(portal, KATHERINE);
  ({ seq: before } = await portal.app.services.auditLog.head());
});

/** The acts of the log since the test began, each as its rows' events, in the order of their first rows. */
async function acts(): Promise<string[][]> {
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

/** Verifies the caller by a push, as the page does. Returns the verification's id. */
async function verifyByPush(): Promise<string> {
  const body = { type: 'push', factorId: await withPush(env, GRACE), choice: allLost } as const;
  const started = (await hedy.visitor.call('startCallerVerification', { userId: grace }, { body })).body;
  await answerPush(env, GRACE, 'approve', started.number);
  env.advance(4);
  await hedy.visitor.call('pollCallerVerification', { userId: grace, id: started.id });
  return started.id;
}

const reset = ['factor.reset_all begins', 'factor.reset_all', 'notification'];
const verified = ['caller_verification.start begins', 'caller_verification.start', 'caller_verification.verify'];

test('from opening the person to the last notification, all rows of an act share their id', async () => {
  await hedy.visitor.call('getPerson', { userId: grace });
  expect(said(await hedy.requestReset(grace))).toBe('403 caller_verification_required');
  const callerVerificationId = await verifyByPush();
  await hedy.visitor.call('getPerson', { userId: grace });
  expect(said(await hedy.requestReset(grace, { callerVerificationId }))).toBe('403 step_up_required');
  await hedy.reset(grace, { callerVerificationId });
  await hedy.visitor.call('getPerson', { userId: grace });
  const [first, ...more] = await acts();
  expect(more).toEqual([]);
  expect(first!.filter((name) => name !== 'notification')).toEqual(
    ['person.view', 'refused', ...verified, 'person.view', 'refused', ...reset, 'person.view'].filter(
      (name) => name !== 'notification',
    ),
  );
  expect(first).toContain('notification');
});

test('after a change, or half an hour of rest, another act begins', async () => {
  await hedy.visitor.call('getPerson', { userId: grace });
  await hedy.reset(grace, { callerVerificationId: await verifyByPush() });
  await verifyByPush();
  env.advance(29 * 60);
  const again = await portal.signedIn(HEDY);
  await again.call('getPerson', { userId: grace });
  env.advance(31 * 60);
  const later = await portal.signedIn(HEDY);
  await later.call('getPerson', { userId: grace });
  const found = (await acts()).filter(([name]) => name !== 'session.start');
  expect(found.map((names) => names.filter((name) => name !== 'notification'))).toEqual([
    ['person.view', ...verified, 'factor.reset_all begins', 'factor.reset_all'],
    [...verified, 'person.view'],
    ['person.view'],
  ]);
});

test('an approver’s decision belongs to the act that requested it, the approver’s own look does not', async () => {
  await hedy.visitor.call('getPerson', { userId: katherine });
  await hedy.reset(katherine, { callerVerificationId: undefined, note: 'abroad' });
  await annie.visitor.call('getPerson', { userId: katherine });
  const [{ id }] = (await annie.visitor.call('listApprovals')).body.approvals;
  expect(said(await annie.visitor.call('decideApproval', { id }, { body: { decision: 'approve' } }))).toBe(
    '403 step_up_required',
  );
  expect(said(await approve(annie, id))).toBe('200');
  const [first, ...more] = await acts();
  expect(first!.filter((name) => name !== 'notification')).toEqual([
    'person.view',
    'approval.request',
    'refused',
    'approval.approve',
    'factor.reset_all begins',
    'factor.reset_all',
  ]);
  expect(more).toEqual([['person.view']]);
});

test('what the caller answers, and what a freeze withdraws, belongs to the act that it answers or ends', async () => {
  await hedy.visitor.call('getPerson', { userId: grace });
  const body = { type: 'own-session', choice: allLost } as const;
  await hedy.visitor.call('startCallerVerification', { userId: grace }, { body });
  const caller = await portal.signedIn(GRACE);
  const [{ id }] = (await caller.call('listCallerVerifications')).body.requests;
  await caller.call('answerCallerVerification', { id }, { body: { answer: 'no' } });
  await hedy.reset(grace, { callerVerificationId: undefined, note: 'abroad' });
  expect(said(await caller.call('freezeMyself'))).toBe('204');
  const found = (await acts()).filter(([name]) => name !== 'session.start');
  expect(found[0]).toEqual([
    'person.view',
    'caller_verification.start',
    'caller_verification.verify',
    'approval.request',
    'approval.withdraw',
  ]);
  expect(found[1]).toEqual(expect.arrayContaining(['account.freeze', 'notification']));
});

test('a search is one act, however many letters', async () => {
  for (const q of ['gra', 'grac', 'grace']) await hedy.visitor.call('searchPeople', {}, { query: { q } });
  expect(await acts()).toEqual([['person.search', 'person.search', 'person.search']]);
});
