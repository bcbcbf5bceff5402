import { beforeAll, expect, test } from 'vitest';
import { GRACE, testEnv, type Portal } from '#testing/test-env.ts';
import { exchange, said, type Reply, type Sent } from '#testing/visitor.ts';

/** `npm run soak` measures 500 times, as the security checklist requires. */
const SAMPLES = Number(process.env['SOAK_SAMPLES'] ?? 60);
/** A smaller difference cannot be measured over a network. */
const FLOOR_MS = 0.3;

const env = await testEnv();
let portal: Portal;
/** The first request of a pair names something that exists, the second something that does not. */
const pairs: Record<string, [Sent, Sent]> = {};
beforeAll(async () => {
  portal = await env.fresh();
  const grace = await portal.signedIn(GRACE);
  const factor = (await grace.call('listFactors')).body.factors[0].id as string;
  const { user_id: user } = await portal.store.selectFrom('sessions').select('user_id').executeTakeFirstOrThrow();
  const name = `latchkey-${new URL(portal.base).port}`;
  const ended = grace.token()!;
  await grace.signOut();
  const no = (id: string) => `${id.slice(0, 4)}${'A'.repeat(id.length - 4)}`;
  const page = { accept: 'text/html' };
  const unsafe = { 'x-latchkey': '1', 'sec-fetch-site': 'same-origin' };
  Object.assign(pairs, {
    'a method': [{ path: `/api/factors/${factor}` }, { path: `/api/factors/${no(factor)}` }],
    'removing a method': [factor, no(factor)].map((id) => ({
      method: 'DELETE',
      path: `/api/factors/${id}`,
      headers: unsafe,
    })),
    'a method’s page': [factor, no(factor)].map((id) => ({ path: `/methods/${id}`, headers: page })),
    'a person': [user, no(user)].map((id) => ({ path: `/api/helpdesk/people/${id}` })),
    'a person’s page': [user, no(user)].map((id) => ({ path: `/helpdesk/people/${id}`, headers: page })),
    'a session that ended': [ended, no(ended)].map((token) => ({
      path: '/api/session',
      headers: { cookie: `${name}=${token}` },
    })),
    'a freeze link’s page': [`/freeze/${ended}`, `/freeze/${no(ended)}`].map((path) => ({ path, headers: page })),
    'a login at sign-in': [GRACE, 'nobody@example.com'].map((login) => ({
      path: `/auth/sign-in?login_hint=${login}&login=${login}`,
    })),
  });
});

/** Leaves out what always differs: ids, times, the sign-in attempt, and the address. */
function alike({ status, headers, text, url }: Reply): unknown {
  const {
    date: _date,
    'x-request-id': _id,
    'set-cookie': cookies,
    location,
    'content-length': length,
    ...rest
  } = headers;
  const asked = url.pathname.split('/').pop()!;
  const blank = (words: string) =>
    words
      .replaceAll(asked, 'ID')
      .replaceAll(encodeURIComponent(url.pathname), 'PATH')
      .replaceAll(/[0-9a-f-]{36}/g, 'REQUEST')
      .replaceAll(/"now":\d+/g, 'NOW');
  return {
    status,
    rest,
    cookies: cookies?.length,
    location: location?.replaceAll(/(state|nonce|code_challenge)=[^&]+/g, '$1'),
    length: url.search ? undefined : length,
    body: blank(text),
  };
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
/** Uses quartiles, because a pause of the machine hardly changes them. */
function errorOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const spread = (sorted[Math.floor(sorted.length * 0.75)]! - sorted[Math.floor(sorted.length * 0.25)]!) / 1.349;
  return (1.253 * spread) / Math.sqrt(sorted.length);
}

const names = [
  'a method',
  'removing a method',
  'a method’s page',
  'a person',
  'a person’s page',
  'a session that ended',
  'a freeze link’s page',
  'a login at sign-in',
];

test.each(names)(
  '[B6] without signing in, an existing %s looks like a missing one, and takes as long',
  async (name) => {
    const times: [number[], number[]] = [[], []];
    for (let n = 0; n < SAMPLES + 10; n += 1) {
      const answers: Reply[] = [];
      // The order alternates, so that the load of other programs affects both requests.
      for (const which of n % 2 ? ([0, 1] as const) : ([1, 0] as const)) {
        const started = performance.now();
        answers[which] = await exchange(portal.base, pairs[name]![which]);
        if (n >= 10) times[which].push(performance.now() - started);
      }
      expect(alike(answers[0]!)).toEqual(alike(answers[1]!));
    }
    const noise = 4 * Math.hypot(errorOf(times[0]), errorOf(times[1]));
    expect(Math.abs(median(times[0]) - median(times[1]))).toBeLessThan(Math.max(FLOOR_MS, noise));
  },
  120_000,
);

test('[U9] a method that was removed at the org is missing at the next read', async () => {
  const grace = await portal.signedIn(GRACE);
  const ids = async () =>
    (await grace.call('listFactors')).body.factors.map(({ id }: { id: string }) => id) as string[];
  const [first, ...others] = await ids();
  const { user_id: userId } = await portal.store.selectFrom('sessions').select('user_id').executeTakeFirstOrThrow();
  await portal.okta.userFactorApi.deleteFactor({ userId, factorId: first! });
  expect(await ids()).toEqual(others);
  expect(said(await grace.call('getFactor', { factorId: first! }))).toBe('404 not_found');
  const page = await grace.step('/');
  expect(page.text).not.toContain(first);
});
