import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { request, type IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GRACE, testEnv, type Portal } from '#testing/test-env.ts';
import type { Visitor } from '#testing/visitor.ts';

type Line = { level: number; reqId: string; traceId: string; spanId: string; msg: string } & Record<string, unknown>;

const env = await testEnv();
let portal: Portal;
let grace: Visitor;
let text = '';
const calls: { path: string; traceparent: string | undefined }[] = [];
const onRequest = (message: unknown) => {
  const { headers, url = '' } = (message as { request: IncomingMessage }).request;
  if (headers.host !== new URL(env.emulator.url).host) return;
  calls.push({ path: url, traceparent: headers['traceparent'] as string | undefined });
};
beforeAll(async () => {
  const stream = new PassThrough();
  stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  portal = await env.fresh({ logger: pino({ level: 'info' }, stream) as never });
  subscribe('http.server.request.start', onRequest);
  grace = await portal.signedIn(GRACE);
});
afterAll(async () => {
  unsubscribe('http.server.request.start', onRequest);
});

async function linesOf(count: number, run: () => Promise<unknown>): Promise<Line[]> {
  text = '';
  await run();
  const lines = () =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line)
      .filter(({ msg }) => msg === 'request');
  await expect.poll(() => lines().length).toBe(count);
  return lines();
}

const secure = { 'x-latchkey': '1', 'sec-fetch-site': 'same-origin' };

test('[L2] a request is one line with the route’s template, whatever the address contains', async () => {
  const secret = 'a-token-that-freezes';
  const requests: [string, string, string, number][] = [
    ['GET', `/freeze/${secret}?x=${secret}`, '/freeze/{token}', 200],
    ['POST', `/freeze/${secret}`, '/freeze/{token}', 303],
    ['GET', `/api/factors/${secret}`, '/api/factors/{factorId}', 400],
    ['GET', `/auth/callback?state=${secret}&code=${secret}`, '/auth/callback', 400],
    ['GET', `/${secret}/${secret}`, '/*', 200],
    ['GET', `/assets/${secret}.js`, 'none', 404],
    ['GET', `/api/${secret}`, '/*', 404],
    ['DELETE', `/${secret}`, 'none', 404],
    ['GET', `/%C0%AE${secret}`, '/*', 200],
    ['GET', '/livez', '/livez', 200],
  ];
  for (const [method, path, route, status] of requests) {
    const headers =
      method === 'POST' ? { origin: portal.base, 'content-type': 'application/x-www-form-urlencoded' } : secure;
    const [line] = await linesOf(1, () =>
      grace.raw({ method, path, headers, body: method === 'POST' ? '' : undefined }),
    );
    expect(line, path).toMatchObject({ level: 30, method, route, status, ms: expect.any(Number) });
    expect(line!.reqId).toMatch(/^[0-9a-f-]{36}$/);
    expect(text, path).not.toContain(secret);
  }
});

test('the line’s request id is the answer’s, and the trace goes on to Okta', async () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
  for (const [traceparent, continues] of [
    [`00-${trace}-00f067aa0ba902b7-01`, true],
    [`00-${trace}-00f067aa0ba902b7-01-x`, false],
    [undefined, false],
  ] as const) {
    calls.length = 0;
    let id: unknown;
    const [line] = await linesOf(1, async () => {
      id = (await grace.raw({ path: '/api/factors', headers: { ...secure, traceparent } })).headers['x-request-id'];
    });
    expect(line!.reqId).toBe(id);
    expect(line!.traceId === trace).toBe(continues);
    expect(calls.map(({ path }) => path)).toContainEqual(expect.stringMatching(/^\/api\/v1\/users\/[^/]+\/factors$/));
    for (const call of calls) expect(call.traceparent).toBe(`00-${line!.traceId}-${line!.spanId}-01`);
  }
});

test('a sign-in’s calls carry the trace of its callback', async () => {
  calls.length = 0;
  const lines = await linesOf(3, () => portal.signedIn(GRACE));
  const callback = lines.find(({ route }) => route === '/auth/callback')!;
  const traced = calls.filter(({ traceparent }) => traceparent?.includes(callback.traceId)).map(({ path }) => path);
  expect(traced).toEqual(['/oauth2/default/v1/token', expect.stringMatching(/^\/api\/v1\/users\//)]);
});

test('a request whose browser left has a line with 499', async () => {
  await env.fault({ match: 'GET /api/v1/users/*/factors', delayMs: 2000 });
  calls.length = 0;
  const [line] = await linesOf(1, async () => {
    const { port } = new URL(portal.base);
    const headers = { cookie: `latchkey-${port}=${grace.token()}` };
    const asking = request({ host: '127.0.0.1', port, path: '/api/factors', headers });
    asking.on('error', () => {}).end();
    await expect.poll(() => calls.length).toBeGreaterThan(0);
    asking.destroy();
  });
  expect(line).toMatchObject({ route: '/api/factors', status: 499 });
  await env.clearFaults();
});

test('a balancer’s check has no line', async () => {
  const lines = await linesOf(1, async () => {
    await grace.raw({ path: '/readyz' });
    await grace.raw({ path: '/livez' });
  });
  expect(lines).toMatchObject([{ route: '/livez' }]);
});

test('a change that the store refuses is one line at level 40, without a stack', async () => {
  await portal.store.updateTable('audit_log_head').set({ hash: 'planted' }).execute();
  text = '';
  const { status, body } = await grace.call('endOtherSessions');
  expect([status, body.error.code]).toEqual([503, 'store_unavailable']);
  const said = text.split('\n').filter((line) => line.includes('the store did not take a change'));
  expect(said).toHaveLength(1);
  expect(JSON.parse(said[0]!)).toMatchObject({ level: 40, reason: expect.stringContaining('audit log') });
  expect(text).not.toMatch(/"stack"|a request failed/);
});
