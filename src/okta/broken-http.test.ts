import { getEventListeners } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { type OktaClient } from './client.ts';
import type { OktaError } from './wire/okta-error.ts';
import { hang, startBadOrg } from './testing/bad-org.ts';
import { getAnswer, repeat, startRawOrg, type RawOrg } from './testing/raw-org.ts';
import { factors, pendingTotp, totpId, userId } from './testing/samples.ts';
import { connectTo } from './testing/connect.ts';

let org: RawOrg | undefined;
let client: OktaClient;

/** There is one connection, so that a call meets what the previous call left on it. */
async function connect(answer: Parameters<typeof startRawOrg>[0], limits = {}): Promise<void> {
  org = await startRawOrg(answer);
  client = connectTo(org, { limits: { connections: 1, ...limits }, sleep: async () => {} });
}
afterEach(async () => {
  await client.close();
  await org?.close();
  org = undefined;
});

const getOutcome = <T>(call: Promise<T>, show: (value: T) => string = () => 'done'): Promise<string> =>
  call.then(show, ({ kind, acted }: OktaError) => `${kind}, acted ${acted}`);
const read = () => getOutcome(client.userFactorApi.listFactors({ userId }), (list) => `${list.length} factors`);
const enroll = () => getOutcome(client.userFactorApi.enrollFactor({ userId, body: {} }), ({ id }) => id);
const remove = () => getOutcome(client.userFactorApi.deleteFactor({ userId, factorId: totpId }));

const list = getAnswer(JSON.stringify(factors));
const enrolled = getAnswer(JSON.stringify(pendingTotp));
const planted = getAnswer(JSON.stringify({ ...pendingTotp, id: 'planted' }));

describe('what is left on a connection never answers the next change, which is sent once', () => {
  test.each<[string, Parameters<typeof startRawOrg>[0]]>([
    ['a second answer', (socket) => socket.write(list + planted)],
    [
      'a second answer, a moment later',
      (socket) => {
        socket.write(list);
        setImmediate(() => socket.write(planted));
      },
    ],
    ['a longer body than announced', (socket) => socket.write(`${list}{"id":"planted"}`)],
    ['half a second answer', (socket) => socket.write(list + planted.slice(0, 60))],
    ['the end of the connection', (socket) => socket.end(list)],
    ['408 for the connection', (socket) => socket.write(list + getAnswer('', '408 Request Timeout'))],
    ['a body of 204', (socket) => socket.write(`HTTP/1.1 204 No Content\r\n\r\n${planted}`)],
  ])('%s', async (_, first) => {
    await connect((socket, index) => (index === 0 ? first(socket, 0) : socket.write(enrolled)));
    await read();
    expect(await enroll()).toBe(totpId);
    expect(org!.methods).toEqual(['GET', 'POST']);
  });
});

describe('what is no HTTP, or another version of it', () => {
  const json = 'content-type: application/json\r\n';
  const bad = ['bad_reply, acted no', 'bad_reply, acted maybe', 'bad_reply, acted maybe'];
  const broken = ['unavailable, acted no', 'unavailable, acted maybe', 'unavailable, acted maybe'];
  const silent = ['timeout, acted no', 'timeout, acted maybe', 'timeout, acted maybe'];
  const chunked = `HTTP/1.1 200 OK\r\n${json}transfer-encoding: chunked\r\n\r\n`;
  const short = { headersMs: 200, callMs: 400 };
  test.each<[string, Parameters<typeof startRawOrg>[0], string[], object?]>([
    [
      'HTTP/1.0, ended by the connection',
      (socket) => socket.end(`HTTP/1.0 200 OK\r\n${json}\r\n{}`),
      bad.with(2, 'done'),
    ],
    ['HTTP/1.0, cut', (socket) => socket.end(`HTTP/1.0 200 OK\r\n${json}\r\n{"id`), bad],
    ['TLS', (socket) => socket.end(Buffer.from([0x15, 3, 1, 0, 2, 2, 0x28])), bad],
    ['HTTP/2', (socket) => socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), bad],
    ['101', (socket) => socket.write('HTTP/1.1 101 Odd\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'), broken],
    ['status 99', (socket) => socket.write('HTTP/1.1 099 Odd\r\ncontent-length: 0\r\n\r\n'), broken],
    ['status 999', (socket) => socket.write(getAnswer('[]', '999 Odd')), bad],
    ['two lengths', (socket) => socket.write(getAnswer('[]', undefined, 'content-length: 3\r\n')), broken],
    [
      'a length and chunks',
      (socket) => socket.write(getAnswer('[]', undefined, 'transfer-encoding: chunked\r\n')),
      bad,
    ],
    ['a negative chunk', (socket) => socket.write(`${chunked}-1\r\n[]\r\n0\r\n\r\n`), bad],
    ['large headers', (socket) => socket.write(getAnswer('[]', undefined, `x: ${'a'.repeat(17_000)}\r\n`)), bad],
    ['endless trailers', (socket) => repeat(socket, `x: ${'a'.repeat(900)}\r\n`, `${chunked}0\r\n`), bad],
    ['endless interim answers', (socket) => repeat(socket, 'HTTP/1.1 103 Hints\r\nx: y\r\n\r\n'), silent, short],
    ['an endless chunk’s extension', (socket) => repeat(socket, 'a'.repeat(900), `${chunked}1;`), silent, short],
  ])('%s', async (_, answer, outcomes, limits) => {
    await connect(answer, limits);
    expect([await read(), await enroll(), await remove()]).toEqual(outcomes);
    expect(org!.methods.filter((method) => method !== 'GET')).toEqual(['POST', 'DELETE']);
  });
});

test('2,000 cancelled calls leave no connection and nothing to send', async () => {
  const hanging = await startBadOrg();
  hanging.will(hang);
  await connect(() => {}, { connections: 32 });
  const cancelled = connectTo(hanging);
  const connections = () => process.getActiveResourcesInfo().filter((name) => /^(?:TCPSocket|Connect)/.test(name));
  const before = connections().length;
  for (let round = 0; round < 20; round += 1) {
    const leaving = new AbortController();
    const calls = Array.from({ length: 100 }, () =>
      getOutcome(cancelled.userFactorApi.listFactors({ userId }, { signal: leaving.signal })),
    );
    if (round % 2 === 0) await new Promise(setImmediate);
    leaving.abort();
    expect(new Set(await Promise.all(calls))).toEqual(new Set(['aborted, acted no']));
    expect(getEventListeners(leaving.signal, 'abort')).toEqual([]);
  }
  await cancelled.close();
  expect(hanging.requests.length).toBeLessThanOrEqual(20 * 32);
  await hanging.close();
  await expect.poll(() => connections().length).toBeLessThanOrEqual(before);
});
