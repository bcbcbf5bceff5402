import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { answerPush, codeSent, findId, withKey, withPush } from '#testing/security-methods.ts';
import { GRACE, HEDY, MARGARET, startTestEnv, type Portal, type TestEnv } from '#testing/test-env.ts';
import { said, type Reply, type Visitor } from '#testing/visitor.ts';

async function afterPassword(env: TestEnv, who: Visitor, login: string, purpose: string): Promise<Reply> {
  env.advance(5);
  const page = await who.begin(`/auth/step-up?purpose=${encodeURIComponent(purpose)}&returnTo=%2Fdone`);
  return who.open(page.url, { username: login, password: env.emulator.password });
}

async function choose(who: Visitor, page: Reply, title: string): Promise<Reply> {
  const signInOptions = [...page.text.matchAll(/name="option" value="([^"]*)">([^<]*)</g)];
  const option = signInOptions.find(([, , label = '']) => label.startsWith(title))?.[1];
  if (option === undefined) throw new Error(`no way ${title}: ${signInOptions.map(([, , label]) => label).join(', ')}`);
  return who.open(page.url, { option });
}

const stepUps = (portal: Portal) => portal.store.selectFrom('step_ups').select(['purpose', 'strength']).execute();

describe('a step-up at Okta', () => {
  let env: TestEnv;
  let portal: Portal;
  beforeAll(async () => {
    env = await startTestEnv();
  });
  afterAll(() => env.close());
  beforeEach(async () => {
    portal = await env.fresh();
  });

  const code = async () => ({ passCode: await codeSent(env, MARGARET) });
  test.each([
    ['A text message', 2, code],
    ['A call', 2, code],
    ['An email', 1, code],
    ['What was the first', 1, async () => ({ answer: 'lunar lander' })],
  ])('by “%s” has strength %i', async (title, strength, answer) => {
    const margaret = await portal.signedIn(MARGARET);
    const form = await choose(margaret, await afterPassword(env, margaret, MARGARET, 'enroll:question'), title);
    const landed = await margaret.open(form.url, await answer());
    expect(landed.url.pathname).toBe('/done');
    expect(await stepUps(portal)).toEqual([{ purpose: 'enroll:question', strength }]);
  });

  test('by email is not enough to remove a text message', async () => {
    const margaret = await portal.signedIn(MARGARET);
    const sms = await findId(margaret, 'sms');
    const form = await choose(margaret, await afterPassword(env, margaret, MARGARET, `remove:${sms}`), 'An email');
    const landed = await margaret.open(form.url, await code());
    expect([landed.url.pathname, landed.url.searchParams.get('problem')]).toEqual(['/step-up', 'unmet']);
    expect(await stepUps(portal)).toEqual([]);
    expect(said(await margaret.call('deleteFactor', { factorId: sms }))).toBe('403 step_up_required');
  });

  test('by a push has strength 2, since the org does not report number matching', async () => {
    await withPush(env, HEDY);
    const hedy = await portal.signedIn(HEDY);
    const page = await afterPassword(env, hedy, HEDY, 'enroll:sms');
    const form = await choose(hedy, await choose(hedy, page, 'Use another way'), 'A push');
    await answerPush(env, HEDY, 'approve');
    const landed = await hedy.open(form.url);
    expect(landed.url.pathname).toBe('/done');
    expect(await stepUps(portal)).toEqual([{ purpose: 'enroll:sms', strength: 2 }]);
  });
});

describe('a security key at an org that supports phishing-resistant acr', () => {
  test('is required by its acr, and removes itself', async () => {
    const env = await startTestEnv({ engine: 'oie' });
    const portal = await env.fresh();
    const { factorId, key } = await withKey(env, portal, GRACE);
    const grace = await portal.signedIn(GRACE);
    const page = await afterPassword(env, grace, GRACE, `remove:${factorId}`);
    expect(page.text).not.toContain('Use another way');
    const form = await choose(grace, page, 'Continue');
    const challenge = /data-challenge="([^"]*)"/.exec(form.text)?.[1] ?? 'none';
    const landed = await grace.open(form.url, key.assert(challenge, { origin: new URL(env.emulator.url).origin }));
    expect(landed.url.pathname).toBe('/done');
    expect(await stepUps(portal)).toEqual([{ purpose: `remove:${factorId}`, strength: 4 }]);
    expect(said(await grace.call('deleteFactor', { factorId }))).toBe('204');
    await env.close();
  });
});
