import { getEventListeners } from 'node:events';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { freePort } from '#testing/free-port.ts';
import { type OktaClient, type OktaClientOptions } from './client.ts';
import {
  cutBefore,
  drip,
  hang,
  hangAfterHeaders,
  json,
  noContent,
  oktaError,
  raw,
  reset,
  type Behaviour,
  badOrg,
} from './testing/bad-org.ts';
import { getFailure } from './testing/failure.ts';
import { factors, pendingTotp, totpId, userId } from './testing/samples.ts';
import { connectTo } from './testing/connect.ts';

const org = await badOrg();
let client: OktaClient;

function connect(options: Partial<OktaClientOptions> = {}): OktaClient {
  const limits = { maxReplyBytes: 20_000 };
  return connectTo(org, { limits, sleep: async () => {}, ...options });
}

beforeEach(() => {
  client = connect();
  return () => client.close();
});

const jsonType = { 'content-type': 'application/json' };
const read = () => client.userFactorApi.listFactors({ userId });
const change = () =>
  client.userFactorApi.enrollFactor({ userId, body: { factorType: 'token:software:totp', provider: 'GOOGLE' } });
const remove = () => client.userFactorApi.deleteFactor({ userId, factorId: totpId });

describe('one typed error; changes are sent once, and reads are retried only when the connection broke', () => {
  type Row = [name: string, behaviour: Behaviour, kind: string, reads: number];
  test.each<Row>([
    ['hangs before the headers', hang, 'timeout', 1],
    ['hangs after the headers', hangAfterHeaders, 'timeout', 1],
    ['drips', drip(20), 'timeout', 1],
    ['resets before an answer', reset, 'unavailable', 2],
    ['HTML that says it is JSON', raw('<html>', 200, jsonType), 'bad_reply', 1],
    ['JSON that says it is HTML', raw('[]', 200, { 'content-type': 'text/html' }), 'bad_reply', 1],
    ['JSON that says nothing', raw('[]'), 'bad_reply', 1],
    ['empty 200', raw('', 200, jsonType), 'bad_reply', 1],
    ['half a JSON', raw('[{"id":', 200, jsonType), 'bad_reply', 1],
    [
      'too large without a length',
      (response) => void response.writeHead(200, jsonType).write(`[${' '.repeat(50_000)}`),
      'bad_reply',
      1,
    ],
    [
      'well-formed gzip that nobody asked for',
      raw(gzipSync('[]'), 200, { ...jsonType, 'content-encoding': 'gzip' }),
      'bad_reply',
      1,
    ],
    ['a redirect', raw('', 302, { location: 'http://127.0.0.1:1/' }), 'bad_reply', 1],
    ['not modified', raw('', 304), 'bad_reply', 1],
    ['not HTTP', (response) => void response.socket?.end('SSH-2.0-OpenSSH\r\n\r\n'), 'bad_reply', 1],
    ['500 with HTML', raw('<h1>Oops</h1>', 500, { 'content-type': 'text/html' }), 'bad_reply', 1],
    ['502 with HTML', raw('<h1>Bad gateway</h1>', 502, { 'content-type': 'text/html' }), 'bad_reply', 2],
    ['503 of Okta', oktaError(503, 'E0000139'), 'api', 2],
    ['504 of Okta', oktaError(504, 'E0000067'), 'api', 2],
    ['408 of a proxy', raw('', 408), 'api', 1],
  ])('%s', async (_, behaviour, kind, reads) => {
    // Only this case has short limits, because a busy machine answers slowly.
    if (kind === 'timeout') client = connect({ limits: { headersMs: 300, callMs: 500 } });
    org.will(behaviour);
    const [reading, ...changes] = await Promise.all([read, change, remove].map(getFailure));
    expect(reading).toMatchObject({ kind, acted: 'no' });
    for (const error of changes) expect(error).toMatchObject({ kind, acted: 'maybe' });
    const times = (name: string) => org.requests.filter(({ method }) => method === name).length;
    expect({ GET: times('GET'), POST: times('POST'), DELETE: times('DELETE') }).toEqual({
      GET: reads,
      POST: 1,
      DELETE: 1,
    });
  });

  test.each<[string, Behaviour, string | null]>([
    ['401', oktaError(401, 'E0000011'), 'E0000011'],
    ['404', oktaError(404, 'E0000007'), 'E0000007'],
    ['403 with HTML', raw('<h1>Forbidden</h1>', 403, { 'content-type': 'text/html' }), null],
    ['400 with half a JSON', raw('{"errorCode":', 400, jsonType), null],
    ['400 of an OAuth endpoint', json({ error: 'invalid_request', error_description: 'x' }, 400), 'invalid_request'],
  ])('reports a refusal as not carried out: %s', async (_, behaviour, code) => {
    org.will(behaviour);
    for (const call of [read, change, remove])
      expect(await getFailure(call)).toMatchObject({ kind: 'api', acted: 'no', code });
    expect(org.requests.length).toBe(3);
  });

  test('reports a change as not carried out when the connection is refused', async () => {
    client = connect({ orgUrl: `http://127.0.0.1:${await freePort()}` });
    expect(await getFailure(change)).toMatchObject({ kind: 'unavailable', acted: 'no', status: null });
  });

  test('rejects a foreign page as success of a call that gives nothing', async () => {
    for (const page of [raw('<html>', 200, { 'content-type': 'text/html' }), raw('', 200), raw('ok', 200)]) {
      org.will(page);
      expect(await getFailure(remove)).toMatchObject({ kind: 'bad_reply', acted: 'maybe' });
    }
    for (const success of [noContent, json({})]) {
      org.will(success);
      await expect(remove()).resolves.toBeUndefined();
    }
  });
});

describe('a read that broke', () => {
  test('is retried, with the request id of the first answer', async () => {
    org.will(oktaError(503, 'E0000139', { 'x-okta-request-id': 'first' }), json(factors));
    await expect(read()).resolves.toHaveLength(4);
    expect(org.requests.map(({ headers }) => [headers['x-okta-retry-for'], headers['x-okta-retry-count']])).toEqual([
      [undefined, undefined],
      ['first', '1'],
    ]);
  });

  test('is not retried when the call’s time is over', async () => {
    org.will(cutBefore);
    client = connect({
      limits: { callMs: 500 },
      sleep: (_, signal) => new Promise((resolve) => signal?.addEventListener('abort', () => resolve(undefined))),
    });
    expect(await getFailure(read)).toMatchObject({ kind: 'unavailable' });
    expect(org.requests.length).toBe(1);
  });
});

test('[U5] sends a change once when Okta closes the connection meanwhile, twenty times in a row', async () => {
  for (let round = 0; round < 20; round += 1) {
    // The connection stays open after the first answer. The org closes it when the change arrives.
    org.will(json([]), cutBefore, json(pendingTotp));
    org.requests.length = 0;
    const racing = connect();
    await racing.userFactorApi.listFactors({ userId });
    const error = await racing.userFactorApi.enrollFactor({ userId, body: {} }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: 'unavailable', acted: 'maybe' });
    expect(org.requests.filter(({ method }) => method === 'POST').length).toBe(1);
    await racing.close();
  }
});

describe('a caller who cancels', () => {
  test.each<[string, Behaviour]>([
    ['before the headers', hang],
    ['inside the body', hangAfterHeaders],
  ])('frees the connection %s', async (_, behaviour) => {
    const patient = connect({ limits: { headersMs: 60_000, callMs: 60_000 } });
    const giveUp = new AbortController();
    const closed = new Promise((resolve) => {
      org.will((response, request) => {
        response.socket?.on('close', resolve);
        behaviour(response, request);
        setImmediate(() => giveUp.abort());
      });
    });
    expect(
      await getFailure(() => patient.userFactorApi.listFactors({ userId }, { signal: giveUp.signal })),
    ).toMatchObject({ kind: 'aborted' });
    await closed;
    await patient.close();
  });

  test('before the start: nothing is sent', async () => {
    org.will(json(pendingTotp));
    const error = await getFailure(() =>
      client.userFactorApi.enrollFactor({ userId, body: {} }, { signal: AbortSignal.abort() }),
    );
    expect(error).toMatchObject({ kind: 'aborted', acted: 'no' });
    expect(org.requests).toEqual([]);
  });
});

test('a finished call leaves no timer and no listener', async () => {
  const { signal } = new AbortController();
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const patient = connect({ limits: { headersMs: 60_000, callMs: 60_000 } });
  org.will(json(factors));
  await patient.userFactorApi.listFactors({ userId }, { signal });
  const before = timers();
  for (let n = 0; n < 20; n += 1) await patient.userFactorApi.listFactors({ userId }, { signal });
  org.will(oktaError(404, 'E0000007'));
  for (let n = 0; n < 20; n += 1) await getFailure(() => patient.userFactorApi.listFactors({ userId }, { signal }));
  expect(timers() - before).toBeLessThan(5);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  await patient.close();
});
