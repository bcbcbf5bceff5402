// @vitest-environment node
import { describe, expect, test } from 'vitest';
import { ApiError } from '#contract/errors.ts';
import { render } from '../testing/render.ts';
import { detail, home, pageRequest, settings, totp, unfinished } from '../testing/person.ts';

const shown = (html: string): string => html.split('<script type="application/json"')[0]!;
const frozenHome = { ...home, session: { ...home.session, frozen: true } };
const frozen = { answers: { home: frozenHome } };
const page = async (url: string, options: Parameters<typeof pageRequest>[1] = {}): Promise<string> =>
  shown((await render(pageRequest(url, options))).html);
/** Controls that a frozen person must not see: adding, activating, naming, removing and discarding a method. */
const refused =
  /href="\/add|\/remove"|\/activate"|Show the QR code|Send the code|Rename|Discard|Start over|First, verify it|name="passCode"/;

describe('somebody whose changes are frozen', () => {
  test.each(['/', '/add', '/add/totp', '/add/sms', `/methods/${totp.id}`, `/methods/${totp.id}/remove`])(
    '%s offers nothing that is refused, and says what to do',
    async (url) => {
      expect(await page(url)).toMatch(refused);
      const html = await page(url, frozen);
      expect(html).not.toMatch(refused);
      expect(html).toContain('Changes are frozen');
      // Anybody who knows the password can still change methods at Okta.
      expect(html).toContain('Okta’s own pages aren’t frozen');
      expect(html).toContain(`href="${settings.oktaSettingsUrl}"`);
      expect(html).toContain('href="/get-help"');
    },
  );

  test.each([`/methods/${unfinished.id}`, `/methods/${unfinished.id}/activate`])(
    '%s does not offer to finish an enrollment',
    async (url) => {
      const enrollment = { how: 'secret', expiresAt: home.session.endsAt } as const;
      const open = { ...detail, factor: unfinished, enrollment } as typeof detail;
      expect(await page(url, { answers: { detail: open } })).toMatch(refused);
      const html = await page(url, { answers: { ...frozen.answers, detail: open } });
      expect(html).not.toMatch(refused);
      expect(html).toContain('Changes are frozen');
    },
  );

  test('reads no advice on what to add', async () => {
    expect(await page('/add')).toContain('Strongest first');
    expect(await page('/add', frozen)).not.toContain('Strongest first');
  });

  test('the page about a stolen phone ends the other sessions, which a thief may have begun since', async () => {
    expect(await page('/stolen-phone', frozen)).toContain('You’re also signed in at one other place.');
    expect(await page('/', frozen)).toContain('Sign out everywhere else, and see what else to do.');
    expect(await page('/', frozen)).not.toContain('or freeze changes');
  });

  test('is not led from help to what is refused', async () => {
    for (const offer of ['href="/new-phone"', 'Freeze changes']) {
      expect(await page('/get-help')).toContain(offer);
      expect(await page('/get-help', frozen)).not.toContain(offer);
    }
  });

  test('reads nothing that a freeze does not allow', async () => {
    const off = { ...detail, factor: { ...totp, status: 'INACTIVE' } } as typeof detail;
    const method = `/methods/${totp.id}`;
    expect(await page('/get-help')).toContain('and add a new one');
    expect(await page(method, { answers: { detail: off } })).toContain('You can remove it');
    expect(await page('/get-help', frozen)).toContain('first they unfreeze your account');
    expect(await page('/get-help', frozen)).not.toContain('add a new one');
    expect(await page(method, { answers: { ...frozen.answers, detail: off } })).not.toContain('You can remove it');
    const without = { answers: { home: { ...frozenHome, factors: [] } } };
    for (const url of ['/add', '/']) expect(await page(url, without)).not.toContain('Your methods still work');
  });

  test('says to change the password also where no address of Okta is set', async () => {
    const html = await page('/', { ...frozen, settings: { ...settings, oktaSettingsUrl: null } });
    expect(html).toMatch(/change (it at Okta|your password there) now/);
  });
});

test.each([
  ['the methods', ['getHome']],
  ['the session either', ['getHome', 'getSession', 'listSessions']],
])('the page about a stolen phone offers a freeze while Okta does not let it show %s', async (_, refused) => {
  const request = pageRequest('/stolen-phone');
  const call: typeof request.call = (name, ...rest) =>
    refused.includes(name) ? Promise.reject(new ApiError('org_unavailable')) : request.call(name, ...rest);
  const { html, status } = await render({ ...request, call });
  expect(status).toBe(200);
  expect(shown(html)).toContain('Your methods can’t be shown right now');
  expect(shown(html)).toContain('action="/forms/stolen-phone/freeze"');
  expect(shown(html)).toContain('Okta’s own pages aren’t frozen');
  expect(shown(html)).not.toContain('/auth/sign-in');
  expect(shown(html).includes('>Sign out everywhere else</h2>')).toBe(!refused.includes('listSessions'));
});

test('without a script the page about a stolen phone says that its form was out of date, and leads back to itself', async () => {
  const html = await page('/stolen-phone', { formResult: { form: 'stale' } });
  expect(await page('/stolen-phone?stale'), 'no address makes a sentence').not.toContain('out of date');
  expect(html).toContain('That page was out of date, so nothing was done.');
  expect(html).toContain('action="/forms/stolen-phone/freeze"');
  expect(await page('/stolen-phone')).not.toContain('out of date');
});

test('the page about a stolen phone says that methods can be removed below only while some are on the phone', async () => {
  const below = 'you can also remove what was on the phone yourself, below';
  const having = (...factors: (typeof home.factors)[number][]) =>
    page('/stolen-phone', { answers: { home: { ...home, factors } } });
  const spare = { ...totp, id: `${totp.id}1`, kind: 'webauthn', strength: 4, location: 'apart' } as const;
  expect(await having({ ...totp, location: 'phone' }, spare)).toContain(below);
  const html = await having(spare);
  expect(html).toContain('none of your methods is on the phone');
  expect(html).not.toContain(below);
  expect(html).not.toContain('Remove what was on the phone');
});

describe('whoever cannot get in', () => {
  const signedOut = { signedIn: false };

  test.each(['/', '/sessions', '/signed-out', '/frozen'])('is led from %s to help', async (url) => {
    expect(await page(url, signedOut)).toContain('href="/get-help"');
  });

  test.each(['/', '/sessions', '/get-help'])('%s says what to do at Okta’s page', async (url) => {
    const html = await page(url, signedOut);
    expect(html).toContain('If Okta’s page doesn’t accept what you have');
    // Only the help page mentions approvers.
    expect(html.includes('If nobody can approve one now')).toBe(url === '/get-help');
  });

  test.each(['/', '/signed-out', '/get-help'])('is led from %s to what to do about a stolen phone', async (url) => {
    expect(await page(url, signedOut)).toContain('href="/stolen-phone"');
  });

  test('is told of a stolen phone what works signed out, and nothing that needs a session', async () => {
    const html = await page('/stolen-phone', signedOut);
    expect(html).toContain('returnTo=%2Fstolen-phone');
    expect(html).toContain('freeze link');
    expect(html).toContain('They answer: Monday to Friday');
    expect(html).not.toMatch(/<form|Remove/);
  });

  test.each(['/', '/sessions', '/get-help', '/frozen', '/stolen-phone'])(
    '%s says so where the helpdesk’s address is unknown',
    async (url) => {
      const unknown = /Nobody has told Latchkey how to reach your helpdesk/;
      expect(await page(url, signedOut)).not.toMatch(unknown);
      const without = { ...settings, supportPhone: null, supportUrl: null };
      expect(await page(url, { ...signedOut, settings: without })).toMatch(unknown);
    },
  );
});

describe('/frozen', () => {
  const whose = { since: '2026-03-10T11:30:00.000Z', name: 'Radia Perlman' };
  const done = { formResult: { form: 'freeze', frozen: whose } } as const;
  const nothing = { formResult: { form: 'freeze', frozen: null } } as const;
  const claims = /Changes are frozen|can’t be changed|signed out of Latchkey|are frozen\./;

  test('says after a freeze since when, to whoever is signed in and to nobody', async () => {
    for (const signedIn of [false, true]) {
      const html = await page('/frozen', { ...done, signedIn });
      expect(html).toContain('Changes are frozen');
      expect(html).toContain('dateTime="2026-03-10T11:30:00.000Z"');
      expect(html).not.toMatch(/week|old link/);
    }
  });

  test('[L6] says whose account is frozen, and to whoever is signed in that theirs is not', async () => {
    const html = await page('/frozen', done);
    expect(html).toMatch(/the methods of Radia Perlman can’t be changed/);
    expect(html).not.toMatch(/Your methods|you were signed out/);
    expect(html).toContain('Changes to this account aren’t frozen.');
  });

  test('says of a link that froze nothing that it did not, with both ways to learn more', async () => {
    const html = await page('/frozen', { ...nothing, signedIn: false });
    expect(html).toContain('This link froze nothing now');
    expect(html).toContain('href="/auth/sign-in?returnTo=%2Ffrozen"');
    expect(html).toContain('href="tel:+31205550100"');
    expect(html).not.toMatch(claims);
  });

  test('says after such a link what is, to whoever is signed in', async () => {
    expect(await page('/frozen', nothing)).toContain('Changes to this account aren’t frozen.');
    const html = await page('/frozen', { ...nothing, ...frozen });
    expect(html).toContain('This link froze nothing now');
    expect(html).toContain('Changes to this account are frozen.');
  });

  test('alone says what is, and signed out neither', async () => {
    const html = await page('/frozen', frozen);
    expect(html).toContain('Nothing can be added, removed or reset in Latchkey or by the helpdesk');
    expect(html).toContain('Okta’s own pages aren’t frozen');
    const open = await page('/frozen');
    expect(open).toContain('Changes aren’t frozen');
    const out = await page('/frozen', { signedIn: false });
    for (const html of [open, out]) {
      expect(html).not.toMatch(claims);
      expect(html).not.toContain('link froze');
    }
    expect(out).not.toContain('aren’t frozen');
    expect(out).toContain('href="/auth/sign-in?returnTo=%2Ffrozen"');
  });
});
