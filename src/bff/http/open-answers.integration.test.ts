import { connect, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { GRACE, testEnv } from '#testing/test-env.ts';

const env = await testEnv();
const portal = await env.fresh();
const grace = await portal.signedIn(GRACE);

const dial = (to = portal) => connect(Number(new URL(to.base).port), '127.0.0.1').on('error', () => {});
const closed = (socket: Socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()));
const request = (path: string, extra = '', to = portal) =>
  `GET ${path} HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nCookie: latchkey-${new URL(to.base).port}=${grace.token()}\r\n${extra}\r\n`;

/** Returns everything that the server sends until the connection closes. */
const sent = async (text: string): Promise<string> => {
  const socket = dial();
  let received = '';
  socket.on('data', (chunk) => (received += String(chunk)));
  socket.write(text);
  await closed(socket);
  return received;
};
const statuses = (received: string) => [...received.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status);

describe('requests that are sent ahead', () => {
  test('[D7] are answered in order, if they are few', async () => {
    const received = await sent(request('/livez').repeat(4) + request('/livez', 'Connection: close\r\n'));
    expect(statuses(received)).toEqual(['200', '200', '200', '200', '200']);
  });

  test('[D7] end the connection, if they are many', async () => {
    await env.takeRequests();
    const received = await sent(request('/methods').repeat(200));
    expect(statuses(received).length).toBeLessThanOrEqual(8);
    expect((await env.takeRequests()).length).toBeLessThan(40);
  });

  test('[D7] a connection on which nothing moves ends, also while a request runs', async () => {
    const hasty = await env.another({ app: { store: portal.store }, sockets: { idleMs: 200 } });
    await env.fault({ match: 'GET /api/v1/users/*/factors', delayMs: 30_000, times: 3 });
    const socket = dial(hasty);
    let received = '';
    socket.on('data', (chunk) => (received += String(chunk)));
    socket.write(request('/api/factors', '', hasty));
    await closed(socket);
    expect(received).toBe('');
    await env.clearFaults();
    expect(portal.app.fastify.server.timeout).toBe(60_000);
  });
});

describe('a bad request', () => {
  const bad = 'NONSENSE\r\n\r\n';

  test('[D5] is answered after those before it', async () => {
    await env.fault({ match: 'GET /api/v1/users/*/factors', delayMs: 300, times: 1 });
    const received = await sent(request('/api/factors') + bad);
    expect(statuses(received)).toEqual(['200', '400']);
    expect(received).toContain('"factors":');
  });

  test('[D5] is answered once, whatever follows', async () => {
    const socket = dial();
    let received = '';
    socket.on('data', (chunk) => (received += String(chunk)));
    await env.fault({ match: 'GET /api/v1/users/*/factors', delayMs: 300, times: 1 });
    socket.write(request('/api/factors') + bad);
    for (let n = 0; n < 5; n += 1) {
      await new Promise((resolve) => socket.write(bad, resolve));
      await new Promise(setImmediate);
    }
    await closed(socket);
    expect(statuses(received)).toEqual(['200', '400']);
  });

  test('[D5] inside a body is answered at once', async () => {
    const head = `POST /api/factors HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
    expect(statuses(await sent(`${head}ZZ\r\n`)).at(-1)).toBe('400');
  });
});
