import { beforeEach, expect, test } from 'vitest';
import { ADA, GRACE, testEnv, type Portal } from '#testing/test-env.ts';
import { said, type Reply, type Visitor } from '#testing/visitor.ts';
import { limits } from './policies.ts';

const env = await testEnv();
let portal: Portal;
let grace: Visitor;
beforeEach(async () => {
  portal = await env.fresh({ settings: { rateLimits: true } });
  grace = await portal.signedIn(GRACE);
});

const FACTOR = 'uft00000000000000000';
type Kind = keyof typeof limits;
const asks: Record<Kind, (who: Visitor) => Promise<Reply>> = {
  page: (who) => who.step('/'),
  read: (who) => who.call('getSession'),
  change: (who) => who.call('cancelTransaction', { factorId: FACTOR, transactionId: 'none' }),
  code: (who) => who.call('verifyFactor', { factorId: 'uft00000000000000000' }, { body: { passCode: 'none' } }),
  'sign-in': (who) => who.step('/auth/callback'),
};

async function often(times: number, ask: () => Promise<Reply>): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (let done = 0; done < times; done += 20) {
    for (const reply of await Promise.all(Array.from({ length: Math.min(20, times - done) }, ask))) {
      const one = reply.status === 429 ? '429' : 'through';
      counts.set(one, (counts.get(one) ?? 0) + 1);
    }
  }
  return counts;
}

test.each(Object.keys(asks) as Kind[])(
  '[B4] %s: more than its limit in a minute gets busy, and when to try again',
  async (kind) => {
    // Grace's sign-in has already opened one page.
    const had = kind === 'page' ? 1 : 0;
    const counts = await often(limits[kind] - had, () => asks[kind](grace));
    expect(counts.get('429') ?? 0).toBe(0);
    const over = await grace.raw(shape(kind));
    if (kind === 'page') expect(over.text).toContain('problem busy');
    else expect(said(over)).toBe('429 busy');
    expect(over.status).toBe(429);
    const wait = Number(over.headers['retry-after']);
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60);
    if (kind !== 'page') expect(Date.parse(over.body.error.retryAt) - env.clock.now()).toBeLessThanOrEqual(60_000);
    const ada = await portal.signedIn(ADA);
    expect((await asks[kind](ada)).status).not.toBe(429);
  },
);

const shape = (kind: Kind) => {
  const guard = { 'x-latchkey': '1', 'sec-fetch-site': 'same-origin' };
  if (kind === 'page') return { path: '/', headers: { accept: 'text/html' } };
  if (kind === 'read') return { path: '/api/session' };
  if (kind === 'change') return { method: 'DELETE', path: `/api/factors/${FACTOR}/transactions/none`, headers: guard };
  if (kind === 'sign-in') return { path: '/auth/callback' };
  return {
    method: 'POST',
    path: '/api/factors/uft00000000000000000/verify',
    headers: { ...guard, 'content-type': 'application/json' },
    body: '{"passCode":"none"}',
  };
};

test('another cookie, user agent or forwarded address does not avoid the limit', async () => {
  await often(limits.code, () => asks.code(grace));
  const headers = [
    { 'x-forwarded-for': '203.0.113.7' },
    { forwarded: 'for=203.0.113.7' },
    { 'user-agent': 'another' },
    { 'x-real-ip': '203.0.113.7' },
  ];
  for (const more of headers)
    expect(
      said(
        await grace.call(
          'verifyFactor',
          { factorId: 'uft00000000000000000' },
          { body: { passCode: 'none' }, headers: more },
        ),
      ),
    ).toBe('429 busy');
  const other = await portal.signedIn(GRACE);
  expect(said(await asks.code(other))).toBe('429 busy');
});

test.each(['freezeMyself', 'signOut'] as const)(
  '%s works after a stolen session has used up every limit',
  async (way) => {
    const bad = () =>
      grace.raw({
        method: 'POST',
        path: way === 'signOut' ? '/auth/sign-out' : '/api/freeze',
        headers: { 'content-type': 'application/json', origin: 'https://evil.example' },
        body: '{',
      });
    for (const ask of [() => asks.change(grace), () => asks['sign-in'](grace), bad]) await often(130, ask);
    expect(said(await asks.change(grace))).toBe('429 busy');
    const reply = await (way === 'signOut' ? grace.signOut() : grace.call('freezeMyself'));
    expect(said(reply)).toBe(way === 'signOut' ? '303' : '204');
  },
);

test('[B4] a thief’s other session uses up no page, link or sign-in of the person', async () => {
  const thief = await portal.signedIn(GRACE);
  for (const ask of [() => asks.page(thief), () => asks['sign-in'](thief)])
    expect((await often(140, ask)).get('429')).toBeGreaterThan(0);
  for (const path of ['/stolen-phone', '/sign-out', `/freeze/${'A'.repeat(43)}`])
    expect((await grace.step(path)).status, path).toBe(200);
  expect((await grace.submit(`/freeze/${'A'.repeat(43)}`, {})).status).toBe(303);
  expect((await portal.visitor().signIn(GRACE)).status).toBe(200);
});

test('[B4] somebody behind the same address keeps nobody from pressing the button of a freeze link', async () => {
  const [neighbour, owner] = [portal.visitor(), portal.visitor()];
  const press = (who: Visitor) => who.submit(`/freeze/${'A'.repeat(43)}`, {});
  await often(140, () => press(neighbour));
  expect((await press(owner)).status).toBe(303);
});

test.each(['endOtherSessions', 'endSession'] as const)(
  '[B4] %s ends the session of a thief who used up the person’s limits and calls to Okta',
  async (way) => {
    const thief = await portal.signedIn(GRACE);
    const [id] = (await thief.call('listSessions')).body.sessions.flatMap((one: { id: string; current: boolean }) =>
      one.current ? [one.id] : [],
    );
    expect((await often(140, () => asks.change(thief))).get('429')).toBeGreaterThan(0);
    const owner = await portal.signedIn(GRACE);
    await env.fault({ match: 'GET /api/v1/users/*', times: 1000, status: 429 });
    expect(said(await (way === 'endSession' ? owner.call(way, { id }) : owner.call(way)))).toBe('204');
    expect((await thief.call('getSession')).status).toBe(401);
  },
);
