import { beforeEach, expect, test } from 'vitest';
import { verifyAuditLog } from '#operator/audit-verify/verify-log.ts';
import { plantRow } from '#testing/store-contents.ts';
import { ANNIE, auditKeys, GRACE, HEDY, testEnv, type Portal } from '#testing/test-env.ts';
import { said, type Visitor } from '#testing/visitor.ts';
import { raisedAlarms } from '../alarms/testing/raised-alarms.ts';
import { signInAgent } from '../../features/helpdesk/testing/agent-fixture.ts';

/** An attacker inserts rows into the log, but has no key. */
const env = await testEnv();
let portal: Portal;
let grace: Visitor;
let head: number;
beforeEach(async () => {
  portal = await env.fresh();
  grace = await portal.signedIn(GRACE);
  ({ seq: head } = await portal.app.services.auditLog.head());
});

async function remove(): Promise<string> {
  const [{ id }] = (await grace.call('listFactors')).body.factors;
  await portal.stepUp(grace, `remove:${id}`, 3);
  return said(await grace.call('deleteFactor', { factorId: id }));
}
const alarms = async () => {
  await portal.app.services.checkAlarms();
  return raisedAlarms(portal.store);
};

test('[L4] rows that name the next intents suppress no outcome, no notice and no history, and raise an alarm', async () => {
  for (let n = 1; n <= 6; n += 1)
    await plantRow(portal.store, 1_000_000 + n, { type: 'outcome', intent: head + n, outcome: 'failure' });
  expect(await remove()).toBe('204');
  const rows = await portal.store.selectFrom('audit_log').selectAll().where('seq', '>', head).orderBy('seq').execute();
  expect(rows.slice(0, 2).map(({ type, outcome }) => [type, outcome])).toEqual([
    ['intent', null],
    ['outcome', 'success'],
  ]);
  expect(await portal.store.selectFrom('open_intents').select('seq').execute()).toEqual([]);
  await portal.app.services.outbox.flush();
  expect((await env.emails(GRACE)).length).toBeGreaterThan(0);
  const { entries } = (await grace.call('getSecurityHistory')).body;
  expect(entries[0]).toMatchObject({ event: 'user.mfa.factor.deactivate', outcome: 'success' });
  expect(await alarms()).toEqual(['foreign_audit_row ']);
  expect(await verifyAuditLog(portal.store, { keys: auditKeys })).toEqual({ seq: 1_000_001, fault: 'outside' });
});

test('[L4] a planted outcome of an open intent is not its outcome', async () => {
  await env.fault({ match: 'DELETE /api/v1/users/*/factors/*', cut: 'after' });
  expect(await remove()).toBe('502 org_error');
  const [open] = await portal.app.services.auditLog.open(Number.MAX_SAFE_INTEGER);
  await plantRow(portal.store, 1_000_000, { type: 'outcome', intent: open!.seq, outcome: 'failure' });
  env.advance(3);
  expect(await portal.app.reconcile()).toBe(1);
  const { entries } = (await grace.call('getSecurityHistory')).body;
  expect(entries[0]).toMatchObject({ event: 'user.mfa.factor.deactivate', outcome: 'success' });
});

test('[L4] planted rows are on no page, and end no need for a recovery code', async () => {
  const hedy = await signInAgent(portal, HEDY);
  const annie = await signInAgent(portal, ANNIE);
  const subject = (await grace.call('getSession')).body.userId as string | undefined;
  const person = subject ?? (await portal.auditRows({ event: 'user.session.start' }, 'subject'))[0]!.subject!;
  expect(said(await hedy.reset(person))).toBe('200');
  await portal.app.services.outbox.flush();
  const added = { event: 'user.mfa.factor.activate', outcome: 'success', subject: person, actor: person } as const;
  await plantRow(portal.store, 1_000_000, { ...added, type: 'event' });
  const again = await portal.signedIn(GRACE);
  expect(said(await again.call('enrollFactor', {}, { body: { kind: 'totp' } }))).toBe('403 recovery_code_required');
  const { entries } = (await again.call('getSecurityHistory')).body;
  expect(entries.map(({ event }: { event: string }) => event)).not.toContain('user.mfa.factor.activate');
  const queries: Record<string, string>[] = [{}, { before: '6000000' }, { kind: 'method', before: '6000000' }];
  for (const query of queries) {
    const reply = await annie.visitor.call('listAuditLog', {}, { query });
    expect([said(reply), JSON.stringify(reply.body)]).toEqual([
      '200',
      expect.not.stringContaining('user.mfa.factor.activate'),
    ]);
  }
  const { auditReader } = portal.app.services.helpdeskServices;
  expect(await auditReader.findEntry(person, '1000000')).toBeNull();
});

test('[L4] a cursor of the sink beyond the log’s end is put back, and raises an alarm, also without a receiver', async () => {
  await portal.store.updateTable('audit_sink_cursor').set({ seq: 1_000_000 }).execute();
  expect(await alarms()).toEqual(['foreign_cursor audit_sink_cursor']);
  const [at] = await portal.store.selectFrom('audit_sink_cursor').select('seq').execute();
  expect(at!.seq).toBeLessThanOrEqual(head);
  env.advance(3601);
  expect(await alarms()).toHaveLength(1);
});

test('[L4] a planted row with the next number stops changes, and nothing else, and is named', async () => {
  await plantRow(portal.store, head + 1);
  expect(await remove()).toBe('503 store_unavailable');
  expect(said(await grace.call('listFactors'))).toBe('200');
  expect((await env.takeRequests()).filter(({ method }) => method === 'DELETE')).toEqual([]);
  expect(await alarms()).toEqual(['foreign_audit_row ']);
  expect(await verifyAuditLog(portal.store, { keys: auditKeys })).toEqual({ seq: head + 1, fault: 'outside' });
  await portal.store
    .deleteFrom('audit_log')
    .where('seq', '=', head + 1)
    .execute();
  expect(await remove()).toBe('204');
});
