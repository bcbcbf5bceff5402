// @vitest-environment node
import { expect, test } from 'vitest';
import { ApiError, type ErrorCode } from '#contract/errors.ts';
import type { PageProblem } from '#contract/page.ts';
import { render } from '../testing/render.ts';
import { pageRequest, settings, totp } from '../testing/person.ts';

const headings = (html: string): string[] => [...html.matchAll(/<h1[^>]*>(.*?)<\/h1>/gs)].map(([, text]) => text!);
const shown = (html: string): string => html.split('<script type="application/json"')[0]!;

test('signed out: the home page welcomes, every other page asks to sign in', async () => {
  const front = await render(pageRequest('/', { signedIn: false }));
  expect(front.status).toBe(200);
  expect(headings(front.html)).toEqual(['Manage how you sign in']);
  expect(front.html).toContain('href="/auth/sign-in?returnTo=%2F"');
  const inner = await render(pageRequest('/sessions?x=1', { signedIn: false }));
  expect(inner.status).toBe(401);
  expect(headings(inner.html)).toEqual(['Sign in to continue']);
  expect(inner.html).toContain('href="/auth/sign-in?returnTo=%2Fsessions%3Fx%3D1"');
  for (const { html } of [front, inner]) {
    expect(html).not.toContain('Ada');
    expect(shown(html)).not.toContain('Sign out');
  }
});

test.each([
  ['okta', 'Okta isn’t answering just now, so nobody can sign in.'],
  ['store', 'Latchkey can’t save anything just now, so nobody can sign in.'],
] as const)('signed out while %s is down: the page says so, and Try again signs in', async (down, telling) => {
  for (const url of ['/', '/sessions', '/stolen-phone']) {
    const { html } = await render(pageRequest(url, { signedIn: false, down }));
    expect(shown(html)).toContain(telling);
    const link = new RegExp(`<a [^>]*href="/auth/sign-in\\?returnTo=${encodeURIComponent(url)}"[^>]*>Try again</a>`);
    expect(shown(html)).toMatch(link);
    expect(shown((await render(pageRequest(url, { signedIn: false }))).html)).not.toContain(telling);
  }
});

test('a sign-in that failed is tried again as a sign-in, by the person and not by itself', async () => {
  const problem = { kind: 'error', error: new ApiError('org_unavailable') } as const;
  const asked = (url: string) => render(pageRequest(url, { signedIn: false, problem }));
  for (const url of ['/auth/sign-in?returnTo=%2Fsessions', '/auth/callback?state=s']) {
    const html = shown((await asked(url)).html);
    const to = url.includes('sessions') ? '%2Fsessions' : '%2F';
    expect(html).toMatch(new RegExp(`<a [^>]*href="/auth/sign-in\\?returnTo=${to}"[^>]*>Try again</a>`));
    expect(html).not.toContain('tries again automatically');
  }
});

test.each([
  ['/get-help', 'If you can’t get in'],
  ['/signed-out', 'You’re not signed in here'],
  ['/sign-out', 'Sign out?'],
])('signed out, %s is shown', async (url, heading) => {
  const { status, html } = await render(pageRequest(url, { signedIn: false }));
  expect([status, headings(html)]).toEqual([200, [heading]]);
});

test.each<[ErrorCode, number, string, string]>([
  ['signed_out', 401, 'Sign in to continue', 'Sign in'],
  ['not_found', 404, 'There’s nothing here', 'Go to your methods'],
  ['bad_request', 404, 'There’s nothing here', 'Go to your methods'],
  ['forbidden', 403, 'This page isn’t for you', 'Go to your methods'],
  ['from_elsewhere', 403, 'A link brought you here', 'recorded in your name'],
  ['locked', 423, 'Your account is locked', 'Helpdesk: +31 20 555 01 00'],
  ['busy', 429, 'One moment, please', 'Try again'],
  ['too_many_attempts', 429, 'One moment, please', 'Try again'],
  ['org_error', 502, 'We can’t reach Okta', 'signing in elsewhere may not work either'],
  ['org_unavailable', 503, 'We can’t reach Okta', 'signing in elsewhere may not work either'],
  ['org_timeout', 504, 'We can’t reach Okta', 'signing in elsewhere may not work either'],
  ['store_unavailable', 503, 'Latchkey can’t save anything just now', 'Try again'],
  ['internal', 500, 'Something went wrong here', 'r-77'],
  ['csrf', 500, 'Something went wrong here', 'r-77'],
])('an error %s of a call gives a page with status %i', async (code, status, heading, telling) => {
  const refuse = new ApiError(code);
  refuse.requestId = 'r-77';
  const page = await render(pageRequest(`/methods/${totp.id}`, { refuse }));
  expect([page.status, headings(page.html)]).toEqual([status, [heading]]);
  expect(shown(page.html)).toContain(telling);
  expect(page.html).toContain(`<title>${heading} · Meridian</title>`);
  expect(page.html).not.toContain('said by the test');
  expect(page.html).not.toMatch(/\sstyle=|<script>/);
});

test('busy has its time on the page and as a header', async () => {
  const refuse = new ApiError('busy', { retryAt: '2026-03-10T12:00:30.200Z' });
  const { headers, html } = await render(pageRequest('/', { refuse }));
  expect(headers['retry-after']).toBe('31');
  expect(html).toContain('12:00 UTC');
});

test('recognizes the ApiError of another bundle; any other error is internal', async () => {
  const foreign = Object.assign(new Error(''), { name: 'ApiError', code: 'locked', details: {}, requestId: 'r-1' });
  expect((await render(pageRequest('/', { refuse: foreign }))).status).toBe(423);
  const plain = await render(pageRequest('/', { refuse: new Error('TypeError at line 7') }));
  expect(plain.status).toBe(500);
  expect(plain.html).not.toContain('line 7');
});

test('an unknown path', async () => {
  for (const signedIn of [true, false])
    for (const url of [
      '/nowhere',
      '/Sessions',
      '/methods',
      '/add/hotp',
      '//evil.example/x',
      '//evil.example/sessions',
      '//"><script>',
      '//%5b',
    ])
      expect([url, (await render(pageRequest(url, { signedIn }))).status]).toEqual([url, 404]);
  for (const url of ['//', '///?q=%']) expect([url, (await render(pageRequest(url))).status]).toEqual([url, 200]);
});

test.each<[PageProblem, number, string]>([
  [{ kind: 'sign_in_expired' }, 400, 'That sign-in is too old'],
  [{ kind: 'sign_in_refused' }, 403, 'You weren’t signed in'],
  [{ kind: 'too_many_sessions' }, 403, 'You’re signed in on 20 other browsers'],
  [{ kind: 'error', error: new ApiError('org_timeout') }, 504, 'We can’t reach Okta'],
])('a problem of signing in: $kind', async (problem, status, heading) => {
  const page = await render(pageRequest('/auth/callback?code=secret-code', { problem, signedIn: false }));
  expect([page.status, headings(page.html)]).toEqual([status, [heading]]);
  expect(page.html).not.toContain('secret-code');
  expect(page.html).toContain(problem.kind === 'error' ? 'href="/"' : 'href="/auth/sign-in?returnTo=%2F');
});

test('pages for everybody greet a signed-in person, and work when the name cannot be read', async () => {
  expect((await render(pageRequest('/get-help'))).html).toContain('Ada Lovelace');
  const page = await render(pageRequest('/get-help', { refuse: new ApiError('org_unavailable') }));
  expect(page.status).toBe(200);
  expect(page.html).not.toContain('Ada Lovelace');
});

test('without a helpdesk’s address the page says whom to ask', async () => {
  const alone = { ...settings, supportUrl: null, supportPhone: null, oktaSettingsUrl: null };
  const { html } = await render(pageRequest('/get-help', { settings: alone }));
  expect(html).toContain('accounts at Meridian');
  expect((await render(pageRequest('/add', { settings: alone }))).html).not.toContain('Add at Okta');
});
