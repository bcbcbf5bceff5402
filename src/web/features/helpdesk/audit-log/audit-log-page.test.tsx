import { cleanup, configure, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import { helpdeskEndpoints } from '#contract/helpdesk-endpoints.ts';
import type { AuditAct } from '#contract/helpdesk.ts';
import messages from '../../../i18n/messages/en/helpdesk-audit-log.json' with { type: 'json' };
import { act, auditActs, helpdeskAnswers, homeOfStaff } from '../../../testing/helpdesk.ts';
import { fakeEdge, reply, type Sent } from '../../../testing/edge.ts';
import { openPage } from '../../../testing/hydrate.tsx';
import { pageRequest } from '../../../testing/person.ts';

// On a busy machine, rendering takes longer than the default timeout.
configure({ asyncUtilTimeout: 15_000 });
const LOG = '/api/helpdesk/audit-log';

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

/** Opens the page of a staff member; `acts` are what the log has, `older` what its second page has. */
async function open(
  acts: readonly AuditAct[],
  { role = 'admin', path = '/helpdesk/audit-log', older = [] as AuditAct[], more = false } = {},
): Promise<() => string | undefined> {
  const sent: Sent[] = fakeEdge((one) => {
    if (one.path.startsWith(`${LOG}/people`))
      return reply(200, { people: [{ name: 'Dorothy Vaughan', login: 'dorothy@example.com' }] });
    if (!one.path.startsWith(LOG)) return reply(200, { approvals: [] });
    if (one.path.includes('before=17')) return reply(200, { ...auditActs, acts: older, count: null });
    const next = older.length > 0 ? '17' : null;
    return reply(200, { acts, count: { acts: more ? 1000 : acts.length, more }, people: [], next });
  });
  await openPage(pageRequest(path, { answers: { home: homeOfStaff(role as 'admin'), helpdesk: helpdeskAnswers } }));
  return () => sent.findLast((one) => one.path.startsWith(LOG) && !one.path.includes('/people'))?.path;
}
const line = (item: HTMLElement): string => item.querySelector('summary > span')!.textContent;
const timeOf = (iso: string) =>
  new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }).format(new Date(iso));

test('an act is one line; its rows with request ids and devices are one press below', async () => {
  await open([act]);
  const [item] = await screen.findAllByRole('listitem');
  expect(line(item!).replaceAll(' ', ' ')).toBe(
    `Dorothy Vaughan reset Okta Verify for Katherine Johnson · INC-20418 · Lost or stolen · verified by push ${timeOf(act.verified!.at!)} · approved by Mary Jackson · one refusal`,
  );
  const details = item!.querySelector('details')!;
  expect(details.open).toBe(false);
  for (const said of ['Note: She is abroad.', '192.0.2.7', 'No. 17', 'r-1', 'Firefox'])
    expect(details.textContent).toContain(said);
});

test('what was odd about a reported call is on its line', async () => {
  const report = { ticket: null, reason: null, verified: null, approver: null, refusals: 0, note: null };
  const signs: AuditAct['signs'] = ['pressed', 'voice'];
  await open([{ ...act, ...report, event: 'helpdesk.call.report', signs }]);
  const [item] = await screen.findAllByRole('listitem');
  expect(line(item!)).toBe(
    'Dorothy Vaughan reported a call in the name of Katherine Johnson · the call was odd: pressed for time or threatened and a voice that didn’t fit',
  );
});

test('refusals and endings are said in words', async () => {
  const refused = (tried: string | null, code: string | null): AuditAct => ({
    ...act,
    event: 'helpdesk.refused',
    outcome: 'failure',
    refused: { tried, code },
    ticket: null,
    reason: null,
    verified: null,
    approver: null,
    refusals: 0,
  });
  const all = [
    refused('decideApproval', 'step_up_required'),
    refused('nothingKnown', 'nothing_known'),
    refused(null, null),
    { ...act, outcome: null, refusals: 0, approver: null, verified: null, unverified: true },
    { ...refused(null, null), event: 'helpdesk.caller_verification.verify', refused: null },
    { ...refused(null, null), event: 'user.mfa.factor.reset', refused: null, outcome: 'success', kind: 'sms totp' },
    { ...refused(null, null), event: 'user.not.known', refused: null, outcome: 'unknown', person: null, by: null },
  ];
  await open(all.map((one, at) => ({ ...one, key: String(at) })));
  await screen.findAllByRole('listitem');
  const lines = [...document.querySelectorAll('summary > span')].map(({ textContent }) => textContent);
  expect(lines).toEqual([
    'Dorothy Vaughan tried to approve without a step-up · about Katherine Johnson',
    'Dorothy Vaughan tried to do something and was refused · about Katherine Johnson',
    'Dorothy Vaughan tried to do something and was refused · about Katherine Johnson',
    'Dorothy Vaughan reset Okta Verify for Katherine Johnson · no outcome yet · INC-20418 · Lost or stolen · caller not verified',
    'Dorothy Vaughan could not verify Katherine Johnson',
    'Dorothy Vaughan reset Text message and Authenticator app for Katherine Johnson',
    'Somebody did something else · outcome unknown',
  ]);
});

test('what was tried has words for every endpoint of the helpdesk', () => {
  const tried = /\{tried, select, (.*?) other \{/.exec(messages['helpdesk-audit-log.act_refused'])![1]!;
  const named = [...tried.matchAll(/(\w+) \{/g)].map(([, name]) => name);
  const theirs = Object.entries(helpdeskEndpoints).filter(([, { path }]) => path.startsWith('/api/helpdesk/'));
  expect(theirs.map(([name]) => name).filter((name) => !named.includes(name))).toEqual([]);
});

test('the filter is the address, of the list and of both exports; there are pages and an honest count', async () => {
  const last = await open([act], { older: [{ ...act, key: '3', by: 'Somebody older' }], more: true });
  const user = userEvent.setup();
  expect((await screen.findAllByText('More than 1,000 acts')).length).toBeGreaterThan(0);
  await user.type(screen.getByLabelText('Person'), 'dorothy');
  await waitFor(() =>
    expect(document.querySelector('datalist option')?.getAttribute('value')).toBe('dorothy@example.com'),
  );
  await user.type(screen.getByLabelText('Ticket'), 'INC-1');
  await user.selectOptions(screen.getByLabelText('Kind'), 'Resets and unfreezes');
  await user.selectOptions(screen.getByLabelText('Outcome'), 'Done');
  await user.click(screen.getByRole('button', { name: 'Show' }));
  const query = 'person=dorothy&ticket=INC-1&kind=reset&outcome=success';
  await waitFor(() => expect(last()).toBe(`${LOG}?${query}`));
  expect(window.location.search).toBe(`?${query}`);
  const href = (name: string) => screen.getByRole('link', { name }).getAttribute('href');
  expect([href('Export as CSV'), href('Export as JSON Lines')]).toEqual([
    `${LOG}.csv?${query}`,
    `${LOG}.jsonl?${query}`,
  ]);
  await user.click(await screen.findByRole('button', { name: 'Older' }));
  await screen.findByText(/^Somebody older/);
  expect(last()).toBe(`${LOG}?${query}&before=17`);
  await user.click(screen.getByRole('button', { name: 'Newer' }));
  await user.click(screen.getByRole('link', { name: 'Yesterday' }));
  expect(window.location.search).toBe(`?${query}&when=yesterday`);
  await waitFor(() => expect(last()).toMatch(/&since=[\d-]+T[\d%A.:]+Z&until=[\d-]+T[\d%A.:]+Z$/));
  expect(screen.getByRole('link', { name: 'Yesterday' }).getAttribute('aria-current')).toBe('true');
  expect(href('Export as CSV')).toContain('since=');
});

test('a correction is a part of the line, and is added with what is right', async () => {
  const amendments = [
    {
      at: '2026-03-10T11:59:00.000Z',
      by: 'Mary Jackson',
      mistake: 'wrong_ticket' as const,
      reason: 'Typed from memory.',
      ticket: 'INC-20419',
    },
  ];
  const sent: Sent[] = fakeEdge(({ method, path }) => {
    if (method === 'POST') return reply(201, { at: '2026-03-10T12:00:00.000Z' });
    return reply(200, path.startsWith(LOG) ? { ...auditActs, acts: [{ ...act, amendments }] } : { approvals: [] });
  });
  await openPage(
    pageRequest('/helpdesk/audit-log', { answers: { home: homeOfStaff('agent'), helpdesk: helpdeskAnswers } }),
  );
  const user = userEvent.setup();
  const [item] = await screen.findAllByRole('listitem');
  expect(line(item!)).toContain('corrected: wrong ticket, it is INC-20419');
  await user.click(item!.querySelector('summary')!);
  expect(item!.textContent).toMatch(
    /Mary Jackson corrected this .*: wrong ticket, it is INC-20419. Typed from memory./,
  );
  await user.click(screen.getByRole('button', { name: 'Correct this entry' }));
  await user.click(await screen.findByRole('button', { name: 'Add the correction' }));
  expect(item!.textContent).toContain('Choose what is wrong.');
  await user.selectOptions(screen.getByLabelText('What is wrong?'), 'It’s the wrong ticket');
  await user.type(screen.getByLabelText('The right ticket'), 'INC-7');
  await user.type(screen.getByLabelText(/^What is right/), 'She told me.');
  await user.click(screen.getByRole('button', { name: 'Add the correction' }));
  const body = { seq: 17, mistake: 'wrong_ticket', reason: 'She told me.', ticket: 'INC-7' };
  await waitFor(() => expect(sent.find(({ method }) => method === 'POST')?.body).toEqual(body));
  await screen.findByRole('button', { name: 'Correct this entry' });
});

test('an agent has her own acts: no other agent to choose, no export', async () => {
  await open([act], { role: 'agent' });
  await screen.findByRole('heading', { name: 'Your acts' });
  expect(screen.queryByLabelText('Done by')).toBeNull();
  expect(screen.queryByRole('link', { name: 'Export as CSV' })).toBeNull();
  const menu = within(screen.getByRole('banner'));
  expect(menu.getByRole('link', { name: 'Your acts' }).getAttribute('href')).toBe('/helpdesk/audit-log');
});
