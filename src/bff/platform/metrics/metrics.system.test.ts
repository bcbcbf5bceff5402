import { once } from 'node:events';
import { get } from 'node:http';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { ADA, MARGARET } from '#testing/test-env.ts';
import { freePort } from '#testing/free-port.ts';
import { findId, codeSent } from '#testing/security-methods.ts';
import { builtCommit, version } from '../lifecycle/version.ts';
import { listenForScrapes } from './listener.ts';
import { createMetrics } from './metrics.ts';
import { startScrapedPortal, token } from './testing/scraped-portal.ts';

const { env, portal, port, ask } = await startScrapedPortal();

/** By series (name and labels as text). */
async function scrape(): Promise<Map<string, number>> {
  const answer = await ask('/metrics', { authorization: `Bearer ${token}` });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/plain/)]);
  const lines = (await answer.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

test('only who sends the token scrapes, and there is nothing else on the port', async () => {
  for (const authorization of ['', 'Bearer', `Bearer ${token}x`, `Basic ${token}`, token])
    expect((await ask('/metrics', { authorization })).status, authorization).toBe(401);
  const authorization = `bearer ${token}`;
  expect((await ask('/', { authorization })).status).toBe(404);
  expect((await ask('/metrics', { authorization }, 'POST')).status).toBe(405);
  expect((await ask('/metrics', { authorization })).status).toBe(200);
});

test('on loopback without a token, no page reads it under a name of its own', async () => {
  const open = await freePort();
  const read = () => Promise.resolve('numbers');
  const end = await listenForScrapes(read, 'text/plain', { port: open, host: '127.0.0.1', token: null });
  const as = (name: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const options = { port: open, host: '127.0.0.1', path: '/metrics', headers: { host: name } };
      get(options, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      }).once('error', reject);
    });
  for (const name of [`localhost:${open}`, `127.0.0.1:${open}`, `[::1]:${open}`])
    expect(await as(name), name).toBe(200);
  for (const name of [`rebound.example:${open}`, '127.0.0.1.example', 'localhost.example'])
    expect(await as(name), name).toBe(403);
  await end();
});

test('connections that send nothing keep nobody out', async () => {
  const idle = Array.from({ length: 16 }, () => connect(port, '127.0.0.1').on('error', () => {}));
  await Promise.all(idle.map((socket) => once(socket, 'connect')));
  await Promise.all(idle.map((socket) => once(socket.resume(), 'close')));
  expect((await ask('/metrics', { authorization: `bearer ${token}` })).status).toBe(200);
}, 9_000);

test('what happens is counted, by route template, operation, kind and reason', async () => {
  const margaret = await portal.signedIn(MARGARET);
  const [sms, email] = [await findId(margaret, 'sms'), await findId(margaret, 'email')];
  const purpose = `remove:${email}`;
  expect((await margaret.call('deleteFactor', { factorId: email })).status).toBe(403);
  await margaret.call('verifyFactor', { factorId: sms }, { body: { purpose } });
  const passCode = await codeSent(env, MARGARET);
  await margaret.call('verifyFactor', { factorId: sms }, { body: { purpose, passCode: '000000' } });
  await margaret.call('verifyFactor', { factorId: sms }, { body: { purpose, passCode } });
  expect((await margaret.call('deleteFactor', { factorId: email })).status).toBe(204);
  await portal.app.services.outbox.flush();
  const series = await scrape();
  const expected = {
    'latchkey_requests_total{method="DELETE",route="/api/factors/{factorId}",status="204"}': 1,
    'latchkey_requests_total{method="DELETE",route="/api/factors/{factorId}",status="403"}': 1,
    'latchkey_request_duration_seconds_count{method="DELETE",route="/api/factors/{factorId}"}': 2,
    'latchkey_okta_calls_total{operation="DELETE /api/v1/users/{userId}/factors/{factorId}",status="204"}': 1,
    'latchkey_sign_ins_total{outcome="success"}': 1,
    'latchkey_sign_ins_total{outcome="refused"}': 0,
    'latchkey_step_ups_total{outcome="success"}': 1,
    'latchkey_step_ups_total{outcome="failure"}': 1,
    'latchkey_refusals_total{reason="step_up_required"}': 1,
    'latchkey_wrong_codes_total{kind="sms"}': 1,
    'latchkey_wrong_codes_total{kind="totp"}': 0,
    'latchkey_sends_total{kind="sms"}': 1,
    'latchkey_audit_rows_total{event="user.session.start"}': 1,
    [`latchkey_build_info{version="${version}",commit="${builtCommit()}"}`]: 1,
    latchkey_okta_breaker_open: 0,
    'latchkey_degraded{reason="okta"}': 0,
    latchkey_sessions: 1,
    latchkey_outbox_waiting: 0,
    latchkey_open_intents: 0,
    latchkey_approvals_waiting: 0,
  };
  for (const [name, value] of Object.entries(expected)) expect(series.get(name), name).toBe(value);
  expect(series.get('latchkey_emails_total{outcome="sent"}')).toBeGreaterThan(0);
  const { seq } = await portal.store.selectFrom('audit_log_head').select('seq').executeTakeFirstOrThrow();
  expect(series.get('latchkey_audit_log_rows')).toBe(seq);
  const limits = [...series.keys()].filter((name) => name.startsWith('latchkey_okta_rate_limit'));
  expect(limits.length % 2).toBe(0);
});

test('a request that is answered 429 or 503 says why', async () => {
  const ada = await portal.signedIn(ADA);
  const failed = async (fault: Parameters<typeof env.fault>[0], send: () => Promise<{ status: number }>) => {
    await env.fault(fault);
    const before = await scrape();
    const { status } = await send();
    await env.clearFaults();
    const grown = [...(await scrape())].filter(
      ([name, count]) =>
        name.startsWith('latchkey_requests_total') && name.includes('reason=') && count !== (before.get(name) ?? 0),
    );
    return [status, ...grown.map(([name]) => /reason="(\w+)"/.exec(name)![1])];
  };
  const list = () => ada.call('listFactors');
  const enroll = () => ada.call('enrollFactor', {}, { body: { kind: 'totp' } });
  // First the 503, because a 429 blocks calls to this endpoint for a minute.
  expect(await failed({ match: 'GET /api/v1/users/*/factors', status: 503, times: 9 }, list)).toEqual([503, 'org']);
  const limited = { errorCode: 'E0000047', errorSummary: 'API call exceeded rate limit due to too many requests.' };
  const one = { match: 'POST /api/v1/users/*/factors', status: 429, body: limited };
  expect(await failed(one, enroll)).toEqual([429, 'other']);
  const all = { match: 'GET /api/v1/users/*/factors', status: 429, body: limited, times: 9 };
  expect(await failed(all, list)).toEqual([429, 'org_rate_limit']);
});

/** Each `round` uses new values. */
async function oddities(round: number): Promise<void> {
  const visitor = portal.visitor();
  const ada = await portal.signedIn(ADA);
  for (let n = 0; n < 12; n += 1) {
    const odd = `odd${round}x${n}`;
    for (const method of ['GET', 'POST', 'PROPFIND', 'MKCOL', 'DELETE', 'OPTIONS'])
      for (const path of [
        `/${odd}/${odd}`,
        `/api/${odd}`,
        `/freeze/${odd}`,
        `/api/factors/${odd}?${odd}`,
        `/assets/${odd}`,
      ])
        await visitor.raw({ method, path, headers: { origin: portal.base } });
    await visitor.raw({ path: `/auth/callback?state=${odd}&error=${odd}` });
    await ada.call('deleteFactor', { factorId: odd });
    await ada.call('enrollFactor', {}, { body: { kind: odd as never } });
    await env.fault({ match: 'GET /api/v1/users/*/factors', status: 210 + round * 12 + n, body: { errorCode: odd } });
    await ada.call('listFactors');
  }
}

test('odd requests and answers add no series, and no label names anybody', async () => {
  await oddities(0);
  await oddities(16);
  const before = await scrape();
  await oddities(1);
  await oddities(17);
  const after = await scrape();
  const own = (series: Map<string, number>) =>
    [...series.keys()].filter((name) => name.startsWith('latchkey_') && !name.includes('okta_calls_total'));
  expect(own(after)).toEqual(own(before));
  expect(own(after).length).toBeLessThan(1500);
  // Statuses that HTTP does not define share one label per first digit.
  const statuses = [...after.keys()].flatMap((name) => /okta_calls_total\{.*status="(\w+)"/.exec(name)?.[1] ?? []);
  expect(new Set(statuses).size).toBeLessThan(40);
  expect(statuses).toContain('2xx');
  const labels = [...after.keys()].join('\n');
  expect(labels).not.toMatch(/odd\d|@|127\.0\.0\.1|00u|PROPFIND|MKCOL/);
  expect(labels).toContain('method="other",route="none"');
});

const storeWith = (selectFrom: () => object) => ({ fn: portal.store.fn, selectFrom }) as never;

test('while the store cannot be read its gauges are absent, and all others are there', async () => {
  const metrics = createMetrics();
  const okta = { budget: () => [], isBreakerOpen: () => true };
  const { store } = portal;
  const broken = storeWith(() => {
    throw new Error('gone');
  });
  const degradations = () => ['store'] as const;
  const read = (from: never) => metrics.scrape({ store: from, okta, clock: env.clock, degradations, hasSink: false });
  expect(await read(store as never)).toMatch(/^latchkey_outbox_waiting 0$/m);
  const text = await read(broken);
  expect(text).not.toMatch(/^latchkey_(?:outbox_waiting|sessions|audit_log_rows|open_intents_oldest_seconds) /m);
  expect(text).toMatch(/^latchkey_okta_breaker_open 1$/m);
  expect(text).toMatch(/^latchkey_degraded\{reason="store"\} 1$/m);
  expect(await read(store as never)).toMatch(/^latchkey_outbox_waiting 0$/m);
});

test('a store that is late delays no scrape, and is asked once', async () => {
  const metrics = createMetrics();
  const okta = { budget: () => [], isBreakerOpen: () => false };
  const { store } = portal;
  const answer = Promise.withResolvers<never>();
  let asked = 0;
  const late = storeWith(() => {
    asked += 1;
    return { select: () => ({ where: () => ({ executeTakeFirstOrThrow: () => answer.promise }) }) };
  });
  const read = (from: never) =>
    metrics.scrape({ store: from, okta, clock: env.clock, degradations: () => [], hasSink: false });
  for (let n = 0; n < 2; n += 1) {
    const text = await read(late);
    expect(text).toMatch(/^latchkey_okta_breaker_open 0$/m);
    expect(text).not.toMatch(/^latchkey_outbox_waiting /m);
  }
  expect(asked).toBe(1);
  answer.reject(new Error('the statement took too long'));
  await expect(answer.promise).rejects.toThrow();
  expect(await read(store as never)).toMatch(/^latchkey_outbox_waiting 0$/m);
});
