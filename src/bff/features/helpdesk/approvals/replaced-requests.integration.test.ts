import { beforeEach, expect, test } from 'vitest';
import type { Approval } from '#contract/helpdesk.ts';
import { FRANCES, KATHERINE, MARGARET } from '#testing/test-env.ts';
import { said } from '#testing/visitor.ts';
import { approve, requestedChanges, resetRows, type SignedInStaff } from '../testing/agent-fixture.ts';
import { personId } from '../testing/helpdesk-fixture.ts';
import { annie, env, grace, hedy, openDesk, portal, rule, signInStaff, unverified } from '../testing/desk.ts';

beforeEach(() => openDesk());

async function asked(body: Parameters<SignedInStaff['reset']>[1] = unverified): Promise<Approval> {
  const reply = await hedy.reset(grace, body);
  expect([said(reply), reply.body.status]).toEqual(['200', 'waiting']);
  return reply.body.approval;
}
async function anHourLater(): Promise<void> {
  env.advance(3600);
  await signInStaff();
}
const own = async () => (await hedy.visitor.call('listRequests')).body.requests as Approval[];
const ended = () => portal.auditRows({ event: 'helpdesk.approval.withdraw' });

test('a new request replaces the waiting one of the same agent: the old one is never approved, and leaves a row', async () => {
  const first = await asked();
  await env.takeRequests();
  env.advance(1);
  const second = await asked({ ...unverified, ticket: 'INC-2' });
  expect((await own()).map(({ id, status }) => [id, status])).toEqual([
    [second.id, 'waiting'],
    [first.id, 'replaced'],
  ]);
  expect(await ended()).toMatchObject([{ actor: hedy.id, subject: grace, reason: 'replaced', ticket: 'INC-1' }]);
  expect(rule(await approve(annie, first.id))).toBe('409 conflict replaced');
  expect([await requestedChanges(env), await resetRows(portal)]).toEqual([[], []]);
  const denied = await annie.visitor.call(
    'decideApproval',
    { id: second.id },
    { body: { decision: 'deny', reason: 'attack' } },
  );
  expect(denied.body.status).toBe('denied');
  await anHourLater();
  for (let times = 0; times < 3; times += 1) await asked();
  const { evidence } = ((await annie.visitor.call('listApprovals')).body.approvals as Approval[]).find(
    ({ mine }) => mine,
  )!;
  expect(evidence!.ended.map(({ status }) => status)).toEqual(['denied', 'replaced', 'replaced', 'replaced']);
  expect(evidence!.agentResets).toBe(5);
});

test('a reset without an approver replaces it too, in the transaction of its intent', async () => {
  const { id } = await asked();
  expect(rule(await hedy.reset(grace))).toBe('200');
  expect((await ended())[0]).toMatchObject({ actor: hedy.id, reason: 'replaced' });
  expect(rule(await approve(annie, id))).toBe('409 conflict replaced');
  expect(await resetRows(portal)).toHaveLength(2);
});

test('[A13] nobody else replaces it, by a request or by a reset', async () => {
  const { id } = await asked();
  expect(rule(await annie.reset(grace, unverified))).toBe('409 conflict approval_waits');
  expect(rule(await annie.reset(grace))).toBe('409 conflict approval_waits');
  expect((await own())[0]).toMatchObject({ id, status: 'waiting' });
});

test('[A13] replaced requests count for the agent’s limits: 3 an hour about a person, 10 about all', async () => {
  const people = [
    grace,
    await personId(portal, MARGARET),
    await personId(portal, FRANCES),
    await personId(portal, KATHERINE),
  ];
  const answers: string[] = [];
  for (const person of people)
    for (let times = 0; times < 4; times += 1) answers.push(rule(await hedy.reset(person, unverified)));
  const thrice = ['200', '200', '200', '429 limit_reached requests_agent'];
  const rest = ['200', ...Array.from({ length: 3 }, () => '429 limit_reached agent_hour')];
  expect(answers).toEqual([...thrice, ...thrice, ...thrice, ...rest]);
});

test('a verification that a request used serves no other', async () => {
  const callerVerificationId = await hedy.verified(grace, 'call-back');
  const { id } = await asked({ callerVerificationId });
  expect(rule(await hedy.reset(grace, { callerVerificationId }))).toBe('403 caller_verification_required not_verified');
  expect((await own())[0]).toMatchObject({ id, status: 'waiting' });
});

test('who asked and then reports the call ends the request; a report of somebody else does not', async () => {
  const { id } = await asked();
  const report = (agent: SignedInStaff) =>
    agent.visitor.call('reportCall', { userId: grace }, { body: { signs: ['pressed'] } });
  expect(said(await report(annie))).toBe('201');
  expect((await own())[0]).toMatchObject({ id, status: 'waiting' });
  expect(said(await report(hedy))).toBe('201');
  expect((await own())[0]).toMatchObject({ id, status: 'reported' });
  expect(await ended()).toMatchObject([{ actor: hedy.id, subject: grace, reason: 'reported', ticket: 'INC-1' }]);
  expect(rule(await approve(annie, id))).toBe('409 conflict withdrawn');
});

test('[A13] replaced while an approver approves: one of both happens', async () => {
  const { id } = await asked();
  await annie.stepUp(`approve:${id}`);
  await hedy.stepUp(`helpdesk:${grace}`);
  const [anew, approved] = await Promise.all([
    hedy.requestReset(grace, unverified),
    annie.visitor.call('decideApproval', { id }, { body: { decision: 'approve' } }),
  ]);
  const { status } = await portal.store
    .selectFrom('approvals')
    .select('status')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  expect(status).toBe(approved.status === 200 ? 'done' : 'replaced');
  expect([approved.status, anew.status]).toContain(200);
  expect(await resetRows(portal)).toHaveLength(approved.status === 200 ? 2 : 0);
});
