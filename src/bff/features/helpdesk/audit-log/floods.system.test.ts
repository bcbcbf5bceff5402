import { freeText } from '#contract/audit-log/audit-reasons.ts';
import { expect, test } from 'vitest';
import type { AuditKind, AuditLine, AuditLines } from '#contract/helpdesk.ts';
import { allLost, answerPush, withPush } from '#testing/security-methods.ts';
import { ADA, ANNIE, GRACE, HEDY, KATHERINE, testEnv } from '#testing/test-env.ts';
import { said } from '#testing/visitor.ts';
import type { AuditRow } from '../../../records/audit-log/audit-log.ts';
import type { AuditEvent } from '#contract/audit-log/audit-events.ts';
import { approve, signInAgent, type SignedInStaff, startVerification } from '../testing/agent-fixture.ts';
import { personId } from '../testing/helpdesk-fixture.ts';
import { eventsOfKind } from './kinds-of-events.ts';

const ROWS = Number(process.env['SOAK_FLOOD_ROWS'] ?? 300);

const env = await testEnv();
const portal = await env.fresh({ settings: { rateLimits: false } });
const hedy = await signInAgent(portal, HEDY);
const annie = await signInAgent(portal, ANNIE);

const rowsSince = (seq: number): Promise<AuditRow[]> =>
  portal.store.selectFrom('audit_log').selectAll().where('seq', '>', seq).orderBy('seq').execute();
const end = async () => (await portal.app.services.auditLog.head()).seq;

async function caused(requests: () => Promise<unknown>): Promise<AuditRow[]> {
  const before = await end();
  await requests();
  return rowsSince(before);
}

/** A row of an operation keeps the operation's id. Any other row gets a new id. */
async function flood(rows: readonly AuditRow[]): Promise<void> {
  for (let n = 0; n < ROWS; n += 1)
    for (const row of rows) {
      const requestId = `${row.request_id}-${n}`;
      const isPart = row.correlation_id !== row.request_id;
      await portal.app.services.auditLog.event(
        {
          userId: row.actor,
          address: row.address ?? '',
          agent: row.agent ?? '',
          requestId,
          correlationId: isPart ? row.correlation_id : null,
        },
        { event: row.event, subject: row.subject, kind: row.kind, ticket: row.ticket },
        { outcome: row.outcome ?? 'success', reason: row.reason === null ? null : freeText(row.reason) },
      );
    }
}

async function all(who: SignedInStaff, query: object, pages = Infinity): Promise<AuditLine[]> {
  const found: AuditLine[] = [];
  let next: string | null = null;
  do {
    const reply = await who.visitor.call('listAuditLog', {}, { query: { ...query, ...(next && { before: next }) } });
    expect(said(reply)).toBe('200');
    const page = reply.body as AuditLines;
    found.push(...page.lines);
    ({ next } = page);
    pages -= 1;
  } while (next !== null && pages > 0);
  return found;
}

test('no number of rows that a role can cause hides a reset, a denial, a report, a freeze or an approval', async () => {
  const ada = await portal.signedIn(ADA);
  const grace = await personId(portal, GRACE);
  const katherine = await personId(portal, KATHERINE);

  const important = await caused(async () => {
    await hedy.reset(katherine, { callerVerificationId: undefined, note: 'abroad', ticket: 'INC-4711' });
    const [{ id }] = (await annie.visitor.call('listApprovals')).body.approvals;
    expect(said(await approve(annie, id))).toBe('200');
    const push = { type: 'push', factorId: await withPush(env, GRACE), choice: allLost } as const;
    const started = (await hedy.visitor.call('startCallerVerification', { userId: grace }, { body: push })).body;
    await answerPush(env, GRACE, 'deny', started.number);
    env.advance(4);
    await hedy.visitor.call('pollCallerVerification', { userId: grace, id: started.id });
    await hedy.visitor.call('reportCall', { userId: grace }, { body: { signs: ['claimed_it'] } });
    await startVerification(hedy.visitor, grace, { type: 'own-session' });
    const caller = await portal.signedIn(GRACE);
    const [request] = (await caller.call('listCallerVerifications')).body.requests;
    await caller.call('answerCallerVerification', { id: request.id }, { body: { answer: 'no' } });
    expect(said(await caller.call('freezeMyself'))).toBe('204');
  });
  const sought = important.filter(
    ({ event, type }) => type !== 'intent' && eventsOfKind.operation.includes(event as AuditEvent),
  );
  expect(sought.map(({ event }) => event)).toEqual([
    'helpdesk.approval.request',
    'helpdesk.approval.approve',
    'user.mfa.factor.reset_all',
    'helpdesk.caller_verification.verify',
    'helpdesk.call.report',
    'helpdesk.caller_verification.verify',
    'user.account.freeze',
  ]);

  const approvals = await portal.store.selectFrom('approvals').select('id').execute();
  const noise = await caused(async () => {
    await ada.call('getPerson', { userId: katherine });
    await ada.call('decideApproval', { id: approvals[0]!.id }, { body: { decision: 'deny', reason: 'attack' } });
    await ada.call('deleteFactor', { factorId: 'uft00000000000000000' });
    await ada.call('listAuditLog');
    const { body: begun } = await ada.call('enrollFactor', {}, { body: { kind: 'totp' } });
    expect(said(await ada.call('deleteFactor', { factorId: begun.factor.id }))).toBe('204');
    await portal.signedIn(ADA);
    await hedy.visitor.call('searchPeople', {}, { query: { q: 'kath' } });
    await hedy.visitor.call('getPerson', { userId: katherine });
    await hedy.requestReset(katherine);
    await hedy.visitor.call('exportAuditLogJsonLines');
    await startVerification(hedy.visitor, katherine, { type: 'own-session' });
    await annie.visitor.call('getPerson', { userId: katherine });
    await annie.visitor.call('exportAuditLogJsonLines');
    await annie.visitor.call('revealRecoveryCode', { id: approvals[0]!.id });
  });
  const changes = noise.filter(({ type, reason }) => type !== 'intent' && reason !== 'cancelled');
  const kinds = new Set(changes.map(({ event }) => event));
  expect([...kinds].filter((event) => eventsOfKind.operation.includes(event as AuditEvent))).toEqual([]);
  expect(kinds.size).toBeGreaterThanOrEqual(7);
  await flood(noise);

  // The first page of the filter `operation` has all important rows.
  const seqs = (lines: readonly AuditLine[]) => new Set(lines.map(({ seq }) => seq));
  const first = seqs(await all(annie, { kind: 'operation' }, 1));
  expect(sought.filter(({ seq }) => !first.has(seq))).toEqual([]);
  for (const kind of ['reset', 'approval', 'caller', 'freeze'] as const satisfies AuditKind[]) {
    const found = seqs(await all(annie, { kind }));
    const theirs = sought.filter(({ event }) => eventsOfKind[kind].includes(event as AuditEvent));
    expect([kind, theirs.length > 0, theirs.filter(({ seq }) => !found.has(seq))]).toEqual([kind, true, []]);
  }
  for (const query of [
    { ticket: 'INC-4711' },
    { person: KATHERINE, kind: 'operation' },
    { kind: 'reset', person: KATHERINE },
  ])
    expect((await all(annie, query, 1)).map(({ event }) => event)).toContain('user.mfa.factor.reset_all');
  const [reset] = await all(annie, { kind: 'reset' }, 1);
  expect(reset).toMatchObject({ ticket: 'INC-4711', approver: 'Annie Easley', unverified: true, address: '127.0.0.1' });
  // An agent can repeat changes of her own methods, and reports, and push the rows above to later pages.
  const ownChanges = await caused(async () => {
    await hedy.stepUp('enroll:question');
    const body = { kind: 'question', question: 'first_award', answer: 'for running' };
    const { factor } = (await hedy.visitor.call('enrollFactor', {}, { body })).body;
    await hedy.stepUp(`remove:${factor.id}`);
    expect(said(await hedy.visitor.call('deleteFactor', { factorId: factor.id }))).toBe('204');
  });
  const added = ownChanges.filter(
    ({ event, type }) => type !== 'intent' && eventsOfKind.operation.includes(event as AuditEvent),
  );
  expect(added.map(({ event }) => event)).toEqual(['user.mfa.factor.activate', 'user.mfa.factor.deactivate']);
  await flood([...added, ...sought.filter(({ event }) => event === 'helpdesk.call.report')]);
  const pages = seqs(await all(annie, { kind: 'operation' }));
  expect(sought.filter(({ seq }) => !pages.has(seq))).toEqual([]);
  for (const kind of ['reset', 'approval', 'freeze'] as const satisfies AuditKind[]) {
    const [newest] = await all(annie, { kind }, 1);
    expect(newest!.seq).toBe(sought.findLast(({ event }) => eventsOfKind[kind].includes(event as AuditEvent))!.seq);
  }
});
