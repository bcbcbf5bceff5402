import { beforeEach, expect, test } from 'vitest';
import { ADA, testEnv, type Portal } from '#testing/test-env.ts';
import type { Visitor } from '#testing/visitor.ts';

const MOST = 20;
const env = await testEnv();
let portal: Portal;
beforeEach(async () => {
  portal = await env.fresh();
});

const signedIn = async (count: number): Promise<Visitor[]> => {
  const visitors: Visitor[] = [];
  for (let times = 0; times < count; times += 1) visitors.push(await portal.signedIn(ADA));
  return visitors;
};
const isAlive = async (visitor: Visitor) => (await visitor.call('getSession')).status === 200;
const countSessions = async () => (await portal.store.selectFrom('sessions').select('id').execute()).length;

test('[S4] of twenty sessions the one that was idle longest ends for a new one', async () => {
  const [idle, ...others] = await signedIn(MOST);
  env.advance(601);
  for (const one of others) expect((await one.call('listSessions')).status).toBe(200);
  const newest = await portal.signedIn(ADA);
  expect(await isAlive(idle!)).toBe(false);
  for (const one of [...others, newest]) expect(await isAlive(one)).toBe(true);
  expect(await portal.auditRows({ event: 'user.session.end' }, 'reason', 'outcome')).toEqual([
    { reason: 'for a newer one', outcome: 'success' },
  ]);
});

test('[S4] where all twenty were used in the last ten minutes, sign-in offers to end them', async () => {
  const others = await signedIn(MOST);
  // In a browser with a session, a new session replaces the old one.
  await others[0]!.signIn(ADA);
  expect(await countSessions()).toBe(MOST);
  const visitor = portal.visitor();
  const refused = await visitor.signIn(ADA);
  expect([refused.status, refused.text, visitor.token()]).toEqual([
    403,
    expect.stringContaining('problem too_many_sessions'),
    undefined,
  ]);
  expect(await portal.auditRows({ event: 'user.session.refused' }, 'reason')).toEqual([
    { reason: 'too many sessions' },
  ]);
  for (const one of others) expect(await isAlive(one)).toBe(true);
  await visitor.open('/auth/sign-in?returnTo=%2F&others=end');
  expect(await isAlive(visitor)).toBe(true);
  for (const one of others) expect(await isAlive(one)).toBe(false);
  expect(await portal.auditRows({ event: 'user.session.end_others' }, 'subject')).toHaveLength(1);
});

test('[S4] sign-in ends all others as its page says, also where one of them has ended meanwhile', async () => {
  const [first, ...others] = await signedIn(MOST);
  const visitor = portal.visitor();
  expect((await visitor.signIn(ADA)).status).toBe(403);
  await first!.signOut();
  await visitor.open('/auth/sign-in?returnTo=%2F&others=end');
  expect(await isAlive(visitor)).toBe(true);
  for (const one of others) expect(await isAlive(one)).toBe(false);
});

test.each([
  ['another site', 0, { 'sec-fetch-site': 'cross-site' }],
  ['a browser that signed in at Okta long ago', 301, {}],
])('[S4] a link of %s ends no other session', async (_who, seconds, headers) => {
  const visitor = await portal.signedIn(ADA);
  const other = await portal.signedIn(ADA);
  env.advance(seconds);
  const { headers: answer } = await visitor.raw({ path: '/auth/sign-in?returnTo=%2F&others=end', headers });
  await visitor.open(answer.location!);
  expect(await isAlive(other)).toBe(true);
});

test('[S4] sign-ins that come back at once do not exceed twenty', async () => {
  await signedIn(MOST - 2);
  const callbacks: [Visitor, URL][] = [];
  for (let times = 0; times < 8; times += 1) {
    const visitor = portal.visitor();
    callbacks.push([visitor, await visitor.password(await visitor.begin(), ADA)]);
  }
  const replies = await Promise.all(callbacks.map(([visitor, callback]) => visitor.step(callback)));
  expect(replies.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([
    302, 302, 403, 403, 403, 403, 403, 403,
  ]);
  expect(await countSessions()).toBe(MOST);
});
