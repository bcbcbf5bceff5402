import { sql } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import type { Approval } from '#contract/helpdesk.ts';
import { ANNIE, GRACE, HEDY, MARGARET } from '#testing/test-env.ts';
import { said } from '#testing/visitor.ts';
import { verifyAuditLog } from '#operator/audit-verify/verify-log.ts';
import { approve, signInAgent, requestedChanges, resetRows, type SignedInStaff } from '../testing/agent-fixture.ts';
import { personId } from '../testing/helpdesk-fixture.ts';
import { standardPolicy } from '../access/policy.ts';
import { annie, env, google, grace, hedy, openDesk, openDeskWith, portal, rule, signInStaff } from '../testing/desk.ts';

beforeEach(() => openDesk());

/** An approver reads all requests, an agent only their own. */
const list = async ({ id, visitor }: SignedInStaff): Promise<Approval[]> =>
  id === annie.id
    ? (await visitor.call('listApprovals')).body.approvals
    : (await visitor.call('listRequests')).body.requests;
/** The request waits, because the caller was not verified. */
async function asked(userId = grace, body: Parameters<SignedInStaff['reset']>[1] = {}): Promise<Approval> {
  const reply = await hedy.reset(userId, { callerVerificationId: undefined, note: 'lost everything abroad', ...body });
  expect([said(reply), reply.body.status]).toEqual(['200', 'waiting']);
  return reply.body.approval;
}
const decide = ({ visitor }: SignedInStaff, id: string, decision: 'approve' | 'deny' = 'approve') =>
  visitor.call(
    'decideApproval',
    { id },
    { body: decision === 'deny' ? { decision, reason: 'not_needed' } : { decision } },
  );

test('the audit log records a refused decision with the person whose methods it is about', async () => {
  const { id } = await asked();
  expect(said(await decide(annie, id))).toBe('403 step_up_required');
  const refused = await portal.auditRows({ event: 'access.step_up_required' }, 'actor', 'subject', 'reason');
  expect(refused).toEqual([{ actor: annie.id, subject: grace, reason: 'decideApproval: step_up_required' }]);
});

test('finds and shows each reason for an approval', async () => {
  const { engineering } = env.emulator.groups;
  expect((await asked()).approvalReasons).toEqual(['not_verified']);

  await openDesk();
  const callBack = await hedy.reset(grace, { callerVerificationId: await hedy.verified(grace, 'call-back') });
  expect(callBack.body.approval).toMatchObject({
    approvalReasons: ['call_back'],
    callerVerificationType: 'call-back',
  });

  await openDesk();
  const byMessage = await hedy.verified(grace, 'own-session', { all: 1, strength: 2 });
  const weak = await hedy.reset(grace, { callerVerificationId: byMessage });
  expect(weak.body.approval).toMatchObject({ approvalReasons: ['weak_answer'] });
  await openDesk();
  const byApp = await hedy.verified(grace, 'own-session', { all: 1, strength: 3, reason: 'broken' });
  expect((await hedy.reset(grace, { callerVerificationId: byApp, reason: 'broken' })).body).toMatchObject({
    status: 'done',
  });

  await openDesk();
  const app = await google();
  await hedy.reset(grace, { factorIds: [app] });
  expect((await hedy.reset(grace)).body.approval).toMatchObject({
    approvalReasons: ['second_reset'],
    all: true,
    callerVerificationType: 'push',
  });
  env.advance(24 * 3600 + 1);
  await signInStaff();
  expect((await hedy.reset(grace)).body).toMatchObject({ status: 'done' });

  await openDeskWith({ privilegedGroupIds: [engineering] });
  expect((await hedy.reset(grace)).body.approval).toMatchObject({ approvalReasons: ['privileged'] });

  await openDeskWith({ unverified: false });
  expect((await hedy.visitor.call('getPerson', { userId: grace })).body.unverifiedAllowed).toBe(false);
  expect(rule(await hedy.reset(grace, { callerVerificationId: undefined, note: 'abroad' }))).toBe(
    '403 caller_verification_required none',
  );
});

test('a request changes nothing; the approver sees what, by whom, why and how verified; both see the result', async () => {
  await env.takeRequests();
  const waiting = await asked();
  expect(await requestedChanges(env)).toEqual([]);
  expect(waiting).toMatchObject({ status: 'waiting', mine: false, recoveryCodeWaits: false, decidedBy: null });
  const [seen] = await list(annie);
  expect([waiting.evidence, seen!.evidence]).toEqual([
    null,
    { attackSigns: [], reported: [], recentChanges: [], resets: [], ended: [], agentResets: 1 },
  ]);
  expect({ ...seen, evidence: null }).toEqual({ ...waiting, mine: true });
  expect(seen).toMatchObject({
    agent: { id: hedy.id, name: 'Hedy Lamarr', login: HEDY },
    person: { id: grace, name: 'Grace Hopper', login: GRACE },
    methods: [
      { kind: 'totp', name: null },
      { kind: 'okta-verify', name: null },
    ],
    all: true,
    reason: 'lost',
    ticket: 'INC-1',
    note: 'lost everything abroad',
    callerVerificationType: null,
    approvalReasons: ['not_verified'],
    expiresAt: new Date(env.clock.now() + 30 * 60_000).toISOString(),
  });
  expect(said(await approve(annie, waiting.id))).toBe('200');
  for (const actor of [hedy, annie])
    expect((await list(actor))[0]).toMatchObject({
      status: 'done',
      mine: false,
      decidedBy: { login: ANNIE },
      recoveryCodeWaits: false,
    });
  const rows = await resetRows(portal);
  expect(rows.map(({ type, outcome }) => [type, outcome])).toEqual([
    ['intent', null],
    ['outcome', 'success'],
  ]);
  for (const row of rows)
    expect(row).toMatchObject({
      actor: hedy.id,
      approver: annie.id,
      subject: grace,
      ticket: 'INC-1',
      caller_verification: null,
      reason: 'lost: lost everything abroad',
    });
  const events = await portal.store
    .selectFrom('audit_log')
    .select(['event', 'actor', 'approver'])
    .where(sql<string>`event`, 'like', 'helpdesk.approval.%')
    .orderBy('seq')
    .execute();
  expect(events).toEqual([
    { event: 'helpdesk.approval.request', actor: hedy.id, approver: null },
    { event: 'helpdesk.approval.approve', actor: annie.id, approver: annie.id },
  ]);
  expect(await verifyAuditLog(portal.store)).toBeNull();
});

test('a denied request ends without a change', async () => {
  const { id } = await asked();
  await env.takeRequests();
  const denied = await annie.visitor.call(
    'decideApproval',
    { id },
    { body: { decision: 'deny', reason: 'verify_again', note: 'call her back first' } },
  );
  const said = { status: 'denied', denial: 'verify_again', decisionNote: 'call her back first' };
  expect(denied.body).toMatchObject({ ...said, decidedBy: { login: ANNIE } });
  expect((await hedy.visitor.call('listRequests')).body.requests).toMatchObject([said]);
  expect(rule(await approve(annie, id))).toBe('409 conflict decided');
  expect([await requestedChanges(env), await resetRows(portal)]).toEqual([[], []]);
  const row = (await portal.auditRows({ event: 'helpdesk.approval.deny' }))[0]!;
  expect(row).toMatchObject({
    actor: annie.id,
    subject: grace,
    reason: 'verify_again: call her back first',
    ticket: 'INC-1',
  });
});

test('a denial has a reason of the list, and another reason takes a note', async () => {
  const { id } = await asked();
  for (const body of [{}, { reason: 'mood' }, { reason: 'other' }, { reason: 'other', note: ' ' }])
    expect(
      said(await annie.visitor.call('decideApproval', { id }, { body: { decision: 'deny', ...body } as never })),
    ).toBe('400 bad_request');
  const body = { decision: 'deny', reason: 'other', note: 'She is at the desk.' } as const;
  expect(said(await annie.visitor.call('decideApproval', { id }, { body }))).toBe('200');
});

test('the agent reads the note of an approval', async () => {
  const { id } = await asked();
  await annie.stepUp(`approve:${id}`);
  const body = { decision: 'approve', note: 'Her manager vouched.' } as const;
  expect(said(await annie.visitor.call('decideApproval', { id }, { body }))).toBe('200');
  expect((await hedy.visitor.call('listRequests')).body.requests).toMatchObject([
    { status: 'done', denial: null, decisionNote: 'Her manager vouched.' },
  ]);
});

test('nobody approves for themselves: not the requester, nor the person concerned, nor other agents', async () => {
  const { id } = await asked();
  expect(said(await approve(hedy, id))).toBe('403 forbidden');
  // Annie is an agent, too, but another approver must decide her request.
  const margaret = await personId(portal, MARGARET);
  const asksHerself = { callerVerificationId: undefined, note: 'abroad' };
  const own = (await annie.reset(margaret, asksHerself)).body.approval as Approval;
  expect(own.mine).toBe(false);
  expect(rule(await approve(annie, own.id))).toBe('403 out_of_policy own_request');
  await portal.store.updateTable('approvals').set({ user_id: annie.id }).where('id', '=', id).execute();
  expect(rule(await approve(annie, id))).toBe('403 out_of_policy own');
  expect(rule(await approve(annie, 'AAAAAAAAAAAAAAAA'))).toBe('404 not_found');
  expect(await resetRows(portal)).toEqual([]);
});

test('needs the approver’s own step-up for this request, and expires after half an hour', async () => {
  const { id } = await asked();
  await annie.stepUp(`helpdesk:${grace}`);
  await annie.stepUp('approve:AAAAAAAAAAAAAAAA');
  const withoutStepUp = await decide(annie, id);
  expect([said(withoutStepUp), withoutStepUp.body.error]).toEqual([
    '403 step_up_required',
    expect.objectContaining({ purpose: `approve:${id}`, strength: 2 }),
  ]);
  env.advance(600);
  await annie.visitor.call('getSession');
  for (let minutes = 10; minutes < 30; minutes += 10) {
    await Promise.all([hedy, annie].map(({ visitor }) => visitor.call('listRequests')));
    env.advance(600);
  }
  await signInStaff();
  expect(rule(await approve(annie, id))).toBe('409 conflict expired');
  // The decision is refused even if the status was checked before the request expired.
  const by = { id: annie.id, name: 'Annie', login: ANNIE };
  expect(
    await portal.app.services.helpdeskServices.approvals.decide(id, { decision: 'approve' }, by, portal.store),
  ).toBe(false);
  expect(await list(annie)).toMatchObject([{ status: 'expired', mine: false }]);
  expect(await resetRows(portal)).toEqual([]);
  await signInStaff();
  await asked();
});

test('checks everything again at the approval', async () => {
  const { id } = await asked();
  await portal.app.services.helpdeskServices.freezes.freeze(grace);
  expect(rule(await approve(annie, id))).toBe('423 frozen');
  await portal.app.services.helpdeskServices.freezes.unfreeze(grace);
  const out = (login: string) =>
    personId(portal, login).then((userId) =>
      env.fault({ match: `GET /api/v1/users/${userId}/groups`, times: 1000, status: 200, body: [] }),
    );
  await out(HEDY);
  expect(rule(await approve(annie, id))).toBe('403 out_of_policy agent_not_allowed');
  await env.clearFaults();
  await env.setStatus(HEDY, 'SUSPENDED');
  expect(rule(await approve(annie, id))).toBe('403 out_of_policy agent_not_allowed');
  await env.setStatus(HEDY, 'ACTIVE');
  await out(GRACE);
  expect(rule(await approve(annie, id))).toBe('404 not_found');
  await env.clearFaults();
  // Okta no longer knows the person.
  const gone = { status: 404, body: { errorCode: 'E0000007', errorSummary: 'no' } };
  await env.fault({ match: 'GET /api/v1/users/*/factors', ...gone });
  expect(rule(await approve(annie, id))).toBe('404 not_found');
  await env.setStatus(GRACE, 'ACTIVE');
  expect(await resetRows(portal)).toEqual([]);
  expect(said(await approve(annie, id))).toBe('200');
});

test('the last reset that an agent may request in an hour can be approved', async () => {
  await openDeskWith({ policy: { ...standardPolicy, limits: { ...standardPolicy.limits, resetsPerAgentHour: 1 } } });
  const { id } = await asked();
  expect(said(await approve(annie, id))).toBe('200');
});

test('fails when its methods no longer exist', async () => {
  const app = await google();
  const { id } = await asked(grace, { factorIds: [app] });
  await portal.okta.userFactorApi.deleteFactor({ userId: grace, factorId: app });
  expect(rule(await approve(annie, id))).toBe('409 conflict gone');
  expect(await list(hedy)).toMatchObject([{ status: 'failed', decidedBy: { login: ANNIE } }]);
  expect(await resetRows(portal)).toEqual([]);
});

test('fails when the org refuses it; an unknown outcome is reconciled', async () => {
  const first = await asked();
  await env.fault({
    match: 'POST /api/v1/users/*/lifecycle/reset_factors',
    status: 403,
    body: { errorCode: 'E0000006', errorSummary: 'no' },
  });
  expect((await approve(annie, first.id)).status).toBe(502);
  expect((await list(hedy))[0]).toMatchObject({ id: first.id, status: 'failed' });
  env.advance(1);
  const second = await asked();
  await env.fault({ match: 'POST /api/v1/users/*/lifecycle/reset_factors', cut: 'after' });
  expect((await approve(annie, second.id)).status).toBe(502);
  expect((await list(hedy))[0]).toMatchObject({ id: second.id, status: 'approved' });
  await portal.app.reconcile();
  expect((await list(hedy))[0]).toMatchObject({ id: second.id, status: 'done' });
});

test('is unknown, not failed, when nobody can find out whether it was done', async () => {
  const { id } = await asked();
  await env.fault({ match: 'POST /api/v1/users/*/lifecycle/reset_factors', cut: 'after' });
  expect((await approve(annie, id)).status).toBe(502);
  // Okta no longer knows the person.
  const gone = { status: 404, body: { errorCode: 'E0000007', errorSummary: 'no' } };
  await env.fault({ match: 'GET /api/v1/users/*/factors', ...gone });
  await portal.app.reconcile();
  expect(await resetRows(portal)).toMatchObject([{ type: 'intent' }, { outcome: 'unknown' }]);
  env.advance(61);
  await portal.app.reconcile();
  expect(await list(hedy)).toMatchObject([{ id, status: 'unknown' }]);
});

test('who asked hears of an outcome that is given up only after a day', async () => {
  const { id } = await asked();
  await env.fault({ match: 'POST /api/v1/users/*/lifecycle/reset_factors', cut: 'after' });
  expect((await approve(annie, id)).status).toBe(502);
  env.advance(25 * 3600);
  await signInStaff();
  await env.fault({ match: 'GET /api/v1/users/*/factors', status: 503, times: 20 });
  await portal.app.reconcile();
  const { requests, since } = await own();
  expect(requests).toMatchObject([{ id, status: 'unknown' }]);
  expect(Date.parse(requests[0]!.expiresAt)).toBeGreaterThan(Date.parse(since!));
});

test('fails when the process was killed between approval and start', async () => {
  const { id } = await asked();
  const { approvals } = portal.app.services.helpdeskServices;
  await approvals.decide(id, { decision: 'approve' }, { id: annie.id, name: 'Annie', login: ANNIE }, portal.store);
  await portal.app.reconcile();
  expect(await list(hedy)).toMatchObject([{ status: 'approved' }]);
  env.advance(61);
  await portal.app.reconcile();
  expect(await list(hedy)).toMatchObject([{ status: 'failed' }]);
});

test('while a request waits, nobody asks again or resets; every agent sees by whom and since when', async () => {
  const { id, createdAt, expiresAt } = await asked();
  const seen = async ({ visitor }: SignedInStaff) =>
    (await visitor.call('getPerson', { userId: grace })).body.waitingApprovals;
  const waiting = { operation: 'reset', by: 'Hedy Lamarr', at: createdAt, expiresAt };
  expect(await seen(hedy)).toEqual([{ ...waiting, id, own: true, blocks: ['unlock'] }]);
  expect(await seen(annie)).toEqual([{ ...waiting, id, own: false, blocks: ['reset', 'unlock'] }]);
  const verification = await annie.verified(grace);
  for (const reply of [
    await annie.reset(grace, { callerVerificationId: undefined, note: 'abroad' }),
    await annie.reset(grace, { callerVerificationId: verification }),
  ])
    expect(rule(reply)).toBe('409 conflict approval_waits');
  expect(said(await decide(annie, id, 'deny'))).toBe('200');
  expect([await seen(hedy), await seen(annie)]).toEqual([[], []]);
  expect((await annie.reset(grace, { callerVerificationId: verification })).body).toMatchObject({ status: 'done' });
});

test('an agent sees only her own requests, and an approver what was denied last', async () => {
  const { id } = await asked();
  const margaret = await personId(portal, 'margaret@example.com');
  await env.fault({
    match: `GET /api/v1/users/${margaret}/groups`,
    times: 1000,
    status: 200,
    body: [{ id: env.emulator.groups.helpdesk, type: 'OKTA_GROUP', profile: { name: 'H' } }],
  });
  const other = await signInAgent(portal, 'margaret@example.com');
  expect(await list(other)).toEqual([]);
  expect(await list(hedy)).toHaveLength(1);
  const seen = async ({ visitor }: SignedInStaff) =>
    (await visitor.call('getPerson', { userId: grace })).body.lastDenial;
  expect([await seen(hedy), await seen(annie)]).toEqual([null, null]);
  expect(said(await decide(annie, id, 'deny'))).toBe('200');
  const denial = { agent: 'Hedy Lamarr', at: new Date(env.clock.now()).toISOString(), decisionNote: null };
  for (const actor of [hedy, annie]) expect(await seen(actor)).toMatchObject(denial);
  expect(await seen(other)).toBeNull();
});

test('the rows of an approved reset have the request of who asked for it, and the decision that of who decided', async () => {
  const { id } = await asked();
  expect(said(await approve(annie, id))).toBe('200');
  const requestOf = async (event: string) => {
    const rows = await portal.auditRows({ event: event as 'helpdesk.approval.request' }, 'actor', 'request_id');
    const [one] = new Set(rows.map((row) => JSON.stringify(row)));
    return JSON.parse(one!) as (typeof rows)[number];
  };
  const request = await requestOf('helpdesk.approval.request');
  expect(await requestOf('user.mfa.factor.reset_all')).toEqual(request);
  const decision = await requestOf('helpdesk.approval.approve');
  expect([request.actor, decision.actor]).toEqual([hedy.id, annie.id]);
  expect(decision.request_id).not.toBe(request.request_id);
});

/** Results after `since` are new to Hedy. */
const own = async () =>
  (await hedy.visitor.call('listRequests')).body as { requests: Approval[]; since: string | null };

test('who asked reads their own requests, with what each did; only approvers read all', async () => {
  expect(said(await hedy.visitor.call('listApprovals'))).toBe('403 forbidden');
  const { id } = await asked();
  expect((await own()).requests).toMatchObject([{ id, status: 'waiting', effects: null, evidence: null }]);
  expect((await annie.visitor.call('listRequests')).body.requests).toEqual([]);
  expect((await approve(annie, id)).body.status).toBe('done');
  const [done] = (await own()).requests;
  expect(done).toMatchObject({
    status: 'done',
    effects: { remaining: [], recoveryCode: { inPerson: false }, notified: done!.consequences.notifies },
  });
  expect(done!.effects!.removed).toHaveLength(done!.methods.length);
  // Addresses are masked in the stored row, too.
  expect(done!.effects!.recoveryCode!.sentTo.every((address) => address.includes('•'))).toBe(true);
  const stored = await portal.store.selectFrom('approvals').select('reset').executeTakeFirstOrThrow();
  expect(stored.reset).not.toContain('grace@home.example');
});

test('a request that leaves a method needs no recovery code, and says so', async () => {
  const { methods } = await asked(grace);
  env.advance(1);
  const { id } = await asked(grace, { factorIds: [methods[0]!.id] });
  expect((await approve(annie, id)).body.status).toBe('done');
  const { effects } = (await own()).requests[0]!;
  expect(effects).toMatchObject({ recoveryCode: null });
  expect([effects!.removed.length, effects!.remaining.length > 0]).toEqual([1, true]);
});

test('after a new sign-in the outcomes since the last session are news', async () => {
  const { id } = await asked();
  env.advance(10);
  expect(said(await hedy.visitor.call('getPerson', { userId: grace }))).toBe('200');
  const left = new Date(env.clock.now()).toISOString();
  env.advance(10);
  expect((await approve(annie, id)).body.status).toBe('done');
  env.advance(10);
  await signInStaff();
  env.advance(10);
  await hedy.visitor.call('getPerson', { userId: grace });
  const { requests, since } = await own();
  expect(since).toBe(left);
  expect(Date.parse(requests[0]!.decidedAt!)).toBeGreaterThan(Date.parse(since!));
});
