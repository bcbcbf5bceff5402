import { afterAll, beforeAll, expect, test } from 'vitest';
import { converse, oddRequest, createRandom, type Known } from '#testing/requests/fuzz.ts';
import { ensureBuilt, startServerProcess, type ServerProcess } from '#testing/server-process.ts';
import { freePort } from '#testing/free-port.ts';
import { GRACE } from '#testing/test-env.ts';
import { getBody, routes } from '#testing/requests/route-table.ts';
import { createVisitor, signedInAt } from '#testing/visitor.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

/** `npm run soak` sends 100,000 requests. A failure prints its seed, which SOAK_SEED repeats. */
const COUNT = Number(process.env['SOAK_FUZZ'] ?? 2000);
const SEED = Number(process.env['SOAK_SEED'] ?? Date.now() % 2 ** 31);
const AT_ONCE = 16;
/** The growth from the second fifth to the end. The emulator's list of requests grows too. */
const GROWTH_MB = 8;

const folder = temporaryFolder();
let server: ServerProcess;

beforeAll(async () => {
  await ensureBuilt();
  server = await startServerProcess({ port: await freePort(), emulatorPort: await freePort(), folder });
});
afterAll(async () => {
  await server?.kill();
});

/** A stack, a local path or a version. */
const revealing =
  /node:internal|node_modules|file:\/\/|\.ts:\d+|\n\s+at [\w.<]+ ?\(|SyntaxError|TypeError|RangeError|x-powered-by|^server:/im;

function wrongWith(received: string): string | null {
  const found = revealing.exec(received);
  if (found) return `tells ${JSON.stringify(found[0])}`;
  const statuses = [...received.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));
  if (statuses.some((status) => status === 500 || status > 504)) return `answers ${statuses.join()}`;
  const naked = received
    .split(/^(?=HTTP\/1\.1 )/m)
    .find((one) => /^HTTP\/1\.1 [2-5]/.test(one) && !/^x-content-type-options: nosniff/im.test(one));
  return naked ? `answers without the headers: ${naked.slice(0, 200)}` : null;
}

async function session(): Promise<string> {
  const visitor = await signedInAt(server, GRACE);
  return `latchkey-${new URL(server.base).port}=${visitor.token()}`;
}

test(`[D5] ${COUNT} malformed requests (paths, headers, bodies, encodings, pipelining): none ends the process, shows internals or leaks memory`, async () => {
  const random = createRandom(SEED);
  const pages = [
    '/',
    '/add/totp',
    '/methods/{id}',
    '/sessions',
    '/helpdesk',
    '/auth/sign-in',
    '/auth/callback',
    '/auth/step-up',
    '/freeze/{id}',
    '/livez',
    '/robots.txt',
    '/assets/{id}',
  ];
  const bodies = routes.flatMap(({ name }) => (getBody(name) ? [JSON.stringify(getBody(name))] : [])).concat('{}');
  const known: Known = {
    paths: [...routes.map(({ path }) => path), ...pages],
    bodies,
    origin: server.base,
    cookie: await session(),
  };
  const port = Number(new URL(server.base).port);
  const faults: string[] = [];
  let asked = 0;
  let answered = 0;
  const play = async (until: number) => {
    while (asked < until) {
      const requests = Array.from({ length: 1 + random.below(6) }, () => oddRequest(random, known));
      asked += requests.length;
      const received = await converse(port, requests, random);
      if (received.startsWith('HTTP/1.1 ')) answered += 1;
      const wrong = wrongWith(received);
      if (wrong)
        faults.push(
          `${wrong}\n${requests.map((one) => JSON.stringify(one.toString('latin1').slice(0, 250))).join('\n')}`,
        );
      if (faults.length > 2) throw new Error('enough');
    }
  };
  const round = async (until: number) => {
    await Promise.all(Array.from({ length: AT_ONCE }, () => play(until))).catch((error: unknown) =>
      faults.push(String(error)),
    );
    expect(faults, `SOAK_SEED=${SEED}`).toEqual([]);
    const health = await createVisitor(server).raw({ path: '/livez' });
    expect([health.status, server.exited()], `SOAK_SEED=${SEED}`).toEqual([200, false]);
    known.cookie = await session();
  };
  const sizes: number[] = [];
  for (let fifth = 1; fifth <= 5; fifth += 1) {
    await round((COUNT / 5) * fifth);
    sizes.push((await server.measure()).heapMb);
  }
  expect(answered).toBeGreaterThan(COUNT / 20);
  expect(sizes[4]! - sizes[1]!, `MB after each fifth: ${sizes.map((size) => size.toFixed(1)).join(', ')}`).toBeLessThan(
    GROWTH_MB,
  );
}, 3_600_000);

test('[D5] detects a planted stack, internal error, and answer without our headers', () => {
  const head = 'HTTP/1.1 200 OK\r\nx-content-type-options: nosniff\r\n\r\n';
  expect(wrongWith(`${head}{}`)).toBeNull();
  expect(wrongWith(`${head}Error: x\n    at Object.run (/srv/app.ts:3:4)`)).toMatch(/tells/);
  expect(wrongWith(head.replace('200', '500'))).toMatch(/answers 500/);
  expect(wrongWith(`${head}HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n`)).toMatch(/without the headers/);
});
