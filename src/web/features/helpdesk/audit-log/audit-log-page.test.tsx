import { screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { helpdeskEndpoints } from '#contract/helpdesk-endpoints.ts';
import type { AuditAccess, AuditLine } from '#contract/helpdesk.ts';
import { setNow } from '../../../api/client/clock.ts';
import messages from '#contract/locale/messages/en/helpdesk-audit-log.json' with { type: 'json' };
import { auditLines, helpdeskAnswers, line as row, homeOfStaff } from '../../../testing/helpdesk.ts';
import { fakeEdge, reply, type Sent } from '../../../testing/edge.ts';
import { openPage } from '../../../testing/hydrate.tsx';
import { pageRequest } from '../../../testing/person.ts';

const LOG = '/api/helpdesk/audit-log';

/** `lines`: the log's first page. `older`: the second page. */
async function open(
  lines: readonly AuditLine[],
  {
    role = 'approver',
    path = '/helpdesk/audit-log',
    older = [] as AuditLine[],
    more = {} as Partial<typeof auditLines>,
    searchedTo = null as string | null,
    operation = [] as AuditLine[],
    stepUp = null as AuditAccess['stepUp'],
  } = {},
): Promise<() => string | undefined> {
  const sent: Sent[] = fakeEdge((one) => {
    if (!one.path.startsWith(LOG)) return reply(200, { approvals: [] });
    if (one.path.includes('operation=')) return reply(200, { ...auditLines, lines: operation });
    if (one.path.includes('before=')) return reply(200, { ...auditLines, lines: older, ...more });
    const next = older.length > 0 ? '17' : null;
    return reply(200, { ...auditLines, lines, searchedTo, next });
  });
  const helpdesk = { ...helpdeskAnswers, getAuditAccess: { stepUp } };
  await openPage(pageRequest(path, { answers: { home: homeOfStaff(role as 'approver'), helpdesk } }));
  return () => sent.findLast((one) => one.path.startsWith(LOG))?.path;
}
const line = (item: HTMLElement): string => item.querySelector('summary time + span')!.textContent;
const timeOf = (iso: string) =>
  new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }).format(new Date(iso));

test('a row is one line with its time to the second and its place; its operation opens below', async () => {
  const others = [
    row,
    { ...row, seq: 15, event: 'helpdesk.approval.request' },
    { ...row, seq: 16, event: 'helpdesk.approval.approve', by: 'Mary Jackson', note: 'Called her.' },
  ];
  const asked = await open([row], { operation: others });
  const [item] = await screen.findAllByRole('listitem');
  expect(line(item!).replaceAll(' ', ' ')).toBe(
    `Dorothy Vaughan reset Okta Verify for Katherine Johnson · INC-20418 · Lost or stolen · verified by push ${timeOf(row.verified!.at!)} · approved by Mary Jackson`,
  );
  const summary = item!.querySelector('summary')!;
  expect(summary.querySelector('time')!.textContent).toMatch(/:\d\d:00$/);
  for (const said of ['192.0.2.7', 'Firefox', 'Linux']) expect(summary.textContent).toContain(said);
  expect(summary.textContent).not.toContain('r-1');
  await userEvent.click(summary);
  await screen.findByText(/^Note: Called her/);
  expect(asked()).toContain('operation=r-1');
  const details = item!.querySelector('details')!;
  for (const said of ['Note: She is abroad.', 'No. 17', 'No. 16', 'r-1', 'Mary Jackson approved a request'])
    expect(details.textContent).toContain(said);
  // The rows of an operation repeat its note.
  expect(details.textContent.match(/Note: She is abroad\./g)).toHaveLength(1);
});

test('a request says what became of it; a row of another year says the year', async () => {
  const request = {
    ...row,
    event: 'helpdesk.approval.request',
    verified: null,
    approver: null,
    at: '2024-03-10T11:58:00.000Z',
  };
  const decided = (event: string, seq: number) => ({ ...request, seq, decision: { event, by: 'Mary Jackson' } });
  await open([
    decided('helpdesk.approval.deny', 3),
    decided('helpdesk.approval.withdraw', 2),
    decided('helpdesk.approval.approve', 1),
  ]);
  const items = await screen.findAllByRole('listitem');
  expect(items.map((item) => line(item).split(' · ').at(-1))).toEqual([
    'denied by Mary Jackson',
    'withdrawn',
    'approved by Mary Jackson',
  ]);
  expect(items[0]!.querySelector('time')!.textContent).toContain('2024');
  expect(
    screen.getByText(/^Times are in .+\. Changes that were made in Okta’s own console are not in this log\.$/),
  ).toBeTruthy();
});

test('a verification says how the caller was verified', async () => {
  const rest = { ticket: null, reason: null, approver: null, note: null };
  const event = 'helpdesk.caller_verification.verify';
  await open(
    (['push', 'own-session', 'call-back'] as const).map((type, seq) => {
      return { ...row, ...rest, seq, event, verified: { type, at: null } };
    }),
  );
  expect((await screen.findAllByRole('listitem')).map(line)).toEqual([
    'Dorothy Vaughan verified Katherine Johnson · by push',
    'Dorothy Vaughan verified Katherine Johnson · by a code from their own page',
    'Dorothy Vaughan verified Katherine Johnson · by calling back',
  ]);
});

test('what was odd about a reported call is on its line', async () => {
  const report = { ticket: null, reason: null, verified: null, approver: null, note: null };
  const signs: AuditLine['signs'] = ['pressed', 'claimed_it'];
  await open([{ ...row, ...report, event: 'helpdesk.call.report', signs }]);
  const [item] = await screen.findAllByRole('listitem');
  expect(line(item!)).toBe(
    'Dorothy Vaughan reported a call in the name of Katherine Johnson · the caller was in a hurry or threatening and claimed to be from IT',
  );
});

test('refusals and endings are said in words', async () => {
  const refused = (tried: string | null, code: string | null): AuditLine => ({
    ...row,
    event: 'helpdesk.refused',
    outcome: 'failure',
    refused: { tried, code },
    ticket: null,
    reason: null,
    verified: null,
    approver: null,
  });
  const all = [
    refused('decideApproval', 'step_up_required'),
    refused('listApprovals', 'from_elsewhere'),
    refused('nothingKnown', 'nothing_known'),
    refused(null, null),
    { ...row, outcome: null, approver: null, verified: null, unverified: true },
    {
      ...refused(null, null),
      event: 'helpdesk.caller_verification.verify',
      refused: null,
      failure: 'denied_on_phone' as const,
    },
    {
      ...refused(null, null),
      event: 'helpdesk.caller_verification.verify',
      refused: null,
      failure: 'did_not_call' as const,
      person: null,
    },
    { ...refused(null, null), event: 'user.mfa.factor.reset', refused: null, outcome: 'success', kind: 'sms totp' },
    { ...refused(null, null), event: 'user.not.known', refused: null, outcome: 'unknown', person: null, by: null },
  ];
  await open(all.map((one, at) => ({ ...one, seq: at + 1 })));
  await screen.findAllByRole('listitem');
  const lines = [...document.querySelectorAll('summary time + span')].map(({ textContent }) => textContent);
  expect(lines).toEqual([
    'Dorothy Vaughan tried to approve without a step-up · about Katherine Johnson',
    'Dorothy Vaughan tried to read the approvals by another site’s link · about Katherine Johnson',
    'Dorothy Vaughan tried to use Latchkey and was refused · about Katherine Johnson',
    'Dorothy Vaughan tried to use Latchkey and was refused · about Katherine Johnson',
    'Dorothy Vaughan reset Okta Verify for Katherine Johnson · no outcome yet · INC-20418 · Lost or stolen · caller not verified',
    'Dorothy Vaughan could not verify Katherine Johnson · denied on the phone',
    'Dorothy Vaughan said they didn’t call',
    'Dorothy Vaughan reset Text message and Authenticator app for Katherine Johnson',
    'Somebody did something else · outcome unknown',
  ]);
});

test('what was tried has words for every endpoint of the helpdesk', () => {
  const tried = /\{tried, select, (.*?) other \{/.exec(messages['helpdesk-audit-log.line_refused'])![1]!;
  const named = [...tried.matchAll(/(\w+) \{/g)].map(([, name]) => name);
  const theirs = Object.entries(helpdeskEndpoints).filter(([, { path }]) => path.startsWith('/api/helpdesk/'));
  expect(theirs.map(([name]) => name).filter((name) => !named.includes(name))).toEqual([]);
});

test('the filter is the address, of the list and of the export; a page says how far it looked', async () => {
  const last = await open([row], { older: [{ ...row, seq: 3, by: 'Somebody older' }], searchedTo: row.at });
  const user = userEvent.setup();
  expect((await screen.findAllByText(/Searched back to .*Older entries may match/)).length).toBeGreaterThan(0);
  await user.type(screen.getByLabelText('Person’s login'), 'dorothy');
  await user.type(screen.getByLabelText('Ticket'), 'INC-1');
  await user.selectOptions(screen.getByLabelText('Kind'), 'Resets, unfreezes and unlocks');
  await user.selectOptions(screen.getByLabelText('Outcome'), 'Done');
  await user.click(screen.getByRole('button', { name: 'Show' }));
  const query = 'person=dorothy&ticket=INC-1&kind=reset&outcome=success';
  const asked = 'person=dorothy&ticket=INC-1&outcome=success&kind=reset';
  await waitFor(() => expect(last()).toBe(`${LOG}?${asked}`));
  expect(window.location.search).toBe(`?${query}`);
  const href = (name: string) => screen.getByRole('link', { name }).getAttribute('href');
  expect(href('Export as JSON Lines')).toBe(`${LOG}.jsonl?${asked}`);
  await user.click(await screen.findByRole('button', { name: 'Search further back' }));
  await screen.findByText(/^Somebody older/);
  expect(last()).toBe(`${LOG}?${asked}&token=look-1&before=17`);
  await user.click(screen.getByRole('button', { name: 'Newer' }));
  await user.click(screen.getByRole('link', { name: 'Yesterday' }));
  expect(window.location.search).toBe(`?${query}&when=yesterday`);
  await waitFor(() => expect(last()).toMatch(/&since=[\d-]+T[\d%A.:]+Z&until=[\d-]+T[\d%A.:]+Z$/));
  expect(screen.getByRole('link', { name: 'Yesterday' }).getAttribute('aria-current')).toBe('true');
  expect(href('Export as JSON Lines')).toContain('since=');
});

const stepUp = (until: string | null): AuditAccess['stepUp'] => ({
  purpose: 'audit-log',
  strength: 2,
  options: [{ type: 'okta', href: '/auth/step-up?purpose=audit-log&returnTo=%2Fhelpdesk%2Faudit-log' }],
  until,
});

test('an auditor steps up first, before the list is asked for, and comes back to the same filter', async () => {
  const last = await open([row], { role: 'auditor', path: `/helpdesk/audit-log?person=dorothy`, stepUp: stepUp(null) });
  const okta = await screen.findByRole('link', { name: /Okta/ });
  expect(new URL(okta.getAttribute('href')!, 'http://x').searchParams.get('returnTo')).toBe(
    '/helpdesk/audit-log?person=dorothy',
  );
  expect(last()).toBeUndefined();
  expect(screen.queryByRole('link', { name: 'Export as JSON Lines' })).toBeNull();
  // The menu links no other helpdesk page for an auditor.
  const menu = within(screen.getByRole('banner'));
  expect(menu.getByRole('link', { name: 'Audit log' }).getAttribute('href')).toBe('/helpdesk/audit-log');
  for (const name of ['Helpdesk', 'Approvals']) expect(menu.queryByRole('link', { name })).toBeNull();
});

test('an auditor reads until the step-up ends; what would read more then asks for another, and sends nothing', async () => {
  const until = '2099-03-10T12:15:00.000Z';
  const last = await open([row], { role: 'auditor', stepUp: stepUp(until) });
  await screen.findAllByRole('listitem');
  expect(screen.getByRole('link', { name: 'Export as JSON Lines' })).toBeTruthy();
  const before = last();
  setNow(Date.parse(until) + 1);
  await userEvent.click(screen.getByRole('link', { name: 'Yesterday' }));
  await screen.findByRole('link', { name: /Okta/ });
  expect(document.activeElement).toBe(screen.getByRole('heading', { name: 'Audit log' }));
  expect(screen.queryAllByRole('link', { name: 'Export as JSON Lines' })).toEqual([]);
  expect(last()).toBe(before);
});

test('another filter leaves the focus where it was, and Back shows the filter before; the page says how many entries', async () => {
  await open([row], { older: [row], path: '/helpdesk/audit-log?kind=reset' });
  await screen.findByText(/^One entry on this page/, { selector: 'p' });
  const [person, kind] = [screen.getByLabelText<HTMLInputElement>('Person’s login'), screen.getByLabelText('Kind')];
  await userEvent.type(person, 'doro{Enter}');
  await waitFor(() => expect(window.location.search).toContain('person=doro'));
  await screen.findAllByRole('listitem');
  expect(document.activeElement).toBe(person);
  await userEvent.click(screen.getByRole('link', { name: 'Audit log' }));
  await waitFor(() => expect([person.value, (kind as HTMLSelectElement).value]).toEqual(['', '']));
  window.history.back();
  await waitFor(() => expect([person.value, (kind as HTMLSelectElement).value]).toEqual(['doro', 'reset']));
  await userEvent.click(screen.getByRole('link', { name: 'Yesterday' }));
  expect(document.activeElement).toBe(screen.getByRole('link', { name: 'Yesterday' }));
});

test('what an open page reads further belongs to its look', async () => {
  const last = await open([row], { older: [{ ...row, seq: 3 }], operation: [row] });
  await userEvent.click((await screen.findByRole('listitem')).querySelector('summary')!);
  await waitFor(() => expect(last()).toBe(`${LOG}?kind=operation&operation=r-1&token=look-1`));
  await userEvent.click(screen.getByRole('button', { name: 'Older' }));
  await waitFor(() => expect(last()).toBe(`${LOG}?kind=operation&token=look-1&before=17`));
});

test('after another step-up the look that was answered last goes on, also on a page that was read before', async () => {
  // Another tab has stepped up again, so the server takes the second page as a look of its own.
  const last = await open([row], {
    older: [{ ...row, seq: 3 }],
    more: { next: '3', token: 'look-2' },
    operation: [row],
  });
  await screen.findByRole('listitem');
  await userEvent.click(screen.getByRole('button', { name: 'Older' }));
  await waitFor(() => expect(last()).toContain('before=17'));
  await userEvent.click(await screen.findByRole('button', { name: 'Older' }));
  await waitFor(() => expect(last()).toBe(`${LOG}?kind=operation&token=look-2&before=3`));
  await userEvent.click(screen.getByRole('button', { name: 'Newer' }));
  await userEvent.click(screen.getByRole('button', { name: 'Newer' }));
  await userEvent.click((await screen.findByRole('listitem')).querySelector('summary')!);
  await waitFor(() => expect(last()).toBe(`${LOG}?kind=operation&operation=r-1&token=look-2`));
});
