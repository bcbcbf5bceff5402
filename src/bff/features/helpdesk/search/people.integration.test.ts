import { beforeEach, describe, expect, test } from 'vitest';
import type { HelpdeskPerson } from '#contract/helpdesk.ts';
import { withPush } from '#testing/security-methods.ts';
import { ADA, ANNIE, GRACE, HEDY, KATHERINE, MARGARET, testEnv } from '#testing/test-env.ts';
import type { Portal } from '#testing/test-env.ts';
import { said, type Visitor } from '#testing/visitor.ts';
import { changeStore } from '../../../platform/store/change-store.ts';
import { helpdeskOfDemo, personId } from '../testing/helpdesk-fixture.ts';

const envs = { classic: await testEnv(), oie: await testEnv({ engine: 'oie' }) };

describe.each(['classic', 'oie'] as const)('the helpdesk, on %s', (engine) => {
  const env = envs[engine];
  let portal: Portal;
  let hedy: Visitor;
  beforeEach(async () => {
    portal = await env.fresh();
    hedy = await portal.signedIn(HEDY);
  });

  const found = async (who: Visitor, q: string) => {
    const reply = await who.call('searchPeople', {}, { query: { q } });
    expect(said(reply)).toBe('200');
    return reply.body as {
      people: { id: string; login: string; attackSigns: boolean }[];
      more: boolean;
      limited: boolean;
    };
  };
  const logins = async (q: string) => (await found(hedy, q)).people.map(({ login }) => login);

  describe('finding people', () => {
    test('by names, login or number, and by no part of a query', async () => {
      const rows: [what: string, q: string, found: string[]][] = [
        ['a first name’s beginning', 'gra', [GRACE]],
        ['a last name’s', 'lovel', [ADA]],
        ['first and last by their beginnings', 'mar ham', [MARGARET]],
        ['last and first', 'hopper gr', [GRACE]],
        ['a login, in whatever case', 'KATHERINE@EXAMPLE.COM', [KATHERINE]],
        ['the number in the profile', '+15550100120', [GRACE]],
        ['nobody', 'zzz', []],
        ['what would end the quotes', 'a" or profile.login sw "', []],
        ['a backslash at the end', 'gra\\', []],
      ];
      for (const [what, q, expected] of rows) expect([what, await logins(q)]).toEqual([what, expected]);
    });

    test('needs three characters, and no control characters', async () => {
      for (const q of ['', 'ab', '  ab ', 'ab\u0000c', 'x'.repeat(101)]) {
        expect(said(await hedy.call('searchPeople', {}, { query: { q } }))).toBe('400 bad_request');
      }
      expect(said(await hedy.call('searchPeople'))).toBe('400 bad_request');
    });

    test('finds the likeliest first, at most eight, and no deactivated person', async () => {
      // All logins have the same end, which must not match.
      expect(await logins('helpdesk')).toEqual([HEDY]);
      await env.setStatus(ADA, 'DEPROVISIONED');
      expect(await logins('ada')).toEqual([]);
    });

    test('reads their groups, four at a time, once a minute', async () => {
      await env.takeRequests();
      await found(hedy, 'mar');
      const asked = (await env.takeRequests()).map(({ path }) => path.split('?')[0]!);
      expect(asked.filter((path) => path === '/api/v1/users')).toHaveLength(1);
      expect(asked.filter((path) => path.endsWith('/groups'))).toHaveLength(1);
      await found(hedy, 'mar');
      expect((await env.takeRequests()).filter(({ path }) => path.endsWith('/groups'))).toEqual([]);
    });

    test('says with whom there are signs of an attack, until they end', async () => {
      const { attackSigns } = portal.app.services.helpdeskServices;
      const grace = await personId(portal, GRACE);
      const graces = async () => (await found(hedy, 'grac')).people.map(({ attackSigns: signs }) => signs);
      expect(await graces()).toEqual([false]);
      await changeStore(portal.store, (tx) => attackSigns.record(tx, grace, 'frozen', null));
      expect(await graces()).toEqual([true]);
      expect((await found(hedy, 'ada')).people.map(({ attackSigns: signs }) => signs)).toEqual([false]);
      env.advance(24 * 3600);
      hedy = await portal.signedIn(HEDY);
      expect(await graces()).toEqual([false]);
    });

    test('the audit log records that she searched, not what for', async () => {
      await found(hedy, 'grace hop');
      const [row] = await portal.auditRows({ event: 'helpdesk.person.search' });
      expect(row).toMatchObject({
        type: 'event',
        subject: null,
        outcome: 'success',
        reason: 'words of 9 characters: 1 shown',
      });
      expect(JSON.stringify(row).toLowerCase()).not.toContain('hop');
    });
  });

  test('a staff member learns what she lacks for her own step-up, and nothing where Okta does not say', async () => {
    const lacks = async (who = hedy) => (await who.call('getOwnStepUp')).body;
    expect(await lacks()).toEqual({ lacks: null, limit: null });
    expect(said(await (await portal.signedIn(ADA)).call('getOwnStepUp'))).toBe('403 forbidden');
    portal = await env.fresh({ app: { helpdesk: helpdeskOfDemo(env, { acr: 'phr' }) } });
    hedy = await portal.signedIn(HEDY);
    expect(await lacks()).toEqual({ lacks: 'phishing_resistant', limit: null });
    await env.fault({ match: 'GET /api/v1/users/*/factors', times: 9, status: 403, body: { errorCode: 'E0000006' } });
    expect(await lacks()).toEqual({ lacks: null, limit: null });
  });

  describe('seeing a person', () => {
    test('shows what an agent needs, and no secret', async () => {
      await withPush(env, GRACE);
      const reply = await hedy.call('getPerson', { userId: await personId(portal, GRACE) });
      expect(said(reply)).toBe('200');
      expect(reply.body).toMatchObject({
        person: {
          login: GRACE,
          name: 'Grace Hopper',
          status: 'ACTIVE',
        },
        target: 'in-scope',
        warnings: [],
        frozenAt: null,
        reported: [],
        permissions: {
          challenge: { allowed: true, rule: 'ordinary' },
          resetOne: { allowed: true },
          resetAll: { allowed: true },
        },
        callerVerificationOptions: [{ type: 'push' }, { type: 'own-session', factorId: null }],
      });
      expect(reply.body.person.groups).toContain('Engineering');
      const verify = reply.body.factors.find(({ kind }: { kind: string }) => kind === 'okta-verify');
      expect(reply.body.alsoRemoved.find(({ factorId }: { factorId: string }) => factorId === verify.id).parts).toEqual(
        expect.arrayContaining(['totp', 'push']),
      );
      const rows = await portal.auditRows({ event: 'helpdesk.person.view' }, 'event', 'subject', 'outcome');
      expect(rows).toEqual([
        { event: 'helpdesk.person.view', subject: await personId(portal, GRACE), outcome: 'success' },
      ]);
    });

    test('another site’s link leaves no row in the agent’s name, but for whom she has just stepped up for', async () => {
      const userId = await personId(portal, GRACE);
      const path = `/api/helpdesk/people/${userId}`;
      const annie = await portal.signedIn(ANNIE);
      const get = (site: string | undefined, at = path, who = hedy) =>
        who.raw({ path: at, headers: { 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate' } });
      const log = async () => (await portal.auditRows({}, 'event')).map(({ event }) => event);
      const before = await log();
      for (const site of ['cross-site', 'same-site'])
        for (const [who, at] of [
          [hedy, path],
          [hedy, '/api/helpdesk/people?q=gra'],
          [annie, '/api/helpdesk/audit-log.jsonl'],
        ] as const)
          expect([site, at, said(await get(site, at, who))]).toEqual([site, at, '403 from_elsewhere']);
      const link = await get('cross-site', '/helpdesk?ticket=INC-1&person=gra%26ce');
      expect([link.status, link.headers.location]).toEqual([302, '/helpdesk?ticket=INC-1&find=gra%26ce']);
      expect((await get('none', '/helpdesk?person=grace')).status).toBe(200);
      expect((await get('cross-site', '/helpdesk/audit-log?person=grace')).status).toBe(200);
      expect(await log()).toEqual(before);
      for (const site of ['none', 'same-origin', undefined]) expect(said(await get(site))).toBe('200');
      expect(said(await get('cross-site'))).toBe('403 from_elsewhere');
      // After a step-up, Okta redirects the browser to the page from another site.
      await portal.stepUp(hedy, `helpdesk:${userId}`, 3);
      expect(said(await get('cross-site'))).toBe('200');
      env.advance(31 * 60);
      hedy = await portal.signedIn(HEDY);
      expect(said(await get('cross-site'))).toBe('403 from_elsewhere');
    });

    test('a refusal that another site’s link led to says so in its row', async () => {
      const grace = await portal.signedIn(GRACE);
      for (const site of ['cross-site', 'none']) {
        const headers = { 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate' };
        expect(said(await grace.raw({ path: '/api/helpdesk/approvals', headers }))).toBe('403 forbidden');
      }
      const rows = portal.store.selectFrom('audit_log').select('reason').where('event', '=', 'helpdesk.refused');
      const reasons = (await rows.orderBy('seq').execute()).map(({ reason }) => reason!.replace(/^\w+: /, ''));
      expect([...new Set(reasons)]).toEqual(['from_elsewhere', 'forbidden']);
      const { body } = await (await portal.signedIn(ANNIE)).call('listAuditLog', {}, { query: { kind: 'refusal' } });
      const codes = body.lines.map(({ refused }: { refused: { code: string } }) => refused.code);
      expect([...new Set(codes)]).toEqual(['forbidden', 'from_elsewhere']);
    });

    test('what was only begun, or begun and cancelled, does not hide what was added', async () => {
      const subject = await personId(portal, GRACE);
      const { auditLog } = portal.app.services;
      const actor = { userId: subject, address: '', agent: '', requestId: '' };
      const note = (event: 'user.mfa.factor.enroll' | 'user.mfa.factor.activate') =>
        auditLog.event(actor, { event, subject, factorId: 'x', kind: 'webauthn' }, { outcome: 'success' });
      await note('user.mfa.factor.activate');
      for (let count = 0; count < 20; count += 1) await note('user.mfa.factor.enroll');
      const cancelled = { event: 'user.mfa.factor.deactivate', subject, factorId: 'y', kind: 'totp' } as const;
      for (let count = 0; count < 20; count += 1)
        await auditLog.event(actor, cancelled, { outcome: 'success', reason: 'cancelled' });
      const { recentChanges } = (await hedy.call('getPerson', { userId: subject })).body;
      expect(recentChanges).toMatchObject([{ event: 'user.mfa.factor.activate', kind: 'webauthn' }]);
    });

    test('masks numbers, and offers no call-back to a new one', async () => {
      const userId = await personId(portal, MARGARET);
      const numbers = ({ callerVerificationOptions }: HelpdeskPerson) =>
        callerVerificationOptions
          .flatMap(({ type, detail }) => (type === 'call-back' ? [String(detail)] : []))
          .toSorted((a, b) => a.localeCompare(b));
      const old = (await hedy.call('getPerson', { userId })).body;
      expect(numbers(old)).toEqual(['•••• 0141', '•••• 0142']);
      expect(old.callerVerificationOptions.map(({ type }: { type: string }) => type)).toEqual([
        'own-session',
        'call-back',
        'call-back',
      ]);
      for (const [factorType, phoneNumber] of [
        ['sms', '+15550100151'],
        ['call', '+15550100152'],
      ]) {
        const known = old.factors.find(({ kind }: { kind: string }) => kind === factorType);
        const factors = `${env.emulator.url}/api/v1/users/${userId}/factors`;
        const headers = { authorization: `SSWS ${env.emulator.apiToken}`, 'content-type': 'application/json' };
        await fetch(`${factors}/${known.id}`, { method: 'DELETE', headers });
        const body = JSON.stringify({ factorType, provider: 'OKTA', profile: { phoneNumber } });
        expect(
          (await fetch(`${factors}?activate=true&updatePhone=true`, { method: 'POST', headers, body })).status,
        ).toBe(200);
      }
      const young = (await hedy.call('getPerson', { userId })).body;
      expect(numbers(young)).toEqual([]);
      expect([young.warnings, young.callerVerificationOptions.map(({ type }: { type: string }) => type)]).toEqual([
        ['contact_changed'],
        ['own-session'],
      ]);
      expect(JSON.stringify(young)).not.toMatch(/5550100/);
    });

    test.each([
      ['herself', HEDY, 'self', 'own'],
      ['an approver', ANNIE, 'above', 'above'],
    ])('allows nothing for %s, and says why', async (_who, login, target, rule) => {
      const { body } = await hedy.call('getPerson', { userId: await personId(portal, login) });
      expect(body).toMatchObject({
        target,
        permissions: {
          challenge: { allowed: false, rule },
          resetOne: { allowed: false, rule },
          resetAll: { allowed: false, rule },
        },
        callerVerificationOptions: [],
      });
    });

    test('answers the same for an unknown person, a deactivated one, and one of another helpdesk', async () => {
      portal = await env.fresh({
        app: { helpdesk: helpdeskOfDemo(env, { scope: [env.emulator.groups.engineering] }) },
      });
      hedy = await portal.signedIn(HEDY);
      await env.setStatus(ADA, 'DEPROVISIONED');
      const answers = [];
      for (const userId of ['00u00000000000000000', await personId(portal, ADA), await personId(portal, ANNIE)]) {
        const { status, body } = await hedy.call('getPerson', { userId });
        answers.push([status, Object.keys(body.error), body.error.code]);
      }
      expect(new Set(answers.map((one) => JSON.stringify(one))).size).toBe(1);
      expect(answers[0]![0]).toBe(404);
      expect(await logins('ann')).toEqual([]);
      const refused = await portal.auditRows({ event: 'helpdesk.refused' }, 'reason');
      expect(refused.map(({ reason }) => reason)).toEqual(Array(3).fill('getPerson: not_found'));
    });

    test('an administrator at Okta is privileged, and may be reset with an approval', async () => {
      const { body } = await hedy.call('getPerson', { userId: await personId(portal, 'joan@example.com') });
      expect(body).toMatchObject({
        target: 'privileged',
        needsApprover: { until: null },
        permissions: { resetAll: { allowed: true, rule: 'privileged' } },
      });
    });

    test('whoever has nothing that verifies them surely needs an approver for any reset', async () => {
      const need = async (login: string) =>
        (await hedy.call('getPerson', { userId: await personId(portal, login) })).body.needsApprover;
      expect(await need('margaret@example.com')).toEqual({ until: null });
      expect(await need(GRACE)).toBeNull();
    });

    test('unreadable roles make everybody privileged', async () => {
      await env.fault({ match: 'GET /api/v1/users/*/roles', times: 9, status: 403, body: { errorCode: 'E0000006' } });
      const { body } = await hedy.call('getPerson', { userId: await personId(portal, GRACE) });
      expect(body).toMatchObject({
        target: 'privileged',
        warnings: ['privileged', 'roles_unknown'],
        permissions: { resetOne: { allowed: true, rule: 'privileged' } },
      });
    });
  });
});
