import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test, vi } from 'vitest';
import { createBoundedHttp, KeysUnreachable } from './bounded-http.ts';

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});
async function listen(answer: RequestListener): Promise<string> {
  server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
}

test('[U2] ends an answer that does not end, and keeps little of it', async () => {
  let sent = 0;
  const url = await listen((_request, response) => {
    const chunk = Buffer.alloc(64 * 1024, 'x');
    response.writeHead(200, { 'content-type': 'application/json' });
    const more = () => {
      while (!response.destroyed && response.write(chunk)) sent += chunk.length;
    };
    response.on('drain', more);
    more();
  });
  await expect(createBoundedHttp().send(url, { method: 'POST', body: 'x' })).rejects.toThrow(/size/i);
  expect(sent).toBeLessThan(16_000_000);
});

test('[U6] opens sixteen connections at most, and fails at once after three failures', async () => {
  let open = 0;
  let most = 0;
  const url = await listen(() => {});
  server.on('connection', (socket) => {
    most = Math.max(most, (open += 1));
    socket.on('close', () => (open -= 1));
  });
  const http = createBoundedHttp();
  const calls = Array.from({ length: 40 }, () => http.send(url, { method: 'GET' }).catch(String));
  await expect.poll(() => most).toBe(16);
  server.closeAllConnections();
  await Promise.all(calls.slice(0, 3));
  await expect(http.send(url, { method: 'GET' })).rejects.toThrow('did not answer lately');
  server.closeAllConnections();
  server.close();
  await Promise.all(calls);
  expect(most).toBe(16);
});

test('[U4] after a 429 calls that path again at its time, and others meanwhile', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  try {
    let asked = 0;
    let headers: Record<string, string> = { 'x-rate-limit-reset': String(Math.ceil(Date.now() / 1000) + 30) };
    const url = await listen((request, response) => {
      if (request.url === '/other') return response.end();
      asked += 1;
      response.writeHead(asked % 2 === 1 ? 429 : 200, headers);
      return response.end();
    });
    const calls: (number | null)[] = [];
    const http = createBoundedHttp(undefined, ({ status }) => calls.push(status));
    const ask = () => http.send(url, { method: 'GET' }).then(({ status }) => status, String);
    for (const seconds of [32, 60]) {
      expect(await ask()).toBe(429);
      expect(Math.abs(http.waitMs() - seconds * 1000)).toBeLessThanOrEqual(2000);
      expect(await ask()).toContain('the rate limit of /keys is used up');
      expect((await http.send(new URL('/other', url).href, { method: 'GET' })).status).toBe(200);
      vi.advanceTimersByTime((seconds + 1) * 1000);
      expect([await ask(), http.waitMs()]).toEqual([200, 0]);
      // A 429 that names no time blocks calls for a minute.
      headers = {};
    }
    expect(calls).toEqual([429, 200, 200, 429, 200, 200]);
  } finally {
    vi.useRealTimers();
  }
});

test('takes no compressed keys', async () => {
  const url = await listen((request, response) => {
    expect(request.headers['accept-encoding']).toBe('identity');
    response.writeHead(200, { 'content-encoding': 'gzip' });
    response.end(gzipSync('{"keys":[]}'));
  });
  await expect(createBoundedHttp().fetch(url)).rejects.toThrow(KeysUnreachable);
});
