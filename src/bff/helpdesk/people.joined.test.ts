import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { answerPush, idOf, withPush } from '#testing/methods.ts';
import { ADA, GRACE, HEDY, KATHERINE, openStage } from '#testing/portal.ts';
import type { Portal, Stage } from '#testing/portal.ts';
import { said } from '#testing/visitor.ts';
import type { Visitor } from '#testing/visitor.ts';
import { deskOf, personId } from './testing/desk-scene.ts';

const ANNIE = 'admin@example.com';
const MARGARET = 'margaret@example.com';

describe.each(['classic', 'oie'] as const)('the desk, on %s', (engine) => {
  let stage: Stage;
  let portal: Portal;
  let hedy: Visitor;
  beforeAll(async () => {
    stage = await openStage({ engine });
  });
  afterAll(() => stage.close());
  beforeEach(async () => {
    portal = await stage.fresh();
    hedy = await portal.signedIn(HEDY);
  });

  const found = async (who: Visitor, q: string) => {
    const reply = await who.call('searchPeople', {}, { query: { q } });
    expect(said(reply)).toBe('200');
    return reply.body as { people: { id: string; login: string }[]; more: boolean; limited: boolean };
  };
  const logins = async (q: string) => (await found(hedy, q)).people.map(({ login }) => login);

  describe('finding people', () => {
    test.each([
      ['a first name’s beginning', 'gra', [GRACE]],
      ['a last name’s', 'lovel', [ADA]],
      ['first and last by their beginnings', 'mar ham', [MARGARET]],
      ['last and first', 'hopper gr', [GRACE]],
      ['a login, in whatever case', 'KATHERINE@EXAMPLE.COM', [KATHERINE]],
      ['nobody', 'zzz', []],
      ['what would end the quotes', 'a" or profile.login sw "', []],
      ['a backslash at the end', 'gra\\', []],
    ])('by %s', async (_what, q, expected) => {
      expect(await logins(q)).toEqual(expected);
    });

    test('from three characters, and no control characters', async () => {
      for (const q of ['', 'ab', '  ab ', 'ab\u0000c', 'x'.repeat(101)]) {
        expect(said(await hedy.call('searchPeople', {}, { query: { q } }))).toBe('400 bad_request');
      }
      expect(said(await hedy.call('searchPeople'))).toBe('400 bad_request');
    });

    test('the likeliest first, no more than eight, and none who is deactivated', async () => {
      // Everybody's login ends alike; these begin alike.
      expect(await logins('helpdesk')).toEqual([HEDY]);
      await stage.setStatus(ADA, 'DEPROVISIONED');
      expect(await logins('ada')).toEqual([]);
    });

    test('their groups are read, four at a time, and once a minute', async () => {
      await stage.asked();
      await found(hedy, 'mar');
      const asked = (await stage.asked()).map(({ path }) => path.split('?')[0]!);
      expect(asked.filter((path) => path === '/api/v1/users')).toHaveLength(1);
      expect(asked.filter((path) => path.endsWith('/groups'))).toHaveLength(1);
      await found(hedy, 'mar');
      expect((await stage.asked()).filter(({ path }) => path.endsWith('/groups'))).toEqual([]);
    });

    test('the trail has that she searched and not for what', async () => {
      await found(hedy, 'grace hop');
      const [row] = await portal.store.selectFrom('audit').selectAll().where('event', '=', 'helpdesk.person.search').execute();
      expect(row).toMatchObject({ type: 'event', subject: null, outcome: 'success', reason: 'words of 9 characters: 1 shown' });
      expect(JSON.stringify(row).toLowerCase()).not.toContain('hop');
    });
  });

  describe('seeing a person', () => {
    test('shows what she needs and no secret', async () => {
      await withPush(stage, GRACE);
      const reply = await hedy.call('getPerson', { userId: await personId(portal, GRACE) });
      expect(said(reply)).toBe('200');
      expect(reply.body).toMatchObject({
        person: { login: GRACE, name: 'Grace Hopper', status: 'ACTIVE', notifies: ['g•••@example.com', 'g•••@home.example'] },
        target: 'in-scope',
        warnings: [],
        frozenAt: null,
        may: { challenge: { allowed: true, rule: 'ordinary', needsApproval: false }, resetOne: { allowed: true, needsApproval: false }, resetAll: { allowed: true } },
        callerWays: [{ way: 'push', needsApproval: false }, { way: 'own-session', factorId: null }],
        proof: { purpose: `desk:${await personId(portal, GRACE)}`, strength: 2 },
      });
      expect(reply.body.person.groups).toContain('Engineering');
      const verify = reply.body.factors.find(({ kind }: { kind: string }) => kind === 'okta-verify');
      expect(reply.body.takesAlong.find(({ factorId }: { factorId: string }) => factorId === verify.id).names).toEqual(expect.arrayContaining(['Okta Verify code', 'Okta Verify push']));
      const rows = await portal.store.selectFrom('audit').select(['event', 'subject', 'outcome']).where('event', '=', 'helpdesk.person.view').execute();
      expect(rows).toEqual([{ event: 'helpdesk.person.view', subject: await personId(portal, GRACE), outcome: 'success' }]);
    });

    test('numbers are masked; one that is new is no number to call back', async () => {
      const userId = await personId(portal, MARGARET);
      const young = (await hedy.call('getPerson', { userId })).body;
      expect(young.person.phones.map(({ number, changedLately }: Record<string, unknown>) => [number, changedLately]).toSorted()).toEqual([['•••• 0141', true], ['•••• 0142', true]]);
      expect([young.warnings, young.callerWays.map(({ way }: { way: string }) => way)]).toEqual([['contact_changed'], ['own-session']]);
      expect(JSON.stringify(young)).not.toMatch(/5550100/);
      stage.advance(8 * 24 * 60 * 60);
      hedy = await portal.signedIn(HEDY);
      const old = (await hedy.call('getPerson', { userId })).body;
      expect(old.callerWays.map(({ way, needsApproval }: Record<string, unknown>) => [way, needsApproval])).toEqual([['own-session', false], ['call-back', true], ['call-back', true]]);
    });

    test.each([
      ['herself', HEDY, 'self', 'own'],
      ['an approver', ANNIE, 'above', 'above'],
    ])('of %s nothing can be done, and it says why', async (_who, login, target, rule) => {
      const { body } = await hedy.call('getPerson', { userId: await personId(portal, login) });
      expect(body).toMatchObject({ target, may: { challenge: { allowed: false, rule }, resetOne: { allowed: false, rule }, resetAll: { allowed: false, rule } }, callerWays: [] });
    });

    test('nobody, a deactivated one, and one of another desk’s are the same', async () => {
      portal = await stage.fresh({ app: { helpdesk: deskOf(stage, { scope: [stage.org.groups.engineering] }) } });
      hedy = await portal.signedIn(HEDY);
      await stage.setStatus(ADA, 'DEPROVISIONED');
      const answers = [];
      for (const userId of ['00u00000000000000000', await personId(portal, ADA), await personId(portal, ANNIE)]) {
        const { status, body } = await hedy.call('getPerson', { userId });
        answers.push([status, body.error.code, body.error.message]);
      }
      expect(new Set(answers.map((one) => JSON.stringify(one))).size).toBe(1);
      expect(answers[0]![0]).toBe(404);
      expect(await logins('ann')).toEqual([]);
      const refused = await portal.store.selectFrom('audit').select('reason').where('event', '=', 'helpdesk.refused').execute();
      expect(refused.map(({ reason }) => reason)).toEqual(Array(3).fill('getPerson: not_found'));
    });

    test('roles that cannot be read make everybody privileged', async () => {
      await stage.fault({ match: 'GET /api/v1/users/*/roles', times: 9, status: 403, body: { errorCode: 'E0000006' } });
      const { body } = await hedy.call('getPerson', { userId: await personId(portal, GRACE) });
      expect(body).toMatchObject({ target: 'privileged', warnings: ['privileged', 'roles_unknown'], may: { resetOne: { allowed: true, rule: 'privileged', needsApproval: true } } });
    });
  });

  describe('who is calling', () => {
    let userId: string;
    let grace: Visitor;
    beforeEach(async () => {
      userId = await personId(portal, GRACE);
    });
    const rows = async () => (await portal.store.selectFrom('audit').select(['event', 'outcome', 'reason', 'actor']).where('event', 'like', 'helpdesk.caller.%').execute()).map(({ event, outcome, reason }) => `${event} ${outcome ?? 'intent'} ${reason ?? ''}`.trim());

    test.each([
      ['approves the number that is read out', 'proven', 'helpdesk.caller.verify success push: success', (number: number) => answerPush(stage, GRACE, 'approve', number)],
      ['takes another number', 'denied', 'helpdesk.caller.verify failure push: rejected', (number: number) => answerPush(stage, GRACE, 'approve', number === 1 ? 2 : number - 1).catch(() => answerPush(stage, GRACE, 'deny'))],
      ['denies', 'denied', 'helpdesk.caller.verify failure push: rejected', () => answerPush(stage, GRACE, 'deny')],
      ['does nothing', 'expired', 'helpdesk.caller.verify failure push: timeout', async () => stage.advance(301)],
    ])('a push: the caller %s', async (_what, status, line, act) => {
      const factorId = await withPush(stage, GRACE);
      const begun = await hedy.call('beginCallerProof', { userId }, { body: { way: 'push', factorId } });
      expect([begun.status, begun.body]).toMatchObject([201, { way: 'push', status: 'waiting', number: expect.any(Number), triesLeft: null, needsApproval: false }]);
      await act(begun.body.number);
      stage.advance(4);
      const { body } = await hedy.call('getCallerProof', { userId, id: begun.body.id });
      expect(body).toMatchObject({ status, number: null });
      await hedy.call('getCallerProof', { userId, id: begun.body.id });
      expect(await rows()).toEqual(['helpdesk.caller.challenge intent', 'helpdesk.caller.challenge success', line]);
    });

    test('on their own page: told who asks and what for, and after a proof of their own a code to speak', async () => {
      const factorId = await idOf(await portal.signedIn(GRACE), 'totp');
      const begun = await hedy.call('beginCallerProof', { userId }, { body: { way: 'own-session', factorIds: [factorId] } });
      expect(begun.body).toMatchObject({ way: 'own-session', status: 'waiting', triesLeft: null });
      const give = (code: string) => hedy.call('answerCallerProof', { userId, id: begun.body.id }, { body: { code } });
      expect(said(await give('BFHKMQRW'))).toBe('409 conflict');
      grace = await portal.signedIn(GRACE);
      expect((await grace.call('getHome')).body.deskRequests).toBe(1);
      const [request] = (await grace.call('listDeskRequests')).body.requests;
      expect(request).toMatchObject({ agent: 'Hedy Lamarr', methods: ['Authenticator app'], all: false });
      // The password alone does not answer.
      const unproven = await grace.call('answerDeskRequest', { id: request.id }, { body: { answer: 'yes' } });
      expect([said(unproven), unproven.body.error]).toMatchObject(['403 proof_required', { purpose: 'desk-answer', strength: 2 }]);
      const proof = { passCode: await stage.code(GRACE, 'OKTA'), purpose: 'desk-answer' };
      expect(said(await grace.call('verifyFactor', { factorId: await idOf(grace, 'okta-verify') }, { body: proof }))).toBe('200');
      const answered = await grace.call('answerDeskRequest', { id: request.id }, { body: { answer: 'yes' } });
      expect(answered.body.code).toMatch(/^[BFHKMQRWXY2-7]{8}$/);
      expect(said(await grace.call('answerDeskRequest', { id: request.id }, { body: { answer: 'yes' } }))).toBe('404 not_found');
      expect((await grace.call('getHome')).body.deskRequests).toBe(0);
      // The agent sees that there is a code, and not which.
      const waiting = await hedy.call('getCallerProof', { userId, id: begun.body.id });
      expect([waiting.body.triesLeft, waiting.text.includes(answered.body.code)]).toEqual([5, false]);
      const wrong = await give(answered.body.code === 'BFHKMQRW' ? 'BFHKMQRX' : 'BFHKMQRW');
      expect([said(wrong), wrong.body.error.triesLeft]).toEqual(['403 wrong_code', 4]);
      const right = await give(answered.body.code.toLowerCase().replace(/^(.{4})/, '$1-'));
      expect(right.body).toMatchObject({ status: 'proven', expiresAt: new Date(stage.clock.now() + 15 * 60_000).toISOString() });
      expect(said(await give(answered.body.code))).toBe('409 conflict');
      expect((await rows()).slice(-3)).toEqual(['helpdesk.caller.verify success own-session: a code was shown', 'helpdesk.caller.verify failure own-session: wrong code', 'helpdesk.caller.verify success own-session']);
    });

    test('five wrong codes end it, and so does its time', async () => {
      for (const how of ['wrong', 'late'] as const) {
        const { body: begun } = await hedy.call('beginCallerProof', { userId }, { body: { way: 'own-session', factorIds: 'all' } });
        const given = (await portal.app.rooms.callerProofs.giveCode(userId, begun.id))!;
        const give = (code: string) => hedy.call('answerCallerProof', { userId, id: begun.id }, { body: { code } });
        const other = given.code.startsWith('B') ? `F${given.code.slice(1)}` : `B${given.code.slice(1)}`;
        if (how === 'late') stage.advance(300);
        else for (let left = 4; left >= 0; left -= 1) expect((await give(other)).body.error.triesLeft).toBe(left);
        expect(said(await give(given.code))).toBe('409 conflict');
        expect((await hedy.call('getCallerProof', { userId, id: begun.id })).body.status).toBe(how === 'wrong' ? 'denied' : 'expired');
      }
    });

    test('who did not call says no, and the agent hears it', async () => {
      const { body: begun } = await hedy.call('beginCallerProof', { userId }, { body: { way: 'own-session', factorIds: 'all' } });
      grace = await portal.signedIn(GRACE);
      expect((await grace.call('answerDeskRequest', { id: begun.id }, { body: { answer: 'no' } })).body).toEqual({ code: null, expiresAt: null });
      expect((await hedy.call('getCallerProof', { userId, id: begun.id })).body.status).toBe('denied');
      expect((await rows()).at(-1)).toBe('helpdesk.caller.verify failure own-session: the person did not call');
    });

    test('another person’s question is not there', async () => {
      const { body: begun } = await hedy.call('beginCallerProof', { userId }, { body: { way: 'own-session', factorIds: 'all' } });
      const ada = await portal.signedIn(ADA);
      expect((await ada.call('listDeskRequests')).body.requests).toEqual([]);
      for (const answer of ['yes', 'no']) expect(said(await ada.call('answerDeskRequest', { id: begun.id }, { body: { answer } }))).toBe('404 not_found');
      const annie = await portal.signedIn(ANNIE);
      expect(said(await annie.call('getCallerProof', { userId, id: begun.id }))).toBe('404 not_found');
      expect(said(await annie.call('answerCallerProof', { userId, id: begun.id }, { body: { code: 'BFHKMQRW' } }))).toBe('404 not_found');
    });

    test('a proof is used once, by its agent, for its person', async () => {
      const { callerProofs } = portal.app.rooms;
      const agent = await personId(portal, HEDY);
      const proof = await callerProofs.attest({ agent_id: agent, agent_name: 'Hedy', user_id: userId, way: 'call-back' });
      expect(await callerProofs.spend('other', userId, proof.id)).toBeNull();
      expect(await callerProofs.spend(agent, 'other', proof.id)).toBeNull();
      const all = await Promise.all(Array.from({ length: 20 }, () => callerProofs.spend(agent, userId, proof.id)));
      expect(all.filter((one) => one !== null)).toHaveLength(1);
      await callerProofs.restore(proof.id);
      stage.advance(15 * 60);
      expect(await callerProofs.spend(agent, userId, proof.id)).toBeNull();
    });

    test('who has nothing but what is known cannot answer for themselves', async () => {
      const ada = await personId(portal, ADA);
      const refused = await hedy.call('beginCallerProof', { userId: ada }, { body: { way: 'own-session', factorIds: 'all' } });
      expect([said(refused), refused.body.error.rule]).toEqual(['403 out_of_policy', 'nothing_to_answer_with']);
    });
  });
});
