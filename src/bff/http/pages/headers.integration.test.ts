import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { GRACE, testEnv } from '#testing/test-env.ts';
import { filled, routes } from '#testing/requests/route-table.ts';
import { exchange, type Reply } from '#testing/visitor.ts';
import { fitAccent } from './accent.ts';
import type { Pages } from './routes.ts';

const env = await testEnv();
const portal = await env.fresh();
const grace = await portal.signedIn(GRACE);

const once = (headers: Record<string, unknown>, name: string) => {
  expect(headers[name], name).toBeTypeOf('string');
  return headers[name] as string;
};

function dressed(headers: Record<string, unknown>): void {
  const csp = once(headers, 'content-security-policy');
  // The sign-out form redirects to Okta.
  const toOrg = `form-action 'self' ${new URL(env.emulator.url).origin}`;
  expect(csp.replace(toOrg, '')).not.toMatch(/unsafe-|\*|http:|https:|data:(?! *(?:;|$))/);
  for (const part of ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"]) expect(csp).toContain(part);
  expect(once(headers, 'x-frame-options')).toBe('DENY');
  expect(once(headers, 'x-content-type-options')).toBe('nosniff');
  expect(once(headers, 'referrer-policy')).toBe('no-referrer');
  expect(once(headers, 'cross-origin-opener-policy')).toBe('same-origin');
  expect(once(headers, 'cross-origin-resource-policy')).toBe('same-origin');
  expect(once(headers, 'permissions-policy')).toMatch(/publickey-credentials-create=.*clipboard-write=/);
  const revealing = Object.keys(headers).filter((name) =>
    /^(?:server|x-powered-by|access-control-.*|x-okta.*|x-rate-limit.*)$/.test(name),
  );
  expect(revealing).toEqual([]);
}

const secure = { 'x-latchkey': '1', 'sec-fetch-site': 'same-origin' };
const json = { ...secure, 'content-type': 'application/json' };
const answers: [string, number, () => Promise<Reply>][] = [
  ['a page', 200, () => grace.step('/')],
  ['an answer of the API', 200, () => grace.call('getHome')],
  ['a hashed file', 200, () => grace.raw({ path: '/assets/entry-0123abcd.js' })],
  ['a loose file', 200, () => grace.raw({ path: '/robots.txt' })],
  ['the health', 200, () => grace.raw({ path: '/livez' })],
  ['nothing to say', 204, () => grace.call('endOtherSessions')],
  ['a redirect', 302, () => grace.step('/auth/sign-in')],
  [
    'a file as it was',
    304,
    () =>
      grace.raw({
        path: '/robots.txt',
        headers: { 'if-modified-since': new Date(Date.now() + 86_400_000).toUTCString() },
      }),
  ],
  ['a bad request', 400, () => grace.raw({ path: '/api/home?userId=1' })],
  ['an address that encodes nothing', 400, () => grace.raw({ path: '/api/factors/%C0%AE' })],
  ['a callback without an attempt', 400, () => grace.step('/auth/callback?state=x&code=y')],
  ['nobody', 401, () => portal.visitor().call('getHome')],
  ['a forged request', 403, () => grace.raw({ method: 'POST', path: '/api/factors' })],
  ['nothing there', 404, () => grace.raw({ path: '/api/nothing' })],
  ['no file', 404, () => grace.raw({ path: '/assets/none.js' })],
  ['no such method', 404, () => grace.raw({ method: 'PUT', path: '/api/home', headers: secure })],
  ['too much', 413, () => grace.raw({ method: 'POST', path: '/api/factors', headers: json, body: 'x'.repeat(17_000) })],
  [
    'a wrong type',
    415,
    () =>
      grace.raw({
        method: 'POST',
        path: '/api/factors',
        headers: { ...secure, 'content-type': 'text/plain' },
        body: 'x',
      }),
  ],
  ['a failing page', 500, () => grace.step('/fails')],
];

test.each(answers)('[W4] [W5] %s (%i) has the security headers', async (_what, status, ask) => {
  const reply = await ask();
  expect([reply.status, reply.text.slice(0, 200)]).toEqual([status, expect.anything()]);
  dressed(reply.headers);
  const parts = once(reply.headers, 'content-security-policy').split(';');
  for (const part of ["script-src 'self'", "require-trusted-types-for 'script'", "trusted-types 'none'"])
    expect(parts).toContain(part);
  const file = reply.url.pathname.includes('.') && status < 400;
  if (!file) expect(once(reply.headers, 'cache-control')).toBe('no-store');
  expect(reply.headers['strict-transport-security']).toBeUndefined();
  expect(reply.text).not.toMatch(/secret-of-ours|node_modules|\bat [\w.]+ \(/);
});

test('[W4] the policy allows the one style of an accent by its digest, and no other', async () => {
  const accent = fitAccent('#ffd500');
  let shown: string | null = null;
  const render: Pages['render'] = async ({ style }) => {
    shown = style;
    return { status: 200, headers: {}, html: '', path: null };
  };
  const branded = await env.another({ settings: { accent }, app: { pages: { render, build: 'b', assets: null } } });
  const { headers } = await branded.visitor().step('/');
  const digest = createHash('sha256').update(shown!).digest('base64');
  expect(shown).toMatch(/^:root:has\(\[data-branded\]\)\{--accent:#7d6800;.*\{--accent:#ffd500;/);
  expect(once(headers, 'content-security-policy').split(';')).toContain(`style-src 'self' 'sha256-${digest}'`);
  dressed(headers);
  expect(once((await grace.step('/')).headers, 'content-security-policy').split(';')).toContain("style-src 'self'");
});

test('[W6] hashed files are immutable, other files are not', async () => {
  expect((await grace.raw({ path: '/assets/entry-0123abcd.js' })).headers['cache-control']).toBe(
    'public, max-age=31536000, immutable',
  );
  expect((await grace.raw({ path: '/robots.txt' })).headers['cache-control']).not.toMatch(/immutable/);
});

test.each(routes)('[W6] $name: an answer with a session is not cached', async (route) => {
  const reply = await grace.raw({ method: route.method, path: filled(route), headers: secure });
  expect(reply.headers['cache-control']).toBe('no-store');
  if (reply.headers['content-disposition'])
    expect(reply.headers['content-security-policy']).toBe("default-src 'none'; sandbox");
  else dressed(reply.headers);
});

const say = (bytes: string): Promise<{ status: number; headers: Record<string, string>; text: string }> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(portal.base).port), '127.0.0.1', () => socket.write(bytes));
    let received = '';
    socket.on('data', (chunk) => (received += String(chunk)));
    socket.on('error', reject);
    socket.on('close', () => {
      const [head = '', text = ''] = received.split('\r\n\r\n');
      const [line = '', ...rest] = head.split('\r\n');
      const headers = Object.fromEntries(
        rest.map((one) => [one.slice(0, one.indexOf(':')).toLowerCase(), one.slice(one.indexOf(':') + 1).trim()]),
      );
      resolve({ status: Number(line.split(' ')[1]), headers, text });
    });
  });

describe('what is no valid request', () => {
  const big = `GET / HTTP/1.1\r\nHost: x\r\nCookie: ${'a'.repeat(20_000)}\r\n\r\n`;
  test.each([
    ['a head too large', 431, big],
    ['no HTTP', 400, 'GARBAGE\r\n\r\n'],
    ['two lengths', 400, 'POST /api/factors HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}'],
    [
      'length and chunks',
      400,
      'POST /api/factors HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['no host', 400, 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['a NUL in the address', 400, 'GET /api/factors/\u0000 HTTP/1.1\r\nHost: x\r\n\r\n'],
  ])('[W5] %s (%i) has the security headers too', async (_what, status, bytes) => {
    const reply = await say(bytes);
    expect(reply.status).toBe(status);
    dressed(reply.headers);
    expect(JSON.parse(reply.text)).toMatchObject({
      error: { code: 'bad_request', requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
  });
});

test('[W5] an unknown Expect header still gets the security headers', async () => {
  const reply = await say('GET /livez HTTP/1.1\r\nHost: x\r\nExpect: the-unexpected\r\nConnection: close\r\n\r\n');
  expect(reply.status).toBe(200);
  dressed(reply.headers);
});

test('[W5] one request too many (429) has the security headers', async () => {
  const limited = await env.another({ settings: { rateLimits: true } });
  const visitor = limited.visitor();
  let reply = await visitor.step('/auth/callback');
  for (let asked = 0; reply.status !== 429 && asked < 3000; asked += 1) reply = await visitor.step('/auth/callback');
  expect([reply.status, Number(reply.headers['retry-after']) > 0]).toEqual([429, true]);
  dressed(reply.headers);
  expect(once(reply.headers, 'cache-control')).toBe('no-store');
});

test('with https on loopback, as in a rehearsal, it sends no HSTS: other programs there need none', async () => {
  const over = await env.another({ settings: { baseUrl: 'https://localhost:8443' } });
  const { port } = over.app.fastify.server.address() as { port: number };
  const reply = await exchange(`http://localhost:${port}`, { path: '/auth/sign-in', headers: { accept: 'text/html' } });
  expect(reply.headers['strict-transport-security']).toBeUndefined();
  expect(reply.cookies[0]).toMatch(/^__Host-latchkey-attempt-.*; Secure;/);
});

test('[S5] [W5] with https it sends HSTS, and binds cookies to this host', async () => {
  const over = await env.another({ settings: { baseUrl: 'https://portal.example' } });
  const { port } = over.app.fastify.server.address() as { port: number };
  const reply = await exchange(`http://localhost:${port}`, { path: '/auth/sign-in', headers: { accept: 'text/html' } });
  expect(reply.headers['strict-transport-security']).toBe('max-age=63072000; includeSubDomains');
  expect(reply.cookies).toHaveLength(1);
  expect(reply.cookies[0]).toMatch(
    /^__Host-latchkey-attempt-[A-Za-z0-9]{1,16}=[\w.-]{200,1000}; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  );
  dressed(reply.headers);
});
