// @vitest-environment node
import { describe, expect, test } from 'vitest';
import type { Factor, FactorDetail, NewPhone } from '#contract/endpoints.ts';
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
  newPhone,
  pageRequest,
  settings,
  strange,
  totp,
  unfinished,
} from '../testing/person.ts';

const method = `/methods/${totp.id}`;
const helped = `/helpdesk/people/${helpdeskPerson.person.id}`;
const half: FactorDetail = { ...detail, factor: unfinished, verifications: [] };
const halfElsewhere: FactorDetail = { ...half, factor: { ...unfinished, resumable: 'elsewhere' } };
const halfHere: FactorDetail = {
  ...half,
  factor: { ...unfinished, resumable: 'here' },
  enrollment: { expiresAt: '2026-03-10T12:09:00.000Z', how: 'secret' },
};
const pollHere: FactorDetail = {
  ...halfHere,
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

/** A state that the server can render. `heading`: if it is not the title. */
type State = [name: string, telling: string, answers?: Answers, heading?: string];

const statesOf = (url: string, title: string, states: State[]) =>
  states.map(([name, telling, answers, heading = title]) => [name, url, heading, telling, title, answers] as const);

const replacing: NewPhone['replacing'][number] = {
  kind: 'totp',
  factorId: totp.id,
  left: false,
  newFactorId: null,
  resumable: 'elsewhere',
};
const frozen: Answers = { home: { ...home, session: { ...home.session, frozen: true } } };
const staff = (helpdesk: Record<string, unknown>, role?: 'approver'): Answers => ({
  ...(role && { home: homeOfStaff(role) }),
  helpdesk,
});
const onFile = home.catalog.map((one) => (one.kind === 'sms' ? { ...one, phones: ['•••• 0123'] } : one));
const waits = {
  operation: 'reset' as const,
  by: 'Hedy Lamarr',
  own: false,
  blocks: ['reset' as const, 'unlock' as const],
  at: approval.createdAt,
  expiresAt: approval.expiresAt,
};

const states = [
  ...statesOf('/', 'Your security methods', [
    ['list', 'where 3 of your methods are', undefined, 'We don’t know what’s left if you lose your phone'],
    ['list, empty', 'Recommended', having(), 'Only a password protects your account'],
    [
      'list, all on the phone',
      'Both of your methods are usually on a phone.',
      having({ ...totp, location: 'phone' }, { ...totp, kind: 'sms', location: 'phone' }),
      'If you lose your phone, you may not get in',
    ],
    [
      'list, signed in elsewhere',
      'Latchkey is open here and in Safari on iPhone.',
      undefined,
      'We don’t know what’s left if you lose your phone',
    ],
    [
      'list, signed in only here',
      'Latchkey is open only here.',
      { home: { ...home, others: [] } },
      'We don’t know what’s left if you lose your phone',
    ],
    [
      'list, signed in by an unknown browser',
      'Latchkey is open here and in one other place.',
      { home: { ...home, others: [{ browser: null, system: null }] } },
      'We don’t know what’s left if you lose your phone',
    ],
    ['list, one', 'If you lose it, you may not get in.', having(key), 'You have one way to verify it’s you'],
    ['list, unfinished', 'Not finished', having(unfinished), 'Finish adding your authenticator app'],
    ['list, suspended', 'Not in use', having(asleep.factor), 'None of your methods can be used'],
    [
      'list, asked by the helpdesk',
      'No, I didn’t call',
      { home: { ...home, questions: ['cv1'] } },
      'Did you call the helpdesk?',
    ],
    ['list, frozen', 'change your password there now', frozen, 'Changes are frozen'],
    [
      'list, a recovery code is needed',
      'enter the code from the helpdesk',
      { home: { ...home, factors: [], recoveryCode: 'holds' } },
      'You need a recovery code',
    ],
    [
      'list, the recovery code ended',
      'Only the helpdesk can make another.',
      { home: { ...home, factors: [], recoveryCode: 'ended' } },
      'Ask for a new recovery code',
    ],
    [
      'list, a replacement is open',
      'The old one is gone',
      { home: { ...home, replacing: [replacing] } },
      'You’re replacing your authenticator app',
    ],
  ]),
  ...statesOf('/add', 'Add a security method', [
    ['add', 'Add at Okta'],
    ['add, nothing left', 'everything your organisation offers', { home: { ...home, catalog: [] } }],
  ]),
  ...statesOf('/add/totp', 'Add an authenticator app', [['enroll totp', 'Show the QR code']]),
  ...statesOf('/add/okta-verify', 'Add Okta Verify', [['enroll okta-verify', 'Show the QR code']]),
  ...statesOf('/add/sms', 'Add text messages', [
    ['enroll sms', 'type="tel"'],
    ['enroll sms, a number on file', 'Send the code to ••••\u00A00123', { home: { ...home, catalog: onFile } }],
  ]),
  ...statesOf('/add/call', 'Add phone calls', [['enroll call', 'Add an extension']]),
  ...statesOf('/add/email', 'Add email', [['enroll email', 'Send the code']]),
  ...statesOf('/add/question', 'Add a security question', [['enroll question', 'least liked as a child']]),
  ...statesOf('/add/webauthn', 'Add a security key or passkey', [['enroll webauthn', 'key']]),
  ...statesOf(method, totp.name, [
    ['method', 'Test it'],
    ['method, suspended', 'isn’t in use right now', { detail: asleep }],
    ['method, unfinished', 'go on from where it stopped', { detail: half }],
    ['method, unfinished elsewhere', 'Finish it there', { detail: halfElsewhere }],
    ['method, unfinished here', 'Enter the code', { detail: halfHere }],
    ['method, push unfinished here', 'Continue where you left off', { detail: pollHere }],
  ]),
  ...statesOf(method, key.name, [['method, not testable', 'Can’t be phished', { detail: untestable }]]),
  ...statesOf(method, 'Pigeon post', [
    ['method, unknown kind', 'Another method', { detail: { ...detail, factor: strange, verifications: [] } }],
  ]),
  ...statesOf(`${method}/activate`, `Turn on ${totp.name}`, [
    ['activate', 'one-time-code', { detail: halfHere }],
    ['activate, nothing left', 'go on from where it stopped', { detail: half }],
    ['activate, begun elsewhere', 'Finish it there, or start over here', { detail: halfElsewhere }],
    ['activate, done before', `See ${totp.name}`, undefined, `${totp.name} is on`],
    ['activate, push', 'src="/api/factors/own/activation/qr"', { detail: pollHere }],
  ]),
  ...statesOf(`${method}/test`, `Test ${totp.name}`, [['test', 'one-time-code']]),
  ...statesOf(`${method}/test`, `Test ${key.name}`, [['test, cannot', 'can’t be tested here', { detail: untestable }]]),
  ...statesOf(`${method}/remove`, `Remove ${totp.name}`, [
    ['remove', 'First, verify it’s you', undefined, `Remove ${totp.name}?`],
    ['remove, proved', 'Remove it now?', { detail: steppedUp }, `Remove ${totp.name}?`],
    ['remove, the last', 'Add another first', { detail: refused('last_factor') }, `${totp.name} is your last method`],
    ['remove, required', 'Keep it', { detail: refused('required_factor') }, `${totp.name} can’t be removed`],
    ['remove, unfinished', 'never finished', { detail: half }, `Remove ${totp.name}?`],
  ]),
  ...statesOf('/step-up?purpose=sessions&returnTo=/sessions', 'Verify it’s you', [['prove', 'Go to Okta']]),
  ...statesOf('/step-up?purpose=sessions&returnTo=/sessions&problem=unmet', 'Verify it’s you', [
    ['prove, unmet', 'wasn’t strong enough'],
  ]),
  ...statesOf('/new-phone', 'Your new phone', [
    ['new phone', 'If your app came along by itself, test it instead.'],
    [
      'new phone, begun elsewhere',
      'Finish it there, or start over here',
      { newPhone: { ...newPhone, methods: [], replacing: [replacing] } },
    ],
  ]),
  ...statesOf(`/add/totp?replaces=${totp.id}`, 'Move Authenticator app to your new phone', [
    ['moving an app', 'The old one stops'],
  ]),
  ...statesOf('/stolen-phone', 'My phone is lost or stolen', [
    [
      'stolen phone',
      'Remove what was on the phone',
      having({ ...totp, location: 'phone' }, { ...key, location: 'apart' }),
    ],
    [
      'stolen phone, no spare',
      'strong enough to remove these',
      having({ ...totp, location: 'phone' }, { ...key, location: 'unknown' }),
    ],
    ['stolen phone, frozen', 'Okta’s own pages aren’t frozen', frozen],
  ]),
  ...statesOf('/get-help', 'If you can’t get in', [['get help', 'tel:+31205550100']]),
  ...statesOf('/sessions', 'Where you’re signed in', [
    ['sessions', 'A browser we don’t know'],
    ['sessions, one', 'Only here.', { sessions: [here] }],
  ]),
  ...statesOf('/sign-out', 'Sign out?', [['sign-out', 'Stay signed in']]),
  ...statesOf('/helpdesk', 'People', [
    ['people', 'role="combobox"', staff(helpdeskAnswers), 'Who is calling?'],
    ['people, an approver', 'href="/helpdesk/audit-log"', staff(helpdeskAnswers, 'approver'), 'Who is calling?'],
  ]),
  ...[
    ['person', 'Send a push to Okta Verify', helpdeskPerson] as const,
    ['person, a colleague', 'a colleague’s methods', peer] as const,
    [
      'person, frozen',
      'Check and unfreeze',
      { ...helpdeskPerson, warnings: ['frozen', 'privileged', 'recently_reset'], frozenAt: past.at },
    ] as const,
    ['person, a request waits', 'Tell the caller to wait', { ...helpdeskPerson, waitingApprovals: [waits] }] as const,
  ].flatMap(([name, telling, getPerson]) =>
    statesOf(helped, 'Katherine Johnson, helpdesk', [[name, telling, staff({ getPerson }), 'Katherine Johnson']]),
  ),
  ...statesOf(`/helpdesk/requests/${approval.id}`, 'Your request', [
    ['request, waiting', 'An approver can decide until', staff(helpdeskAnswers), 'An approver has to agree'],
  ]),
  ...statesOf(`/helpdesk/requests/${decided.id}`, 'Your request', [
    [
      'request, done',
      'No recovery code was needed.',
      staff(helpdeskAnswers),
      'Mary Jackson approved it, and the reset is done',
    ],
  ]),
  ...statesOf('/helpdesk/approvals', 'Approvals', [
    ['approvals', 'Okta Verify (iPhone 15)', staff(helpdeskAnswers)],
    ['approvals, none', 'No request waiting for approval', staff({ listApprovals: { approvals: [] } })],
    [
      'approvals, to be handed over',
      'Hand over the code',
      staff({ listApprovals: { approvals: [{ ...decided, recoveryCodeWaits: true }] } }),
    ],
  ]),
  ...statesOf('/helpdesk/audit-log?agent=dorothy', 'Audit log', [
    ['audit', 'audit-log.jsonl?agent=dorothy', staff(helpdeskAnswers, 'approver')],
  ]),
  ...statesOf('/caller-verifications', 'Did you call the helpdesk?', [
    ['caller verification', 'Hang up if you didn’t call', staff(helpdeskAnswers)],
    [
      'caller verification, none',
      'appears here',
      staff({ listCallerVerifications: { requests: [] } }),
      'No question from the helpdesk',
    ],
  ]),
  ...statesOf('/security-history', 'Security history', [
    ['history', 'This wasn’t me', staff(helpdeskAnswers)],
    ['history, frozen', 'Changes are frozen', staff({ getSecurityHistory: { entries: [], frozenAt: past.at } })],
  ]),
  ...statesOf('/freeze/some-token', 'Freeze changes to your account', [
    ['freeze', 'action="/freeze/some-token"', undefined, 'Wasn’t that you?'],
  ]),
  ...statesOf('/frozen', 'Whether changes are frozen', [
    ['frozen or not', 'ada@example.com', undefined, 'Changes aren’t frozen'],
  ]),
  ...statesOf('/signed-out', 'You’re not signed in here', [['signed-out', 'Nobody is signed in']]),
];

const formField = '<input type="hidden" name="formToken" value="form-token"/>';
const headings = (html: string): string[] => [...html.matchAll(/<h1[^>]*>(.*?)<\/h1>/gs)].map(([, text]) => text!);
const unescaped = (text = ''): string => text.replaceAll('&#x27;', "'");

test('the table below has every page', () => {
  const drawn = new Set(states.map(([, url]) => matchPage(url.split('?')[0]!)?.page.path));
  // The page that adds a kind is tested with its kind: see docs/add-a-factor.md.
  const own = pages.filter(({ path }) => !path.startsWith('/add/'));
  expect(own.map(({ path }) => path).filter((path) => !drawn.has(path))).toEqual([]);
});

describe.each(states)('%s', (_, url, heading, telling, title, answers) => {
  test('is complete, and conforms to the content security policy', async () => {
    const { status, headers, html, path } = await render(pageRequest(url, { answers }));
    expect(status).toBe(200);
    expect(pages.map((page) => page.path)).toContain(path);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headings(html).map((text) => text.replaceAll(/<\/?bdi>/g, ''))).toEqual([heading]);
    expect(html).toContain(telling);
    expect(html).toContain(`<title>${title} · Meridian</title>`);
    // The CSP forbids inline styles, event handlers and inline scripts, but allows JSON data.
    const [markup = ''] = html.split(`<script type="application/json"`);
    expect(markup).not.toMatch(/\sstyle=|\son[a-z]+=|<style/i);
    const scripts = [...html.matchAll(/<script\b([^>]*)>/g)].map(([, attributes = '']) => attributes);
    expect(scripts.filter((attributes) => !/\ssrc="\//.test(attributes))).toEqual([
      ` type="application/json" id="${dataElementId}"`,
    ]);
    expect(html).not.toMatch(/<!--\$|<template|undefined<|\[object/);
    expect(html).not.toMatch(/<!--(?:page|not-ready|data)-->/);
    expect(html).toContain(`<p id="not-ready" role="status">This page isn’t ready yet.`);
    // Until the script runs, a button only opens the popover that remembers the tap, and Enter sends no form. Forms use
    // POST, so that no code gets into an address.
    const memories = [...markup.matchAll(/<span id="([^"]+)" popover="auto" hidden=""/g)].map(([, id]) => id);
    // Plain forms work without a script, so their submit buttons are enabled.
    const scripted = markup.replaceAll(/<form\b[^>]* action="[^>]*>(.*?)<\/form>/gs, (form, fields: string) => {
      if (!url.startsWith('/freeze/') || form.includes('/auth/')) expect(fields).toContain(formField);
      return fields.replaceAll(/<button\b[^>]* type="submit"[^>]*>/g, '');
    });
    const buttons = [...scripted.matchAll(/<button\b[^>]*>/g)].map(([button]) => button);
    const inert = buttons.filter((button) => / type="submit" .*\bdisabled=""/.test(button));
    const live = buttons.filter((button) => !inert.includes(button));
    expect(live.map((button) => / type="button".* popoverTarget="([^"]+)"/i.exec(button)?.[1])).toEqual(memories);
    for (const [form] of markup.matchAll(/<form\b[^>]*>/g)) expect(form).toContain(' method="post"');
    // A page that needs a script says so in `<noscript>`.
    expect(memories.length > 0 && !markup.includes('<noscript><p id="no-script">')).toBe(false);
    expect(dataOf(html)).toMatchObject({ build: 'b-1', signedIn: true, problem: null, settings });
  });
});

test('people’s pages have the company’s logo and colour, the helpdesk’s the product’s', async () => {
  const style = ':root:has([data-branded]){--accent:#7d6800}';
  const branded = { style, settings: { ...settings, hasLogo: true }, answers: staff(helpdeskAnswers) };
  const draw = async (url: string) => {
    const { html } = await render(pageRequest(url, branded));
    expect(html).toContain(`<style>${style}</style></head>`);
    const [header = ''] = /<header[^]*?<\/header>/.exec(html) ?? [];
    return [header.includes('data-branded'), header.includes('<img'), header.includes('<svg')];
  };
  for (const url of ['/', '/get-help', '/no-such-page']) expect(await draw(url)).toEqual([true, true, false]);
  for (const url of ['/helpdesk', '/helpdesk/no-such-page']) expect(await draw(url)).toEqual([false, false, true]);
});

const noScript = async (url: string, options: Parameters<typeof pageRequest>[1] = {}): Promise<string | undefined> => {
  const answers = { helpdesk: helpdeskAnswers, ...options.answers };
  return /<noscript><p id="no-script">(.*?) <a/.exec(
    (await render(pageRequest(url, { ...options, answers }))).html,
  )?.[1];
};

test.each([
  ['/', /^Adding a method needs JavaScript/],
  ['/add', /^Adding a method needs JavaScript/],
  [`/methods/${totp.id}`, /^Changing or testing a method needs JavaScript/],
  ['/sessions', /^Signing out elsewhere needs JavaScript/],
  ['/security-history', /^Saying that something wasn’t you needs JavaScript/],
  ['/stolen-phone', /^Removing methods and signing out elsewhere need JavaScript/],
  ['/add/totp', /^This page needs JavaScript/],
])('%s says what needs a script', async (url, text) => expect(await noScript(url)).toMatch(text));

test('pages that are only read or signed out from need no script, and do not say so', async () => {
  for (const url of ['/get-help', '/sign-out', '/signed-out', '/freeze/some-token', '/frozen'])
    expect(await noScript(url)).toBeUndefined();
  expect(await noScript('/stolen-phone', { signedIn: false })).toBeUndefined();
});

test('what a freeze does not allow needs no script either', async () => {
  const answers = { home: { ...home, session: { ...home.session, frozen: true } } };
  for (const url of ['/', '/add', '/security-history']) expect(await noScript(url, { answers })).toBeUndefined();
  expect(await noScript(`/methods/${totp.id}`, { answers })).toMatch(/^Testing a method needs JavaScript/);
});

const jsonOf = (html: string): string => new RegExp(`id="${dataElementId}">(.*?)</script>`, 's').exec(html)?.[1] ?? '';
const dataOf = (html: string): PageData => JSON.parse(jsonOf(html)) as PageData;

test('an unknown kind has a plain name, also in its row', async () => {
  const { html } = await render(pageRequest('/', { answers: having(strange) }));
  expect(html.replaceAll('<!-- -->', '')).toMatch(/Pigeon post.*Another method\s· added/s);
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
      // The value is unchanged: plain text in the page, a JSON string in the data.
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
