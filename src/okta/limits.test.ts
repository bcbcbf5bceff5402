import { beforeEach, describe, expect, test } from 'vitest';
import { freePort } from '#testing/free-port.ts';
import { runInScope, runShared, waitForShared } from './transport/call-scope.ts';
import { type OktaClient, type OktaClientOptions } from './client.ts';
import type { OktaError } from './wire/okta-error.ts';
import { cutBefore, hang, json, noContent, oktaError, raw, badOrg } from './testing/bad-org.ts';
import { factors, pendingTotp, totpId, userId } from './testing/samples.ts';
import type { Observation } from './transport/transport.ts';
import { connectTo } from './testing/connect.ts';

const org = await badOrg();
let client: OktaClient;
let now: number;
let slept: number[];
let seen: Observation[];

const date = 'Mon, 04 May 2026 09:15:00 GMT';
/** `resetIn`: seconds after the answer's date. */
function rate(limit: number, remaining: number, resetIn: number): Record<string, string> {
  const reset = Date.parse(date) / 1000 + resetIn;
  return {
    date,
    'x-rate-limit-limit': String(limit),
    'x-rate-limit-remaining': String(remaining),
    'x-rate-limit-reset': String(reset),
    'x-okta-request-id': `req${resetIn}`,
  };
}

function connect(options: Partial<OktaClientOptions> = {}): OktaClient {
  return connectTo(org, {
    clock: { now: () => now },
    random: () => 0.5,
    observe: (call) => void seen.push(call),
    sleep: async (ms) => {
      slept.push(ms);
      now += ms;
    },
    ...options,
  });
}

beforeEach(() => {
  now = 1_000_000;
  slept = [];
  seen = [];
  client = connect();
  return () => client.close();
});

const read = () => client.userFactorApi.listFactors({ userId });
const change = () => client.userFactorApi.enrollFactor({ userId, body: {} });
const failed = (call: () => Promise<unknown>) =>
  call().then(
    () => expect.fail('no error'),
    (error: OktaError) => error,
  );

describe('429', () => {
  test('[U4] waits for a near reset, and the retry names the request it repeats', async () => {
    org.will(oktaError(429, 'E0000047', rate(50, 0, 1)), json(factors));
    await expect(read()).resolves.toHaveLength(4);
    expect(slept).toEqual([2000]);
    expect(org.requests[1]?.headers).toMatchObject({ 'x-okta-retry-for': 'req1', 'x-okta-retry-count': '1' });
  });

  test('[U4] does not wait for a far reset, and reports it in retryAt', async () => {
    org.will(oktaError(429, 'E0000047', rate(50, 0, 40)));
    expect(await failed(read)).toMatchObject({ status: 429, retryAt: now + 41_000, acted: 'no' });
    expect([slept.length, org.requests.length]).toEqual([0, 1]);
  });

  test('does not wait beyond the call’s own limit', async () => {
    client = connect({ limits: { callMs: 500 } });
    org.will(oktaError(429, 'E0000047', rate(50, 0, 0)));
    await failed(read);
    expect([slept.length, org.requests.length]).toEqual([0, 1]);
  });

  test('handles an HTML answer of a proxy', async () => {
    org.will(raw('<h1>Slow down</h1>', 429, { 'content-type': 'text/html' }));
    expect(await failed(read)).toMatchObject({ kind: 'api', status: 429, code: null, retryAt: null });
  });

  test('[U4] never retries a change, however near the reset, and its 429 does not close the bucket', async () => {
    const activate = () => client.userFactorApi.activateFactor({ userId, factorId: totpId, body: { passCode: '1' } });
    org.will(oktaError(429, 'E0000047', rate(600, 0, 240)));
    expect(await failed(activate)).toMatchObject({ status: 429, retryAt: now + 241_000, acted: 'no' });
    expect([slept.length, org.requests.length]).toEqual([0, 1]);
    await failed(activate);
    expect(org.requests.length).toBe(2);
  });
});

describe('the portal’s share of the rate limit', () => {
  test('[B7] reads stop at nine tenths of our 80 %, changes at 80 %, until the reset, with retryAt', async () => {
    const scope = {
      caller: null,
      change: true,
      search: false,
      elapsed: () => now,
      arrivedAt: now,
      endsAt: now + 25_000,
    };
    for (let used = 1; used <= 40; used += 1) {
      org.will(json(factors, 200, rate(50, 50 - used, 30)));
      if (used === 37) expect(await failed(read)).toMatchObject({ kind: 'throttled', retryAt: now + 31_000 });
      await (used > 36 ? runInScope(scope, read) : read());
    }
    expect(await failed(() => runInScope(scope, read))).toMatchObject({
      kind: 'throttled',
      retryAt: now + 31_000,
      acted: 'no',
      status: null,
    });
    expect(org.requests.length).toBe(40);
    expect(client.budget()).toEqual([
      { bucket: 'GET /api/v1/users/{userId}/factors', limit: 50, remaining: 10, resetAt: now + 31_000 },
    ]);
    org.will(json(pendingTotp));
    await change();
    now += 31_000;
    org.will(json(factors, 200, rate(50, 49, 60)));
    await read();
    expect(org.requests.length).toBe(42);
  });

  test('a burst is limited before the first answer arrives', async () => {
    org.will(json(factors, 200, rate(50, 49, 30)));
    await read();
    org.will((response) => setImmediate(() => json(factors, 200, rate(50, 10, 30))(response, response.req)));
    const results = await Promise.allSettled(Array.from({ length: 100 }, read));
    expect(results.filter(({ status }) => status === 'fulfilled').length).toBe(35);
    expect(org.requests.length).toBe(36);
  });

  test('reads the rate headers of a 204', async () => {
    org.will((response) => response.writeHead(204, rate(10, 2, 30)).end());
    await client.userFactorApi.deleteFactor({ userId, factorId: totpId });
    expect(await failed(() => client.userFactorApi.deleteFactor({ userId, factorId: totpId }))).toMatchObject({
      kind: 'throttled',
    });
  });
});

describe('the deadline of the request that a call is made for', () => {
  const scope = (leftMs: number) => ({
    caller: 'ada',
    change: true,
    search: false,
    elapsed: () => performance.now(),
    arrivedAt: performance.now(),
    endsAt: performance.now() + leftMs,
  });

  test('[U1] ends the call with an unknown outcome, and does not count as an outage', async () => {
    org.will(hang);
    for (let n = 0; n < 5; n += 1) {
      expect(await failed(() => runInScope(scope(20), change))).toMatchObject({ kind: 'timeout', acted: 'maybe' });
    }
    org.will(json(factors));
    await expect(read()).resolves.toHaveLength(4);
  });

  test('[U1] prevents a call after the deadline', async () => {
    expect(await failed(() => runInScope(scope(0), change))).toMatchObject({ kind: 'timeout', acted: 'no' });
    expect(org.requests).toHaveLength(0);
  });

  test('setting the machine’s time ends no request', async () => {
    org.will(json(factors));
    const call = runInScope(scope(60_000), () => {
      now += 60_000;
      return read();
    });
    await expect(call).resolves.toHaveLength(4);
  });

  test('[U1] does not cancel shared work, but ends the waiting for it', async () => {
    org.will((response) => void setTimeout(() => json(factors)(response, response.req), 100));
    const shared = runInScope(scope(20), () => runShared(read));
    expect(await failed(() => runInScope(scope(20), () => waitForShared(shared)))).toMatchObject({
      kind: 'timeout',
      acted: 'no',
    });
    await expect(runInScope(scope(60_000), () => waitForShared(shared))).resolves.toHaveLength(4);
  });
});

describe('an unreachable org', () => {
  test('[U6] refused connections: fails at once without a call, recovers within five seconds', async () => {
    client = connect({ orgUrl: `http://127.0.0.1:${await freePort()}` });
    for (let n = 0; n < 3; n += 1) expect(await failed(read)).toMatchObject({ kind: 'unavailable', retryAt: null });
    seen = [];
    const started = performance.now();
    for (let n = 0; n < 100; n += 1)
      expect(await failed(change)).toMatchObject({ kind: 'unavailable', acted: 'no', retryAt: now + 2000 });
    expect((performance.now() - started) / 100).toBeLessThan(50);
    expect(seen).toHaveLength(100);
    expect(seen[0]).toMatchObject({
      method: 'POST',
      path: '/api/v1/users/{userId}/factors',
      status: null,
      error: 'unavailable',
    });
  });

  test('[U6] an org that hangs, then recovers: one probe, then all calls', async () => {
    client = connect({ limits: { headersMs: 500 } });
    org.will(hang);
    for (const error of await Promise.all([failed(read), failed(read), failed(read)]))
      expect(error).toMatchObject({ kind: 'timeout' });
    expect(await failed(read)).toMatchObject({ kind: 'unavailable' });
    expect(org.requests.length).toBe(3);
    org.will(json(factors));
    now += 2000;
    const results = await Promise.allSettled([read(), read(), read()]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    await expect(read()).resolves.toHaveLength(4);
  });

  test('a ping ignores the breaker, and closes it', async () => {
    org.will(cutBefore);
    for (let n = 0; n < 3; n += 1) await failed(change);
    await expect(client.ping()).rejects.toMatchObject({ kind: 'unavailable' });
    expect(org.requests.length).toBe(4);
    org.will(json({ id: '00o1', pipeline: 'v1' }));
    await client.ping();
    org.will(json(factors));
    await expect(read()).resolves.toHaveLength(4);
  });

  test('Okta errors, refusals and cancelled calls are no outage', async () => {
    org.will(oktaError(503, 'E0000139'));
    for (let n = 0; n < 5; n += 1) expect(await failed(change)).toMatchObject({ kind: 'api' });
    org.will(hang);
    for (let n = 0; n < 5; n += 1) {
      expect(
        await failed(() => client.userFactorApi.listFactors({ userId }, { signal: AbortSignal.timeout(1) })),
      ).toMatchObject({ kind: 'aborted' });
    }
    org.will(json(factors));
    await expect(read()).resolves.toHaveLength(4);
  });
});

test('observe receives every attempt, without ids, and may throw', async () => {
  const headers = { date, 'x-okta-request-id': 'req9' };
  org.will(oktaError(503, 'E0000139', headers), json(factors, 200, headers), noContent);
  await client.userFactorApi.listFactors({ userId }, { requestId: 'ours' });
  await client.userFactorApi.deleteFactor({ userId, factorId: totpId });
  const common = { ms: expect.any(Number), date, oktaRequestId: 'req9', requestId: 'ours' };
  expect(seen).toEqual([
    { ...common, method: 'GET', path: '/api/v1/users/{userId}/factors', status: 503, error: 'api' },
    { ...common, method: 'GET', path: '/api/v1/users/{userId}/factors', status: 200, error: null },
    {
      ...common,
      method: 'DELETE',
      path: '/api/v1/users/{userId}/factors/{factorId}',
      status: 204,
      error: null,
      date: expect.any(String),
      oktaRequestId: null,
      requestId: null,
    },
  ]);
  org.will(json(factors));
  client = connect({
    observe() {
      throw new Error('full disk');
    },
  });
  await expect(read()).resolves.toHaveLength(4);
});

test('one of several portals sends its part of a window, and then says until when', async () => {
  let live = 4;
  client = connect({ replicas: () => live });
  org.will(json(factors, 200, rate(20, 19, 30)));
  for (let n = 0; n < 3; n += 1) await change().catch(() => {});
  expect(await failed(change)).toMatchObject({ status: 200 });
  expect(await failed(change)).toMatchObject({ kind: 'throttled', retryAt: now + 31_000 });
  live = 2;
  expect(await failed(change)).toMatchObject({ status: 200 });
  expect(org.requests).toHaveLength(5);
});
