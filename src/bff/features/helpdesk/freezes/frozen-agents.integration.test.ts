import type { AuditEvent } from '#contract/audit-log/audit-events.ts';
import { beforeEach, expect, test } from 'vitest';
import { helpdeskEndpoints } from '#contract/helpdesk-endpoints.ts';
import type { PageRenderer } from '#contract/page.ts';
import type { HelpdeskEndpointName } from '#contract/helpdesk.ts';
import { ANNIE, GRACE, HEDY } from '#testing/test-env.ts';
import { getBody } from '#testing/requests/route-table.ts';
import { verifiedBy, withPush } from '#testing/security-methods.ts';
import { said } from '#testing/visitor.ts';
import { isForHelpdesk } from '../../../http/policies.ts';
import { endpointRows } from '../../../endpoint-rows.ts';
import { changeStore } from '../../../platform/store/change-store.ts';
import { approve, freezeByLink, signInAgent, requestedChanges, type SignedInStaff } from '../testing/agent-fixture.ts';
import { beforeLists } from '../testing/helpdesk-fixture.ts';
import { freezePerson } from './freeze-person.ts';
import { annie, env, grace, hedy, openDesk, portal, signInStaff } from '../testing/desk.ts';

let beforeList: (userId: string) => Promise<void> = async () => {};
beforeEach(async () => {
  beforeList = async () => {};
  await openDesk({ okta: beforeLists((userId) => beforeList(userId)) });
});

const rows = (event: AuditEvent) => portal.auditRows({ event });
const statusOf = async (id: string) =>
  (await portal.store.selectFrom('approvals').select('status').where('id', '=', id).executeTakeFirstOrThrow()).status;
const verificationStatus = async (id: string) =>
  (
    await portal.store
      .selectFrom('caller_verifications')
      .select('status')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
  ).status;
async function freezes(who: SignedInStaff): Promise<SignedInStaff> {
  expect(said(await who.visitor.call('freezeMyself'))).toBe('204');
  return signInAgent(portal, who.login);
}
const requestApproval = async (agent: SignedInStaff, userId = grace) =>
  (await agent.reset(userId, { callerVerificationId: undefined, note: 'abroad' })).body.approval.id as string;

const helpdeskEndpointNames = (Object.keys(helpdeskEndpoints) as HelpdeskEndpointName[]).filter((name) =>
  isForHelpdesk(endpointRows[name]),
);

test('[A7] a frozen agent or approver is refused every operation of the helpdesk, also reading and approving', async () => {
  const frozen = await freezes(annie);
  const params = { userId: grace, id: 'a'.repeat(16) };
  for (const name of helpdeskEndpointNames) {
    const reply = await frozen.visitor.call(name, params as never, {
      body: getBody(name),
      ...(name === 'searchPeople' && { query: { q: 'grace' } }),
      ...(name === 'watchPerson' && { query: { token: 'x' } }),
    });
    expect([name, said(reply)]).toEqual([name, '423 frozen']);
  }
  const refused = (await rows('helpdesk.refused')).map(({ actor, reason }) => [actor, reason]);
  expect(refused).toEqual(helpdeskEndpointNames.map((name) => [annie.id, `${name}: frozen`]));
});

test('[A7] the helpdesk’s pages show a frozen agent no person', async () => {
  const reads = {
    person: ['getPerson', { userId: grace }],
    approvals: ['listApprovals', {}],
    'audit-log': ['listAuditLog', {}],
  } as const;
  const render: PageRenderer = async ({ url, problem, call }) => {
    const read = reads[url.slice('/helpdesk/'.length) as keyof typeof reads];
    const said_ = problem?.kind === 'error' ? { status: problem.error.status, html: problem.error.code } : null;
    return {
      headers: {},
      path: null,
      ...(said_ ?? { status: 200, html: JSON.stringify(await call(read[0], read[1] as never)) }),
    };
  };
  const other = await env.another({ app: { store: portal.store, pages: { render, build: 'b', assets: null } } });
  const who = await other.signedIn(ANNIE);
  const seen = async () =>
    Promise.all(Object.keys(reads).map(async (name) => (await who.open(`${other.base}/helpdesk/${name}`)).status));
  expect(await seen()).toEqual([200, 200, 200]);
  await portal.app.services.helpdeskServices.freezes.freeze(annie.id);
  expect(await seen()).toEqual([423, 423, 423]);
});

test('a frozen agent still sees her own methods and signs out', async () => {
  const frozen = await freezes(hedy);
  expect(said(await frozen.visitor.call('listFactors'))).toBe('200');
  expect(said(await frozen.visitor.signOut())).toBe('303');
});

test('a running export stops when the approver is frozen', async () => {
  const { helpdeskServices } = portal.app.services;
  const session = await portal.app.services.sessions.find(annie.visitor.token()!, false);
  const actor = { userId: annie.id, address: '', agent: '', requestId: 'r' };
  const context = { session, operation: { actor, session }, query: {} } as never;
  const copy = await endpointRows.exportAuditLogJsonLines.handler(context, portal.app.services);
  const lines = (copy as AsyncIterable<string>)[Symbol.asyncIterator]();
  await helpdeskServices.freezes.freeze(annie.id);
  await expect(lines.next()).rejects.toMatchObject({ code: 'frozen' });
});

test.each([
  ['ends', () => annie.visitor.signOut()],
  ['was idle for too long', async () => env.advance(15 * 60)],
])('[S8] a running export stops when its session %s', async (_how, end) => {
  const session = await portal.app.services.sessions.find(annie.visitor.token()!, false);
  const actor = { userId: annie.id, address: '', agent: '', requestId: 'r' };
  const context = { session, operation: { actor, session }, query: {} } as never;
  const copy = await endpointRows.exportAuditLogJsonLines.handler(context, portal.app.services);
  const lines = (copy as AsyncIterable<string>)[Symbol.asyncIterator]();
  await end();
  await expect(lines.next()).rejects.toMatchObject({ code: 'signed_out' });
});

test('[A8] freezing an agent withdraws what she had pending: shown as withdrawn, each with its audit row', async () => {
  const waiting = await requestApproval(hedy);
  const verification = await hedy.verified(grace);
  await freezes(hedy);
  expect([await statusOf(waiting), await verificationStatus(verification)]).toEqual(['withdrawn', 'withdrawn']);
  const list = (await annie.visitor.call('listApprovals')).body.approvals;
  expect(list.map(({ id, status, mine }: { id: string; status: string; mine: boolean }) => [id, status, mine])).toEqual(
    [[waiting, 'withdrawn', false]],
  );
  expect(said(await approve(annie, waiting))).toBe('409 conflict');
  expect(
    (await rows('helpdesk.approval.withdraw')).map(({ actor, subject, ticket, reason }) => [
      actor,
      subject,
      ticket,
      reason,
    ]),
  ).toEqual([[hedy.id, grace, 'INC-1', 'frozen']]);
  expect(
    (await rows('helpdesk.caller_verification.withdraw')).map(({ subject, caller_verification }) => [
      subject,
      caller_verification,
    ]),
  ).toContainEqual([grace, `push:${verification}`]);
});

test('[A8] what was withdrawn stays withdrawn after the unfreeze', async () => {
  const waiting = await requestApproval(hedy);
  const verification = await hedy.verified(grace);
  await freezes(hedy);
  await portal.app.services.helpdeskServices.freezes.unfreeze(hedy.id);
  const again = await signInAgent(portal, HEDY);
  await again.stepUp(`helpdesk:${grace}`);
  expect(said(await again.requestReset(grace, { callerVerificationId: verification }))).toBe(
    '403 caller_verification_required',
  );
  expect(said(await approve(annie, waiting))).toBe('409 conflict');
});

test('[A8] freezing a person withdraws the helpdesk’s pending resets of them, and their old recovery code', async () => {
  const waiting = await requestApproval(hedy);
  const verification = await hedy.verified(grace);
  const { sessions, helpdeskServices } = portal.app.services;
  const { recoveryCodes } = helpdeskServices;
  const { code, keep } = recoveryCodes.make(grace, { approvalId: null, inPerson: false });
  await changeStore(portal.store, keep);
  const who = await portal.signedIn(GRACE);
  expect(await recoveryCodes.redeem((await sessions.find(who.token()!, false))!, code)).toBe(true);
  await who.call('freezeMyself');
  expect([await statusOf(waiting), await verificationStatus(verification)]).toEqual(['withdrawn', 'withdrawn']);
  const { expires_at } = await portal.store.selectFrom('recovery_codes').select('expires_at').executeTakeFirstOrThrow();
  expect(expires_at).toBeLessThanOrEqual(env.clock.now());
  // The rule is not `used`, because the freeze ended the session that had used the code.
  const again = await sessions.find((await portal.signedIn(GRACE)).token()!, false);
  await expect(recoveryCodes.redeem(again!, code)).rejects.toMatchObject({ details: { rule: 'over' } });
});

test('[A8] an agent frozen while her reset reads the person’s methods resets nobody, and keeps no verification', async () => {
  const verification = await hedy.verified(grace);
  await hedy.stepUp(`helpdesk:${grace}`);
  await env.takeRequests();
  beforeList = async (userId) => {
    if (userId !== grace) return;
    beforeList = async () => {};
    const person = await portal.app.services.users.read(hedy.id);
    await freezePerson(portal.app.services, { userId: hedy.id, address: '', agent: '', requestId: 'x' }, person, {
      why: 'this was not me',
    });
  };
  expect(said(await hedy.requestReset(grace, { callerVerificationId: verification }))).toMatch(/^4/);
  expect((await requestedChanges(env)).filter((line) => !line.includes('sessions'))).toEqual([]);
  expect(await verificationStatus(verification)).toBe('withdrawn');
  expect(await portal.store.selectFrom('resets').selectAll().execute()).toEqual([]);
});

test.each([
  ['the agent who asked', () => hedy, 'failed'],
  // The freeze comes before the approver's decision is written.
  ['the approver', () => annie, 'waiting'],
])('[A8] %s is frozen while the approved reset starts: nothing is reset', async (_who, whose, status) => {
  const waiting = await requestApproval(hedy);
  const frozen = whose();
  beforeList = async (userId) => {
    if (userId !== grace) return;
    beforeList = async () => {};
    await portal.app.services.helpdeskServices.freezes.freeze(frozen.id);
  };
  await env.takeRequests();
  expect(said(await approve(annie, waiting))).toBe('423 frozen');
  expect(await requestedChanges(env)).toEqual([]);
  expect(await statusOf(waiting)).toBe(status);
});

const restore = (id: string) =>
  changeStore(portal.store, (tx) => portal.app.services.callerVerifications.restore(id, tx));

test('[A8] a frozen agent does not get a consumed caller verification back', async () => {
  const verification = await hedy.verified(grace);
  await portal.app.services.callerVerifications.consume(hedy.id, grace, verification);
  await portal.app.services.helpdeskServices.freezes.freeze(hedy.id);
  await restore(verification);
  expect(await verificationStatus(verification)).toBe('withdrawn');
});

test('[A8] nor is one given back whose person froze once more meanwhile', async () => {
  const { callerVerifications, helpdeskServices } = portal.app.services;
  await helpdeskServices.freezes.freeze(grace);
  env.advance(60);
  const verification = await hedy.verified(grace);
  await callerVerifications.consume(hedy.id, grace, verification);
  await restore(verification);
  expect(await verificationStatus(verification)).toBe('verified');
  await callerVerifications.consume(hedy.id, grace, verification);
  await helpdeskServices.freezes.freeze(grace);
  await restore(verification);
  expect(await verificationStatus(verification)).toBe('withdrawn');
});

test('[A8] a frozen agent cannot start a caller verification', async () => {
  await portal.app.services.helpdeskServices.freezes.freeze(hedy.id);
  await expect(hedy.verified(grace)).rejects.toMatchObject({ code: 'frozen' });
});

test('[A8] nor does a call that was verified as by somebody not frozen outlive their freeze', async () => {
  const factorId = await withPush(env, GRACE);
  const { helpdeskServices } = portal.app.services;
  const { startLimits } = helpdeskServices;
  const assert = startLimits.assert.bind(startLimits);
  startLimits.assert = async (...args) => {
    await assert(...args);
    await helpdeskServices.freezes.freeze(grace);
  };
  const body = { type: 'push', factorId, choice: { factorIds: [factorId], reason: 'other' } } as const;
  expect(said(await hedy.visitor.call('startCallerVerification', { userId: grace }, { body }))).toBe('423 frozen');
  expect(await portal.store.selectFrom('caller_verifications').selectAll().execute()).toEqual([]);
});

test('what a freeze withdraws is recorded in its transaction, or nothing of it happens', async () => {
  const waiting = await requestApproval(hedy);
  const verification = await hedy.verified(grace);
  const { services } = portal.app;
  const person = await services.users.read(hedy.id);
  const actor = { userId: hedy.id, address: '127.0.0.1', agent: '', requestId: 'x' };
  const byLink = () => Promise.reject(new Error('planted'));
  await expect(freezePerson(services, actor, person, { why: 'this was not me', byLink })).rejects.toThrow('planted');
  expect([await statusOf(waiting), await verificationStatus(verification)]).toEqual(['waiting', 'verified']);
  await freezePerson(services, actor, person, { why: 'this was not me' });
  expect([await statusOf(waiting), await verificationStatus(verification)]).toEqual(['withdrawn', 'withdrawn']);
  const written = await portal.auditRows({}, 'seq', 'event');
  const [frozen] = written.filter(({ event }) => event === 'user.account.freeze');
  expect(written.filter(({ seq }) => seq > frozen!.seq).map(({ event }) => event)).toEqual(
    expect.arrayContaining(['helpdesk.approval.withdraw', 'helpdesk.caller_verification.withdraw']),
  );
});

test('[A8] who freezes a frozen person by a session withdraws nothing; a link in an email withdraws', async () => {
  const push = await withPush(env, GRACE);
  env.advance(30 * 24 * 3600);
  await signInStaff();
  await (await portal.signedIn(GRACE)).call('freezeMyself');
  const { freezes, attackSigns } = portal.app.services.helpdeskServices;
  const since = await freezes.of(grace);
  const verified = await hedy.verified(grace, 'push', {
    methods: [],
    all: 0,
    ...(await verifiedBy(portal, grace, push)),
  });
  const { approval } = (await hedy.unfreeze(grace, { note: 'abroad' })).body;
  const status = async () =>
    (await hedy.visitor.call('pollCallerVerification', { userId: grace, id: verified })).body.status;
  env.advance(60);
  const thief = await portal.signedIn(GRACE);
  for (const _ of ['once', 'again']) await (await portal.signedIn(GRACE)).call('freezeMyself');
  expect(said(await thief.call('listFactors'))).toBe('401 signed_out');
  expect(await freezes.of(grace)).toEqual(since);
  expect(await status()).toBe('verified');
  expect((await attackSigns.of(grace)).map(({ kind, times }) => [kind, times])).toEqual([
    ['frozen_again', 2],
    ['frozen', 1],
  ]);
  const [card] = (await annie.visitor.call('listApprovals')).body.approvals;
  expect([card.id, card.evidence.attackSigns[0].kind]).toEqual([approval.id, 'frozen_again']);
  await freezeByLink(portal, grace);
  expect(await status()).toBe('withdrawn');
  expect(said(await approve(annie, approval.id))).toBe('409 conflict');
});
