import { beforeEach, describe, expect, test } from 'vitest';
import { codeSent, idOf, withKey } from '#testing/security-methods.ts';
import { contentsOf } from '#testing/store-contents.ts';
import { GRACE, HEDY, MARGARET, testEnv, type Portal } from '#testing/test-env.ts';
import { said, type Reply, type Visitor } from '#testing/visitor.ts';
import { createProvider, type IdClaims, type Provider } from './provider.ts';

const env = await testEnv();
let portal: Portal;
beforeEach(async () => {
  portal = await env.fresh();
});

const lostPhone = async (who: Visitor) => (await who.call('getHome')).body.lostPhone;
const setLocation = (who: Visitor, factorId: string, at: string) =>
  who.call('setFactorLocation', { factorId }, { body: { location: at } });

/** Starts the rehearsal and sends the password at Okta; gives the page that asks for a second method. */
async function afterPassword(who: Visitor, login: string): Promise<Reply> {
  env.advance(5);
  const page = await who.begin('/auth/rehearsal');
  return who.open(page.url, { username: login, password: env.emulator.password });
}
async function choose(who: Visitor, page: Reply, title: string): Promise<Reply> {
  const option = [...page.text.matchAll(/name="option" value="([^"]*)">([^<]*)</g)].find(([, , label = '']) =>
    label.startsWith(title),
  )?.[1];
  if (option === undefined) throw new Error(`there is no option ${title}`);
  return who.open(page.url, { option });
}
const endOf = ({ url }: Reply) => [url.pathname, url.searchParams.get('rehearsal')];
const events = () => portal.auditRows({ event: 'user.authentication.rehearsal' }, 'outcome', 'reason');

/** Everything in the store but what a rehearsal may write. */
const contents = () => contentsOf(portal.store, 'audit_log', 'audit_log_head', 'consumed_tokens', 'rehearsals');

describe('the rehearsal', () => {
  test('without the phone: gives a date and nothing else: no step-up, no other session, no forgiven code', async () => {
    const margaret = await portal.signedIn(MARGARET);
    const question = await idOf(margaret, 'question');
    expect(
      said(await margaret.call('verifyFactor', { factorId: question }, { body: { answer: 'wrong answer' } })),
    ).toBe('403 wrong_code');
    expect(await lostPhone(margaret)).toMatchObject({ stillWorks: { at: 'apart' }, triedAt: null });
    const [before, token] = [await contents(), margaret.token()];
    const form = await choose(margaret, await afterPassword(margaret, MARGARET), 'An email');
    const landed = await margaret.open(form.url, { passCode: await codeSent(env, MARGARET) });
    expect(endOf(landed)).toEqual(['/lost-phone', 'passed']);
    expect(margaret.token()).toBe(token);
    // The page that it landed on kept the session alive, as every page does.
    const withoutSeen = ({ sessions, ...rest }: Record<string, unknown>) => ({
      ...rest,
      sessions: (sessions as { seen_at: number }[]).map(({ seen_at: _seen, ...session }) => session),
    });
    expect(withoutSeen(await contents())).toEqual(withoutSeen(before));
    expect(await events()).toEqual([{ outcome: 'success', reason: null }]);
    expect((await lostPhone(margaret)).triedAt).toBe(new Date(env.clock.now()).toISOString());
    expect(said(await margaret.call('deleteFactor', { factorId: question }))).toBe('403 step_up_required');
    const history = (await margaret.call('getSecurityHistory')).body.entries as { event: string }[];
    expect(history.map(({ event }) => event)).toContain('user.authentication.rehearsal');
  });

  test('with the phone is no success, until its owner says where the method really is', async () => {
    const margaret = await portal.signedIn(MARGARET);
    const byText = async () => {
      const form = await choose(margaret, await afterPassword(margaret, MARGARET), 'A text message');
      return endOf(await margaret.open(form.url, { passCode: await codeSent(env, MARGARET) }));
    };
    expect(await byText()).toEqual(['/lost-phone', 'used_phone']);
    expect((await lostPhone(margaret)).triedAt).toBeNull();
    expect(await events()).toEqual([{ outcome: 'failure', reason: 'used_phone' }]);
    expect((await setLocation(margaret, await idOf(margaret, 'sms'), 'apart')).body.factor.location).toEqual({
      at: 'apart',
      guessed: false,
    });
    env.advance(60);
    expect(await byText()).toEqual(['/lost-phone', 'passed']);
  });

  test('by one of two passkeys is unclear', async () => {
    const { factorId: one } = await withKey(env, portal, GRACE);
    const { key } = await withKey(env, portal, GRACE);
    const grace = await portal.signedIn(GRACE);
    await setLocation(grace, one, 'phone');
    const page = await choose(grace, await afterPassword(grace, GRACE), 'Use another way');
    const form = await choose(grace, page, 'A security key');
    const challenge = /data-challenge="([^"]*)"/.exec(form.text)?.[1] ?? 'none';
    const landed = await grace.open(form.url, key.assert(challenge, { origin: new URL(env.emulator.url).origin }));
    expect(endOf(landed)).toEqual(['/lost-phone', 'unclear']);
    expect((await lostPhone(grace)).triedAt).toBeNull();
  });

  test('of somebody else, too old, or refused by Okta, says so', async () => {
    const grace = await portal.signedIn(GRACE);
    const page = await afterPassword(grace, HEDY);
    const landed = await grace.open(page.url, { passCode: await env.code(HEDY) });
    expect(endOf(landed)).toEqual(['/lost-phone', 'another_person']);
    expect((await grace.call('getSession')).body.user.login).toBe(GRACE);

    const state = async () => {
      const begun = await grace.step('/auth/rehearsal');
      const asked = new URL(begun.headers.location!).searchParams;
      expect([asked.get('max_age'), asked.get('acr_values'), asked.get('login_hint')]).toEqual([
        '1',
        'urn:okta:loa:2fa:any',
        GRACE,
      ]);
      return asked.get('state')!;
    };
    const back = async (query: string) => {
      const { headers } = await grace.step(`/auth/callback?state=${await state()}&${query}`);
      return headers.location;
    };
    expect(await back('error=unmet_authentication_requirements')).toBe('/lost-phone?rehearsal=unmet');
    expect(await back('error=access_denied')).toBe('/lost-phone?rehearsal=refused');
    expect((await events()).map(({ outcome, reason }) => `${outcome} ${reason}`)).toEqual([
      'failure another_person',
      'failure unmet',
      'failure refused',
    ]);
  });

  test('is judged by a sign-in that is new, and by nothing that Okta knew before', async () => {
    // Okta's pages are not opened: the test sets the claims of each callback.
    const { issuer, clientId, clientSecret } = env.emulator;
    const real = createProvider({ issuer, clientId, clientSecret, redirectUri: 'http://localhost:4567/auth/callback' });
    let auth_time = 0;
    let sub = '';
    const finish: Provider['finish'] = async () => ({
      idToken: 'an.id.token',
      claims: { sub, auth_time, nonce: 'n', amr: ['pwd', 'hwk', 'mfa'] } as IdClaims,
    });
    portal = await env.fresh({ app: { provider: { ...real, finish } } });
    const found = await portal.okta.users.searchUsers({ search: `profile.login eq "${GRACE}"`, limit: 1 });
    sub = found.users[0]!.id;
    const { factorId } = await withKey(env, portal, GRACE);
    const grace = portal.visitor();
    const comeBack = async (address: string, at: number) => {
      auth_time = at;
      const state = new URL((await grace.step(address)).headers.location!).searchParams.get('state');
      return (await grace.step(`/auth/callback?state=${state}&code=a-code`)).headers.location;
    };
    const seconds = Math.floor((env.clock.now() - env.clock.fromWire(0)) / 1000);
    await comeBack('/auth/sign-in', seconds);
    expect(await comeBack('/auth/rehearsal', seconds - 62)).toBe('/lost-phone?rehearsal=refused');
    expect((await lostPhone(grace)).triedAt).toBeNull();
    // Nobody has said where her passkey is.
    expect(await comeBack('/auth/rehearsal', seconds)).toBe('/lost-phone?rehearsal=unclear');
    await setLocation(grace, factorId, 'apart');
    expect(await comeBack('/auth/rehearsal', seconds)).toBe('/lost-phone?rehearsal=passed');
    expect((await lostPhone(grace)).triedAt).not.toBeNull();
    // The date goes with the only method that it was about.
    await setLocation(grace, factorId, 'phone');
    expect((await lostPhone(grace)).triedAt).toBeNull();
  });

  test('is only for the session that began it; a visitor signs in instead', async () => {
    const grace = await portal.signedIn(GRACE);
    const page = await afterPassword(grace, GRACE);
    const code = await grace.backFrom(page.url, { passCode: await env.code(GRACE) });
    await grace.signOut();
    expect((await grace.open(code)).status).toBe(400);
    expect(await events()).toEqual([]);
    const visitor = portal.visitor();
    expect((await visitor.step('/auth/rehearsal')).headers.location).not.toContain('max_age');
  });
});

test('where a method is can be said by its owner only, is kept beside its name, and is not in the audit log', async () => {
  const [grace, hedy] = [await portal.signedIn(GRACE), await portal.signedIn(HEDY)];
  const totp = await idOf(grace, 'totp');
  expect(said(await setLocation(hedy, totp, 'apart'))).toBe('404 not_found');
  expect(said(await setLocation(grace, totp, 'moon'))).toBe('400 bad_request');
  await grace.call('nameFactor', { factorId: totp }, { body: { name: 'Tablet' } });
  expect(said(await setLocation(grace, totp, 'computer'))).toBe('200');
  expect((await grace.call('getFactor', { factorId: totp })).body.factor).toMatchObject({
    name: 'Tablet',
    location: { at: 'computer', guessed: false },
  });
  expect(await lostPhone(grace)).toMatchObject({ stillWorks: { kind: 'totp', name: 'Tablet', at: 'computer' } });
  await grace.call('nameFactor', { factorId: totp }, { body: { name: '' } });
  expect((await grace.call('getFactor', { factorId: totp })).body.factor.location.at).toBe('computer');
  const rows = await portal.auditRows({ event: 'user.mfa.factor.location' });
  expect(rows).toMatchObject([{ outcome: 'success', factor_id: totp }]);
  expect(JSON.stringify(rows)).not.toContain('computer');
});
