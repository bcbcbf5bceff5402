import { beforeAll, beforeEach, expect, test } from 'vitest';
import { ADA, GRACE, KATHERINE, testEnv, type Portal } from '#testing/test-env.ts';
import { getBody, filled, routes, type Route } from '#testing/requests/route-table.ts';
import { exchange, said, type Reply, type Visitor } from '#testing/visitor.ts';

const env = await testEnv();
let portal: Portal;
let grace: Visitor;

beforeAll(async () => {
  portal = await env.fresh();
  grace = await portal.signedIn(GRACE);
});
beforeEach(async () => {
  if (!grace.token()) grace = await portal.signedIn(GRACE);
  await env.takeRequests();
});

const headers = () => ({ 'x-latchkey': '1', origin: portal.base });
const json = { 'content-type': 'application/json' };
const asks = (route: Route, path: string, text?: string) =>
  grace.raw({ method: route.method, path, headers: { ...headers(), ...(text !== undefined && json) }, body: text });

const shape = (reply: Reply) => {
  const { error } = reply.body as { error: Record<string, unknown> };
  return {
    said: said(reply),
    keys: Object.keys(error).sort(),
    type: reply.headers['content-type'],
  };
};

test.each(routes.filter(({ signedIn }) => signedIn))(
  '$name: signed out gets our 401, with and without an invalid cookie',
  async (route) => {
    const text = getBody(route.name) && JSON.stringify(getBody(route.name));
    for (const cookie of [
      undefined,
      `latchkey-${new URL(portal.base).port}=${'A'.repeat(43)}`,
      `latchkey-${new URL(portal.base).port}=x`,
    ]) {
      const reply = await exchange(portal.base, {
        method: route.method,
        path: filled(route),
        headers: { ...headers(), cookie, ...(text && json) },
        body: text,
      });
      expect(shape(reply)).toEqual({
        said: '401 signed_out',
        keys: ['code', 'requestId'],
        type: 'application/json; charset=utf-8',
      });
      expect(reply.headers['x-request-id']).toBe((reply.body as { error: { requestId: string } }).error.requestId);
    }
    expect(await env.takeRequests()).toEqual([]);
  },
);

const malformed = [
  '{',
  '',
  '[]',
  '"text"',
  '7',
  'true',
  '{"__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{"a":1}}}',
  '{"a":1}',
  '{"a":1}}',
  '\u0000',
  "{'a':1}",
];

/**
 * These inputs look wrong but are valid: names and tickets are any short text, and a code may contain spaces.
 * A reset's missing field gets its own error later.
 */
const right = (name: string, text: string): boolean =>
  (name === 'resetMethods' && /^\{"factorIds":"all"(?:,"reason":"lost")?(?:,"ticket":"[^"\\]{1,60}")?\}$/.test(text)) ||
  (name === 'unfreeze' && /^\{(?:"reason":"lost")?,?(?:"ticket":"[^"\\]{1,60}")?\}$/.test(text)) ||
  (name === 'unlock' && /^\{(?:"ticket":"[^"\\]{1,60}")?\}$/.test(text)) ||
  (name === 'checkCallerCode' && text === '{"code":"sessions "}') ||
  (name === 'verifyFactor' && text === '{"purpose":"sessions"}') ||
  (name === 'planOperation' && /^\{"operation":"unfreeze","token":"[^"\\]*"\}$/.test(text)) ||
  (name === 'freezeMyself' && /^(?:|\{\}|\{"entry":"\d{1,15}"\})$/.test(text)) ||
  (name === 'reportCall' && text === '{"signs":[]}') ||
  (name === 'nameFactor' && /^\{"name":"[^"\\]{0,40}"\}$/.test(text));

test.each(routes.filter(({ unsafe, method }) => unsafe && method !== 'DELETE'))(
  '[A11] $name accepts no body but its own',
  async (route) => {
    const body = getBody(route.name);
    const texts = malformed.filter((text) => text !== '' || body);
    for (const extra of [
      'userId',
      'sub',
      'login',
      'status',
      'role',
      '__proto__',
      'constructor',
      'toString',
      'activate',
      'provider',
    ]) {
      texts.push(JSON.stringify({ ...body, extra: 1 }).replace('"extra"', JSON.stringify(extra)));
    }
    for (const [key, value] of Object.entries(body ?? {})) {
      const { [key]: _left, ...others } = body as Record<string, unknown>;
      if (key !== 'purpose') texts.push(JSON.stringify(others));
      const wrong = [
        null,
        7,
        true,
        [],
        [value],
        {},
        { $ne: 1 },
        '',
        'x'.repeat(5000),
        '１２３',
        '12345678901',
        '1e5',
        'sessions ',
        'enroll:',
        'remove:../x',
      ];
      for (const other of wrong) texts.push(JSON.stringify({ ...others, [key]: other }));
    }
    for (const text of texts.filter((one) => !right(route.name, one)))
      expect([text.slice(0, 80), said(await asks(route, filled(route), text))]).toEqual([
        text.slice(0, 80),
        '400 bad_request',
      ]);
    expect(await env.takeRequests()).toEqual([]);
  },
);

test.each(routes.filter(({ method }) => method !== 'POST'))('$name accepts no query parameter', async (route) => {
  for (const query of [
    'userId=1',
    'login=ada@example.com',
    '__proto__[a]=1',
    'a',
    'removeRecoveryEnrollment=true',
    'factorId=uft1',
    '&&=',
  ]) {
    const reply = await asks(route, `${filled(route)}?${query}`);
    expect([query, said(reply)]).toEqual([query, '400 bad_request']);
  }
  expect(await env.takeRequests()).toEqual([]);
});

const ids = [
  '..',
  '.',
  '%2e%2e',
  '%252e%252e',
  '%2f',
  '%252f',
  '..%2f..%2fusers',
  'a%2Fb',
  ';',
  'uft00000000000000000;x',
  'uft00000000000000000%3bx',
  '%00',
  'uft00000000000000000%00',
  '%0a',
  'uft00000000000000000%0a',
  '%20',
  'uft0000000000000000',
  'uft000000000000000000',
  'me',
  'ada@example.com',
  '%C0%AE',
  '%ff',
  '%',
  '%u002e',
  '*',
  '$',
  '{factorId}',
  'uft00000000000000000%3fa=b',
  'uft00000000000000000%23a',
  'uft0000000000000000%D9%A0',
  '%EF%BC%8E%EF%BC%8E',
  'A'.repeat(10_240),
  '%41'.repeat(3000),
];

test.each(routes.filter(({ params }) => params.length > 0))(
  '[A3] $name: refuses an invalid id without calling Okta',
  async (route) => {
    const text = getBody(route.name) && JSON.stringify(getBody(route.name));
    // A session's id has no fixed length, so these ids are wrong only where a factor's id is expected.
    const none = ids.filter((id) => route.params.includes('factorId') || !/^[A-Za-z0-9_-]{8,64}$/.test(id));
    for (const id of none) {
      const reply = await asks(route, filled(route, id), text);
      // For some of these ids the router finds no route.
      expect([id.slice(0, 40), said(reply)]).toEqual([
        id.slice(0, 40),
        expect.stringMatching(/^(?:4(?:00|31) bad_request|404 not_found)$/),
      ]);
      expect(reply.text).not.toMatch(/stack|node_modules|Zod|Invalid/);
    }
    expect(await env.takeRequests()).toEqual([]);
  },
);

test.each(routes.filter(({ unsafe, method }) => unsafe && method !== 'DELETE'))(
  '$name: refuses more than 16 kB',
  async (route) => {
    const big = JSON.stringify({ passCode: 'x'.repeat(16 * 1024) });
    expect(said(await asks(route, filled(route), big))).toBe('413 too_large');
    const chunked = { ...headers(), ...json, 'transfer-encoding': 'chunked' };
    expect(said(await grace.raw({ method: route.method, path: filled(route), headers: chunked, body: big }))).toBe(
      '413 too_large',
    );
    expect(await env.takeRequests()).toEqual([]);
  },
);

test.each(routes.filter(({ params }) => params.includes('factorId')))(
  '$name: answers for another person’s method as for an unknown one',
  async (route) => {
    const [ofKatherine] = await env.phone(KATHERINE);
    const text = getBody(route.name) && JSON.stringify(getBody(route.name));
    await asks(route, filled(route, 'uft00000000000000000'), text);
    await env.takeRequests();
    const none = await asks(route, filled(route, 'uft00000000000000000'), text);
    const callsForNone = await env.takeRequests();
    const other = await asks(route, filled(route, ofKatherine!.factorId), text);
    const callsForOther = await env.takeRequests();
    expect(shape(other)).toEqual(shape(none));
    expect(said(none)).toBe('404 not_found');
    expect({ ...other.headers, 'x-request-id': '', date: '' }).toEqual({
      ...none.headers,
      'x-request-id': '',
      date: '',
    });
    expect(callsForOther.map(({ method, path }) => `${method} ${path}`)).toEqual(
      callsForNone.map(({ method, path }) => `${method} ${path}`),
    );
    expect((await env.phone(KATHERINE)).map(({ status }) => status)).toEqual(['PENDING_ACTIVATION']);
  },
);

test('another person’s session cannot be ended, and answers like an unknown one', async () => {
  const ada = await portal.signedIn(ADA);
  const { id } = (await ada.call('listSessions')).body.sessions[0];
  const other = await grace.call('endSession', { id });
  expect(shape(other)).toEqual(shape(await grace.call('endSession', { id: 'nobodys-session' })));
  expect(said(other)).toBe('404 not_found');
  expect((await ada.call('getSession')).status).toBe(200);
});

test('a step-up for a purpose of another version is refused as such, and nothing is asked of Okta', async () => {
  const factorId = 'uft00000000000000000';
  for (const purpose of ['drop:AAAAAAAAAAAAAAAAAAAA', 'session', 'sessions:']) {
    const { status, body } = await grace.call('verifyFactor', { factorId }, { body: { purpose } });
    expect([status, body.error.code, body.error.rule]).toEqual([400, 'bad_request', 'purpose']);
    const link = await grace.step(`/auth/step-up?purpose=${encodeURIComponent(purpose)}&returnTo=%2F`);
    expect(link.status).toBe(400);
  }
  const malformed = await grace.call('verifyFactor', { factorId }, { body: { purpose: 'sessions', more: 1 } });
  expect([said(malformed), malformed.body.error.rule]).toEqual(['400 bad_request', undefined]);
  expect(await env.takeRequests()).toEqual([]);
});
