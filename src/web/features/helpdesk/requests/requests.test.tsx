import { screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, test } from 'vitest';
import type { Approval } from '#contract/helpdesk.ts';
import { helpdeskQueries } from '../../../api/helpdesk-queries.ts';
import { approval, decided, helpdeskAnswers, homeOfStaff } from '../../../testing/helpdesk.ts';
import { fakeEdge, reply } from '../../../testing/edge.ts';
import { openPage } from '../../../testing/hydrate.tsx';
import { pageRequest } from '../../../testing/person.ts';

afterEach(() => sessionStorage.clear());
const agent = homeOfStaff('agent');
const ended = (id: string, name: string, over: Partial<Approval> = {}): Approval => ({
  ...decided,
  id,
  person: { ...decided.person, name },
  ...over,
});
let requests: Approval[] = [];
let since: string | null = null;
/** `own`: the agent's requests. */
function open(url: string, own: Approval[], after: string | null = null) {
  [requests, since] = [own, after];
  fakeEdge(({ path }) =>
    path === '/api/helpdesk/requests' ? reply(200, { requests, since }) : reply(200, helpdeskAnswers.getOwnStepUp),
  );
  return openPage(
    pageRequest(url, { answers: { home: agent, helpdesk: { ...helpdeskAnswers, listRequests: { requests, since } } } }),
  );
}
const outcome = () => screen.findByRole('link', { name: /: \w|outcomes/ });
const noOutcome = () => waitFor(() => expect(screen.queryByRole('link', { name: /: \w|outcomes/ })).toBeNull());

test.each([
  ['reset', {}],
  ['new recovery code', { methods: [], all: true }],
  ['unfrozen', { operation: 'unfreeze' }],
  ['unlocked', { operation: 'unlock' }],
  ['failed', { status: 'failed' }],
  ['not known yet', { status: 'approved' }],
  ['not known', { status: 'unknown' }],
  ['denied', { status: 'denied' }],
  ['expired', { status: 'expired', decidedAt: null }],
  ['withdrawn', { status: 'withdrawn' }],
] as [string, Partial<Approval>][])(
  'the header says once that a request was %s, and leads there',
  async (said, over) => {
    await open('/helpdesk', [ended('a-1', 'Grace Hopper', over)]);
    const link = await outcome();
    expect([link.textContent, link.getAttribute('href')]).toEqual([`Grace Hopper: ${said}`, '/helpdesk/requests/a-1']);
    expect(link.className).toContain(/reset|code|unfrozen|unlocked/.test(said) ? 'good' : 'caution');
    await waitFor(() => expect(screen.getByRole('status').textContent).toBe(`Grace Hopper: ${said}`));
    await waitFor(() => expect(document.title).toMatch(/^\(1\) /));
    expect(document.title).not.toContain('Grace');
  },
);

test('what waits, what the agent ended herself, and what is older than her last session is no news', async () => {
  await open(
    '/helpdesk',
    [approval, ended('a-1', 'A', { status: 'replaced' }), ended('a-2', 'B', { status: 'reported' }), ended('a-3', 'C')],
    decided.decidedAt,
  );
  await noOutcome();
});

test('an outcome that stays unknown is news from the time at which the portal gave up', async () => {
  await open('/helpdesk', [ended('a-1', 'Grace Hopper', { status: 'unknown' })], decided.decidedAt);
  expect((await outcome()).textContent).toBe('Grace Hopper: not known');
});

test('several outcomes are a number; each leaves the header once it was opened, and stays so after a reload', async () => {
  const user = userEvent.setup();
  const own = [ended('a-2', 'Second'), ended('a-1', 'Grace Hopper', { status: 'denied', denial: 'not_needed' })];
  const { client } = await open('/helpdesk', own);
  expect((await outcome()).textContent).toBe('2 outcomes of your requests');
  expect(document.title).toMatch(/^\(2\) /);
  // The oldest outcome opens first.
  await user.click(await outcome());
  await screen.findByRole('heading', { level: 1, name: 'Mary Jackson denied it' });
  expect((await outcome()).textContent).toBe('Second: reset');
  expect(Object.entries({ ...sessionStorage })).toEqual([[`latchkey:heard:${agent.session.user.login}`, 'a-1']]);
  await client.refetchQueries({ queryKey: ['helpdesk', 'requests'] });
  expect((await outcome()).textContent).toBe('Second: reset');
});

test('the page of a request that waits says who, what, until when, and what to tell the caller', async () => {
  const { client } = await open(`/helpdesk/requests/${approval.id}`, [approval]);
  const text = () => document.querySelector('main')!.textContent;
  for (const said of [
    'Reset for Katherine Johnson katherine@example.com',
    'Okta Verify (iPhone 15)',
    'The caller was only called back.',
    'An approver can decide until',
    'Ask the caller to hold. Call back only on a number on file, never on one that they give you.',
  ])
    expect(text()).toContain(said);
  requests = [{ ...approval, status: 'approved' }];
  await client.refetchQueries(helpdeskQueries.request(approval.id));
  await screen.findByRole('heading', { name: 'An approver agreed, and the outcome isn’t known yet' });
  expect(text()).not.toContain('can decide until');
  // The outcome is unknown, so the page must not say that nothing has changed.
  expect(text()).not.toContain('Nothing has changed');
  const sentTo = { sentTo: ['k••@example.com'], inPerson: false };
  requests = [{ ...decided, id: approval.id, effects: { ...decided.effects!, remaining: [], recoveryCode: sentTo } }];
  await client.refetchQueries(helpdeskQueries.request(approval.id));
  const head = await screen.findByRole('heading', { name: 'Mary Jackson approved it, and the reset is done' });
  expect(head).toBe(document.activeElement);
  expect(text()).toContain('the recovery code that is on its way to k••@example.com.');
  expect(text()).not.toMatch(/\bIf\b|may /);
  // The request's page was open, so the header does not show its outcome.
  await noOutcome();
});

test.each([
  [
    {},
    /^Ada Lovelace reset Okta Verify for Katherine Johnson \(katherine@example\.com\)\..* Approved by Mary Jackson\./,
  ],
  [
    { status: 'denied', denial: 'attack', decisionNote: 'She is on leave.', effects: null },
    /asked an approver to reset Okta Verify for .* Mary Jackson denied it: It looks like an attack\. “She is on leave\.” /,
  ],
  [
    { status: 'approved', effects: null },
    /asked an approver to reset .* Mary Jackson approved it\. The outcome is not known yet\. /,
  ],
  [
    { status: 'unknown', effects: null },
    /asked an approver to reset .* Mary Jackson approved it\. Whether it was done is not known\. /,
  ],
  [
    { status: 'failed', effects: null },
    /asked an approver to reset .* Mary Jackson approved it, but it couldn’t be done\. /,
  ],
  [
    { status: 'expired', decidedBy: null, decidedAt: null, effects: null },
    /asked an approver to reset Okta Verify for .* Nobody decided within 30 minutes\. Nothing was changed\. 10 March 2026 at 12:28 UTC\./,
  ],
] as [Partial<Approval>, RegExp][])('the line for the ticket of %o says who decided and why', async (over, line) => {
  await open(`/helpdesk/requests/${decided.id}`, [{ ...decided, ...over }]);
  const user = userEvent.setup();
  await user.click(await screen.findByRole('button', { name: 'Copy for the ticket' }));
  const copied = await navigator.clipboard.readText();
  expect(copied).toContain('Caller verified: They were called back on •••• 0123.');
  expect(copied.replace(/^\S+ \S+/, 'Ada Lovelace')).toMatch(line);
});

test('a request that waits says what weighs most first, and an unfreeze only once', async () => {
  const reasons = ['unfreeze', 'second_reset', 'not_verified', 'attack_signs'] as const;
  await open(`/helpdesk/requests/${approval.id}`, [
    { ...approval, operation: 'unfreeze', methods: [], approvalReasons: [...reasons] },
  ]);
  const main = document.querySelector('main')!;
  const said = [...main.querySelectorAll('.facts > li')].map((line) => line.textContent);
  expect(said.slice(0, 2)).toEqual(['There were signs of an attack.', 'Nobody verified the caller.']);
  expect(main.textContent.match(/unfreeze/gi)).toHaveLength(1);
  expect(main.textContent).not.toContain('Only after their reset');
});

test('an unfreeze that waits says so while a reset comes first', async () => {
  await open(`/helpdesk/requests/${approval.id}`, [
    { ...approval, operation: 'unfreeze', methods: [], resetFirst: true },
  ]);
  expect(document.querySelector('main')!.textContent).toContain('Only after their reset, which isn’t done.');
});

test('an outcome that stays unknown is called that', async () => {
  await open(`/helpdesk/requests/${decided.id}`, [{ ...decided, status: 'unknown', effects: null }]);
  await screen.findByRole('heading', { name: 'Mary Jackson approved it, and the outcome isn’t known' });
  const text = document.querySelector('main')!.textContent;
  expect(text).toContain('Check Katherine Johnson again before you start over.');
  expect(text).not.toMatch(/failed|couldn’t be done|Nothing was changed/);
});

test('somebody else’s request is not there', async () => {
  await open('/helpdesk/requests/unknown', [approval]);
  expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('There’s nothing here');
});

test.each([
  ['/helpdesk', '/helpdesk', 'page'],
  ['/helpdesk/requests/a-1', '/helpdesk', 'true'],
  ['/get-help', '/get-help', 'page'],
])('the menu of %s marks the link to %s', async (url, to, current) => {
  await open(url, [ended('a-1', 'Grace Hopper')]);
  const menu = within(screen.getByRole('banner'));
  const marked = () => menu.getAllByRole('link').filter((link) => link.hasAttribute('aria-current'));
  await waitFor(() => expect(marked().map((link) => link.getAttribute('href'))).toEqual([to]));
  expect(marked()[0]!.getAttribute('aria-current')).toBe(current);
});
