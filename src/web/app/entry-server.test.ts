// @vitest-environment node
import { describe, expect, test } from 'vitest';
import type { Factor, FactorDetail } from '#contract/endpoints.ts';
import { render } from '../testing/render.ts';
import { dataElementId, type PageData } from './page-data.ts';
import { matchPage, pages } from './pages.ts';
import { approval, homeOfStaff, decided, helpdeskAnswers, helpdeskPerson, past, peer } from '../testing/helpdesk.ts';
import {
  type Answers,
  detail,
  elsewhere,
  here,
  home,
  key,
  pageRequest,
  settings,
  strange,
  totp,
  unfinished,
} from '../testing/person.ts';

const method = `/methods/${totp.id}`;
const helped = `/helpdesk/people/${helpdeskPerson.person.id}`;
const half: FactorDetail = { ...detail, factor: unfinished, verifications: [] };
const halfHere: FactorDetail = { ...half, enrollment: { expiresAt: '2026-03-10T12:09:00.000Z', how: 'secret' } };
const pollHere: FactorDetail = {
  ...half,
  enrollment: {
    ...halfHere.enrollment!,
    how: 'poll',
    poll: { qr: '/api/factors/own/activation/qr', links: ['sms', 'email'] },
  },
};
const refused = (reason: Extract<FactorDetail['removal'], { allowed: false }>['reason']): FactorDetail => ({
  ...detail,
  removal: { allowed: false, reason },
});
const asleep: FactorDetail = { ...detail, factor: { ...totp, status: 'INACTIVE' } };
const untestable: FactorDetail = { ...detail, factor: key, verifications: [] };
const having = (...factors: Factor[]): Answers => ({ home: { ...home, factors } });
const steppedUp: FactorDetail = {
  ...detail,
  removal: { ...detail.removal, steppedUp: true } as FactorDetail['removal'],
};

/**
 * Every page in each state that the server can render: name, address, heading, a text of that state, title, answers.
 */
const states: [string, string, string, string, string, Answers?][] = [
  ['list', '/', 'Your security methods', 'You have three ways', 'Your security methods'],
  ['list, empty', '/', 'Hello, Ada', 'Recommended', 'Your security methods', having()],
  [
    'list, all on the phone',
    '/',
    'Your security methods',
    'All your methods are usually on a phone.',
    'Your security methods',
    having({ ...totp, location: 'phone' }),
  ],
  [
    'list, one that cannot be phished',
    '/',
    'Your security methods',
    'You have one way to verify it’s you, and it can’t be phished.',
    'Your security methods',
    having(key),
  ],
  ['list, unfinished', '/', 'Your security methods', 'Not finished', 'Your security methods', having(unfinished)],
  ['list, suspended', '/', 'Your security methods', 'Not in use', 'Your security methods', having(asleep.factor)],
  ['add', '/add', 'Add a security method', 'Add at Okta', 'Add a security method'],
  [
    'add, nothing left',
    '/add',
    'Add a security method',
    'everything your organisation offers',
    'Add a security method',
    { home: { ...home, catalog: [] } },
  ],
  ['enroll totp', '/add/totp', 'Add an authenticator app', 'Show the QR code', 'Add an authenticator app'],
  ['enroll okta-verify', '/add/okta-verify', 'Add Okta Verify', 'Show the QR code', 'Add Okta Verify'],
  ['enroll sms', '/add/sms', 'Add text messages', 'type="tel"', 'Add text messages'],
  [
    'enroll sms, a number on file',
    '/add/sms',
    'Add text messages',
    'Send the code to •••• 0123',
    'Add text messages',
    {
      home: {
        ...home,
        catalog: home.catalog.map((one) => (one.kind === 'sms' ? { ...one, phones: ['•••• 0123'] } : one)),
      },
    },
  ],
  ['enroll call', '/add/call', 'Add phone calls', 'Add an extension', 'Add phone calls'],
  ['enroll email', '/add/email', 'Add email', 'Send the code', 'Add email'],
  ['enroll question', '/add/question', 'Add a security question', 'least liked as a child', 'Add a security question'],
  ['enroll webauthn', '/add/webauthn', 'Add a security key or passkey', 'key', 'Add a security key or passkey'],
  ['method', method, totp.name, 'Test it', totp.name],
  ['method, not testable', method, key.name, 'Can’t be phished', key.name, { detail: untestable }],
  ['method, suspended', method, totp.name, 'isn’t in use right now', totp.name, { detail: asleep }],
  ['method, unfinished', method, unfinished.name, 'It can’t be continued', unfinished.name, { detail: half }],
  ['method, unfinished here', method, unfinished.name, 'Enter the code', unfinished.name, { detail: halfHere }],
  [
    'method, unknown kind',
    method,
    'Pigeon post',
    'Another method',
    'Pigeon post',
    { detail: { ...detail, factor: strange, verifications: [] } },
  ],
  [
    'activate',
    `${method}/activate`,
    `Turn on ${totp.name}`,
    'one-time-code',
    `Turn on ${totp.name}`,
    { detail: halfHere },
  ],
  [
    'activate, begun elsewhere',
    `${method}/activate`,
    'Time ran out',
    'Start over',
    `Turn on ${totp.name}`,
    { detail: half },
  ],
  ['activate, done before', `${method}/activate`, `${totp.name} is on`, `See ${totp.name}`, `Turn on ${totp.name}`],
  [
    'method, push unfinished here',
    method,
    unfinished.name,
    'Continue where you left off',
    unfinished.name,
    { detail: pollHere },
  ],
  [
    'activate, push',
    `${method}/activate`,
    `Turn on ${totp.name}`,
    'src="/api/factors/own/activation/qr"',
    `Turn on ${totp.name}`,
    { detail: pollHere },
  ],
  ['test', `${method}/test`, `Test ${totp.name}`, 'one-time-code', `Test ${totp.name}`],
  [
    'test, cannot',
    `${method}/test`,
    `Test ${key.name}`,
    'can’t be tested here',
    `Test ${key.name}`,
    { detail: untestable },
  ],
  ['remove', `${method}/remove`, `Remove ${totp.name}?`, 'First, verify it’s you', `Remove ${totp.name}`],
  [
    'remove, proved',
    `${method}/remove`,
    `Remove ${totp.name}?`,
    'Remove it now?',
    `Remove ${totp.name}`,
    { detail: steppedUp },
  ],
  [
    'remove, the last',
    `${method}/remove`,
    `${totp.name} is the last one you have`,
    'Add another first',
    `Remove ${totp.name}`,
    { detail: refused('last_factor') },
  ],
  [
    'remove, required',
    `${method}/remove`,
    `${totp.name} can’t be removed`,
    'Keep it',
    `Remove ${totp.name}`,
    { detail: refused('required_factor') },
  ],
  [
    'remove, unfinished',
    `${method}/remove`,
    `Remove ${totp.name}?`,
    'never finished',
    `Remove ${totp.name}`,
    { detail: half },
  ],
  ['prove', '/step-up?purpose=sessions&returnTo=/sessions', 'Verify it’s you', 'Go to Okta', 'Verify it’s you'],
  [
    'prove, unmet',
    '/step-up?purpose=sessions&returnTo=/sessions&problem=unmet',
    'Verify it’s you',
    'wasn’t strong enough',
    'Verify it’s you',
  ],
  ['new phone', '/new-phone', 'Your new phone', 'If your app came along by itself, test it instead.', 'Your new phone'],
  [
    'moving an app',
    `/add/totp?replaces=${totp.id}`,
    'Move Authenticator app to your new phone',
    'The old one stops',
    'Move Authenticator app to your new phone',
  ],
  [
    'stolen phone',
    '/stolen-phone',
    'My phone was stolen',
    'Remove what was on the phone',
    'My phone was stolen',
    having({ ...totp, location: 'phone' }, { ...key, location: 'apart' }),
  ],
  [
    'stolen phone, no spare',
    '/stolen-phone',
    'My phone was stolen',
    'strong enough to remove these',
    'My phone was stolen',
    having({ ...totp, location: 'phone' }, { ...key, location: 'unknown' }),
  ],
  [
    'stolen phone, frozen',
    '/stolen-phone',
    'My phone was stolen',
    'Okta’s own pages aren’t frozen',
    'My phone was stolen',
    { home: { ...home, session: { ...home.session, frozen: true } } },
  ],
  ['get help', '/get-help', 'If you can’t verify it’s you', 'tel:+31205550100', 'If you can’t verify it’s you'],
  ['sessions', '/sessions', 'Where you’re signed in', 'A browser we don’t know', 'Where you’re signed in'],
  [
    'sessions, one',
    '/sessions',
    'Where you’re signed in',
    'Only here.',
    'Where you’re signed in',
    { sessions: [here] },
  ],
  ['sign-out', '/sign-out', 'Sign out?', 'Stay signed in', 'Sign out?'],
  ['people', '/helpdesk', 'Who is calling?', 'role="combobox"', 'People', { helpdesk: helpdeskAnswers }],
  [
    'people, an approver',
    '/helpdesk',
    'Who is calling?',
    'href="/helpdesk/audit-log"',
    'People',
    { home: homeOfStaff('approver'), helpdesk: helpdeskAnswers },
  ],
  [
    'person',
    helped,
    'Katherine Johnson',
    'Send a push to Okta Verify',
    'Katherine Johnson, helpdesk',
    { helpdesk: helpdeskAnswers },
  ],
  [
    'person, a colleague',
    helped,
    'Katherine Johnson',
    'a colleague’s methods',
    'Katherine Johnson, helpdesk',
    { helpdesk: { getPerson: peer } },
  ],
  [
    'person, frozen',
    helped,
    'Katherine Johnson',
    'Check and unfreeze',
    'Katherine Johnson, helpdesk',
    {
      helpdesk: {
        getPerson: { ...helpdeskPerson, warnings: ['frozen', 'privileged', 'recently_reset'], frozenAt: past.at },
      },
    },
  ],
  [
    'person, a request waits',
    helped,
    'Katherine Johnson',
    'Tell the caller to wait',
    'Katherine Johnson, helpdesk',
    {
      helpdesk: {
        getPerson: {
          ...helpdeskPerson,
          waitingApproval: { by: 'Hedy Lamarr', own: false, at: approval.createdAt, expiresAt: approval.expiresAt },
        },
      },
    },
  ],
  [
    'approvals',
    '/helpdesk/approvals',
    'Approvals',
    'Okta Verify (iPhone 15)',
    'Approvals',
    { helpdesk: helpdeskAnswers },
  ],
  [
    'approvals, none',
    '/helpdesk/approvals',
    'Approvals',
    'No request waiting for approval',
    'Approvals',
    { helpdesk: { listApprovals: { approvals: [] } } },
  ],
  [
    'approvals, to be handed over',
    '/helpdesk/approvals',
    'Approvals',
    'Hand over the code',
    'Approvals',
    { helpdesk: { listApprovals: { approvals: [{ ...decided, recoveryCodeWaits: true }] } } },
  ],
  [
    'audit',
    '/helpdesk/audit-log?agent=dorothy',
    'Audit log',
    'audit-log.jsonl?agent=dorothy',
    'Audit log',
    { home: homeOfStaff('approver'), helpdesk: helpdeskAnswers },
  ],
  [
    'caller verification',
    '/caller-verifications',
    'Did you call the helpdesk?',
    'Hang up if you didn’t call',
    'Did you call the helpdesk?',
    { helpdesk: helpdeskAnswers },
  ],
  [
    'caller verification, none',
    '/caller-verifications',
    'No question from the helpdesk',
    'appears here',
    'Did you call the helpdesk?',
    { helpdesk: { listCallerVerifications: { requests: [] } } },
  ],
  [
    'history',
    '/security-history',
    'Security history',
    'This wasn’t me',
    'Security history',
    { helpdesk: helpdeskAnswers },
  ],
  [
    'history, frozen',
    '/security-history',
    'Security history',
    'Changes are frozen',
    'Security history',
    { helpdesk: { getSecurityHistory: { entries: [], frozenAt: past.at } } },
  ],
  ['freeze', '/freeze/some-token', 'Wasn’t that you?', 'action="/freeze/some-token"', 'Freeze changes to your account'],
  ['frozen or not', '/frozen', 'Changes aren’t frozen', 'ada@example.com', 'Whether changes are frozen'],
  [
    'list, asked by the helpdesk',
    '/',
    'Your security methods',
    'Did you call the helpdesk?',
    'Your security methods',
    { home: { ...home, pendingCallerVerifications: 1 } },
  ],
  [
    'list, frozen',
    '/',
    'Your security methods',
    'Changes are frozen',
    'Your security methods',
    { home: { ...home, session: { ...home.session, frozen: true } } },
  ],
  [
    'list, frozen and empty',
    '/',
    'Hello, Ada',
    'protected by a password alone.</p>',
    'Your security methods',
    { home: { ...home, factors: [], session: { ...home.session, frozen: true } } },
  ],
  ['signed-out', '/signed-out', 'You’re signed out', 'Sign in again', 'Signed out'],
];

const formField = '<input type="hidden" name="formToken" value="form-token"/>';
const headings = (html: string): string[] => [...html.matchAll(/<h1[^>]*>(.*?)<\/h1>/gs)].map(([, text]) => text!);
const unescaped = (text = ''): string => text.replaceAll('&#x27;', "'");

test('the table below has every page', () => {
  const drawn = new Set(states.map(([, url]) => matchPage(url.split('?')[0]!)?.page.path));
  // A kind's own page comes with its kind: docs/add-a-factor.md says how it is tested.
  const own = pages.filter(({ path }) => !path.startsWith('/add/'));
  expect(own.map(({ path }) => path).filter((path) => !drawn.has(path))).toEqual([]);
});

describe.each(states)('%s', (_, url, heading, telling, title, answers) => {
  test('is complete, and conforms to the content security policy', async () => {
    const { status, headers, html, path } = await render(pageRequest(url, { answers }));
    expect(status).toBe(200);
    expect(pages.map((page) => page.path)).toContain(path);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headings(html)).toEqual([heading]);
    expect(html).toContain(telling);
    expect(html).toContain(`<title>${title} · Latchkey</title>`);
    // The content security policy forbids inline styles, event handlers and inline scripts; JSON data is allowed.
    const [markup = ''] = html.split(`<script type="application/json"`);
    expect(markup).not.toMatch(/\sstyle=|\son[a-z]+=|<style/i);
    const scripts = [...html.matchAll(/<script\b([^>]*)>/g)].map(([, attributes = '']) => attributes);
    expect(scripts.filter((attributes) => !/\ssrc="\//.test(attributes))).toEqual([
      ` type="application/json" id="${dataElementId}"`,
    ]);
    expect(html).not.toMatch(/<!--\$|<template|undefined<|\[object/);
    expect(html).not.toMatch(/<!--(?:page|not-ready|data)-->/);
    expect(html).toContain(`<p id="not-ready" role="status">This page isn’t ready yet.`);
    // Until the script runs, a button only opens the popover that remembers its tap, and Enter sends no form.
    // Forms post, so that no code gets into an address.
    const memories = [...markup.matchAll(/<span id="([^"]+)" popover="auto" hidden=""/g)].map(([, id]) => id);
    // Plain forms work without a script.
    const scripted = markup.replaceAll(/<form\b[^>]* action="[^>]*>(.*?)<\/form>/gs, (form, fields: string) => {
      if (!url.startsWith('/freeze/') || form.includes('/auth/')) expect(fields).toContain(formField);
      return fields.replaceAll(/<button\b[^>]* type="submit"[^>]*>/g, '');
    });
    const buttons = [...scripted.matchAll(/<button\b[^>]*>/g)].map(([button]) => button);
    const inert = buttons.filter((button) => / type="submit" .*\bdisabled=""/.test(button));
    const live = buttons.filter((button) => !inert.includes(button));
    expect(live.map((button) => / type="button".* popoverTarget="([^"]+)"/i.exec(button)?.[1])).toEqual(memories);
    for (const [form] of markup.matchAll(/<form\b[^>]*>/g)) expect(form).toContain(' method="post"');
    // What only a script could do is said where none runs.
    expect(memories.length > 0 && !markup.includes('<noscript><p id="no-script">')).toBe(false);
    expect(dataOf(html)).toMatchObject({ build: 'b-1', signedIn: true, problem: null, settings });
  });
});

test('pages that are only read or signed out from need no script, and do not say so', async () => {
  for (const url of ['/', '/add', '/get-help', '/sign-out', '/signed-out', '/freeze/some-token', '/frozen'])
    expect((await render(pageRequest(url))).html).not.toContain('<noscript>');
});

const jsonOf = (html: string): string => new RegExp(`id="${dataElementId}">(.*?)</script>`, 's').exec(html)?.[1] ?? '';
const dataOf = (html: string): PageData => JSON.parse(jsonOf(html)) as PageData;

test('an unknown kind has a plain name, also in its row', async () => {
  const { html } = await render(pageRequest('/', { answers: having(strange) }));
  expect(html.replaceAll('<!-- -->', '')).toMatch(/Pigeon post.*Another method · added/s);
});

test('the server renders dates in UTC, and how long ago by its own clock', async () => {
  const { html } = await render(pageRequest('/sessions'));
  const times = [...html.matchAll(/<time [^>]*?(?: title="([^"]*)")?>(.*?)<\/time>/g)].map(([, title, text]) => [
    title,
    text,
  ]);
  expect(times).toEqual([
    [undefined, '3 March 2026 at 09:00 UTC'],
    ['10 March 2026 at 11:59 UTC', '1 minute ago'],
    [undefined, '3 March 2026 at 09:00 UTC'],
  ]);
});

describe('text of others stays text', () => {
  const evil = '</script><script>alert(1)</script><!--\u2028<img src=x onerror=alert(2)> $& $` &amp;';
  const user = { ...home.session.user, name: evil, firstName: evil };
  const answers: Answers = {
    home: { ...home, session: { ...home.session, user }, factors: [{ ...totp, name: evil }] },
    detail: { ...detail, factor: { ...totp, name: evil } },
    sessions: [{ ...elsewhere, browser: evil, system: evil }],
  };

  test.each(['/', '/add', method, `${method}/remove`, `${method}/test`, '/sessions', '/step-up?purpose="><script>'])(
    '[W7] [W8] %s',
    async (url) => {
      const { html } = await render(pageRequest(url, { answers, settings: { ...settings, orgName: evil } }));
      const own = await render(pageRequest(url));
      const count = (text: string): number => text.match(/<\/?script/g)!.length;
      expect(count(html)).toBe(count(own.html));
      expect(html).not.toMatch(/<img|<!--\u2028|\u2028<|<script>/);
      // The value is unchanged: text in the page, a string in the data.
      expect(dataOf(html).settings.orgName).toBe(evil);
      expect(jsonOf(html)).not.toMatch(/[<>&\u2028\u2029]/);
    },
  );

  test('[W7] a name is rendered as it was typed', async () => {
    const { html } = await render(pageRequest(method, { answers }));
    const escaped = evil.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    expect(headings(html).map(unescaped)).toEqual([escaped]);
  });
});
