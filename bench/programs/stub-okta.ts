/** Repeats the emulator's answers fast, so that only the org's client is measured. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Recorded = {
  userId: string;
  answers: Record<'user' | 'factors' | 'catalog' | 'organization', { headers: Record<string, string>; body: string }>;
};

const { userId, answers } = JSON.parse(readFileSync(process.env['ANSWERS']!, 'utf8')) as Recorded;

const server = createServer((request, response) => {
  const [, person, rest = ''] =
    /^\/api\/v1\/users\/([A-Za-z0-9]{20})(\/factors(?:\/catalog)?)?$/.exec(request.url ?? '') ?? [];
  const name = person
    ? (({ '': 'user', '/factors': 'factors', '/factors/catalog': 'catalog' } as const)[rest] ?? 'user')
    : 'organization';
  const { headers, body } = answers[name];
  const reset = Math.ceil(Date.now() / 1000) + 60;
  const limits = person
    ? { 'x-rate-limit-limit': '60000', 'x-rate-limit-remaining': '59999', 'x-rate-limit-reset': String(reset) }
    : {};
  const text = person ? body.replaceAll(userId, person) : body;
  response.writeHead(200, { ...headers, ...limits, 'content-length': Buffer.byteLength(text) }).end(text);
});
server.listen(0, '127.0.0.1', () => console.log(`port ${(server.address() as AddressInfo).port}`));
