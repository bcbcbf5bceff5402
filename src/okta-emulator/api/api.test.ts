import { request as httpRequest } from 'node:http';
import { beforeEach, describe, expect, it } from 'vitest';
import { errorCodes } from '#okta/error-codes.ts';
import { ADA, GRACE, testEmulator, type Answer } from '../testing/emulator.ts';

const emulator = await testEmulator();
beforeEach(() => emulator.reset());

const refusal = (code: keyof typeof errorCodes, summary: string = errorCodes[code].summary) => ({
  errorCode: code,
  errorSummary: summary,
  errorLink: code,
  errorId: expect.stringMatching(/^oae[0-9A-Za-z_-]{22}$/),
  errorCauses: [],
});

describe('every call', () => {
  it.each([[undefined], [''], ['SSWS'], ['SSWS wrong'], ['Bearer TOKEN'], ['ssws TOKEN'], ['SSWS TOKEN ']])(
    'is refused with the token %j',
    async (given) => {
      const headers: Record<string, string> =
        given === undefined
          ? {}
          : {
              authorization: given.replace('TOKEN', given.endsWith(' ') ? `${emulator.apiToken}x` : emulator.apiToken),
            };
      for (const path of [
        '/users',
        `/users/${ADA}`,
        `/users/${ADA}/factors`,
        `/users/${ADA}/factors/catalog`,
        `/users/${ADA}/factors/questions`,
      ]) {
        const answer = await fetch(`${emulator.url}/api/v1${path}`, { headers });
        expect(answer.status).toBe(401);
        expect(await answer.json()).toEqual(refusal('E0000011'));
      }
      const write = await fetch(`${emulator.url}/api/v1/users/${ADA}/lifecycle/suspend`, { method: 'POST', headers });
      expect(write.status).toBe(401);
      expect((await emulator.api('GET', `/users/${ADA}`)).body.status).toBe('ACTIVE');
    },
  );

  it('carries Okta’s headers, whatever its outcome, and never Location or Retry-After', async () => {
    const answers = [
      await emulator.api('GET', `/users/${ADA}`),
      await emulator.api('GET', '/users/00uNobodyNobody0005d7'),
      await emulator.api('GET', '/nowhere'),
      await emulator.api('PATCH', `/users/${ADA}`),
      await emulator.api('GET', `/users/${ADA}`, undefined, { authorization: 'SSWS wrong' }),
      await emulator.api('DELETE', `/users/${ADA}/sessions`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 404, 405, 401, 204]);
    for (const { status, headers } of answers) {
      expect(headers.get('x-okta-request-id')).toMatch(/^[0-9a-f]{32}$/);
      expect(Number(headers.get('x-rate-limit-limit'))).toBeGreaterThan(100_000);
      expect(headers.get('x-rate-limit-remaining')).toMatch(/^\d+$/);
      expect(headers.get('x-rate-limit-reset')).toMatch(/^\d{10}$/);
      expect(headers.get('cache-control')).toBe('no-cache, no-store');
      expect(headers.get('pragma')).toBe('no-cache');
      expect(headers.get('expires')).toBe('0');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-type')).toBe(status === 204 ? null : 'application/json');
      expect(Date.parse(headers.get('date') ?? '')).toBe(Math.floor(emulator.clock.now() / 1000) * 1000);
      for (const name of ['location', 'retry-after', 'set-cookie', 'server', 'x-powered-by'])
        expect(headers.get(name)).toBeNull();
    }
  });

  it('gets 404 for an unknown path, 405 for another method of a known one, in Okta’s format', async () => {
    expect((await emulator.api('GET', '/nowhere')).body).toEqual(refusal('E0000008'));
    expect((await emulator.api('GET', `/users/${ADA}/factors/`)).status).toBeGreaterThanOrEqual(404);
    for (const [method, path] of [
      ['PUT', '/users'],
      ['DELETE', `/users/${ADA}/factors`],
      ['GET', `/users/${ADA}/sessions`],
      ['PATCH', `/users/${ADA}/factors`],
      ['GET', `/users/${ADA}/factors/x/verify`],
    ] as const) {
      expect(await emulator.api(method, path, method === 'GET' || method === 'DELETE' ? undefined : {})).toMatchObject({
        status: 405,
        body: refusal('E0000022'),
      });
    }
    const outside = await fetch(`${emulator.url}/nowhere`);
    expect([outside.status, await outside.json()]).toEqual([404, refusal('E0000008')]);
  });
});

describe('request bodies', () => {
  const post = (body: string | undefined, headers: Record<string, string>) =>
    fetch(`${emulator.url}/api/v1/users/${ADA}/factors`, {
      method: 'POST',
      body,
      headers: { authorization: `SSWS ${emulator.apiToken}`, ...headers },
    });
  const json = { 'content-type': 'application/json' };

  it('may be absent, with and without a JSON content type', async () => {
    for (const headers of [json, {}]) {
      const answer = await fetch(`${emulator.url}/api/v1/users/${ADA}/lifecycle/reset_factors`, {
        method: 'POST',
        headers: { authorization: `SSWS ${emulator.apiToken}`, ...headers },
      });
      expect([answer.status, await answer.json()]).toEqual([200, {}]);
    }
  });

  it('are refused when they cannot be parsed', async () => {
    const broken = await post('{"factorType":', json);
    expect([broken.status, await broken.json()]).toEqual([400, refusal('E0000003')]);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp']) {
      const answer = await post('{}', { 'content-type': type });
      expect([answer.status, await answer.json()]).toEqual([400, refusal('E0000021')]);
    }
    for (const body of ['[]', '"x"', '7']) expect((await post(body, json)).status).toBe(400);
    expect((await post(JSON.stringify({ x: 'x'.repeat(70_000) }), json)).status).toBe(413);
    const html = await post('{}', { ...json, accept: 'text/html' });
    expect([html.status, await html.json()]).toEqual([406, refusal('E0000122')]);
  });

  it('are refused with 411 without a length', async () => {
    const status = await new Promise((resolve) => {
      const call = httpRequest(
        `${emulator.url}/api/v1/users/${ADA}/factors`,
        { method: 'POST', headers: { authorization: `SSWS ${emulator.apiToken}` } },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        },
      );
      call.removeHeader('transfer-encoding');
      call.useChunkedEncodingByDefault = false;
      call.end();
    });
    expect(status).toBe(411);
  });
});

describe('the rate limit', () => {
  it('allows so many calls a minute, reports the remaining ones, and opens again', async () => {
    const limited = await testEmulator({ rateLimit: 5 });
    const left: string[] = [];
    for (let call = 0; call < 5; call++)
      left.push((await limited.api('GET', `/users/${ADA}`)).headers.get('x-rate-limit-remaining') ?? '');
    expect(left).toEqual(['4', '3', '2', '1', '0']);
    const sixth = await limited.api('GET', `/users/${ADA}`);
    expect(sixth).toMatchObject({ status: 429, body: refusal('E0000047') });
    expect(sixth.headers.get('x-rate-limit-limit')).toBe('5');
    expect(Number(sixth.headers.get('x-rate-limit-reset'))).toBe(Math.ceil(limited.clock.now() / 1000) + 60);
    expect((await limited.simulator('GET', `/messages?user=${ADA}`)).status).toBe(200);
    limited.clock.advance(60);
    expect((await limited.api('GET', `/users/${ADA}`)).status).toBe(200);
  });
});

describe('people', () => {
  it('are found by id, login, short login and me only', async () => {
    const { body } = await emulator.api('GET', `/users/${encodeURIComponent(ADA)}`);
    for (const name of [String(body.id), 'ada', 'ADA@EXAMPLE.COM'])
      expect((await emulator.api('GET', `/users/${name}`)).body).toEqual(body);
    expect((await emulator.api('GET', '/users/me')).body).toMatchObject({ profile: { login: 'admin@example.com' } });
    for (const name of ['nobody', 'a%25', '%25', '_da', 'ada@example', '00uNobodyNobody0005d7']) {
      expect(await emulator.api('GET', `/users/${name}`)).toMatchObject({
        status: 404,
        body: refusal('E0000007', `Not found: Resource not found: ${decodeURIComponent(name)} (User)`),
      });
    }
  });

  it('show no password, and resetFactors only while a factor counts', async () => {
    const links = async (login: string) =>
      Object.keys((await emulator.api('GET', `/users/${login}`)).body._links as object);
    expect(JSON.stringify((await emulator.api('GET', `/users/${ADA}`)).body)).not.toContain(emulator.password);
    expect((await emulator.api('GET', `/users/${ADA}`)).body.credentials).toMatchObject({ password: {} });
    expect(await links(ADA)).not.toContain('resetFactors');
    expect(await links('katherine@example.com')).not.toContain('resetFactors');
    expect(await links(GRACE)).toContain('resetFactors');
  });

  it('are listed page by page, without the deactivated', async () => {
    await emulator.api('POST', `/users/${ADA}/lifecycle/deactivate`);
    const seen: string[] = [];
    let next: string | undefined = '/users?limit=2';
    while (next) {
      const { body, headers }: Answer<{ id: string; _links: object }[]> = await emulator.api('GET', next);
      seen.push(...body.map(({ id }) => id));
      expect(Object.keys(body[0]?._links ?? {})).toEqual(['self']);
      next = /<[^>]*\/api\/v1([^>]*)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
    }
    expect(seen).toHaveLength(emulator.people.length - 1);
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('have groups, including Everyone', async () => {
    const { body, headers } = await emulator.api<{ id: string; profile: { name: string }; type: string }[]>(
      'GET',
      '/users/helpdesk@example.com/groups',
    );
    expect(body.map(({ id, profile, type }) => [id, profile.name, type])).toEqual([
      [emulator.groups.everyone, 'Everyone', 'BUILT_IN'],
      [emulator.groups.helpdesk, 'Helpdesk', 'OKTA_GROUP'],
    ]);
    expect(headers.get('link')).toMatch(/rel="self"/);
  });
});
