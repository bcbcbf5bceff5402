import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createOktaClient } from '#okta/client.ts';
import { ADA, GRACE, HEDY, startTestEnv, type Portal, type TestEnv } from '#testing/test-env.ts';
import { resetRows, signInAgent, type SignedInStaff } from '../testing/agent-fixture.ts';
import { personId } from '../testing/helpdesk-fixture.ts';

type Answer = (response: ServerResponse) => void;
const json = { 'content-type': 'application/json' };
let env: TestEnv;
let portal: Portal;
let hedy: SignedInStaff;
let grace: string;
let between: Server;
let elsewhere: Server;
let askedElsewhere = 0;
/** How much of a large answer the portal has read. */
let megabytes = 0;
/** Replaces Okta's answer to a removal. `done`: whether Okta carries out the removal. */
let instead: { done: boolean; answer: Answer } | null = null;

const originOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
async function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const isRemoval = request.method === 'DELETE' && /\/factors\/[^/]+$/.test(request.url!);
  const replaced = isRemoval ? instead : null;
  if (replaced?.done === false) return replaced.answer(response);
  const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
  const body = chunks.length > 0 ? { body: Buffer.concat(chunks) } : {};
  const answer = await fetch(env.emulator.url + request.url!, {
    ...{ method: request.method!, headers: headers as Record<string, string>, ...body },
  });
  const text = Buffer.from(await answer.arrayBuffer());
  if (replaced) return replaced.answer(response);
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(text);
}
async function listen(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<Server> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

beforeAll(async () => {
  env = await startTestEnv();
  between = await listen((request, response) => void forward(request, response).catch(() => response.destroy()));
  elsewhere = await listen((_request, response) => {
    askedElsewhere += 1;
    response.writeHead(204).end();
  });
});
afterAll(async () => {
  for (const server of [between, elsewhere]) {
    server.closeAllConnections();
    server.close();
  }
  await env.close();
});
beforeEach(async () => {
  instead = null;
  askedElsewhere = 0;
  megabytes = 0;
  portal = await env.fresh({
    okta: () =>
      createOktaClient({
        orgUrl: originOf(between),
        credential: { kind: 'ssws', token: env.emulator.apiToken },
        clock: env.clock,
        userAgent: 'latchkey-test/0',
        limits: { connectMs: 2000, headersMs: 4000, callMs: 6000 },
      }),
  });
  hedy = await signInAgent(portal, HEDY);
  grace = await personId(portal, GRACE);
});

const answers: [string, Answer][] = [
  ['HTML with 200', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')],
  ['nothing with 200', (response) => response.writeHead(200, json).end()],
  ['half a JSON with 200', (response) => response.writeHead(200, json).end('{"id":')],
  ['a redirect to another host', (response) => response.writeHead(307, { location: originOf(elsewhere) }).end()],
  ['a redirect as a see other', (response) => response.writeHead(303, { location: originOf(elsewhere) }).end()],
  [
    'fifty megabytes',
    (response) => {
      const chunk = Buffer.alloc(1_000_000, ' ');
      const more = () => {
        while (!response.destroyed && megabytes < 50 && response.write(chunk)) megabytes += 1;
        if (megabytes === 50) response.end();
      };
      response.writeHead(200, json).on('drain', more);
      more();
    },
  ],
  [
    'a body that does not end',
    (response) => {
      response.writeHead(200, json);
      const timer = setInterval(() => response.write(' '), 100);
      response.on('close', () => clearInterval(timer));
    },
  ],
];

const remove = async () => {
  const { factorId } = (await env.phone(GRACE))[0]!;
  const reply = await hedy.reset(grace, { factorIds: [factorId] });
  return { reply, isThere: async () => (await env.phone(GRACE)).some((one) => one.factorId === factorId) };
};

test.each(answers.flatMap(([what, answer]) => [true, false].map((done) => [what, done, answer] as const)))(
  'a removal that is answered by %s (done: %s) is unknown, then recorded once as it was',
  async (_what, done, answer) => {
    instead = { done, answer };
    const { reply, isThere } = await remove();
    expect([502, 504]).toContain(reply.status);
    expect([await isThere(), askedElsewhere]).toEqual([!done, 0]);
    instead = null;
    env.advance(60);
    await portal.app.reconcile();
    expect((await resetRows(portal)).map(({ type, outcome }) => [type, outcome])).toEqual([
      ['intent', null],
      ['outcome', done ? 'success' : 'failure'],
    ]);
    // The portal stops reading, so only the sockets' buffers fill.
    expect(megabytes).toBeLessThan(25);
  },
  60_000,
);

test('a removal that is answered by 200 with somebody’s factor removed what was named, and nothing of hers', async () => {
  const ada = await portal.okta.userFactorApi.listFactors({ userId: await personId(portal, ADA) });
  instead = {
    done: true,
    answer: (response) => response.writeHead(200, json).end(JSON.stringify(ada[0] ?? { id: 'uftx' })),
  };
  const { reply, isThere } = await remove();
  expect([reply.status, await isThere()]).toEqual([200, false]);
  expect(await portal.okta.userFactorApi.listFactors({ userId: await personId(portal, ADA) })).toEqual(ada);
});
