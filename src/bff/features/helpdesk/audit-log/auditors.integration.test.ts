import { beforeEach, describe, expect, test } from 'vitest';
import { getBody, filled, routes } from '#testing/requests/route-table.ts';
import { ANNIE, FRANCES, GRACE, HEDY, testEnv, type Portal } from '#testing/test-env.ts';
import { said } from '#testing/visitor.ts';
import { endpointRows } from '../../../endpoint-rows.ts';
import { READING_MS } from '../../../identity/step-up/requirement.ts';
import { signInAgent, type SignedInStaff } from '../testing/agent-fixture.ts';
import { helpdeskOfDemo, personId } from '../testing/helpdesk-fixture.ts';

const env = await testEnv();
let portal: Portal;
let frances: SignedInStaff;
beforeEach(async () => {
  portal = await env.fresh();
  frances = await signInAgent(portal, FRANCES);
});

/** Oldest first. */
const readings = async (actor: string) =>
  (
    await portal.auditRows(
      { actor, event: ['helpdesk.audit_log.search', 'helpdesk.audit_log.export'] },
      'event',
      'reason',
      'subject',
    )
  ).map(({ event, reason, subject }) => [event.split('.').at(-1), reason, subject]);
async function joins(login: string, ids: readonly string[]): Promise<void> {
  const body = ids.map((id) => ({ id, type: 'OKTA_GROUP', profile: { name: id } }));
  const match = `GET /api/v1/users/${await personId(portal, login)}/groups`;
  await env.fault({ match, times: 1000, status: 200, body });
}

describe('an auditor', () => {
  test('[A7] reads and exports all rows, with names, after the step-up of HELPDESK_ACR alone', async () => {
    const hedy = await signInAgent(portal, HEDY);
    await hedy.visitor.call('getPerson', { userId: await personId(portal, GRACE) });
    const before = (await frances.visitor.call('getAuditAccess')).body;
    expect(before).toMatchObject({ stepUp: { purpose: 'audit-log', strength: 2, until: null } });
    for (const name of ['listAuditLog', 'exportAuditLogJsonLines'] as const)
      expect([name, said(await frances.visitor.call(name))]).toEqual([name, '403 step_up_required']);
    expect(await readings(frances.id)).toEqual([]);

    await frances.visitor.stepUp('audit-log', FRANCES, () => env.nextCode(FRANCES));
    expect((await frances.visitor.call('getAuditAccess')).body.stepUp.until).toEqual(expect.any(String));
    const { lines } = (await frances.visitor.call('listAuditLog', {}, { query: { kind: 'look' } })).body;
    expect(lines).toContainEqual(
      expect.objectContaining({ event: 'helpdesk.person.view', by: 'Hedy Lamarr', person: 'Grace Hopper' }),
    );
    const { text } = await frances.visitor.call('exportAuditLogJsonLines');
    expect(text).toContain(HEDY);
    const manifest = text.trimEnd().split('\n').at(-1)!;
    expect(JSON.parse(manifest)).toMatchObject({ manifest: { role: 'auditor' } });
  });

  test('steps up as strongly as HELPDESK_ACR says, and again after some minutes', async () => {
    portal = await env.fresh({ app: { helpdesk: helpdeskOfDemo(env, { acr: 'phr' }) } });
    frances = await signInAgent(portal, FRANCES);
    await frances.stepUp('audit-log', 3);
    expect(said(await frances.visitor.call('listAuditLog'))).toBe('403 step_up_required');
    await frances.stepUp('audit-log', 4);
    expect(said(await frances.visitor.call('listAuditLog'))).toBe('200');
    env.advance(READING_MS / 1000 - 1);
    expect(said(await frances.visitor.call('listAuditLog'))).toBe('200');
    env.advance(2);
    expect(said(await frances.visitor.call('listAuditLog'))).toBe('403 step_up_required');
  });

  test('leaves one row a search or export: the kinds of filters, and nothing that was typed', async () => {
    await frances.stepUp('audit-log');
    const query = { person: 'graze', ticket: 'INC-77', outcome: 'failure' } as const;
    await frances.visitor.call('listAuditLog', {}, { query });
    await frances.visitor.call('listAuditLog', {}, { query: { before: '3' } });
    await frances.visitor.call('listAuditLog', {}, { query: { operation: 'r-secret' } });
    await frances.visitor.call('exportAuditLogJsonLines', {}, { query: { person: 'graze' } });
    await frances.visitor.call('exportAuditLogJsonLines');
    expect(await readings(frances.id)).toEqual([
      ['search', 'person, ticket, outcome', null],
      ['search', 'before', null],
      ['search', 'operation', null],
      ['export', 'person', null],
      ['export', 'all', null],
    ]);
  });

  test('leaves one row a look: its further pages and opened lines are read with the token that the look gave', async () => {
    await frances.stepUp('audit-log');
    const list = (query: Record<string, string>, who = frances) => who.visitor.call('listAuditLog', {}, { query });
    const look = { kind: 'session', person: FRANCES };
    const { token } = (await list(look)).body;
    const more = [look, { ...look, before: '3' }, { ...look, operation: 'r-secret' }];
    for (const query of more) expect((await list({ ...query, token })).body.token).toBe(token);
    expect(await readings(frances.id)).toEqual([['search', 'person, kind', null]]);
    // Each of these is another look.
    await list({ ...look, person: GRACE, token });
    await list({ kind: 'session', token });
    await list({ ...look, token: `9${token}` });
    const other = (await list({ operation: 'r-secret' })).body.token;
    await list({ token: other });
    const elsewhere = await signInAgent(portal, FRANCES);
    await elsewhere.stepUp('audit-log');
    await list({ ...look, token }, elsewhere);
    env.advance(1);
    await frances.stepUp('audit-log');
    const later = (await list({ ...look, before: '3', token })).body.token;
    await list({ ...look, before: '2', token: later });
    expect((await readings(frances.id)).map(([, reason]) => reason)).toEqual([
      ...[
        'person, kind',
        'person, kind',
        'kind',
        'person, kind',
        'operation',
        'all',
        'person, kind',
        'person, kind, before',
      ],
    ]);
  });

  test('exports under no filter that the export does not have', async () => {
    await frances.stepUp('audit-log');
    for (const query of [{ operation: 'r-secret' }, { before: '3' }, { token: 'x' }, { person: ' ' }, { ticket: '' }]) {
      const reply = await frances.visitor.call('exportAuditLogJsonLines', {}, { query: query as never });
      expect([query, said(reply)]).toEqual([query, '400 bad_request']);
    }
    expect(await readings(frances.id)).toEqual([]);
  });

  test('reads nothing by another site’s link, which leaves no row in their name', async () => {
    const link = (path: string) => frances.visitor.raw({ path, headers: { 'sec-fetch-site': 'cross-site' } });
    const log = async () => (await portal.store.selectFrom('audit_log').select('event').execute()).length;
    for (const hasSteppedUp of [false, true]) {
      if (hasSteppedUp) await frances.stepUp('audit-log');
      const before = await log();
      for (const path of ['/api/helpdesk/audit-log?person=grace', '/api/helpdesk/audit-log.jsonl?person=grace'])
        expect([path, said(await link(path))]).toEqual([path, '403 from_elsewhere']);
      expect(await log()).toBe(before);
    }
  });

  test('[A7] searches, opens, decides and changes nothing at the helpdesk, with a step-up too', async () => {
    await frances.stepUp('audit-log');
    const params = { userId: await personId(portal, GRACE), id: 'AAAAAAAAAAAAAAAA' };
    const others = routes.filter(
      ({ path }) => path.startsWith('/api/helpdesk/') && !path.startsWith('/api/helpdesk/audit-log'),
    );
    expect(others.length).toBeGreaterThan(10);
    for (const { name } of others) {
      const query: Record<string, string> = name === 'searchPeople' ? { q: 'grace' } : { token: 'x' };
      const asks = name === 'searchPeople' || name === 'watchPerson';
      const reply = await frances.visitor.call(name, params, { body: getBody(name), ...(asks && { query }) });
      expect([name, said(reply)]).toEqual([name, name === 'watchPerson' ? '404 not_found' : '403 forbidden']);
    }
  });

  test('is refused everything while frozen', async () => {
    await frances.stepUp('audit-log');
    expect(said(await frances.visitor.call('freezeMyself'))).toBe('204');
    frances = await signInAgent(portal, FRANCES);
    await frances.stepUp('audit-log');
    for (const route of routes.filter(({ path }) => path.startsWith('/api/helpdesk/audit-log'))) {
      expect(said(await frances.visitor.raw({ path: filled(route, frances.id) }))).toBe('423 frozen');
    }
  });

  test('gets no more of an export that runs once they are no auditor any more', async () => {
    const session = await portal.app.services.sessions.find(frances.visitor.token()!, false);
    const actor = { userId: frances.id, address: '', agent: '', requestId: 'r' };
    const context = { session, operation: { actor, session }, query: {} } as never;
    const copy = await endpointRows.exportAuditLogJsonLines.handler(context, portal.app.services);
    const lines = (copy as AsyncIterable<string>)[Symbol.asyncIterator]();
    await joins(FRANCES, []);
    env.advance(61);
    await expect(lines.next()).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('is reset with an approver only: their methods open the log', async () => {
    const hedy = await signInAgent(portal, HEDY);
    const { body } = await hedy.visitor.call('getPerson', { userId: frances.id });
    expect([body.target, body.permissions.resetOne]).toEqual(['privileged', { allowed: true, rule: 'privileged' }]);
  });
});

describe('[A7] whoever acts at the helpdesk does not audit it', () => {
  test.each([
    ['agent', HEDY, 'helpdesk'],
    ['approver', ANNIE, 'helpdeskApprovers'],
  ] as const)('an %s in the auditors’ group too has no other rights than before', async (role, login, group) => {
    const who = await signInAgent(portal, login);
    await joins(login, [env.emulator.groups[group], env.emulator.groups.auditors]);
    portal.app.services.helpdesk!.forget();
    expect((await who.visitor.call('getSession')).body.helpdesk).toBe(role);
    await who.stepUp('audit-log');
    const access = await who.visitor.call('getAuditAccess');
    expect(said(access)).toBe(role === 'approver' ? '200' : '403 forbidden');
    if (role === 'approver') expect(access.body).toEqual({ stepUp: null });
    expect(said(await who.visitor.call('exportAuditLogJsonLines'))).toBe(role === 'approver' ? '200' : '403 forbidden');
    await who.visitor.call('listAuditLog');
    expect(await readings(who.id)).toEqual(role === 'approver' ? [['export', 'all', null]] : []);
  });
});
