import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { AuditEntry } from '#contract/helpdesk.ts';
import { ADA, ANNIE, auditKeys, GRACE, HEDY } from '#testing/test-env.ts';
import { runOperatorProgram } from '#testing/programs/operator-program.ts';
import { toLogEvent } from '#bff/records/audit-log/log-event.ts';
import type { SignedInStaff } from '../testing/agent-fixture.ts';
import { personId } from '../testing/helpdesk-fixture.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';
import { annie, env, google, grace, hedy, openDesk, portal } from '../testing/desk.ts';

beforeEach(() => openDesk());

const actorOf = (userId: string | null, agent = 'a browser') => ({
  userId,
  address: '192.0.2.7',
  agent,
  requestId: 'r1',
});

describe('a person’s own history', () => {
  test('shows their own changes, the helpdesk’s with the agent’s name, and no address of the helpdesk', async () => {
    const who = await portal.signedIn(GRACE);
    await who.call('nameFactor', { factorId: await google() }, { body: { name: 'mine' } });
    const headers = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' };
    await hedy.visitor.call('getPerson', { userId: grace }, { headers });
    await hedy.reset(grace, { factorIds: [await google()] });
    const again = await portal.signedIn(GRACE);
    const { entries, frozenAt } = (await again.call('getSecurityHistory')).body;
    expect(frozenAt).toBeNull();
    expect(
      entries.map(({ event, by, agent, kind, outcome }: Record<string, unknown>) => [event, by, agent, kind, outcome]),
    ).toEqual([
      ['user.session.start', 'you', null, null, 'success'],
      ['user.mfa.factor.reset', 'helpdesk', 'Hedy Lamarr', 'totp', 'success'],
      ['helpdesk.person.view', 'helpdesk', 'Hedy Lamarr', null, 'success'],
      ['user.mfa.factor.rename', 'you', null, 'totp', 'success'],
      ['user.session.start', 'you', null, null, 'success'],
    ]);
    expect(entries.filter(({ by, browser }: Record<string, unknown>) => by === 'helpdesk' && browser !== null)).toEqual(
      [],
    );
    expect(JSON.stringify(entries)).not.toMatch(/INC-1/);
    const places = entries.map(({ by, address }: Record<string, unknown>) => `${String(by)} ${String(address)}`);
    expect(new Set(places)).toEqual(new Set(['you 127.0.0.1', 'helpdesk null']));
  });

  test('names each kind of a reset, a call back as that, and a wrong code of an enrollment as that', async () => {
    const ada = await portal.signedIn(ADA);
    const { id: factorId } = (await ada.call('enrollFactor', {}, { body: { kind: 'totp' } })).body.factor;
    expect((await ada.call('activateFactor', { factorId }, { body: { passCode: '000000' } })).status).toBe(403);
    const details = { subject: await personId(portal, ADA), kind: 'sms' } as const;
    const { auditLog } = portal.app.services;
    const called = { ...details, event: 'helpdesk.caller_verification.verify' } as const;
    await auditLog.event(actorOf(hedy.id), called, { outcome: 'success', reason: 'call-back' });
    const reset = { ...details, event: 'user.mfa.factor.reset', kind: 'sms totp' } as const;
    await auditLog.event(actorOf(hedy.id), reset, { outcome: 'success' });
    const { entries } = (await ada.call('getSecurityHistory')).body;
    expect(entries.map(({ event, kind }: Record<string, unknown>) => [event, kind])).toEqual([
      ['user.mfa.factor.reset', 'sms totp'],
      ['helpdesk.caller_verification.call_back', null],
      ['user.mfa.factor.wrong_code', 'totp'],
      ['user.session.start', null],
    ]);
  });

  test('keeps what changed how they sign in, whatever a thief or an agent adds to it', async () => {
    const removed = { event: 'user.mfa.factor.deactivate', subject: grace, kind: 'sms' } as const;
    await portal.app.services.auditLog.event(actorOf(grace), removed, { outcome: 'success' });
    await hedy.reset(grace, { factorIds: [await google()] });
    const cancelled = { event: 'user.mfa.factor.deactivate', subject: grace, kind: 'totp' } as const;
    for (let times = 0; times < 60; times += 1)
      await portal.app.services.auditLog.event(actorOf(grace), cancelled, { outcome: 'success', reason: 'cancelled' });
    const details = { event: 'helpdesk.person.view', subject: grace } as const;
    for (let looks = 0; looks < 120; looks += 1)
      await portal.app.services.auditLog.event(actorOf(hedy.id), details, { outcome: 'success' });
    const who = await portal.signedIn(GRACE);
    const { entries } = (await who.call('getSecurityHistory')).body;
    const events = entries.map(({ event }: { event: string }) => event);
    expect(events.slice(100)).toEqual(['user.mfa.factor.reset', 'user.mfa.factor.deactivate']);
  });

  test('goes back 90 days', async () => {
    await hedy.reset(grace, { factorIds: [await google()] });
    const events = async () => {
      const { entries } = (await (await portal.signedIn(GRACE)).call('getSecurityHistory')).body;
      return entries.map(({ event }: { event: string }) => event);
    };
    env.advance(90 * 24 * 60 * 60 - 60);
    expect(await events()).toContain('user.mfa.factor.reset');
    env.advance(120);
    expect(await events()).not.toContain('user.mfa.factor.reset');
  });

  test('shows nothing of other people', async () => {
    await hedy.visitor.call('getPerson', { userId: grace });
    const other = await portal.signedIn('katherine@example.com');
    expect((await other.call('getSecurityHistory')).body.entries.map(({ event }: { event: string }) => event)).toEqual([
      'user.session.start',
    ]);
  });
});

describe('the export', () => {
  test('is JSON lines: all rows, oldest first, streamed in parts, one line a row', async () => {
    const { auditLog, helpdeskServices } = portal.app.services;
    for (let n = 0; n < 1200; n += 1)
      await auditLog.event(
        actorOf(hedy.id, 'two\nlines\u2028 "x"'),
        { event: 'helpdesk.person.view', subject: grace },
        { outcome: 'success' },
      );
    const lines = (
      await annie.visitor.call('exportAuditLogJsonLines', {}, { query: { kind: 'look', person: GRACE } })
    ).text
      .trimEnd()
      .split('\n');
    expect(JSON.parse(lines.pop()!)).toMatchObject({
      auditHead: await auditLog.head(),
      manifest: { filter: `{"person":"${GRACE}","kind":"look"}`, role: 'approver', count: 1200 },
    });
    const seqs = lines.map((line) => (JSON.parse(line) as AuditEntry).seq);
    expect([seqs.length, seqs.toSorted((a, b) => a - b)]).toEqual([1200, seqs]);
    const pieces: number[] = [];
    for await (const piece of helpdeskServices.auditReader.all({}, (await auditLog.head()).seq)) {
      pieces.push(piece.length);
      if (pieces.length === 1)
        await auditLog.event(actorOf(null), { event: 'access.refused', subject: null }, { outcome: 'failure' });
    }
    const { count } = await portal.store
      .selectFrom('audit_log')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    expect([Math.max(...pieces), pieces.reduce((sum, piece) => sum + piece, 0)]).toEqual([256, count - 1]);
  });

  test('[L4] its manifest names two filters otherwise than one whose value reads like two', async () => {
    const filterOf = async (query: Record<string, string>) => {
      const { text } = await annie.visitor.call('exportAuditLogJsonLines', {}, { query });
      return (JSON.parse(text.trimEnd().split('\n').at(-1)!) as { manifest: { filter: string } }).manifest.filter;
    };
    const forged = await Promise.all(
      [`INC-1 person=${GRACE}`, `INC-1","person":"${GRACE}`].map((ticket) => filterOf({ ticket })),
    );
    expect(forged).not.toContain(await filterOf({ ticket: 'INC-1', person: GRACE }));
    expect(await filterOf({})).toBe('all');
    // An export without rows must not prove that this login has none.
    expect(await filterOf({ person: 'nobody@example.com' })).toBe('{"person":[]}');
    expect(await filterOf({ agent: ANNIE, person: GRACE })).toBe(`{"agent":"${ANNIE}","person":"${GRACE}"}`);
  });

  test('its file is named by the filter, each part whole, and by when it was made', async () => {
    const nameOf = async (query: Record<string, string>) => {
      const { headers } = await annie.visitor.call('exportAuditLogJsonLines', {}, { query });
      return /^attachment; filename="([\w.@-]+)-\d{8}T\d{6}Z\.jsonl"$/.exec(
        String(headers['content-disposition']),
      )?.[1];
    };
    expect(await nameOf({})).toBe('audit-log-all');
    const since = '2026-11-26T00:00:00.000Z';
    const many = { agent: HEDY, person: GRACE, ticket: 'INC 1', kind: 'operation', outcome: 'success', since };
    expect(await nameOf(many)).toBe(
      `audit-log-agent-${HEDY}-person-${GRACE}-ticket-INC-1-kind-operation-outcome-success-since-2026-11-26T00-00-00.000Z`,
    );
    const long = 'a'.repeat(100);
    expect(await nameOf({ agent: long, person: long, kind: 'reset' })).toBe(
      `audit-log-agent-${long}-kind-reset-and-more`,
    );
  });

  test('[L4] it can be verified without the store: a changed, added or missing line fails', async () => {
    await hedy.visitor.call('getPerson', { userId: grace });
    const { text } = await annie.visitor.call('exportAuditLogJsonLines');
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'public.pem'), auditKeys[0]!.publicKey.export({ type: 'spki', format: 'pem' }));
    const verify = async (content: string, ...more: string[]): Promise<[number, string]> => {
      writeFileSync(join(folder, 'file'), content);
      const words = ['--export', join(folder, 'file'), '--key', join(folder, 'public.pem'), ...more];
      const { code, out, err } = await runOperatorProgram('src/operator/audit-verify/verify.ts', words, {});
      return [code, out + err];
    };
    expect(await verify(text)).toEqual([
      0,
      expect.stringMatching(/^The export holds: \d+ rows, 1 to \d+, .* filter: all;/),
    ]);
    const lines = text.split(/(?<=\n)/);
    const changes = {
      edited: [lines[0], lines[1]!.replace('session', 'sessioN'), ...lines.slice(2)],
      missing: [lines[0], ...lines.slice(2)],
      added: [lines[0], lines[1], ...lines.slice(1)],
      'cut off': lines.slice(0, -1),
      'added at the end': [...lines, lines[1]],
      'with another manifest': [...lines.slice(0, -1), lines.at(-1)!.replace('approver', 'auditor!')],
    };
    for (const [what, some] of Object.entries(changes))
      expect([what, ...(await verify(some.join('')))]).toEqual([
        what,
        1,
        expect.stringMatching(/^The export does not hold/),
      ]);
    const rows = await portal.auditRows({});
    const compare = (events: typeof rows): Promise<[number, string]> => {
      writeFileSync(join(folder, 'events'), events.map((row) => JSON.stringify(toLogEvent(row))).join('\n'));
      return verify(text, '--events', join(folder, 'events'));
    };
    expect(await compare(rows)).toEqual([0, expect.stringMatching(/agrees with the log: \d+ rows are the same\./)]);
    expect(await compare(rows.slice(2))).toEqual([
      1,
      expect.stringMatching(/does not agree with the log: row 1 of the export was not found in the log/),
    ]);
  });
});

test('a filter by an unknown login asks Okta', async () => {
  const asked = async ({ visitor }: SignedInStaff) => {
    await env.takeRequests();
    await visitor.call('listAuditLog', {}, { query: { person: 'nobody@example.com', agent: 'none@example.com' } });
    return (await env.takeRequests()).filter(({ path }) => /^\/api\/v1\/users(?:\?|$)/.test(path)).length;
  };
  expect(await asked(annie)).toBe(2);
});
