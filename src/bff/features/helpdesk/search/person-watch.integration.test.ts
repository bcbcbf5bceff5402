import { raisedAlarms } from '../../../records/alarms/testing/raised-alarms.ts';
import { beforeEach, expect, test } from 'vitest';
import { answerPush, withPush } from '#testing/security-methods.ts';
import { ADA, ANNIE, GRACE, HEDY, testEnv, type Portal } from '#testing/test-env.ts';
import { said, type Visitor } from '#testing/visitor.ts';
import { endpointRows } from '../../../endpoint-rows.ts';
import { isForHelpdesk } from '../../../http/policies.ts';
import { personId } from '../testing/helpdesk-fixture.ts';
import { startVerification } from '../testing/agent-fixture.ts';

const env = await testEnv();
let portal: Portal;
let hedy: Visitor;
let userId: string;
beforeEach(async () => {
  portal = await env.fresh();
  hedy = await portal.signedIn(HEDY);
  userId = await personId(portal, GRACE);
});

type Watch = { token: string; state: string };
const look = async (who = hedy) => (await who.call('getPerson', { userId })).body.watch as Watch;
const watch = (who: Visitor, token: string, id = userId) =>
  who.call('watchPerson', { userId: id }, { query: { token }, poll: true });
const views = () => portal.auditRows({ event: 'helpdesk.person.view' }, 'seq');
const pushAndClose = async () => {
  const factorId = await withPush(env, GRACE);
  await startVerification(hedy, userId, { type: 'push', factorId });
};

test('the log tells an open page that reads again from a look: only with the token that the look gave', async () => {
  const annie = await portal.signedIn(ANNIE);
  const { token } = await look();
  const again = (who: Visitor, query: Record<string, string> = { token }, id = userId) =>
    who.call('getPerson', { userId: id }, { query });
  expect(said(await again(hedy))).toBe('200');
  expect(said(await again(annie))).toBe('200');
  await again(hedy, {});
  await again(hedy, { token }, await personId(portal, ADA));
  await again(hedy, { token: `9${token}` });
  const rows = await portal.auditRows({ event: 'helpdesk.person.view' }, 'reason');
  expect(rows.map(({ reason }) => reason)).toEqual([null, 'again', null, null, null, null]);
  const { lines } = (await annie.call('listAuditLog', {}, { query: { kind: 'look' } })).body;
  expect(lines.map((line: { again: boolean }) => line.again).toReversed()).toEqual([
    false,
    true,
    false,
    false,
    false,
    false,
  ]);
  expect(said(await again(hedy, { other: '1' }))).toBe('400 bad_request');
  // A repeated read of an open page is not in the history.
  const { entries } = (await (await portal.signedIn(GRACE)).call('getSecurityHistory')).body;
  const looks = entries.filter(({ event }: { event: string }) => event === 'helpdesk.person.view');
  expect(looks.map(({ agent }: { agent: string }) => agent)).toEqual(Array(4).fill(expect.any(String)));
});

test('a hundred open pages add no call to Okta, no look, and no activity', async () => {
  const annie = await portal.signedIn(ANNIE);
  const tokens = [(await look()).token, (await look(annie)).token];
  const before = (await views()).length;
  const seen = () => portal.store.selectFrom('sessions').select(['id', 'seen_at']).orderBy('id').execute();
  const seenBefore = await seen();
  await env.takeRequests();
  for (let round = 0; round < 10; round += 1) {
    // The caches expire.
    env.advance(61);
    for (let count = 0; count < 5; count += 1) {
      expect(said(await watch(hedy, tokens[0]!))).toBe('200');
      expect(said(await watch(annie, tokens[1]!))).toBe('200');
    }
  }
  expect(await env.takeRequests()).toEqual([]);
  expect(await views()).toHaveLength(before);
  expect(await seen()).toEqual(seenBefore);
});

test('a denied push whose page was closed is found within a minute, and other open pages notice it', async () => {
  const annie = await portal.signedIn(ANNIE);
  const { token, state } = await look(annie);
  await pushAndClose();
  await answerPush(env, GRACE, 'deny');
  expect((await watch(annie, token)).body).toEqual({ state });
  env.advance(60);
  await portal.app.reconcile();
  expect((await watch(annie, token)).body.state).not.toBe(state);
  const person = (await annie.call('getPerson', { userId })).body;
  expect([person.attackSigns, person.watch.state]).toMatchObject([
    [{ kind: 'push_denied', by: 'Hedy Lamarr' }],
    (await watch(annie, token)).body.state,
  ]);
  expect(await raisedAlarms(portal.store)).toEqual([`caller_verification_denied ${userId}`]);
});

test('a push is read until it has ended, and once', async () => {
  await pushAndClose();
  const status = async () =>
    (await portal.store.selectFrom('caller_verifications').select('status').execute())[0]?.status;
  env.advance(60);
  await portal.app.reconcile();
  expect(await status()).toBe('waiting');
  await env.fault({ match: 'GET /api/v1/users/*/factors/*/transactions/*', times: 1, status: 403 });
  env.advance(300);
  await portal.app.reconcile();
  expect(await status()).toBe('waiting');
  env.advance(60);
  await portal.app.reconcile();
  expect(await status()).toBe('expired');
  await env.takeRequests();
  env.advance(60);
  await portal.app.reconcile();
  expect((await env.takeRequests()).filter(({ path }) => path.includes('/transactions/'))).toEqual([]);
});

test('the token is of one session, for one person', async () => {
  const { token } = await look();
  const [annie, ada, elsewhere] = [
    await portal.signedIn(ANNIE),
    await portal.signedIn(ADA),
    await portal.signedIn(HEDY),
  ];
  for (const other of [annie, ada, elsewhere]) expect(said(await watch(other, token))).toBe('404 not_found');
  expect(said(await watch(hedy, token, await personId(portal, ADA)))).toBe('404 not_found');
  for (const other of ['', 'x', `9${token}`, token.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A'))])
    expect(said(await watch(hedy, other))).toBe('404 not_found');
  expect(said(await watch(hedy, token))).toBe('200');
});

test('what shows a person to staff writes a row, or takes a token of a look by the same session', async () => {
  const shows = Object.entries(endpointRows).filter(
    ([, row]) => isForHelpdesk(row) && 'operations' in row && row.operations !== undefined && row.event === null,
  );
  expect(shows.map(([name]) => name).sort()).toEqual(['planOperation', 'pollCallerVerification', 'watchPerson']);
  const body = { operation: 'unlock', ticket: 'INC-1' };
  const plan = (who: Visitor, token: string) =>
    who.call('planOperation', { userId }, { body: { ...body, token }, poll: true });
  const { token } = await look();
  expect(said(await watch(hedy, token))).toBe('200');
  const other = await portal.signedIn(HEDY);
  for (const ask of [watch, plan]) expect(said(await ask(other, token))).toBe('404 not_found');
  const id = 'A'.repeat(16);
  expect(said(await hedy.call('pollCallerVerification', { userId, id }))).toBe('404 not_found');
  await hedy.signOut();
  for (const ask of [watch, plan]) expect(said(await ask(hedy, token))).toBe('401 signed_out');
});
