import { cleanup, configure, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import type { Approval } from '#contract/helpdesk.ts';
import { approval, homeOfStaff, decided } from '../../../testing/helpdesk.ts';
import { fakeEdge, refusal, reply, type Sent } from '../../../testing/edge.ts';
import { openPage } from '../../../testing/hydrate.tsx';
import { pageRequest } from '../../../testing/person.ts';

// On a busy machine, rendering takes longer than the default timeout.
configure({ asyncUtilTimeout: 15_000 });
const open = (approvals: Approval[]) =>
  openPage(
    pageRequest('/helpdesk/approvals', {
      answers: { home: homeOfStaff('admin'), helpdesk: { listApprovals: { approvals } } },
    }),
  );
const posted = (sent: Sent[]): unknown[] =>
  sent.filter(({ method }) => method === 'POST').map(({ path, body }) => [path, body]);

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

test('shows what is requested, by whom, why and how the caller was verified; the header shows how many wait', async () => {
  fakeEdge(() => reply(200, { approvals: [approval, decided] }));
  await open([approval, decided]);
  const card = screen.getAllByRole('listitem').find((one) => one.textContent.includes('Approve and reset'))!;
  for (const said of [
    'Okta Verify (iPhone 15)',
    'Katherine Johnson, katherine@example.com',
    'Dorothy Vaughan, helpdesk@example.com',
    'Lost or stolen',
    'INC-20418',
    'Left it on the train.',
    'They were called back',
    'They were only called back.',
    'Text message',
    'They may have been verified by the very phone that is reported lost.',
    'They keep Text message',
    'asked by Hedy Lamarr.',
    'by Hedy Lamarr, approved by Mary Jackson',
    'Method added: Text message',
    '3 resets and requests in 24 hours.',
  ])
    expect(card.textContent).toContain(said);
  expect(within(card).getByRole('link', { name: 'Audit log of Katherine Johnson' }).getAttribute('href')).toBe(
    '/helpdesk/audit-log?person=katherine%40example.com',
  );
  await waitFor(() => expect(screen.getByRole('link', { name: /^Approvals/ }).textContent).toBe('Approvals 1 waiting'));
  // An approver in another tab sees it too, also after the page gets another title.
  expect(document.title).toMatch(/^\(1\) Approvals/);
  document.title = 'Another page';
  await waitFor(() => expect(document.title).toBe('(1) Another page'));
});

test('every reason for an approval has its own text', async () => {
  fakeEdge(() => reply(200, { approvals: [] }));
  const approvalReasons: Approval['approvalReasons'] = [
    'privileged',
    'second_reset',
    'call_back',
    'not_verified',
    'no_channel',
  ];
  await open([{ ...approval, callerVerificationType: null, approvalReasons }]);
  expect(document.body.textContent).toContain('Nobody verified the caller.');
  expect(document.body.textContent).not.toContain('The helpdesk’s rules ask for it.');
});

test('sends a decision with its note; a step-up is done in the page', async () => {
  const answers = [
    () =>
      reply(
        403,
        refusal('step_up_required', {
          purpose: `approve:${approval.id}`,
          strength: 2,
          options: [{ type: 'okta', href: '/auth/step-up?purpose=x&returnTo=%2F' }],
        }),
      ),
  ];
  const sent = fakeEdge(({ method }) =>
    method === 'POST' ? answers.shift()!() : reply(200, { approvals: [approval] }),
  );
  const user = userEvent.setup();
  await open([approval]);
  await user.type(screen.getByLabelText(/^Note/), 'Spoke to her manager.');
  await user.click(screen.getByRole('button', { name: /^Approve and reset/ }));
  await screen.findByRole('heading', { name: 'Verify it’s you' });
  expect(posted(sent)).toEqual([
    [`/api/helpdesk/approvals/${approval.id}/decision`, { decision: 'approve', note: 'Spoke to her manager.' }],
  ]);
  expect(screen.getByRole('link', { name: /^Sign in at Okta again/ })).toBeDefined();
});

test.each([
  ['decided', 'This request was decided already.'],
  ['expired', 'This request expired before anybody decided. The agent can ask again.'],
  ['withdrawn', 'This request no longer holds: it was withdrawn, or took too long. It changed nothing.'],
  ['gone', 'A method in this request was removed meanwhile, so nothing was reset. The agent can ask again.'],
  ['not_frozen', 'The freeze that you saw no longer holds: somebody ended it, or started another. Reload the page.'],
])('says why a request that is %s cannot be approved', async (rule, text) => {
  fakeEdge(({ method }) =>
    method === 'POST' ? reply(409, refusal('conflict', { rule })) : reply(200, { approvals: [approval] }),
  );
  const user = userEvent.setup();
  await open([approval]);
  await user.click(screen.getByRole('button', { name: /^Approve and reset/ }));
  expect((await screen.findByRole('alert')).textContent).toBe(text);
});

test('denies a reset, and shows the result without reloading', async () => {
  const sent = fakeEdge(({ method }) =>
    reply(
      200,
      method === 'POST' ? { ...decided, status: 'denied' } : { approvals: [{ ...decided, status: 'denied' }] },
    ),
  );
  const user = userEvent.setup();
  await open([approval]);
  await user.click(screen.getByRole('button', { name: /^Deny/ }));
  await screen.findByText('Denied');
  expect(posted(sent)).toEqual([[`/api/helpdesk/approvals/${approval.id}/decision`, { decision: 'deny' }]]);
  expect(screen.getByRole('status').textContent).toBe('Denied. Nothing was changed for Katherine Johnson.');
});

test('says that changes were unfrozen, not that something was reset', async () => {
  fakeEdge(() => reply(200, { approvals: [] }));
  await open([{ ...decided, methods: [], unfreezes: true }]);
  expect(document.body.textContent).toContain('Approved and unfrozen');
  expect(document.body.textContent).not.toContain('Approved and reset');
});

test('nobody decides about themselves or their own request', async () => {
  fakeEdge(() => reply(200, { approvals: [] }));
  await open([{ ...approval, mine: false }]);
  expect(screen.queryByRole('button', { name: /^Approve/ })).toBeNull();
  expect(document.body.textContent).toContain('You can’t decide this request');
});

test('shows the recovery code once, large, and keeps it in no cache', async () => {
  fakeEdge(({ method }) =>
    method === 'POST'
      ? reply(200, { code: 'BFHKMQRW', expiresAt: '2026-03-11T12:00:00.000Z' })
      : reply(200, { approvals: [{ ...decided, recoveryCodeWaits: true }] }),
  );
  const user = userEvent.setup();
  const { client } = await open([{ ...decided, recoveryCodeWaits: true }]);
  await user.click(screen.getByRole('button', { name: 'Show the code once' }));
  await waitFor(() => expect(document.querySelector('p[translate=no]')?.textContent).toBe('BFHK MQRW'));
  expect(document.body.textContent).toContain('You can’t see it again.');
  await user.click(screen.getByRole('button', { name: 'Copy' }));
  expect(await navigator.clipboard.readText()).toBe('BFHKMQRW');
  const kept = JSON.stringify([
    client
      .getQueryCache()
      .getAll()
      .map(({ state }) => state),
    client
      .getMutationCache()
      .getAll()
      .map(({ state }) => state),
  ]);
  expect(kept).not.toContain('BFHK');
  window.dispatchEvent(new Event('pagehide'));
  await waitFor(() => expect(document.querySelector('p[translate=no]')).toBeNull());
});
