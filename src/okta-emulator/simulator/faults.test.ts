import { beforeEach, describe, expect, it } from 'vitest';
import { ADA, testEmulator } from '../testing/emulator.ts';
import { createFaults } from './faults.ts';
import type { LoggedRequest } from './requests.ts';

const emulator = await testEmulator();
beforeEach(() => emulator.reset());

const add = async (fault: object) => expect((await emulator.simulator('POST', '/faults', fault)).status).toBe(200);
const factors = () => emulator.api('GET', `/users/${ADA}/factors`);

describe('matching a fault', () => {
  it.each([
    ['GET /api/v1/users/*/factors', 'GET /api/v1/users/ada/factors', true],
    ['GET /api/v1/users/*/factors', 'GET /api/v1/users/ada/factors/catalog', false],
    ['GET /api/v1/users/*/factors', 'POST /api/v1/users/ada/factors', false],
    ['GET /api/v1/users/*', 'GET /api/v1/users/ada', true],
    ['GET /api/v1/users/*', 'GET /api/v1/users/ada/factors/x', true],
    ['GET /api/v1/users/*', 'GET /api/v1/users', false],
    ['* /oauth2/*', 'POST /oauth2/default/v1/token', true],
    ['POST /oauth2/default/v1/token', 'POST /oauth2/default/v1/token', true],
  ])('%s, request %s: %s', (match, asked, fits) => {
    const faults = createFaults();
    faults.add({ match, status: 500 });
    const [method = '', path = ''] = asked.split(' ');
    expect(faults.take(method, path) !== undefined).toBe(fits);
  });

  it.each([
    [{}],
    [{ match: 'GET' }],
    [{ match: 'GET x' }],
    [{ match: 'GET /x', times: 0 }],
    [{ match: 'GET /x', status: 42 }],
    [{ match: 'GET /x', cut: 'half' }],
    [{ match: 'GET /x', headers: { a: 1 } }],
    [null],
  ])('rejects a fault with %j', async (fault) => {
    expect((await emulator.simulator('POST', '/faults', fault)).status).toBe(400);
  });
});

describe('an active fault', () => {
  it('occurs as often as requested, in Okta’s format for the status, and the emulator does not act', async () => {
    await add({ match: 'POST /api/v1/users/*/lifecycle/suspend', status: 500, times: 2 });
    const suspend = () => emulator.api('POST', `/users/${ADA}/lifecycle/suspend`);
    for (let time = 0; time < 2; time++)
      expect(await suspend()).toMatchObject({ status: 500, body: { errorCode: 'E0000009', errorCauses: [] } });
    expect((await emulator.api('GET', `/users/${ADA}`)).body.status).toBe('ACTIVE');
    expect((await suspend()).status).toBe(200);
  });

  it('429 is E0000047 with an empty bucket; headers can be set and removed', async () => {
    await add({ match: 'GET /api/v1/users/*/factors', status: 429 });
    await add({ match: 'GET /api/v1/users/*/factors', status: 429, headers: { 'X-Rate-Limit-Reset': 'garbage' } });
    await add({ match: 'GET /api/v1/users/*/factors', status: 429, headers: { 'x-rate-limit-reset': null } });
    const plain = await factors();
    expect(plain.body).toMatchObject({ errorCode: 'E0000047', errorLink: 'E0000047' });
    expect(plain.headers.get('x-rate-limit-remaining')).toBe('0');
    expect(plain.headers.get('x-rate-limit-reset')).toMatch(/^\d{10}$/);
    expect((await factors()).headers.get('x-rate-limit-reset')).toBe('garbage');
    expect((await factors()).headers.get('x-rate-limit-reset')).toBeNull();
  });

  it('sends a body as it is, or as JSON', async () => {
    await add({
      match: 'GET /api/v1/users/*/factors',
      status: 200,
      body: '<html>',
      headers: { 'content-type': 'text/html' },
    });
    await add({ match: 'GET /api/v1/users/*/factors', status: 200, body: [{ id: 'x' }] });
    const html = await fetch(`${emulator.url}/api/v1/users/${ADA}/factors`);
    expect([await html.text(), html.headers.get('content-type')]).toEqual(['<html>', 'text/html']);
    expect((await factors()).body).toEqual([{ id: 'x' }]);
  });

  it('cuts the connection before or after the emulator acts', async () => {
    const suspend = () => emulator.api('POST', `/users/${ADA}/lifecycle/suspend`);
    const status = async () => (await emulator.api('GET', `/users/${ADA}`)).body.status;
    await add({ match: 'POST /api/v1/*', cut: 'before' });
    await expect(suspend()).rejects.toThrow();
    expect(await status()).toBe('ACTIVE');
    await add({ match: 'POST /api/v1/*', cut: 'after' });
    await expect(suspend()).rejects.toThrow();
    expect(await status()).toBe('SUSPENDED');
    const { body } = await emulator.simulator<LoggedRequest[]>('GET', '/requests');
    expect(body.filter(({ method }) => method === 'POST').map((one) => one.status)).toEqual([0, 0]);
  });

  it('acts and never answers', async () => {
    await add({ match: 'POST /api/v1/*', cut: 'never' });
    const left = new AbortController();
    const headers = { authorization: `SSWS ${emulator.apiToken}` };
    const waiting = fetch(`${emulator.url}/api/v1/users/${ADA}/lifecycle/suspend`, {
      method: 'POST',
      headers,
      signal: left.signal,
    });
    await expect.poll(async () => (await emulator.api('GET', `/users/${ADA}`)).body.status).toBe('SUSPENDED');
    left.abort();
    await expect(waiting).rejects.toThrow(/abort/);
  });

  it('affects sign-in too, including a cut after it', async () => {
    await add({ match: 'GET /oauth2/default/.well-known/openid-configuration', status: 503, body: { x: 1 } });
    const discovery = () => fetch(`${emulator.issuer}/.well-known/openid-configuration`);
    expect((await discovery()).status).toBe(503);
    await add({ match: 'GET /oauth2/*', cut: 'after' });
    await expect(discovery()).rejects.toThrow();
    expect((await discovery()).status).toBe(200);
  });

  it('delays the answer, with or without its own status', async () => {
    await add({ match: 'GET /api/v1/users/*/factors', delayMs: 120 });
    const start = performance.now();
    expect((await factors()).body).toEqual([]);
    expect(performance.now() - start).toBeGreaterThanOrEqual(115);
    await add({ match: 'GET /api/v1/users/*/factors', delayMs: 60_000, status: 500 });
    await expect(
      fetch(`${emulator.url}/api/v1/users/${ADA}/factors`, { signal: AbortSignal.timeout(100) }),
    ).rejects.toThrow();
  });

  it('can be deleted', async () => {
    await add({ match: 'GET /api/v1/*', status: 500, times: 99 });
    expect((await emulator.simulator('GET', '/faults')).body).toMatchObject([{ match: 'GET /api/v1/*', times: 99 }]);
    expect((await emulator.simulator('DELETE', '/faults')).status).toBe(204);
    expect((await factors()).status).toBe(200);
  });
});
