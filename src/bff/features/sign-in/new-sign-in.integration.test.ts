import { beforeEach, describe, expect, test } from 'vitest';
import { ADA, testEnv, type Portal } from '#testing/test-env.ts';
import type { Visitor } from '#testing/visitor.ts';

const env = await testEnv();
let portal: Portal;
beforeEach(async () => {
  portal = await env.fresh();
});

const STEP_UP = '/auth/step-up?purpose=sessions&returnTo=%2Fdone';
const REFUSED = /^\/step-up\?purpose=sessions&returnTo=%2Fdone&problem=refused/;
const stepUps = async () => (await portal.store.selectFrom('step_ups').selectAll().execute()).length;
/** The portal's clock is ahead of Okta's. */
const ahead = (seconds: number) => ({ ...env.clock, now: () => env.clock.now() + seconds * 1000 });

/** Without `max_age`, Okta may answer from its existing session. */
async function withoutMaxAge(who: Visitor, address = STEP_UP): Promise<URL> {
  const url = new URL((await who.step(address)).headers.location!);
  expect(url.searchParams.get('max_age')).toBe('1');
  url.searchParams.delete('max_age');
  return url;
}

/** Returns the address of the redirect. */
async function callback({ app }: Portal, who: Visitor, url: URL): Promise<string | undefined> {
  const cookie = [...who.jar].map(([key, { value }]) => `${key.split(' ')[0]}=${value}`).join('; ');
  const headers = { host: url.host, accept: 'text/html', cookie };
  return (await app.fastify.inject({ url: url.pathname + url.search, headers })).headers.location;
}

describe.each([
  ['with equal clocks', 0, 0],
  ['when Okta is 45 s ahead', -45, -45],
  ['when Okta is 45 s behind', 45, 45],
  ['begun at a portal that is 60 s ahead of the one that ends it', 60, 0],
  ['begun at a portal that is 60 s behind the one that ends it', -60, 0],
])('a step-up at Okta, %s', (_when, first, last) => {
  let ada: Visitor;
  let other: Portal;
  beforeEach(async () => {
    portal = await env.fresh({ app: { clock: ahead(first) } });
    ada = await portal.signedIn(ADA);
    const { store, base: baseUrl } = portal;
    other = await env.another({ app: { store, clock: ahead(last) }, settings: { baseUrl } });
  });

  test.each([3, 30, 58])('[S12] takes no sign-in that is %i s old, whatever the browser asks Okta', async (age) => {
    env.advance(age);
    expect(await callback(other, ada, await ada.backFrom(await withoutMaxAge(ada)))).toMatch(REFUSED);
    expect(await stepUps()).toBe(0);
  });

  test('when somebody signed in is known by the portal’s clock', async () => {
    const { auth_time: at } = await portal.store.selectFrom('sessions').select('auth_time').executeTakeFirstOrThrow();
    expect(Math.abs(at - ahead(first).now())).toBeLessThanOrEqual(2000);
  });

  test('takes a new one', async () => {
    env.advance(30);
    expect(await callback(other, ada, await ada.password(await ada.begin(STEP_UP), ADA))).toBe('/done');
    expect(await stepUps()).toBe(1);
  });
});

test('[S12] takes no old sign-in when the demo’s clock moves meanwhile', async () => {
  const ada = await portal.signedIn(ADA);
  env.advance(30);
  const url = await withoutMaxAge(ada);
  env.advance(300);
  expect((await ada.step(await ada.backFrom(url))).headers.location).toMatch(REFUSED);
});

test('Okta’s clock is known before a new sign-in is asked for', async () => {
  portal = await env.fresh({ app: { clock: ahead(-45) } });
  const ada = await portal.signedIn(ADA);
  const { skew } = portal.okta;
  env.advance(601);
  expect(skew()).toBeNull();
  expect((await ada.step(STEP_UP)).status).toBe(302);
  expect(Math.abs(skew()! - 45_000)).toBeLessThan(1000);
});
