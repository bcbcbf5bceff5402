import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { ADA, GRACE, KATHERINE, testEnv, type Portal } from '#testing/test-env.ts';
import { getBody, filled, routes } from '#testing/requests/route-table.ts';
import type { Visitor } from '#testing/visitor.ts';

const env = await testEnv();
let portal: Portal;
let grace: Visitor;
let own: string;
let others: string[];

beforeAll(async () => {
  portal = await env.fresh();
  grace = await portal.signedIn(GRACE);
  const ada = await portal.signedIn(ADA);
  const people = await portal.store.selectFrom('sessions').select(['user_id', 'login']).execute();
  own = people.find(({ login }) => login === GRACE)!.user_id;
  const other = people.find(({ login }) => login === ADA)!.user_id;
  const [ofKatherine] = await env.phone(KATHERINE);
  others = [other, ADA, 'me', ofKatherine!.factorId, ada.token()!, '../users/' + other, '*', '0'];
});

const names = [
  'userId',
  'user',
  'user_id',
  'sub',
  'login',
  'id',
  'uid',
  'username',
  'actor',
  'subject',
  'factorId',
  'on-behalf-of',
  'x-user',
  'x-forwarded-user',
  'x-remote-user',
  'x-okta-user-id',
];

const { SOAK_REQUESTS, SOAK_SEED: seed } = process.env;
const RUNS = Math.max(300, Number(SOAK_REQUESTS ?? 0));

test('[A1] Okta is called only for the session’s person, whatever a request contains', async () => {
  const request = fc.record({
    route: fc.constantFrom(
      ...routes.filter(({ name }) => !['endSession', 'endOtherSessions', 'freezeMyself'].includes(name)),
    ),
    id: fc.oneof({ weight: 3, arbitrary: fc.constantFrom('own', 'none') }, { weight: 1, arbitrary: fc.nat(7) }),
    name: fc.constantFrom(...names),
    value: fc.nat(7),
    where: fc.subarray(['query', 'body', 'header', 'cookie', 'path'] as const),
  });
  const ownFactor = (await grace.call('listFactors')).body.factors[0].id as string;
  // Real wrong codes would lock Grace's account.
  const wrong = { errorCode: 'E0000068', errorSummary: 'Invalid Passcode/Answer' };
  await env.fault({ match: 'POST /api/v1/users/*/factors/*/verify', times: RUNS, status: 403, body: wrong });
  await env.takeRequests();
  let reached = 0;
  await fc.assert(
    fc.asyncProperty(request, async ({ route, id, name, value, where }) => {
      const other = others[value]!;
      const ids = { own: ownFactor, none: 'uft00000000000000000' };
      let path = filled(route, typeof id === 'string' ? ids[id as 'own' | 'none'] : encodeURIComponent(others[id]!));
      if (where.includes('path')) path = path.replace('/api/', `/api/${encodeURIComponent(other)}/`);
      if (where.includes('query')) path += `?${name}=${encodeURIComponent(other)}`;
      const right = getBody(route.name);
      const body =
        route.method === 'POST' || route.method === 'PUT'
          ? JSON.stringify({ ...right, ...(where.includes('body') && { [name]: other }) })
          : undefined;
      const header = where.includes('header') && name !== 'id' ? { [name]: other } : {};
      const jar = `latchkey-${new URL(portal.base).port}=${grace.token()}`;
      const cookie = where.includes('cookie') ? `${name}=${encodeURIComponent(other)}; ${jar}` : jar;
      await grace.raw({
        method: route.method,
        path,
        headers: {
          'x-latchkey': '1',
          origin: portal.base,
          ...(body && { 'content-type': 'application/json' }),
          ...header,
          cookie,
        },
        body,
      });
      // At the limit of wrong codes, the portal would stop calling Okta.
      for (const table of ['lockout_misses', 'wrong_code_counts', 'code_attempts'] as const)
        await portal.store.deleteFrom(table).execute();
      await portal.store.deleteFrom('step_ups').execute();
    }),
    { numRuns: RUNS, ...(seed !== undefined && { seed: Number(seed) }) },
  );
  const asked = await env.takeRequests();
  for (const { path } of asked) {
    reached += 1;
    if (path !== '/api/v1/org') expect(path).toMatch(new RegExp(`^/api/v1/users/${own}(?:/|$)`));
    // `me` must be a whole segment of the path, because a random id may contain these letters.
    for (const other of others.slice(0, 4)) expect(other === 'me' ? path.split('/') : path).not.toContain(other);
  }
  expect(reached).toBeGreaterThan(50);
});

test('no answer names another person', async () => {
  for (const route of routes.filter(({ method }) => method === 'GET')) {
    const { text } = await grace.raw({ path: filled(route, (await grace.call('listFactors')).body.factors[0].id) });
    expect(text).not.toMatch(new RegExp(others.slice(0, 2).join('|')));
  }
});
