import { beforeEach, describe, expect, test } from 'vitest';
import type { AuditEvent } from '#contract/audit-log/audit-events.ts';
import { type AuditReason, freeText } from '#contract/audit-log/audit-reasons.ts';
import type { AuditLine, AuditLines } from '#contract/helpdesk.ts';
import { allLost, answerPush, withPush } from '#testing/security-methods.ts';
import { ANNIE, GRACE, HEDY, KATHERINE } from '#testing/test-env.ts';
import { said } from '#testing/visitor.ts';
import { approve, type SignedInStaff, startVerification } from '../testing/agent-fixture.ts';
import { personId } from '../testing/helpdesk-fixture.ts';
import { annie, env, google, grace, hedy, openDesk, portal } from '../testing/desk.ts';

let katherine: string;
beforeEach(async () => {
  await openDesk();
  katherine = await personId(portal, KATHERINE);
});

type Query = Partial<
  Record<'operation' | 'agent' | 'person' | 'ticket' | 'kind' | 'outcome' | 'since' | 'until' | 'before', string>
>;
const list = async ({ visitor }: SignedInStaff, query: Query = {}): Promise<AuditLines> => {
  const reply = await visitor.call('listAuditLog', {}, { query: query as never });
  expect(said(reply)).toBe('200');
  return reply.body as AuditLines;
};
const short = ({ by, event, person }: AuditLine) =>
  [by, event.replace(/^(?:helpdesk|user\.mfa|user)\./, ''), person].filter((part) => part !== null).join(' ');
const lines = async (who: SignedInStaff, query?: Query) => (await list(who, query)).lines.map(short);

/** Hedy resets Grace's app after a push, and Katherine's methods after an approval by Annie. */
async function aMorning(): Promise<{ verifiedAt: number }> {
  await hedy.visitor.call('getPerson', { userId: grace });
  const factorId = await withPush(env, GRACE);
  // The push goes to another method than the one that is reset.
  const app = await google();
  const choice = { factorIds: [app], reason: 'replaced' } as const;
  const body = { type: 'push', factorId, choice } as const;
  const started = (await hedy.visitor.call('startCallerVerification', { userId: grace }, { body })).body;
  await answerPush(env, GRACE, 'approve', started.number);
  env.advance(4);
  await hedy.visitor.call('pollCallerVerification', { userId: grace, id: started.id });
  const verifiedAt = env.clock.now();
  env.advance(60);
  const how = { ...choice, factorIds: [app], callerVerificationId: started.id, ticket: 'INC-4711' };
  expect(said(await hedy.reset(grace, how))).toBe('200');
  env.advance(60);
  await hedy.visitor.call('getPerson', { userId: katherine });
  await hedy.reset(katherine, { callerVerificationId: undefined, note: 'she is abroad (again)', reason: 'broken' });
  const [{ id }] = (await annie.visitor.call('listApprovals')).body.approvals;
  expect(said(await approve(annie, id))).toBe('200');
  await portal.app.services.outbox.flush();
  return { verifiedAt };
}

describe('a line', () => {
  test('says who reset what for whom, ticket, reason, how and when verified, and who approved', async () => {
    const { verifiedAt } = await aMorning();
    const [approved, reset] = (await list(annie, { kind: 'reset' })).lines;
    expect(reset).toMatchObject({
      by: 'Hedy Lamarr',
      event: 'user.mfa.factor.reset',
      person: 'Grace Hopper',
      kind: 'totp',
      outcome: 'success',
      ticket: 'INC-4711',
      reason: 'replaced',
      note: null,
      verified: { type: 'push', at: new Date(verifiedAt).toISOString() },
      unverified: false,
      approver: null,
      denied: false,
      address: '127.0.0.1',
    });
    expect(approved).toMatchObject({
      by: 'Hedy Lamarr',
      event: 'user.mfa.factor.reset_all',
      person: 'Katherine Johnson',
      ticket: 'INC-1',
      reason: 'broken',
      note: 'she is abroad (again)',
      verified: null,
      unverified: true,
      approver: 'Annie Easley',
    });
    const known = JSON.stringify([approved, reset].map((line) => ({ ...line, requestId: null, operation: null })));
    for (const id of [hedy.id, annie.id, grace, katherine]) expect(known).not.toContain(id);
  });

  test('of a verification says how, and that of the caller’s own answer does not', async () => {
    await aMorning();
    const { auditLog } = portal.app.services;
    const details = { event: 'helpdesk.caller_verification.verify', subject: grace } as const;
    const actorOf = (userId: string) => ({ userId, address: '192.0.2.7', agent: 'a browser', requestId: 'r1' });
    const outcome = (reason: AuditReason) => ({ outcome: 'success', reason }) as const;
    await auditLog.event(actorOf(grace), details, outcome('own-session: a code was shown'));
    await auditLog.event(actorOf(hedy.id), details, outcome('own-session'));
    await auditLog.event(actorOf(hedy.id), details, outcome('call-back'));
    const { lines: all } = await list(annie);
    const verifications = all.filter(({ event }) => event === details.event);
    expect(verifications.map(({ by, verified }) => [by, verified?.type ?? null])).toEqual([
      ['Hedy Lamarr', 'call-back'],
      ['Hedy Lamarr', 'own-session'],
      ['Grace Hopper', null],
      ['Hedy Lamarr', 'push'],
    ]);
  });

  test('opens the other rows of its operation, an intent among them', async () => {
    await aMorning();
    const [approved] = (await list(annie, { kind: 'reset' })).lines;
    const { lines: rows } = await list(annie, { operation: approved!.operation! });
    expect(
      rows.filter(({ event }) => event !== 'helpdesk.notification').map(({ event, type }) => [event, type]),
    ).toEqual([
      ['user.mfa.factor.reset_all', 'outcome'],
      ['user.mfa.factor.reset_all', 'intent'],
      ['helpdesk.approval.approve', 'event'],
      ['helpdesk.approval.request', 'event'],
    ]);
    expect(rows.find(({ event }) => event === 'helpdesk.approval.request')).toMatchObject({ requested: 'reset' });
    expect((await lines(annie, { kind: 'reset' })).length).toBe(2);
  });

  test('has the device of whom it names: the reset that of the agent who asked, the approval that of the approver', async () => {
    const from = (browser: string) => ({ 'user-agent': `Mozilla/5.0 (X11; Linux x86_64; rv:140.0) ${browser}` });
    await hedy.stepUp(`helpdesk:${katherine}`);
    const body = { factorIds: 'all', reason: 'broken', ticket: 'INC-1', note: 'abroad' } as const;
    const headers = from('Gecko/20100101 Firefox/140.0');
    expect(said(await hedy.visitor.call('resetMethods', { userId: katherine }, { body, headers }))).toBe('200');
    const [{ id }] = (await annie.visitor.call('listApprovals')).body.approvals;
    await annie.stepUp(`approve:${id}`);
    const chrome = from('AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36');
    const decided = { body: { decision: 'approve' }, headers: chrome } as const;
    expect(said(await annie.visitor.call('decideApproval', { id }, decided))).toBe('200');
    const found = (await list(annie)).lines.filter(({ browser }) => browser !== null);
    expect(found.map(({ by, event, browser }) => [by, event, browser])).toEqual([
      ['Hedy Lamarr', 'user.mfa.factor.reset_all', 'Firefox'],
      ['Annie Easley', 'helpdesk.approval.approve', 'Chrome'],
      ['Hedy Lamarr', 'helpdesk.approval.request', 'Firefox'],
    ]);
    expect(found[0]!.requestId).toBe(found[2]!.requestId);
    expect(found[1]!.requestId).not.toBe(found[2]!.requestId);
  });

  test('of an event and a reason that this version does not know has the event, and no reason', async () => {
    const actor = { userId: hedy.id, address: '192.0.2.1', agent: '', requestId: 'older' };
    const details = { event: 'helpdesk.person.call' as AuditEvent, subject: grace };
    const { auditLog } = portal.app.services;
    await auditLog.event(actor, details, { outcome: 'success', reason: freeText('rang: twice') });
    const failed = { outcome: 'failure', reason: freeText('push: ignored') } as const;
    await auditLog.event(actor, { ...details, event: 'helpdesk.caller_verification.verify' }, failed);
    const [verified, called] = (await list(annie)).lines;
    expect(called).toMatchObject({ event: 'helpdesk.person.call', by: 'Hedy Lamarr', reason: null, note: null });
    expect(verified).toMatchObject({ event: 'helpdesk.caller_verification.verify', failure: 'error' });
  });

  test('says what became of a request, with the note', async () => {
    await hedy.reset(katherine, { callerVerificationId: undefined, note: 'abroad' });
    const [{ id }] = (await annie.visitor.call('listApprovals')).body.approvals;
    const body = { decision: 'deny', reason: 'verify_again', note: 'call her first' } as const;
    expect(said(await annie.visitor.call('decideApproval', { id }, { body }))).toBe('200');
    const asked = (await list(annie)).lines.find(({ event }) => event === 'helpdesk.approval.request');
    expect(asked).toMatchObject({
      event: 'helpdesk.approval.request',
      decision: { event: 'helpdesk.approval.deny', by: 'Annie Easley' },
    });
    const why = { denial: 'verify_again', note: 'call her first' };
    const { lines: rows } = await list(annie, { operation: asked!.operation! });
    expect(rows[0]).toMatchObject({ event: 'helpdesk.approval.deny', by: 'Annie Easley', ...why });
  });

  test('says what was odd about a call', async () => {
    await hedy.visitor.call('getPerson', { userId: grace });
    await hedy.visitor.call('reportCall', { userId: grace }, { body: { signs: ['pressed', 'claimed_it'] } });
    expect((await list(annie, { kind: 'caller' })).lines).toMatchObject([
      { event: 'helpdesk.call.report', person: 'Grace Hopper', signs: ['pressed', 'claimed_it'], reason: null },
    ]);
  });

  test('says what was refused, and how a caller was not verified', async () => {
    await hedy.visitor.call('exportAuditLogJsonLines');
    await hedy.requestReset(grace);
    await startVerification(hedy.visitor, grace, { type: 'own-session' });
    const caller = await portal.signedIn(GRACE);
    const [request] = (await caller.call('listCallerVerifications')).body.requests;
    await caller.call('answerCallerVerification', { id: request.id }, { body: { answer: 'no' } });
    const push = { type: 'push', factorId: await withPush(env, GRACE), choice: allLost } as const;
    const started = (await hedy.visitor.call('startCallerVerification', { userId: grace }, { body: push })).body;
    await answerPush(env, GRACE, 'deny', started.number);
    env.advance(4);
    await hedy.visitor.call('pollCallerVerification', { userId: grace, id: started.id });
    expect((await list(annie, { outcome: 'failure' })).lines.map((one) => [one.by, one.failure, one.refused])).toEqual([
      ['Hedy Lamarr', 'denied_on_phone', null],
      ['Grace Hopper', 'did_not_call', null],
      ['Hedy Lamarr', null, { tried: 'resetMethods', code: 'caller_verification_required' }],
      ['Hedy Lamarr', null, { tried: 'exportAuditLogJsonLines', code: 'forbidden' }],
    ]);
    await hedy.visitor.call('reportCall', { userId: grace }, { body: { signs: ['claimed_it'] } });
    expect((await lines(annie))[0]).toBe('Hedy Lamarr call.report Grace Hopper');
  });
});

describe('the filters', () => {
  test('take a login or an id, ticket, kind, outcome and time, alone and combined', async () => {
    const start = env.clock.now();
    await aMorning();
    const iso = (ms: number) => new Date(ms).toISOString();
    const resets = ['Hedy Lamarr factor.reset_all Katherine Johnson', 'Hedy Lamarr factor.reset Grace Hopper'];
    const [ofKatherine, ofGrace] = resets;
    expect(await lines(annie, { person: 'grac', kind: 'reset' })).toEqual([]);
    expect(await lines(annie, { person: GRACE.toUpperCase(), kind: 'reset' })).toEqual([ofGrace]);
    expect(await lines(annie, { person: grace, kind: 'reset' })).toEqual([ofGrace]);
    expect(await lines(annie, { agent: HEDY, kind: 'reset' })).toEqual(resets);
    expect(await lines(annie, { agent: ANNIE, kind: 'approval' })).toEqual([
      'Annie Easley approval.approve Katherine Johnson',
    ]);
    expect(await lines(annie, { ticket: 'INC-4711' })).toEqual([ofGrace]);
    expect(await lines(annie, { ticket: 'inc-4711' })).toEqual([ofGrace]);
    expect(await lines(annie, { ticket: 'Inc-4711', outcome: 'failure' })).toEqual([]);
    expect(await lines(annie, { ticket: 'INC-4711', person: KATHERINE })).toEqual([]);
    expect(await lines(annie, { ticket: 'iNC-4711', person: grace, kind: 'reset' })).toEqual([ofGrace]);
    expect(await lines(annie, { outcome: 'failure' })).toEqual([]);
    expect(await lines(annie, { outcome: 'success', kind: 'reset', ticket: 'INC-1' })).toEqual([ofKatherine]);
    expect((await lines(annie, { kind: 'operation' })).filter((one) => /reset|approv/.test(one))).toHaveLength(4);
    expect(await lines(annie, { kind: 'reset', since: iso(start + 100_000) })).toEqual([ofKatherine]);
    expect(await lines(annie, { kind: 'reset', until: iso(start + 100_000) })).toEqual([ofGrace]);
    expect(await lines(annie, { agent: 'nobody@example.com' })).toEqual([]);
    expect(said(await annie.visitor.call('listAuditLog', {}, { query: { since: '2026-99-99T00:00:00Z' } }))).toBe(
      '400 bad_request',
    );
    await hedy.reset(grace, { callerVerificationId: undefined });
    expect(await lines(annie, { outcome: 'failure' })).toEqual(['Hedy Lamarr refused Grace Hopper']);
    const query = { ticket: 'INC-4711', outcome: 'success' };
    const file = await annie.visitor.call('exportAuditLogJsonLines', {}, { query });
    expect(file.text.trim().split('\n')).toHaveLength(2);
  });
});

const write = async (count: number) => {
  for (let n = 0; n < count; n += 1)
    await portal.app.services.auditLog.event(
      { userId: hedy.id, address: '192.0.2.7', agent: 'x', requestId: `r${n}` },
      { event: 'helpdesk.person.view', subject: grace },
      { outcome: 'success' },
    );
};

test('pages list each row once, newest first', async () => {
  await write(120);
  const seen: number[] = [];
  let next: string | null = null;
  do {
    const page: AuditLines = await list(annie, { kind: 'look', ...(next !== null && { before: next }) });
    expect(page.searchedTo).toBeNull();
    seen.push(...page.lines.map(({ seq }) => seq));
    ({ next } = page);
  } while (next !== null);
  expect([seen.length, new Set(seen).size]).toEqual([120, 120]);
  expect(seen).toEqual(seen.toSorted((a, b) => b - a));
});

test('a page looks at 5,000 rows, says up to when, and goes on from there', async () => {
  await hedy.visitor.call('reportCall', { userId: grace }, { body: { signs: ['claimed_it'] } });
  const reported = env.clock.now();
  env.advance(60);
  // An intent that is not in the table of open intents has no line.
  const { store } = portal;
  const last = await store
    .selectFrom('audit_log')
    .selectAll()
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();
  const own = { ...last, type: 'intent', event: 'user.mfa.factor.deactivate', outcome: null } as const;
  for (let seq = last.seq; seq < last.seq + 5_000; seq += 500)
    await store
      .insertInto('audit_log')
      .values(Array.from({ length: 500 }, (_, n) => ({ ...own, seq: seq + n + 1, at: env.clock.now() })))
      .execute();
  await store
    .updateTable('audit_log_head')
    .set({ seq: last.seq + 5_000 })
    .execute();
  const first = await list(annie);
  expect([first.lines, first.next]).toEqual([[], expect.any(String)]);
  expect(Date.parse(first.searchedTo!)).toBeGreaterThanOrEqual(reported);
  const second = await list(annie, { before: first.next! });
  expect(second.lines[0]).toMatchObject({ event: 'helpdesk.call.report' });
  expect(second.searchedTo).toBe(null);
});

test('an intent without an outcome is a line; with one, its outcome is', async () => {
  const caller = await portal.signedIn(GRACE);
  const [{ id }] = (await caller.call('listFactors')).body.factors;
  await portal.stepUp(caller, `remove:${id}`, 3);
  await env.fault({ match: 'DELETE /api/v1/users/*/factors/*', cut: 'after' });
  expect(said(await caller.call('deleteFactor', { factorId: id }))).toBe('502 org_error');
  expect((await list(annie, { kind: 'method' })).lines).toMatchObject([{ type: 'intent', outcome: null }]);
  env.advance(3);
  await portal.app.reconcile();
  expect((await list(annie, { kind: 'method' })).lines).toMatchObject([{ type: 'outcome', outcome: 'success' }]);
});

test('[L3] an agent reads and exports nothing of the log', async () => {
  for (const name of ['getAuditAccess', 'listAuditLog', 'exportAuditLogJsonLines'] as const)
    expect([name, said(await hedy.visitor.call(name))]).toEqual([name, '403 forbidden']);
});

test('corrections are gone: the endpoint is not there', async () => {
  const headers = { 'x-latchkey': '1', origin: portal.base, 'content-type': 'application/json' };
  const path = '/api/helpdesk/audit-log/amendments';
  expect((await hedy.visitor.raw({ method: 'POST', path, headers, body: '{}' })).status).toBe(404);
});
