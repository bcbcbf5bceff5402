import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AuditAct, AuditActs } from '#contract/helpdesk.ts';
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
});

type Query = Partial<Record<'agent' | 'person' | 'ticket' | 'kind' | 'outcome' | 'since' | 'until' | 'before', string>>;
const list = async ({ visitor }: SignedInStaff, query: Query = {}): Promise<AuditActs> => {
  const reply = await visitor.call('listAuditLog', {}, { query: query as never });
  expect(said(reply)).toBe('200');
  return reply.body as AuditActs;
};
const short = ({ by, event, person }: AuditAct) =>
  [by, event.replace(/^(?:helpdesk|user\.mfa|user)\./, ''), person].filter((part) => part !== null).join(' ');
const lines = async (who: SignedInStaff, query?: Query) => (await list(who, query)).acts.map(short);

/** Hedy resets Grace's app for a caller verified by push; Katherine's after an approval by Annie. */
async function aMorning(): Promise<{ verifiedAt: number }> {
  await hedy.visitor.call('getPerson', { userId: grace });
  const factorId = await withPush(env, GRACE);
  const body = { type: 'push', factorId, choice: allLost } as const;
  const started = (await hedy.visitor.call('startCallerVerification', { userId: grace }, { body })).body;
  await answerPush(env, GRACE, 'approve', started.number);
  env.advance(4);
  await hedy.visitor.call('pollCallerVerification', { userId: grace, id: started.id });
  const verifiedAt = env.clock.now();
  env.advance(60);
  const how = { callerVerificationId: started.id, factorIds: [factorId], ticket: 'INC-4711' };
  expect(said(await hedy.reset(grace, how))).toBe('200');
  env.advance(60);
  await hedy.visitor.call('getPerson', { userId: katherine });
  await hedy.reset(katherine, { callerVerificationId: undefined, note: 'she is abroad (again)', reason: 'broken' });
  const [{ id }] = (await annie.visitor.call('listApprovals')).body.approvals;
  expect(said(await approve(annie, id))).toBe('200');
  await portal.app.services.outbox.flush();
  return { verifiedAt };
}

describe('an act', () => {
  test('is one line: who did what for whom, ticket, reason, how and when verified, and by whom approved', async () => {
    const { verifiedAt } = await aMorning();
    const [approved, reset] = (await list(annie, { kind: 'reset' })).acts;
    expect(reset).toMatchObject({
      by: 'Hedy Lamarr',
      event: 'user.mfa.factor.reset',
      person: 'Grace Hopper',
      kind: 'okta-verify',
      outcome: 'success',
      ticket: 'INC-4711',
      reason: 'lost',
      note: null,
      verified: { type: 'push', at: new Date(verifiedAt).toISOString() },
      unverified: false,
      approver: null,
      requester: null,
      denied: false,
      refusals: 0,
    });
    expect(reset!.notified).toBeGreaterThan(0);
    expect(reset!.rows[0]).toMatchObject({ event: 'helpdesk.person.view', by: 'Hedy Lamarr', address: '127.0.0.1' });
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
    const known = JSON.stringify([approved, reset].map((act) => act!.rows.map(({ requestId: _id, ...row }) => row)));
    for (const id of [hedy.id, annie.id, grace, katherine]) expect(known).not.toContain(id);
  });

  test('says what was odd about a call, each sign once', async () => {
    await hedy.visitor.call('getPerson', { userId: grace });
    for (const signs of [['other'], ['pressed', 'other']])
      await hedy.visitor.call('reportCall', { userId: grace }, { body: { signs } });
    // `other` is also a reason of resets.
    expect((await list(annie, { kind: 'caller' })).acts).toMatchObject([
      { event: 'helpdesk.call.report', person: 'Grace Hopper', times: 2, signs: ['pressed', 'other'], reason: null },
    ]);
  });

  test('says what was refused, and that a caller was not verified', async () => {
    await hedy.reset(grace, { callerVerificationId: undefined, note: 'abroad' });
    const [{ id }] = (await annie.visitor.call('listApprovals')).body.approvals;
    const other = await signInAgent(portal, HEDY);
    await other.visitor.call('decideApproval', { id }, { body: { decision: 'approve' } });
    const [asked] = (await list(annie, { person: 'Grace' })).acts;
    expect(asked).toMatchObject({ event: 'helpdesk.approval.request', unverified: true, refusals: 1 });
    expect(asked!.rows.at(-1)!.refused).toEqual({ tried: 'decideApproval', code: 'forbidden' });
    const body = { type: 'own-session', choice: allLost } as const;
    await hedy.visitor.call('startCallerVerification', { userId: grace }, { body });
    const caller = await portal.signedIn(GRACE);
    const [request] = (await caller.call('listCallerVerifications')).body.requests;
    await caller.call('answerCallerVerification', { id: request.id }, { body: { answer: 'no' } });
    const [denied] = (await list(annie, { person: 'grac', kind: 'caller' })).acts;
    expect(denied).toMatchObject({
      event: 'helpdesk.caller_verification.verify',
      outcome: 'failure',
      by: 'Grace Hopper',
      verified: null,
    });
  });
});

describe('an amendment', () => {
  const amend = ({ visitor }: SignedInStaff, seq: number | null, over: object = {}) =>
    visitor.call('amendAuditLog', {}, { body: { seq: seq!, mistake: 'other', reason: 'It was Ada.', ...over } });
  const shown = ({ amendments }: AuditAct) => amendments.map(({ at: _at, ...rest }) => rest);

  test('is added to the act, beside the entry, for everybody who reads it; the entry stays', async () => {
    await aMorning();
    const [own] = (await list(hedy, { kind: 'reset', person: 'grace' })).acts;
    const ticket = { mistake: 'wrong_ticket', reason: 'Typed from memory.', ticket: 'INC-4712' };
    expect(said(await amend(hedy, own!.amends, ticket))).toBe('201');
    expect(said(await amend(annie, own!.amends, { mistake: 'wrong_person' }))).toBe('201');
    for (const who of [hedy, annie]) {
      const [act] = (await list(who, { kind: 'reset', person: 'grace' })).acts;
      expect(act).toMatchObject({ event: 'user.mfa.factor.reset', ticket: 'INC-4711', by: 'Hedy Lamarr', at: own!.at });
      expect(shown(act!)).toEqual([
        { by: 'Hedy Lamarr', ...ticket },
        { by: 'Annie Easley', mistake: 'wrong_person', reason: 'It was Ada.', ticket: null },
      ]);
      expect(act!.rows.map(({ seq, event }) => [seq, event])).toEqual(
        expect.arrayContaining(own!.rows.map(({ seq, event }) => [seq, event])),
      );
    }
    // The act is found by the right ticket, and stays where it was in the list.
    expect((await list(annie, { ticket: 'INC-4712' })).acts.map(({ key }) => key)).toEqual([own!.key]);
    expect((await list(annie, { kind: 'amendment' })).acts.map(({ key }) => key)).toEqual([own!.key]);
    expect((await list(annie)).acts.filter(({ key }) => key === own!.key)).toHaveLength(1);
  });

  test('is for an agent’s own acts within her scope, and for approvers everybody’s', async () => {
    await annie.visitor.call('getPerson', { userId: grace });
    const [byAnnie] = (await list(annie, { kind: 'look' })).acts;
    expect(said(await amend(hedy, byAnnie!.amends))).toBe('404 not_found');
    await hedy.visitor.call('getPerson', { userId: grace });
    const [own] = (await list(hedy)).acts;
    expect(said(await amend(hedy, own!.amends, { mistake: 'wrong_ticket' }))).toBe('400 ticket_required');
    expect(said(await amend(hedy, own!.amends, { ticket: 'INC-1' }))).toBe('400 ticket_required');
    // An entry about nobody, one that somebody made about themselves, an amendment, and none at all.
    await hedy.visitor.call('searchPeople', {}, { query: { q: 'grace' } });
    const { seq: search } = await portal.app.services.auditLog.head();
    await amend(annie, own!.amends);
    const { seq: amendment } = await portal.app.services.auditLog.head();
    await portal.signedIn(GRACE);
    const { seq: signIn } = await portal.app.services.auditLog.head();
    for (const seq of [search, amendment, signIn, 1_000_000])
      expect([seq, said(await amend(annie, seq))]).toEqual([seq, '404 not_found']);
    // She is no longer in Hedy's scope.
    await env.fault({ match: `GET /api/v1/users/${grace}/groups`, times: 100, status: 200, body: [] });
    expect(said(await amend(hedy, own!.amends))).toBe('404 not_found');
  });
});

describe('the filters', () => {
  test('take the beginning of a name, ticket, kind, outcome and time, alone and combined', async () => {
    const start = env.clock.now();
    await aMorning();
    const iso = (ms: number) => new Date(ms).toISOString();
    const resets = ['Hedy Lamarr factor.reset_all Katherine Johnson', 'Hedy Lamarr factor.reset Grace Hopper'];
    const [ofKatherine, ofGrace] = resets;
    expect(await lines(annie, { person: 'grac', kind: 'reset' })).toEqual([ofGrace]);
    expect(await lines(annie, { person: 'HOPPER, gr', kind: 'reset' })).toEqual([ofGrace]);
    expect(await lines(annie, { person: GRACE.toUpperCase(), kind: 'reset' })).toEqual([ofGrace]);
    expect(await lines(annie, { person: grace, kind: 'reset' })).toEqual([ofGrace]);
    expect(await lines(annie, { agent: 'hed', kind: 'reset' })).toEqual(resets);
    expect(await lines(annie, { agent: 'annie', kind: 'approval' })).toEqual([ofKatherine]);
    expect(await lines(annie, { ticket: 'INC-4711' })).toEqual([ofGrace]);
    expect(await lines(annie, { ticket: 'INC-4711', person: 'kath' })).toEqual([]);
    expect(await lines(annie, { outcome: 'failure' })).toEqual([]);
    expect(await lines(annie, { outcome: 'success', kind: 'reset', ticket: 'INC-1' })).toEqual([ofKatherine]);
    expect(await lines(annie, { kind: 'reset', since: iso(start + 100_000) })).toEqual([ofKatherine]);
    expect(await lines(annie, { kind: 'reset', until: iso(start + 100_000) })).toEqual([ofGrace]);
    expect(await lines(annie, { agent: 'nobody@example.com' })).toEqual([]);
    expect(await lines(annie, { kind: 'notification' })).toEqual(resets);
    expect(said(await annie.visitor.call('listAuditLog', {}, { query: { since: '2026-99-99' } }))).toBe(
      '400 bad_request',
    );
    await hedy.reset(grace, { callerVerificationId: undefined });
    expect(await lines(annie, { outcome: 'failure' })).toEqual(['Hedy Lamarr refused Grace Hopper']);
    const csv = await annie.visitor.call(
      'exportAuditLogCsv',
      {},
      { query: { ticket: 'INC-4711', outcome: 'success' } },
    );
    expect(csv.text.trim().split('\r\n')).toHaveLength(3);
  });

  test('say whom the beginning of a name means, and suggest people to an approver alone', async () => {
    await aMorning();
    const { people } = await list(annie, { person: 'h' });
    expect(people.map(({ name }) => name)).toEqual(['Grace Hopper', 'Hedy Lamarr']);
    expect((await list(hedy, { person: 'h' })).people).toEqual([]);
    const found = await annie.visitor.call('findAuditPeople', {}, { query: { q: 'KATH' } });
    expect(found.body.people).toEqual([{ name: 'Katherine Johnson', login: KATHERINE }]);
    expect(said(await hedy.visitor.call('findAuditPeople', {}, { query: { q: 'kath' } }))).toBe('403 forbidden');
  });
});

test('pages list each act once, and count honestly', async () => {
  const { auditLog } = portal.app.services;
  const write = async (from: number, to: number) => {
    for (let n = from; n < to; n += 1) {
      const actor = {
        userId: hedy.id,
        address: '192.0.2.7',
        agent: 'x',
        requestId: `r${n}`,
        correlationId: `a${n % 120}`,
      };
      await auditLog.event(actor, { event: 'helpdesk.person.view', subject: grace }, { outcome: 'success' });
    }
  };
  // Every act has two rows, 120 rows apart.
  await write(0, 240);
  const seen: string[] = [];
  let next: string | null = null;
  let count: AuditActs['count'] = null;
  do {
    const page: AuditActs = await list(annie, { kind: 'look', ...(next !== null && { before: next }) });
    if (next === null) ({ count } = page);
    else expect(page.count).toBeNull();
    seen.push(...page.acts.map(({ key }) => key));
    ({ next } = page);
  } while (next !== null);
  expect([seen.length, new Set(seen).size, count]).toEqual([120, 120, { acts: 120, more: false }]);
  for (let n = 0; n < 900; n += 1)
    await auditLog.event(
      { userId: hedy.id, address: '', agent: '', requestId: `more${n}` },
      { event: 'helpdesk.person.view', subject: grace },
      { outcome: 'success' },
    );
  expect((await list(annie, { kind: 'look' })).count).toEqual({ acts: 1000, more: true });
});

test('an agent reads her own acts, without the places of others, and exports nothing', async () => {
  await aMorning();
  await annie.visitor.call('getPerson', { userId: grace });
  const own = await list(hedy, { agent: annie.id });
  expect(own.acts.map(short)).toEqual([
    'Hedy Lamarr factor.reset_all Katherine Johnson',
    'Hedy Lamarr factor.reset Grace Hopper',
    'Hedy Lamarr session.start',
  ]);
  const rows = own.acts.flatMap((act) => act.rows);
  expect(rows.filter(({ by, requestId }) => by !== 'Hedy Lamarr' && requestId !== null)).toEqual([]);
  expect(rows.some(({ by, address }) => by === 'Annie Easley' && address === null)).toBe(true);
  for (const name of ['exportAuditLogCsv', 'exportAuditLogJsonLines'] as const)
    expect(said(await hedy.visitor.call(name))).toBe('403 forbidden');
});
