import { beforeEach, expect, test } from 'vitest';
import { ADA, GRACE, testEnv, type Portal } from '#testing/test-env.ts';
import { said, type Reply, type Visitor } from '#testing/visitor.ts';

// Without the portal's limit, the made-up codes would use up an org's limit of 200 calls a minute.
const env = await testEnv({ rateLimit: 200 });
let portal: Portal;
beforeEach(async () => {
  portal = await env.fresh({ settings: { rateLimits: true, trustedProxies: ['127.0.0.1'] } });
});

const TOKEN = '/oauth2/default/v1/token';
const exchanges = async () =>
  (await env.simulator<{ path: string }[]>('GET', '/requests')).filter(({ path }) => path === TOKEN).length;

const THIEF = { accept: 'text/html', 'x-forwarded-for': '203.0.113.9' };

/** The code was never issued. */
async function madeUp(
  visitor = portal.visitor(),
  begin = '/auth/sign-in',
  headers: Record<string, string> = THIEF,
): Promise<Reply> {
  const begun = await visitor.raw({ path: begin, headers });
  const state = new URL(begun.headers.location!).searchParams.get('state')!;
  const query = new URLSearchParams({ state, code: 'made-up', iss: env.emulator.issuer });
  return visitor.raw({ path: `/auth/callback?${query}`, headers });
}

const counts = (replies: Reply[], status: number) => replies.filter((reply) => reply.status === status).length;

test('[B4] a visitor’s made-up codes use up a limit of their own network, and not Okta’s', async () => {
  const replies = await Promise.all(Array.from({ length: 100 }, () => madeUp()));
  for (let more = 0; more < 120; more += 1) replies.push(await madeUp());
  expect([counts(replies, 403), counts(replies, 429), await exchanges()]).toEqual([30, 190, 30]);
  const { headers, text } = await madeUp();
  expect(Number(headers['retry-after'])).toBeLessThanOrEqual(60);
  expect(text).toMatch(/problem busy|Too many requests|too many requests/);
  expect((await portal.signedIn(ADA)).token()).toBeDefined();
  // Another person in that network. The page says to reload it a minute later.
  const grace = portal.visitor();
  const { pathname, search } = await grace.password(await grace.begin(), GRACE);
  const load = () => grace.raw({ path: pathname + search, headers: THIEF });
  expect(said(await load())).toBe('429');
  env.advance(61);
  expect([said(await load()), grace.token() !== undefined]).toEqual(['302', true]);
  expect(said(await load())).toBe('400');
  expect((await madeUp()).status).toBe(403);
});

test('[B4] sign-ins that Okta confirms use up nothing', async () => {
  const ada = portal.visitor();
  for (let times = 0; times < 33; times += 1) expect((await ada.signIn(ADA)).status).toBe(200);
});

test('[B4] more people than the limit sign in at once from one network, though Okta is slow', async () => {
  const ready: [Visitor, URL][] = [];
  for (const login of [ADA, GRACE])
    for (let times = 0; times < 17; times += 1) {
      const visitor = portal.visitor();
      ready.push([visitor, await visitor.password(await visitor.begin(), login)]);
    }
  await env.fault({ match: `POST ${TOKEN}`, times: 100, delayMs: 3000 });
  const replies = await Promise.all(ready.map(([visitor, answer]) => visitor.step(answer)));
  expect(counts(replies, 302)).toBe(34);
});

test('[B4] step-ups of a live session are counted by session, in each network', async () => {
  const grace = await portal.signedIn(GRACE);
  for (let times = 0; times < 31; times += 1) await madeUp(portal.visitor(), '/auth/sign-in', { accept: 'text/html' });
  expect((await madeUp(portal.visitor(), '/auth/sign-in', { accept: 'text/html' })).status).toBe(429);
  env.advance(5);
  const stepUp = '/auth/step-up?purpose=sessions&returnTo=%2Fdone';
  // A thief with Grace's session in another network uses up only that network's limit.
  const thief = portal.visitor();
  thief.plant(grace.token()!);
  for (let times = 0; times < 30; times += 1) expect((await madeUp(thief, stepUp)).status).toBe(302);
  expect((await madeUp(thief, stepUp)).status).toBe(429);
  await grace.stepUp('sessions', GRACE, () => env.nextCode(GRACE));
  const [row] = await portal.auditRows({ event: 'user.authentication.step_up', outcome: 'success' }, 'reason');
  expect(row).toEqual({ reason: 'sessions' });
});

test('after Okta’s 429 nothing calls until its time, and the page says when', async () => {
  const reset = String(Math.ceil(env.clock.now() / 1000) + 40);
  const headers = { 'x-rate-limit-limit': '1', 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': reset };
  await env.fault({ match: `POST ${TOKEN}`, status: 429, headers, times: 1 });
  const back = async () => {
    const visitor = portal.visitor();
    return visitor.step(await visitor.password(await visitor.begin(), ADA));
  };
  const refused = await back();
  expect([refused.status, refused.text.includes('problem busy')]).toEqual([429, true]);
  const wait = Number(refused.headers['retry-after']);
  expect(wait).toBeGreaterThan(35);
  expect(wait).toBeLessThanOrEqual(42);
  for (let times = 0; times < 3; times += 1) expect((await back()).status).toBe(429);
  expect(await exchanges()).toBe(1);
});
