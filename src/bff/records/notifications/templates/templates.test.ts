import { expect, test } from 'vitest';
import { factorKinds } from '#contract/kinds.ts';
import { locales, type Locale } from '#contract/locale/locales.ts';
import { getTranslate } from './messages.ts';
import type { PersonEmails } from './person-emails.ts';
import type { About, ApprovalWaitsData, ChangeData, ResetData, Text, UnlockedData } from './template.ts';
import { getPersonEmails, staffEmails } from './templates.ts';

const about: About = { name: 'Ada', at: Date.UTC(2026, 2, 10, 12), orgName: 'Example', support: '+44 20 7946 0000' };
const freezeUrl = `https://portal.example/freeze/${'a'.repeat(200)}`;
const change: ChangeData = {
  ...about,
  method: { kind: 'totp', name: 'Work phone', detail: null },
  device: { browser: 'Firefox', system: 'Mac' },
  portalUrl: 'https://portal.example/',
  freezeUrl,
};
const reset: ResetData = {
  ...about,
  methods: [
    { kind: 'email', name: null, detail: null },
    { kind: 'duo', name: null, detail: null },
  ],
  agent: 'Grace',
  nothingLeft: true,
  addUrl: 'https://portal.example/add',
  freezeUrl,
  code: 'ABCD-EFGH-JKLM-NPQR',
};
const unlocked: UnlockedData = { ...about, agent: 'Grace', freezeUrl };
const waits: ApprovalWaitsData = {
  orgName: 'Example',
  agent: 'Grace',
  person: 'Ada',
  ticket: 'INC-1',
  operation: 'reset',
  until: about.at,
  approvalsUrl: 'https://portal.example/helpdesk/approvals',
};
const linksIn = ({ body }: Text) => body.match(/https?:\S+/g);

const alarm = {
  name: 'call_reported',
  subject: '00u1',
  login: 'ada@example.com',
  at: about.at,
  details: { signs: 'voice' },
  leftOut: 9,
} as const;

test.each(Object.keys(locales) as Locale[])('%s says what happened, completely', (locale) => {
  const emails = getPersonEmails(locale);
  const holds = ({ subject, body }: Text, ...parts: string[]) => {
    for (const part of parts) expect(`${subject}\n${body}`).toContain(part);
    expect(`${subject}${body}`).not.toMatch(/undefined|null|\[object/);
  };
  for (const what of ['added', 'removed', 'replacing', 'replaced'] as const)
    holds(emails.change(what, change), 'Example', 'Ada', 'Work phone', 'Firefox', 'Mac', '2026', about.support!);
  holds(emails.wrongCodes(change), 'Example', 'Ada', '2026', about.support!);
  holds(
    emails.reset(reset),
    'Ada',
    getTranslate(locale)('emails.kind.email'),
    'Duo Security',
    'Grace',
    'ABCD-EFGH-JKLM-NPQR',
    about.support!,
  );
  expect(emails.reset({ ...reset, code: null }).body).not.toContain('ABCD');
  for (const what of ['frozen', 'unfrozen'] as const) holds(emails.freeze(what, about), 'Ada', '2026', about.support!);
  holds(staffEmails.approvalWaits(waits), 'Example', 'Grace', 'Ada', 'INC-1', '2026');
  expect(linksIn(staffEmails.approvalWaits(waits))).toEqual([waits.approvalsUrl]);
  holds(emails.unlocked(unlocked), 'Ada', 'Grace', '2026', about.support!, freezeUrl);
  expect(staffEmails.approvalWaits({ ...waits, operation: 'unlock' }).body).toContain('to unlock Ada');
  holds(
    staffEmails.alarm('Example', alarm),
    'Example',
    'ada@example.com (00u1)',
    'call_reported',
    'signs voice',
    '9 alarms',
  );
  for (const kind of factorKinds) expect(getTranslate(locale)(`emails.kind.${kind}`).length).toBeGreaterThan(1);
  expect(emails.change('added', change)).not.toEqual(emails.change('removed', change));
});

test('an email says which number or address a change is about, and never a security question', () => {
  const emails = getPersonEmails('en');
  const about = (method: ChangeData['method']) => emails.change('removed', { ...change, method }).subject;
  expect(about({ kind: 'sms', name: null, detail: '•••• 0018' })).toBe(
    'Example: Text message (•••• 0018) was removed from your account',
  );
  expect(about({ kind: 'call', name: 'Desk', detail: '•••• 0019' })).toContain('Desk (Phone call, •••• 0019) was');
  expect(about({ kind: 'email', name: null, detail: 'a•••@home.example' })).toContain('Email (a•••@home.example) was');
  expect(about({ kind: 'question', name: null, detail: 'Your first pet?' })).toContain('Security question was');
  const methods = ['•••• 0018', '•••• 0019'].map((detail) => ({ kind: 'sms', name: null, detail }) as const);
  expect(emails.reset({ ...reset, methods }).body).toContain('Text message (•••• 0018) and Text message (•••• 0019)');
});

test.each([
  ['en', 'UTC', '10 March 2026 at 12:00 UTC'],
  ['en', 'Europe/Berlin', '10 March 2026 at 13:00 CET'],
  ['en', 'America/New_York', '10 March 2026 at 08:00 GMT-4'],
  ['de', 'Europe/Berlin', '10. März 2026 um 13:00 MEZ'],
] as const)('%s in %s: %s', (locale, timeZone, text) => {
  const emails = getPersonEmails(locale, timeZone);
  for (const { body } of [emails.change('added', change), emails.reset(reset), emails.freeze('frozen', about)])
    expect(body).toContain(text);
});

test.each(Object.keys(locales) as Locale[])('%s ends with the portal’s name, as its pages begin with it', (locale) => {
  for (const made of Object.values(toPerson))
    for (const { body } of made(getPersonEmails(locale))) expect(body).toMatch(/\n\n\u2068?Example\u2069? Latchkey\n$/);
});

/** A new email without examples is a type error. */
const toPerson: Record<keyof PersonEmails, (emails: PersonEmails) => Text[]> = {
  change: (emails) => [emails.change('added', change), emails.change('removed', { ...change, freezeUrl: null })],
  wrongCodes: (emails) => [emails.wrongCodes(change), emails.wrongCodes({ ...change, freezeUrl: null })],
  reset: (emails) => [emails.reset(reset), emails.reset({ ...reset, code: null, nothingLeft: false })],
  unlocked: (emails) => [emails.unlocked(unlocked), emails.unlocked({ ...unlocked, freezeUrl: null })],
  freeze: (emails) => [emails.freeze('frozen', about), emails.freeze('unfrozen', about)],
};

test.each(Object.keys(locales) as Locale[])(
  '%s says the rule about codes once in every email to a person',
  (locale) => {
    const emails = getPersonEmails(locale);
    const neverReadOut = getTranslate(locale)('emails.never_read_out');
    expect(neverReadOut.length).toBeGreaterThan(30);
    const times = Object.entries(toPerson).flatMap(([name, made]) =>
      made(emails).map(({ body }) => [name, body.split(neverReadOut).length - 1]),
    );
    expect(times).toEqual(times.map(([name]) => [name, 1]));
  },
);

test.each(Object.keys(locales) as Locale[])('%s leads to the portal first and to the freeze last', (locale) => {
  const emails = getPersonEmails(locale);
  const { body } = emails.reset(reset);
  expect(linksIn({ subject: '', body })).toEqual([reset.addUrl, freezeUrl]);
  const order = [
    reset.addUrl,
    reset.code!,
    about.support!,
    getTranslate(locale)('emails.never_read_out'),
    freezeUrl,
  ].map((part) => body.indexOf(part));
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  for (const made of [toPerson.change, toPerson.wrongCodes]) {
    const [withLink, without] = made(emails);
    expect([linksIn(withLink!), linksIn(without!)]).toEqual([[change.portalUrl, freezeUrl], [change.portalUrl]]);
  }
});

test('[W7] no text of others injects a header or a line into an email', () => {
  const hostile = 'x\r\nBcc: y@evil.example\u202e\u2028Call +1 555\u2029';
  const emails = getPersonEmails('en');
  const device = { browser: hostile, system: hostile };
  const bad = { ...about, name: hostile, orgName: hostile, support: hostile };
  const texts = [
    emails.change('added', {
      ...bad,
      method: { kind: 'sms', name: hostile, detail: null },
      device,
      portalUrl: '',
      freezeUrl: null,
    }),
    emails.wrongCodes({ ...change, ...bad, method: { kind: 'sms', name: hostile, detail: null }, device }),
    emails.reset({ ...reset, ...bad, methods: [{ kind: 'sms', name: hostile, detail: null }], agent: hostile }),
    emails.freeze('frozen', bad),
    staffEmails.approvalWaits({ ...waits, orgName: hostile, agent: hostile, person: hostile, ticket: hostile }),
    emails.unlocked({ ...unlocked, ...bad, agent: hostile }),
    staffEmails.alarm(hostile, { ...alarm, subject: hostile, login: hostile, details: { signs: hostile } }),
  ];
  for (const { subject, body } of texts) {
    expect(subject).not.toMatch(/[\r\n\u202e\u2028\u2029]/);
    expect(body).not.toMatch(/^Bcc|[\r\u202e\u2028\u2029]/m);
  }
});

test('whom to ask for help is written in full, however long the address is', () => {
  const support = `https://help.example/${'form/'.repeat(40)}?about=mfa`;
  expect(getPersonEmails('en').freeze('frozen', { ...about, support }).body).toContain(`: ${support}.\n`);
});
