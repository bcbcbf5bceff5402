import { once } from 'node:events';
import { connect } from 'node:net';
import pino from 'pino';
import { beforeEach, expect, test } from 'vitest';
import { GRACE, testEnv, type Portal, type PortalOptions } from '#testing/test-env.ts';
import { exchange, said, type Reply, type Sent } from '#testing/visitor.ts';
import { networkLimits } from './limit.ts';

const env = await testEnv();
let portal: Portal;
let lines: Record<string, unknown>[] = [];
const logger = pino(
  { level: 'warn' },
  { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
);
const fresh = (over: PortalOptions['settings'] = {}) => env.fresh({ settings: { rateLimits: true, ...over }, logger });

beforeEach(async () => {
  lines = [];
  portal = await fresh();
});

const rows = async () => {
  await portal.app.services.refusals.close();
  return portal.auditRows({}, 'event', 'reason', 'address', 'agent', 'actor');
};
const ask = (sent: Sent) => exchange(portal.base, sent);
async function many(times: number, sent: (index: number) => Sent): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (let done = 0; done < times; done += 50) {
    const replies = await Promise.all(
      Array.from({ length: Math.min(50, times - done) }, (_, index) => ask(sent(done + index))),
    );
    for (const reply of replies) counts.set(said(reply), (counts.get(said(reply)) ?? 0) + 1);
  }
  return counts;
}

test('[B4] six thousand forged requests write six audit rows, and are refused before anything else is checked', async () => {
  const counts = await many(6000, () => ({ method: 'POST', path: '/' }));
  expect(Object.fromEntries(counts)).toEqual({ '403 csrf': 600, '429 busy': 5400 });
  const written = await rows();
  expect(written).toHaveLength(6);
  expect(written.at(-1)?.reason).toMatch(/^POST \?: csrf: 595 more in the minute from /);
});

test('[B4] callbacks that belong to no sign-in attempt do so too', async () => {
  await many(300, (index) => ({
    path: `/auth/callback?state=${index}&code=x`,
    headers: { accept: 'application/json' },
  }));
  const written = await rows();
  expect(written.map(({ event }) => event)).toEqual(Array.from({ length: 6 }, () => 'user.session.refused'));
  expect(written.at(-1)?.reason).toMatch(/^no such attempt: 295 more/);
});

test('[B4] every path has a limit: pages, files, unknown paths, the freeze link, health', async () => {
  portal = await fresh({ signInRate: 2 });
  const { coarse, page, other } = networkLimits(2);
  const accept = { accept: 'text/html' };
  const pages = await many(page + 1, () => ({ path: '/signed-out', headers: accept }));
  expect([...pages.keys()]).toEqual(['200', '429']);
  expect(said(await ask({ method: 'PUT', path: '/nothing' }))).toBe('403 csrf');
  const unknown = await many(other + 1, () => ({ method: 'PUT', path: '/nothing' }));
  expect(unknown.get('429 busy')).toBe(2);
  const frozen = await many(121, () => ({ method: 'POST', path: '/freeze/x' }));
  expect(frozen.get('429 busy')).toBeGreaterThanOrEqual(1);
  const files = await many(coarse, () => ({ path: '/robots.txt' }));
  expect(files.get('429 busy')).toBe(coarse);
  const probes = await many(241, () => ({ path: '/livez' }));
  expect(Object.fromEntries(probes)).toEqual({ '200': 240, '429 busy': 1 });
  const over = await ask({ path: '/signed-out', headers: accept });
  expect([over.status, over.headers['retry-after'], over.headers['content-security-policy']]).toEqual([
    429,
    '60',
    expect.stringContaining("default-src 'none'"),
  ]);
  env.advance(61);
  expect((await ask({ path: '/signed-out', headers: accept })).status).toBe(200);
});

test('[B4] a flood from an address does not stop people with a session behind it; each of them has a limit of their own', async () => {
  portal = await fresh({ signInRate: 2 });
  const grace = await portal.signedIn(GRACE);
  await many(networkLimits(2).coarse + 1, () => ({ path: '/robots.txt' }));
  expect(said(await ask({ path: '/robots.txt' }))).toBe('429 busy');
  for (const path of ['/', '/api/home', '/robots.txt']) expect((await grace.raw({ path })).status, path).toBe(200);
  const planted = { cookie: `latchkey-${new URL(portal.base).port}=${'x'.repeat(43)}` };
  expect(said(await ask({ path: '/', headers: planted }))).toBe('429 busy');
});

test('[B4] an expired cookie does not count for its former owner’s limit', async () => {
  portal = await fresh({ signInRate: 2 });
  const before = await portal.signedIn(GRACE);
  const old = before.token()!;
  expect((await before.raw({ path: '/api/home' })).status).toBe(200);
  await before.signOut();
  const grace = await portal.signedIn(GRACE);
  const planted = { cookie: `latchkey-${new URL(portal.base).port}=${old}` };
  const counts = await many(networkLimits(2).coarse, () => ({ path: '/robots.txt', headers: planted }));
  expect(counts.get('429 busy')).toBeGreaterThan(0);
  for (const path of ['/', '/api/home', '/robots.txt']) expect((await grace.raw({ path })).status, path).toBe(200);
});

test('renders the page about too many requests a few times a minute, then sends a fixed one', async () => {
  portal = await fresh({ signInRate: 2 });
  const asked = async () => ask({ path: '/signed-out', headers: { accept: 'text/html' } });
  const over: Reply[] = [];
  for (let count = 0; count < 16; count++) over.push(await asked());
  expect(over.filter(({ text }) => text.includes('problem busy'))).toHaveLength(5);
  const { status, headers, text } = over.at(-1)!;
  expect([status, headers['content-type'], Number(headers['retry-after']) > 0]).toEqual([
    429,
    'text/html; charset=utf-8',
    true,
  ]);
  expect(text).toContain('<h1>One moment, please</h1>');
  expect(text.length).toBeLessThan(600);
  expect((await ask({ path: '/signed-out' })).body.error.code, 'to whoever asks for no page').toBe('busy');
});

test('a forged request does not extend the session', async () => {
  const grace = await portal.signedIn(GRACE);
  const seen = async () =>
    (await portal.store.selectFrom('sessions').select('seen_at').executeTakeFirstOrThrow()).seen_at;
  const before = await seen();
  env.advance(120);
  expect(said(await grace.raw({ method: 'POST', path: '/api/sessions/end-others' }))).toBe('403 csrf');
  expect(await seen()).toBe(before);
  await grace.call('getHome');
  expect(await seen()).toBe(before + 120_000);
});

test('[W9] garbage in a trusted proxy’s header is no key of a limit and is in no log', async () => {
  portal = await fresh({ trustedProxies: ['127.0.0.1'] });
  const forged = async (forwardedFor: string) =>
    ask({ method: 'POST', path: '/', headers: { 'x-forwarded-for': forwardedFor } });
  for (const value of [
    '1.2.3.4:5678',
    '1.2.3.4',
    '[2001:db8::1]:9',
    'x'.repeat(8000),
    `fe80::1%${'z'.repeat(8000)}`,
    '1.2.3.4, unknown',
  ])
    await forged(value);
  expect((await rows()).map(({ address }) => address)).toEqual([
    '1.2.3.4',
    '1.2.3.4',
    '2001:db8::1',
    '127.0.0.1',
    '127.0.0.1',
    '127.0.0.1',
  ]);
  expect(JSON.stringify(lines).length).toBeLessThan(100);
  // The port is no part of the key, so all these requests count as one client's.
  const counts = await many(700, (index) => ({
    method: 'POST',
    path: '/',
    headers: { 'x-forwarded-for': `9.9.9.9:${index + 1}` },
  }));
  expect(counts.get('429 busy')).toBe(100);
});

test('[W9] an untrusted peer’s forwarding headers are ignored, warned of once, and stored for the doctor', async () => {
  const counts = await many(700, (index) => ({
    method: 'POST',
    path: '/',
    headers: { 'x-forwarded-for': `9.9.${index >> 8}.${index & 255}`, forwarded: 'for=9.9.9.9' },
  }));
  expect(counts.get('429 busy')).toBe(100);
  expect(lines.filter(({ msg }) => /TRUSTED_PROXIES/.test(String(msg)))).toMatchObject([
    { level: 40, peer: '127.0.0.1' },
  ]);
  const kept = await portal.store
    .selectFrom('org_facts')
    .select('value')
    .where('name', '=', 'untrusted_proxy')
    .execute();
  expect(kept.map(({ value }) => JSON.parse(value) as object)).toEqual([{ peer: '127.0.0.1', at: env.clock.now() }]);
});

test('[W9] a request whose sender is gone before it is read is of no untrusted peer', async () => {
  const socket = connect(Number(new URL(portal.base).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(`GET /robots.txt HTTP/1.1\r\nhost: ${new URL(portal.base).host}\r\nx-forwarded-for: 9.9.9.9\r\n\r\n`);
  // The socket has no address any more when the server asks for it.
  socket.resetAndDestroy();
  await ask({ path: '/robots.txt', headers: { 'x-forwarded-for': '9.9.9.9' } });
  expect(lines.filter(({ msg }) => /TRUSTED_PROXIES/.test(String(msg)))).toMatchObject([{ peer: '127.0.0.1' }]);
});
