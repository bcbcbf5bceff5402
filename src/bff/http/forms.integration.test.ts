import { beforeEach, describe, expect, test } from 'vitest';
import { addresses } from '#contract/endpoints.ts';
import { ADA, GRACE, testEnv, type Portal } from '#testing/test-env.ts';
import { said, type Visitor } from '#testing/visitor.ts';

const env = await testEnv();
let portal: Portal;
let ada: Visitor;
let elsewhere: Visitor;

beforeEach(async () => {
  portal = await env.fresh();
  ada = await portal.signedIn(ADA);
  elsewhere = await portal.signedIn(ADA);
});

const eachForm = [
  ['signing out', { path: addresses.signOut, page: '/sign-out' }],
  ['freezing', { path: addresses.freezeMyself, page: addresses.stolenPhone }],
] as const;
const stillThere = async () => [said(await ada.call('getSession')), said(await elsewhere.call('getSession'))];

describe.each(eachForm)('the form for %s', (_what, { path, page }) => {
  test('works without a script, and leads back to a page', async () => {
    const reply = await ada.submit(path);
    expect(reply.status).toBe(303);
    const [own, theirs] = await stillThere();
    if (page === '/sign-out') expect([own, theirs]).toEqual(['401 signed_out', '200']);
    else expect([reply.headers.location, own, theirs]).toEqual(['/frozen', '401 signed_out', '401 signed_out']);
  });

  test('[W1] is refused with another session’s form token, a former one’s, an altered one and none', async () => {
    const grace = await portal.signedIn(GRACE);
    const former = await ada.formToken();
    await ada.signOut();
    await ada.signIn(ADA);
    // The sign-out may also have ended the session at Okta.
    if (said(await ada.call('getSession')) !== '200') ada = await portal.signedIn(ADA);
    const own = await ada.formToken();
    const tokens = [
      await elsewhere.formToken(),
      await grace.formToken(),
      former,
      // Alters the MAC's first character, because some bits of the last one encode nothing.
      own.replace(/\.(.)/, (_, first) => `.${first === 'A' ? 'B' : 'A'}`),
      own.split('.')[0]!,
      '',
    ];
    for (const formToken of tokens) {
      const reply = await ada.submit(path, { formToken });
      expect([formToken, reply.status, reply.headers.location]).toEqual([formToken, 303, page]);
    }
    expect((await ada.submit(path, {})).headers.location).toBe(page);
    expect((await ada.open(page)).text).toContain('"stale"');
    expect((await ada.open(page)).text, 'read once').not.toContain('"stale"');
    expect(await stillThere()).toEqual(['200', '200']);
    await portal.app.services.refusals.flush();
    const refused = await portal.auditRows({ event: 'access.refused' }, 'reason');
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.every(({ reason }) => /^POST \S+: csrf/.test(reason ?? ''))).toBe(true);
  });

  test('is refused from another site, even with its form token', async () => {
    const formToken = await ada.formToken();
    for (const from of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }])
      expect((await ada.submit(path, { formToken }, from)).status).toBe(403);
    expect(await stillThere()).toEqual(['200', '200']);
  });

  test('takes nothing but a form', async () => {
    const body = JSON.stringify({ formToken: await ada.formToken() });
    const headers = { 'x-latchkey': '1', origin: portal.base, 'content-type': 'application/json' };
    const reply = await ada.raw({ method: 'POST', path: path, headers, body });
    expect([415, 303]).toContain(reply.status);
    expect(await stillThere()).toEqual(['200', '200']);
  });
});

test('a form token is no cookie’s, so it outlives a step-up that replaces the cookie', async () => {
  const grace = await portal.signedIn(GRACE);
  const [formToken, cookie] = [await grace.formToken(), grace.token()];
  const { id } = (await grace.call('listFactors')).body.factors[0] as { id: string };
  const passCode = await env.code(GRACE);
  expect(said(await grace.call('verifyFactor', { factorId: id }, { body: { passCode, purpose: 'sessions' } }))).toBe(
    '200',
  );
  expect(grace.token()).not.toBe(cookie);
  expect((await grace.submit(addresses.freezeMyself, { formToken })).headers.location).toBe('/frozen');
});

test('whoever is signed out meanwhile is led back to the page, which says so', async () => {
  const formToken = await ada.formToken();
  await ada.signOut();
  expect((await ada.submit(addresses.freezeMyself, { formToken })).headers.location).toBe(addresses.stolenPhone);
});
