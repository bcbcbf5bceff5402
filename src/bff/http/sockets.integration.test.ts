import { connect, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { GRACE, testEnv, type Portal } from '#testing/test-env.ts';
import { getBody, filled, routes } from '#testing/requests/route-table.ts';
import { said } from '#testing/visitor.ts';
import { socketLimits } from './sockets.ts';

const env = await testEnv();
const port = (of: Portal) => Number(new URL(of.base).port);
const portal = await env.fresh({ sockets: { connections: 40 } });
/** The tests send it only unfinished requests. */
const impatient = await env.another({
  app: { store: portal.store },
  sockets: { headersMs: 200, requestMs: 400, checkMs: 50 },
});
const grace = await portal.signedIn(GRACE);

/** Sends one byte every 40 ms until the server closes. */
const drip = (start: string, on: Portal): Promise<{ received: string; ms: number }> =>
  new Promise((resolve) => {
    const from = performance.now();
    const socket = connect(port(on), '127.0.0.1', () => socket.write(start));
    const dripping = setInterval(() => socket.write('x'), 40);
    let received = '';
    socket.on('data', (chunk) => {
      clearInterval(dripping);
      received += String(chunk);
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      clearInterval(dripping);
      resolve({ received, ms: performance.now() - from });
    });
  });

describe('slow senders', () => {
  test('[D7] headers that never end get 408 and the connection closes', async () => {
    const { received, ms } = await drip('GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ', impatient);
    expect(received).toMatch(/^HTTP\/1\.1 408 /);
    expect(ms).toBeLessThan(30_000);
  });

  test('[D7] headers end by their own limit, earlier than a request’s', async () => {
    const patient = await env.another({
      app: { store: portal.store },
      sockets: { headersMs: 200, requestMs: 60_000, checkMs: 50 },
    });
    const { received, ms } = await drip('GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ', patient);
    expect(received).toMatch(/^HTTP\/1\.1 408 /);
    expect(ms).toBeLessThan(30_000);
    expect(socketLimits.headersMs).toBeLessThan(socketLimits.requestMs);
  });

  test('[D7] a body that never ends gets 408 and reaches no handler', async () => {
    const name = `latchkey-${port(impatient)}=${grace.token()}`;
    await env.takeRequests();
    const head = `POST /api/factors HTTP/1.1\r\nHost: x\r\nCookie: ${name}\r\nX-Latchkey: 1\r\nOrigin: ${impatient.base}\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n{`;
    const { received, ms } = await drip(head, impatient);
    expect(received).toMatch(/^HTTP\/1\.1 408 /);
    expect(ms).toBeLessThan(30_000);
    expect(await env.takeRequests()).toEqual([]);
  });

  test('[D7] fifty of them delay nobody else', async () => {
    const roomy = await env.another({ app: { store: portal.store } });
    const slow = Array.from({ length: 50 }, () => drip('GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ', roomy));
    const from = performance.now();
    for (let n = 0; n < 20; n += 1) expect((await roomy.visitor().raw({ path: '/livez' })).status).toBe(200);
    expect(performance.now() - from).toBeLessThan(socketLimits.headersMs);
    await roomy.close();
    await Promise.all(slow);
  });
});

test('[D7] one connection too many is closed at once, the open ones continue, and a freed one is replaced', async () => {
  const open: Socket[] = [];
  const closed = (socket: Socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()));
  for (let n = 0; n < 40; n += 1) open.push(connect(port(portal), '127.0.0.1'));
  const extra = connect(port(portal), '127.0.0.1').on('error', () => {});
  await closed(extra);
  const [first] = open;
  const answer = new Promise<string>((resolve) => first!.once('data', (chunk) => resolve(String(chunk))));
  first!.write('GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  expect(await answer).toMatch(/^HTTP\/1\.1 200 /);
  const gone = open.filter(({ destroyed }) => !destroyed).map(closed);
  for (const socket of open) socket.destroy();
  await Promise.all(gone);
  expect((await portal.visitor().raw({ path: '/livez' })).status).toBe(200);
});

test('[D7] the limits are seconds and thousands, and headers and bodies end at 16 KiB', async () => {
  expect(socketLimits).toEqual({
    headersMs: 10_000,
    requestMs: 30_000,
    checkMs: 5_000,
    idleMs: 60_000,
    connections: 4_000,
  });
  const plain = await env.another({ app: { store: portal.store } });
  const head = (length: number) => plain.visitor().raw({ path: '/livez', headers: { 'x-long': 'a'.repeat(length) } });
  expect([(await head(15_000)).status, (await head(16_500)).status]).toEqual([200, 431]);
  const many = await plain.visitor().raw({
    path: '/livez',
    headers: Object.fromEntries(Array.from({ length: 900 }, (_, n) => [`x-${n}`, 'a'.repeat(20)])),
  });
  expect(many.status).toBe(431);
});

const withBody = routes.filter(({ unsafe, method }) => unsafe && method !== 'DELETE');

test.each(withBody)(
  '[D7] $name: refuses the deepest nesting that fits into 16 kB quickly, and a byte more than 16 kB',
  async (route) => {
    const deep = [
      `${'{"a":'.repeat(2700)}1${'}'.repeat(2700)}`,
      `${'['.repeat(8000)}${']'.repeat(8000)}`,
      '['.repeat(16_000),
      `{"${Object.keys(getBody(route.name) ?? { a: 1 })[0]}":${'['.repeat(8000)}${']'.repeat(8000)}}`,
    ];
    const send = (body: string) =>
      grace.raw({
        method: route.method,
        path: filled(route),
        headers: { 'x-latchkey': '1', origin: portal.base, 'content-type': 'application/json' },
        body,
      });
    for (const body of deep) {
      const from = performance.now();
      expect(said(await send(body))).toBe('400 bad_request');
      expect(performance.now() - from).toBeLessThan(5000);
    }
    expect(said(await send(`${' '.repeat(16 * 1024 + 1)}`))).toBe('413 too_large');
  },
);
