import { afterAll, beforeAll, expect, test } from 'vitest';
import { stubOptions } from '#testing/stub-options.ts';
import { plainPages } from '#testing/pages.ts';
import { createClock } from '#clock';
import { openTestStore } from '#testing/store.ts';
import { buildApp, type App } from '../../app.ts';
import type { Store } from '../../platform/store/open.ts';
import { createSealer } from '../../platform/store/secrets.ts';
import type { Provider } from './provider.ts';

const OFFICE = '203.0.113.9';
const PEOPLE = 2000;
const FIVE_MINUTES = 5 * 60_000;
const FILES = 4;

let store: Store;
let app: App;
const start = Date.now();
const clock = createClock(() => start);

let begun = 0;
/** The first 16 characters of a state name its attempt's cookie. */
const provider: Provider = {
  origin: 'https://example.okta.com',
  waitMs: () => 0,
  async begin() {
    begun += 1;
    const state = String(begun).padStart(16, 'S');
    return { url: 'https://example.okta.com/authorize', attempt: { state, nonce: 'n', codeVerifier: 'v' } };
  },
  finish: async (code) => ({
    idToken: 'token',
    claims: { sub: code, nonce: 'n', auth_time: Math.floor(start / 1000) },
  }),
  signOutUrl: async () => '/signed-out',
};
const user = (id: string) => ({
  id,
  status: 'ACTIVE',
  profile: { login: `${id}@example.com`, email: `${id}@example.com`, firstName: 'A', lastName: 'B' },
  links: [],
  _links: {},
});

beforeAll(async () => {
  store = await openTestStore();
  const base = stubOptions(clock);
  const okta = {
    users: { getUser: async ({ userId }: { userId: string }) => user(userId) },
    skew: () => 0,
    org: { wellKnown: async () => ({ pipeline: 'idx' }) },
  };
  app = await buildApp({
    ...base,
    okta: okta as never,
    provider,
    pages: plainPages(),
    settings: { ...base.settings, rateLimits: true },
    store,
    sealer: createSealer(['a secret of thirty-two bytes or more']),
  });
});
afterAll(async () => {
  await app.fastify.close();
  await store.destroy();
});

const get = (url: string, cookie = '') =>
  app.fastify.inject({
    method: 'GET',
    url,
    remoteAddress: OFFICE,
    headers: { host: 'localhost:4567', accept: 'text/html', cookie },
  });
type Answer = Awaited<ReturnType<typeof get>>;
const pairOf = (answer: Answer) =>
  answer.cookies
    .filter(({ value }) => value !== '')
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ');

/** Returns the statuses of refusals. */
async function comesIn(index: number): Promise<number[]> {
  const answers: Answer[] = [await get('/signed-out')];
  for (let file = 0; file < FILES; file++) answers.push(await get('/assets/entry-0123abcd.js'));
  const sent = await get('/auth/sign-in');
  const back = await get(
    `/auth/callback?state=${stateOf(sent)}&code=00u${String(index).padStart(17, 'A')}`,
    pairOf(sent),
  );
  expect([sent.statusCode, back.statusCode, back.headers.location]).toEqual([302, 302, '/']);
  const session = pairOf(back);
  answers.push(
    sent,
    back,
    await get('/methods', session),
    await get('/assets/entry-0123abcd.js', session),
    await get('/api/session', session),
  );
  return answers.map(({ statusCode }) => statusCode).filter((status) => status >= 400);
}
const stateOf = (answer: Answer) => /attempt-([A-Za-z0-9]+)/.exec(pairOf(answer))?.[1];

test(
  '[B4] two thousand people sign in within five minutes through one address without a refusal',
  { timeout: 300_000 },
  async () => {
    const refused: number[] = [];
    for (let index = 0; index < PEOPLE; index++) {
      refused.push(...(await comesIn(index)));
      clock.advance(FIVE_MINUTES / PEOPLE / 1000);
    }
    expect(refused).toEqual([]);
    expect(
      await store
        .selectFrom('sessions')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow(),
    ).toEqual({ count: PEOPLE });
  },
);

test('[B4] 1,200 may start within a minute, and no more; signed-in people are not affected', async () => {
  clock.advance(61);
  const last = await signedIn();
  for (let index = 1; index < 1200; index++) expect((await get('/auth/sign-in')).statusCode).toBe(302);
  const over = await app.fastify.inject({
    url: '/auth/sign-in',
    remoteAddress: OFFICE,
    headers: { host: 'localhost:4567', accept: 'application/json' },
  });
  expect([over.statusCode, over.json().error.code]).toEqual([429, 'busy']);
  for (const path of ['/methods', '/api/session', '/assets/entry-0123abcd.js'])
    expect((await get(path, last)).statusCode, path).toBe(200);
  const elsewhere = await app.fastify.inject({
    url: '/auth/sign-in',
    remoteAddress: '198.51.100.1',
    headers: { host: 'localhost:4567' },
  });
  expect(elsewhere.statusCode).toBe(302);
});

async function signedIn(): Promise<string> {
  const sent = await get('/auth/sign-in');
  return pairOf(await get(`/auth/callback?state=${stateOf(sent)}&code=00u${'Z'.repeat(17)}`, pairOf(sent)));
}
