import { beforeEach, expect, test } from 'vitest';
import type { Approval } from '#contract/helpdesk.ts';
import { ANNIE, FRANCES, GRACE, HEDY, KATHERINE, MARGARET, testEnv, type Portal } from '#testing/test-env.ts';
import { said, type Reply } from '#testing/visitor.ts';
import { approve, requestedChanges, resetRows, signInAgent, type SignedInStaff } from '../testing/agent-fixture.ts';
import { helpdeskOfDemo, personId } from '../testing/helpdesk-fixture.ts';

const env = await testEnv();
let portal: Portal;
let hedy: SignedInStaff;
let annie: SignedInStaff;
let grace: string;
beforeEach(async () => {
  portal = await env.fresh({ app: { helpdesk: helpdeskOfDemo(env) } });
  hedy = await signInAgent(portal, HEDY);
  annie = await signInAgent(portal, ANNIE);
  grace = await personId(portal, GRACE);
});

const rule = (reply: Reply) => [said(reply), reply.body?.error?.rule].filter(Boolean).join(' ');
const unverified = { callerVerificationId: undefined, note: 'lost everything abroad' };
async function asked(body: Parameters<SignedInStaff['reset']>[1] = unverified): Promise<Approval> {
  const reply = await hedy.reset(grace, body);
  expect([said(reply), reply.body.status]).toEqual(['200', 'waiting']);
  return reply.body.approval;
}
async function anHourLater(): Promise<void> {
  env.advance(3600);
  [hedy, annie] = [await signInAgent(portal, HEDY), await signInAgent(portal, ANNIE)];
}
const withdraw = ({ visitor }: SignedInStaff, id: string, reason = 'mistake') =>
  visitor.call('withdrawApproval', { id }, { body: { reason } as never });

test('who asked withdraws it, with a reason; nothing changes, the next can be asked for, and the approver sees it', async () => {
  const first = await asked();
  await env.takeRequests();
  expect((await withdraw(hedy, first.id, 'other_way')).body).toMatchObject({
    approval: { id: first.id, status: 'withdrawn_by_agent', withdrawal: 'other_way', decidedBy: null },
    callerVerificationId: null,
  });
  expect([await requestedChanges(env), await resetRows(portal)]).toEqual([[], []]);
  expect(rule(await approve(annie, first.id))).toBe('409 conflict withdrawn_by_agent');
  expect(rule(await withdraw(hedy, first.id))).toBe('409 conflict withdrawn_by_agent');
  const row = (await portal.auditRows({ event: 'helpdesk.approval.withdraw' }))[0]!;
  expect(row).toMatchObject({
    actor: hedy.id,
    subject: grace,
    reason: 'other_way',
    ticket: 'INC-1',
    outcome: 'success',
  });
  env.advance(60);
  const second = await asked();
  const denied = await annie.visitor.call(
    'decideApproval',
    { id: second.id },
    { body: { decision: 'deny', reason: 'attack' } },
  );
  expect(denied.body.status).toBe('denied');
  await asked();
  const evidence = async () =>
    (await annie.visitor.call('listApprovals')).body.approvals.find(({ mine }: Approval) => mine)!.evidence;
  expect(await evidence()).toMatchObject({
    ended: [
      { by: 'Hedy Lamarr', status: 'denied', denial: 'attack', withdrawal: null, reason: 'lost' },
      { by: 'Hedy Lamarr', status: 'withdrawn_by_agent', withdrawal: 'other_way', reason: 'lost' },
    ],
    // A withdrawn request counts.
    agentResets: 3,
  });
  // Any number of requests that she withdraws hides none that an approver denied.
  const waits = (await hedy.visitor.call('listOwnRequests')).body.approvals as Approval[];
  await withdraw(hedy, waits.find(({ status }) => status === 'waiting')!.id);
  await anHourLater();
  for (let times = 0; times < 3; times += 1) await withdraw(hedy, (await asked()).id);
  await anHourLater();
  await asked();
  expect((await evidence())!.ended.map(({ status }: { status: string }) => status)).toEqual([
    'denied',
    ...Array.from({ length: 5 }, () => 'withdrawn_by_agent'),
  ]);
  env.advance(24 * 3600 + 1);
  [hedy, annie] = [await signInAgent(portal, HEDY), await signInAgent(portal, ANNIE)];
  await asked();
  expect(await evidence()).toMatchObject({ ended: [], agentResets: 1 });
});

test('[A13] withdrawn requests count for the agent’s limits: 3 an hour about a person, 10 about all', async () => {
  const people = [
    grace,
    await personId(portal, MARGARET),
    await personId(portal, FRANCES),
    await personId(portal, KATHERINE),
  ];
  const answers: string[] = [];
  for (const person of people)
    for (let times = 0; times < 4; times += 1) {
      const reply = await hedy.reset(person, unverified);
      answers.push(rule(reply));
      if (reply.status === 200) await withdraw(hedy, reply.body.approval.id);
    }
  const thrice = ['200', '200', '200', '429 limit_reached requests_agent'];
  const rest = ['200', ...Array.from({ length: 3 }, () => '429 limit_reached agent_hour')];
  expect(answers).toEqual([...thrice, ...thrice, ...thrice, ...rest]);
  await anHourLater();
  expect((await asked()).status).toBe('waiting');
});

test('the verification serves again while it holds', async () => {
  const callerVerificationId = await hedy.verified(grace, 'call-back');
  const { id } = await asked({ callerVerificationId });
  expect(rule(await hedy.requestReset(grace, { callerVerificationId }))).toMatch(/^403 caller_verification_required/);
  expect((await withdraw(hedy, id)).body.callerVerificationId).toBe(callerVerificationId);
  const again = await asked({ callerVerificationId });
  env.advance(15 * 60);
  hedy = await signInAgent(portal, HEDY);
  expect((await withdraw(hedy, again.id)).body.callerVerificationId).toBeNull();
  expect(rule(await hedy.reset(grace, { callerVerificationId }))).toBe('403 caller_verification_required not_verified');
});

test('what the person denied meanwhile does not serve again', async () => {
  const callerVerificationId = await hedy.verified(grace, 'call-back');
  const { id } = await asked({ callerVerificationId });
  const caller = await portal.signedIn(GRACE);
  await caller.call('answerCallerVerification', { id: callerVerificationId }, { body: { answer: 'no' } });
  // The denial withdrew the request.
  expect(rule(await withdraw(hedy, id))).toBe('409 conflict withdrawn');
});

test('[A13] nobody else withdraws it, and nobody an expired or decided one', async () => {
  const { id } = await asked();
  expect(rule(await withdraw(annie, id))).toBe('404 not_found');
  const margaret = await portal.signedIn(MARGARET);
  expect(rule(await margaret.call('withdrawApproval', { id }, { body: { reason: 'mistake' } }))).toBe('403 forbidden');
  expect(rule(await withdraw(hedy, 'no-such-approval'))).toBe('404 not_found');
  env.advance(30 * 60 + 1);
  [hedy, annie] = [await signInAgent(portal, HEDY), await signInAgent(portal, ANNIE)];
  expect(rule(await withdraw(hedy, id))).toBe('409 conflict expired');
  const next = await asked();
  await approve(annie, next.id);
  expect(rule(await withdraw(hedy, next.id))).toBe('409 conflict decided');
});

test('[A13] withdrawn while an approver approves: one of both happens', async () => {
  const { id } = await asked();
  await annie.stepUp(`approve:${id}`);
  const [withdrawn, approved] = await Promise.all([
    withdraw(hedy, id),
    annie.visitor.call('decideApproval', { id }, { body: { decision: 'approve' } }),
  ]);
  expect([withdrawn.status === 200, approved.status === 200].filter(Boolean)).toEqual([true]);
  const { status } = await portal.store.selectFrom('approvals').select('status').executeTakeFirstOrThrow();
  expect(status).toBe(withdrawn.status === 200 ? 'withdrawn_by_agent' : 'done');
  expect(await resetRows(portal)).toHaveLength(withdrawn.status === 200 ? 0 : 2);
});

test('[A13] withdrawn, approved and asked anew by one verification at once: it serves one reset', async () => {
  const callerVerificationId = await hedy.verified(grace, 'call-back');
  const { id } = await asked({ callerVerificationId });
  await annie.stepUp(`approve:${id}`);
  for (let times = 0; times < 3; times += 1) await hedy.stepUp(`helpdesk:${grace}`);
  const anew = () => hedy.requestReset(grace, { callerVerificationId });
  const [approved, withdrawn, ...again] = await Promise.all([
    annie.visitor.call('decideApproval', { id }, { body: { decision: 'approve' } }),
    withdraw(hedy, id),
    anew(),
    anew(),
    withdraw(hedy, id),
  ]);
  const waiting = again.filter(({ status, body }) => status === 200 && body.status === 'waiting');
  // Approved, the verification is used up; withdrawn, it serves for one request more.
  expect([approved.status, withdrawn.status].filter((one) => one === 200).length).toBeLessThanOrEqual(1);
  expect(waiting.length).toBeLessThanOrEqual(approved.status === 200 ? 0 : 1);
  const { length } = await portal.store
    .selectFrom('approvals')
    .selectAll()
    .where('status', 'in', ['waiting', 'approved', 'done'])
    .execute();
  expect(length).toBeLessThanOrEqual(1);
});
