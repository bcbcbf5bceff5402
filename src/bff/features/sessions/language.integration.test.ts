import { beforeAll, describe, expect, test } from 'vitest';
import type { Locale } from '#contract/locale/locales.ts';
import type { PageRenderer } from '#contract/page.ts';
import { createClock } from '#clock';
import { stubOptions } from '#testing/stub-options.ts';
import { findId } from '#testing/security-methods.ts';
import { GRACE, type Portal, testEnv } from '#testing/test-env.ts';
import { personId } from '../helpdesk/testing/helpdesk-fixture.ts';
import { said, type Visitor } from '#testing/visitor.ts';

const render: PageRenderer = async ({ locale }) => {
  const html = `<html lang="${locale}">`;
  return { status: 200, headers: {}, html, path: '/' };
};
const { shown } = stubOptions(createClock()).settings;
const DAY_S = 24 * 60 * 60;

const env = await testEnv();

const openPortal = (...languages: [Locale, ...Locale[]]): Promise<Portal> =>
  env.fresh({
    app: { pages: { render, build: 'b', assets: null } },
    settings: { shown: { ...shown, languages } },
  });

async function setProfile(profile: Record<string, string | null>): Promise<void> {
  const { url, apiToken } = env.emulator;
  const headers = { authorization: `SSWS ${apiToken}`, 'content-type': 'application/json' };
  const sent = { method: 'POST', headers, body: JSON.stringify({ profile }) };
  expect((await fetch(`${url}/api/v1/users/${GRACE}`, sent)).status).toBe(200);
}

async function readPage(who: Visitor, path: string, headers: Record<string, string> = {}) {
  const reply = await who.raw({ method: 'GET', path, headers: { accept: 'text/html', ...headers } });
  const cookie = [reply.headers['set-cookie']].flat().find((one) => one?.includes('-locale='));
  return { lang: /<html lang="([^"]*)"/.exec(reply.text)?.[1], cookie };
}

describe('the language of a page without a session', () => {
  let portal: Portal;
  beforeAll(async () => {
    portal = await openPortal('en', 'de', 'en-XA');
  });

  test.each([
    // `?lang`, `Accept-Language`, the page's language
    ['?lang=de', 'en', 'de'],
    ['?lang=DE-at', 'en', 'de'],
    ['?lang=en-XA', '', 'en-XA'],
    ['?lang=fr', 'en', 'en'],
    ['?lang=fr', 'de', 'de'],
    ['?lang=xx', 'en-XA', 'en-XA'],
    ['?lang=', 'de', 'de'],
    ['?lang=de&lang=de', 'en', 'en'],
    ['?lang=de&lang=en-XA', 'en', 'en'],
    [`?lang=de-${'x'.repeat(40)}`, 'en', 'en'],
    ['', '', 'en'],
    ['', 'de', 'de'],
    ['', 'de-CH', 'de'],
    ['', 'de_CH', 'de'],
    ['', 'en-XA-u-ca-japanese', 'en-XA'],
    ['', 'fr', 'en'],
    ['', 'fr, de;q=0.5', 'de'],
    ['', 'en;q=0.5, de', 'de'],
    ['', 'en, de', 'en'],
    ['', 'de;q=0, en;q=0.5', 'en'],
    ['', 'de;q=0', 'en'],
    ['', 'de;q=0.1, en-XA;q=0.9', 'en-XA'],
    ['', 'en-XA;q=1.000, de', 'en-XA'],
    ['', 'en-XA;q=2, de;q=0.9', 'en-XA'],
    ['', '*', 'en'],
    ['', '*, de;q=0.5', 'de'],
    ['', `${'fr,'.repeat(30)}de`, 'en'],
    ['', 'ar', 'en'],
    ['', 'DE', 'de'],
    ['', 'deu', 'en'],
  ])('%s with Accept-Language %s is %s', async (query, accepted, lang) => {
    const shownPage = await readPage(portal.visitor(), `/nothing-here${query}`, { 'accept-language': accepted });
    expect(shownPage.lang).toBe(lang);
  });

  test('the browser remembers ?lang, and nothing else', async () => {
    const visitor = portal.visitor();
    expect((await readPage(visitor, '/nothing-here', { 'accept-language': 'de' })).cookie).toBeUndefined();
    expect((await readPage(visitor, '/nothing-here?lang=en-XA')).cookie).toMatch(
      /-locale=en-XA; .*HttpOnly; SameSite=Lax/,
    );
    expect((await readPage(visitor, '/nothing-here', { 'accept-language': 'de' })).lang).toBe('en-XA');
  });

  test('zh-CN never becomes zh-TW: a language without its script or region is another', async () => {
    const { findLocale } = await import('#contract/locale/locales.ts');
    expect(findLocale('zh-CN', ['zh-TW' as Locale])).toBeNull();
    expect(findLocale('zh', ['zh-TW' as Locale])).toBeNull();
    expect(findLocale('zh-TW-x-private', ['zh-TW' as Locale])).toBe('zh-TW');
  });
});

const german = /Hallo|Guten Tag/;
const english = /^Hello /m;

describe('the language of somebody who is signed in', () => {
  test('is what Okta’s profile names, before cookie and browser, until they choose another', async () => {
    const portal = await openPortal('en', 'de', 'en-XA');
    await setProfile({ preferredLanguage: 'de-AT' });
    const grace = await portal.signedIn(GRACE);
    expect((await readPage(grace, '/', { 'accept-language': 'en-XA' })).lang).toBe('de');
    expect((await readPage(grace, '/?lang=en')).lang).toBe('en');
    expect((await readPage(grace, '/')).lang).toBe('de');
    expect(said(await grace.call('chooseLanguage', {}, { body: { locale: 'en-XA' } }))).toBe('204');
    expect((await readPage(grace, '/')).lang).toBe('en-XA');
    expect((await readPage(await portal.signedIn(GRACE), '/')).lang).toBe('en-XA');
  });

  test('a choice is a row of the history, and the same choice again is none', async () => {
    const portal = await openPortal('en', 'de');
    const grace = await portal.signedIn(GRACE);
    for (const locale of ['de', 'de', 'en'] as const)
      expect(said(await grace.call('chooseLanguage', {}, { body: { locale } }))).toBe('204');
    const rows = await portal.auditRows({ event: 'user.language.change' }, 'reason');
    expect(rows.map(({ reason }) => reason)).toEqual(['from en to de', 'from de to en']);
  });

  test('a session that began before the profile named the language shows it, and nothing is recorded', async () => {
    const portal = await openPortal('en', 'de');
    const grace = await portal.signedIn(GRACE);
    await setProfile({ preferredLanguage: 'de' });
    expect(said(await grace.call('chooseLanguage', {}, { body: { locale: 'de' } }))).toBe('204');
    await setProfile({ preferredLanguage: 'en' });
    expect((await readPage(grace, '/')).lang).toBe('de');
    expect(await portal.auditRows({ event: 'user.language.change' }, 'seq')).toEqual([]);
  });

  test('a sign-in reads and writes the row with the language and the names once', async () => {
    const portal = await openPortal('en', 'de');
    await portal.signedIn(GRACE);
    const runs = [...portal.statements.values()].filter(({ sql }) => sql.includes('"known_names"'));
    expect(runs.map(({ sql, runs }) => [sql.slice(0, 6), runs])).toEqual([
      ['select', 1],
      ['insert', 1],
    ]);
    const named = { login: GRACE, name: 'Grace Hopper', held_locale: 'en' };
    expect(await portal.store.selectFrom('known_names').selectAll().executeTakeFirst()).toMatchObject(named);
  });

  test('a language that the portal does not offer is refused', async () => {
    const portal = await openPortal('en', 'de');
    const grace = await portal.signedIn(GRACE);
    expect(said(await grace.call('chooseLanguage', {}, { body: { locale: 'en-XA' } }))).toBe('400 bad_request');
  });

  test('for seven days emails have the language of before first, with one link to freeze', async () => {
    const portal = await openPortal('en', 'de', 'en-XA');
    const freeze = async (): Promise<string> => {
      await (await portal.signedIn(GRACE)).call('freezeMyself');
      await portal.app.services.outbox.flush();
      const text = (await env.emails(GRACE))[0]!.text;
      return text;
    };
    const grace = await portal.signedIn(GRACE);
    // The language before both changes still comes first.
    await grace.call('chooseLanguage', {}, { body: { locale: 'en-XA' } });
    await grace.call('chooseLanguage', {}, { body: { locale: 'de' } });
    const both = await freeze();
    expect(both).toMatch(english);
    expect(both).toMatch(german);
    expect(both.search(english)).toBeLessThan(both.search(german));
    env.advance(7 * DAY_S + 1);
    await portal.app.services.helpdeskServices.freezes.unfreeze(await personId(portal, GRACE));
    const one = await freeze();
    expect(one).toMatch(german);
    expect(one).not.toMatch(english);
  });

  test.each([
    ['Europe/Berlin', /\d\d:\d\d (?:CET|CEST)\./],
    ['America/Nowhere', /\d\d:\d\d UTC\./],
    // An email names no offset that a thief invented. `Intl` accepts these.
    ['-2359', /\d\d:\d\d UTC\./],
    ['+1400', /\d\d:\d\d UTC\./],
    ['Berlin, or so', /\d\d:\d\d UTC\./],
    [null, /\d\d:\d\d UTC\./],
  ])('an email has times in the profile’s zone: %s', async (timezone, time) => {
    const portal = await openPortal('en');
    await setProfile({ timezone });
    const grace = await portal.signedIn(GRACE);
    // A freeze does not call Okta, so the zone is that of the sign-in.
    await setProfile({ timezone: 'Asia/Tokyo' });
    await grace.call('freezeMyself');
    await portal.app.services.outbox.flush();
    expect((await env.emails(GRACE))[0]!.text).toMatch(time);
    await setProfile({ timezone: null });
  });

  describe('a thief’s changes', () => {
    const choose = async (who: Visitor, locale: string): Promise<void> =>
      expect(said(await who.call('chooseLanguage', {}, { body: { locale } as never }))).toBe('204');
    /** Returns the text of the email about the removal. */
    async function readNotice(portal: Portal, session?: Visitor): Promise<string> {
      const grace = session ?? (await portal.signedIn(GRACE));
      const factorId = await findId(grace, 'totp');
      await portal.stepUp(grace, `remove:${factorId}`, 4);
      expect(said(await grace.call('deleteFactor', { factorId }))).toBe('204');
      await portal.app.services.outbox.flush();
      return (await env.emails(GRACE))[0]!.text;
    }
    const links = (text: string): string[] => [...text.matchAll(/\/freeze\/[\w-]+/g)].map(([link]) => link);

    test('that were prepared for a week hide no email', async () => {
      const portal = await openPortal('en', 'de', 'en-XA');
      await choose(await portal.signedIn(GRACE), 'de');
      env.advance(2 * 60 * 60);
      await choose(await portal.signedIn(GRACE), 'en');
      env.advance(7 * DAY_S - 2 * 60 * 60 + 60);
      await choose(await portal.signedIn(GRACE), 'de');
      expect(await readNotice(portal)).toMatch(english);
    });

    test('leave the link that freezes in each language, also after the owner changed it back', async () => {
      const portal = await openPortal('en', 'de');
      await choose(await portal.signedIn(GRACE), 'de');
      env.advance(DAY_S);
      await choose(await portal.signedIn(GRACE), 'en');
      env.advance(6 * DAY_S + 60);
      const [first = '', second = ''] = (await readNotice(portal)).split('\n—\n');
      expect([first.search(german), second.search(english)]).not.toContain(-1);
      expect(links(first)).toEqual(links(second));
      expect(links(first)).toHaveLength(1);
    });

    test.each(['before the sign-in', 'after it'])('of Okta’s profile %s hide no email for a week', async (when) => {
      const portal = await openPortal('en', 'de');
      await portal.signedIn(GRACE);
      env.advance(20 * DAY_S);
      const session = when === 'after it' ? await portal.signedIn(GRACE) : undefined;
      await setProfile({ preferredLanguage: 'de' });
      const [first = '', second = ''] = (await readNotice(portal, session)).split('\n—\n');
      expect([first.search(english), second.search(german)]).not.toContain(-1);
      expect(links(first)).toEqual(links(second));
      expect(links(first)).toHaveLength(1);
      // The week begins at the first sign-in after the change.
      await portal.signedIn(GRACE);
      env.advance(7 * DAY_S + 1);
      const grace = await portal.signedIn(GRACE);
      await grace.call('freezeMyself');
      await portal.app.services.outbox.flush();
      expect((await env.emails(GRACE))[0]!.text).not.toMatch(english);
      await setProfile({ preferredLanguage: 'en' });
    });

    test('of Okta’s profile and of the choice leave the owner’s language', async () => {
      const portal = await openPortal('en', 'de', 'en-XA');
      const grace = await portal.signedIn(GRACE);
      await setProfile({ preferredLanguage: 'de' });
      await choose(grace, 'en-XA');
      expect(await readNotice(portal)).toMatch(english);
      await setProfile({ preferredLanguage: 'en' });
    });

    test('keep each language once, however many they are', async () => {
      const portal = await openPortal('en', 'de', 'en-XA');
      const grace = await portal.signedIn(GRACE);
      for (let round = 0; round < 10; round += 1)
        for (const locale of ['de', 'en-XA', 'en']) await choose(grace, locale);
      const row = await portal.store.selectFrom('known_names').select('locale_changes').executeTakeFirstOrThrow();
      expect((JSON.parse(row.locale_changes!) as { before: string }[]).map(({ before }) => before)).toEqual([
        'en',
        'de',
        'en-XA',
      ]);
    });

    test('are recorded from what held, by whichever session, one after the other', async () => {
      const portal = await openPortal('en', 'de', 'en-XA');
      const [grace, other] = [await portal.signedIn(GRACE), await portal.signedIn(GRACE)];
      await Promise.all([choose(grace, 'de'), choose(other, 'en-XA')]);
      const rows = await portal.auditRows({ event: 'user.language.change' }, 'reason');
      const [first, second] = rows.map(({ reason }) => /^from (.*) to (.*)$/.exec(reason!)!.slice(1));
      expect(first![0]).toBe('en');
      expect(second![0]).toBe(first![1]);
      expect((await portal.store.selectFrom('known_names').selectAll().executeTakeFirstOrThrow()).locale).toBe(
        second![1],
      );
    });
  });
});
