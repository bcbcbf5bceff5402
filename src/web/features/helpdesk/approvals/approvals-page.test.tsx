import { screen, waitFor, within } from '@testing-library/react';
import { userEvent, type UserEvent as User } from '@testing-library/user-event';
import { expect, test } from 'vitest';
import type { Approval } from '#contract/helpdesk.ts';
import { helpdeskQueries } from '../../../api/helpdesk-queries.ts';
import { approval, homeOfStaff, decided } from '../../../testing/helpdesk.ts';
import { cachedIn, fakeEdge, refusal, reply, type Sent } from '../../../testing/edge.ts';
import { openPage } from '../../../testing/hydrate.tsx';
import { pageRequest } from '../../../testing/person.ts';

const open = (approvals: Approval[]) =>
  openPage(
    pageRequest('/helpdesk/approvals', {
      answers: { home: homeOfStaff('approver'), helpdesk: { listApprovals: { approvals } } },
    }),
  );
const openRow = async (user: User, name = 'Katherine Johnson') => {
  await user.click(screen.getAllByRole('button', { name: new RegExp(`^${name}`), expanded: false })[0]!);
  await screen.findByText('Against it');
};
const posted = (sent: Sent[]): unknown[] =>
  sent.filter(({ method }) => method === 'POST').map(({ path, body }) => [path, body]);

test('shows what is requested, by whom, why and how the caller was verified; the header shows how many wait', async () => {
  fakeEdge(() => reply(200, { approvals: [approval, decided] }));
  await open([approval, decided]);
  await openRow(userEvent.setup());
  const card = screen.getAllByRole('listitem').find((one) => one.textContent.includes('Approve and reset'))!;
  for (const said of [
    'Okta Verify (iPhone 15)',
    'Dorothy Vaughan, helpdesk@example.com',
    'Lost or stolen',
    'INC-20418',
    'Left it on the train.',
    'They were called back',
    'The caller was only called back.',
    'Text message',
    'They may have been verified by the very phone that is reported lost.',
    'They keep Text message',
    'asked by Hedy Lamarr.',
    'by Hedy Lamarr, approved by Mary Jackson',
    'Method added: Text message',
    '3 operations in 24 hours',
  ])
    expect(card.textContent).toContain(said);
  expect(within(card).getByRole('link', { name: 'Audit log of Katherine Johnson' }).getAttribute('href')).toBe(
    '/helpdesk/audit-log?person=katherine%40example.com',
  );
  await waitFor(() => expect(screen.getByRole('link', { name: /^Approvals/ }).textContent).toBe('Approvals 1 waiting'));
  // The title has the number, so that an approver in another tab sees it.
  expect(document.title).toMatch(/^\(1\) Approvals/);
  document.title = 'Another page';
  await waitFor(() => expect(document.title).toBe('(1) Another page'));
});

const calm: Approval = { ...approval, evidence: { ...approval.evidence!, attackSigns: [] } };

test.each([
  ['decided', 'This request was decided already.'],
  ['expired', 'This request expired before anybody decided. The agent can ask again.'],
  ['withdrawn', 'This request is no longer valid: it was withdrawn, or took too long. It changed nothing.'],
  ['gone', 'A method in this request was removed meanwhile, so nothing was reset. The agent can ask again.'],
  ['not_frozen', 'The freeze that you saw is over: somebody ended it, or started another. Reload the page.'],
])('says why a request that is %s cannot be approved', async (rule, text) => {
  fakeEdge(({ method }) =>
    method === 'POST' ? reply(409, refusal('conflict', { rule })) : reply(200, { approvals: [calm] }),
  );
  const user = userEvent.setup();
  await open([calm]);
  await openRow(user);
  await user.click(screen.getByRole('button', { name: /^Approve and reset/ }));
  expect((await screen.findByRole('alert')).textContent).toBe(text);
});

test.each(['org_error', 'org_timeout'] as const)(
  '%s at an approval that still waits: nothing was done',
  async (code) => {
    fakeEdge(({ method }) => (method === 'POST' ? reply(502, refusal(code)) : reply(200, { approvals: [calm] })));
    const user = userEvent.setup();
    await open([calm]);
    await openRow(user);
    await user.click(screen.getByRole('button', { name: /^Approve and reset/ }));
    expect((await screen.findByRole('alert')).textContent).toContain(
      'Okta failed. This request still waits, so nothing was done. Try again in a moment.',
    );
  },
);

test.each([
  [
    'signs of an attack',
    approval,
    'There were signs of an attack. The caller was only called back. Approve all the same?',
  ],
  [
    'nobody verified',
    {
      ...calm,
      caller: null,
      callerVerificationType: null,
      approvalReasons: ['privileged', 'not_verified'] as Approval['approvalReasons'],
    },
    'Nobody verified the caller. They’re privileged. Approve all the same?',
  ],
] as const)('with %s, Approve is not the filled button and asks once more', async (_, risky, question) => {
  const sent = fakeEdge(({ method }) =>
    method === 'POST' ? reply(200, { ...decided, id: approval.id }) : reply(200, { approvals: [risky] }),
  );
  const user = userEvent.setup();
  await open([risky]);
  await openRow(user);
  expect(document.querySelectorAll('main .primary')).toHaveLength(0);
  await user.click(screen.getByRole('button', { name: /^Approve and reset/ }));
  expect(document.body.textContent).toContain(question);
  expect(posted(sent)).toEqual([]);
  // Asking for the reason of a denial closes the question about the approval.
  await user.click(screen.getByRole('button', { name: /^Deny/ }));
  expect(document.body.textContent).not.toContain(question);
  await user.click(screen.getByRole('button', { name: /^Approve and reset/ }));
  await user.click(screen.getByRole('button', { name: /^Approve and reset/ }));
  await waitFor(() => expect(posted(sent)).toHaveLength(1));
});

test('a denial has a reason; then the page says what was done and that every agent is warned', async () => {
  const other = { ...calm, id: 'a-2', person: { ...calm.person, name: 'Grace Hopper' } };
  let listed = [approval, other];
  const sent = fakeEdge(({ method }) => {
    if (method !== 'POST') return reply(200, { approvals: listed });
    const denied: Approval = { ...decided, id: approval.id, status: 'denied', denial: 'attack' };
    listed = [denied, other];
    return reply(200, denied);
  });
  const user = userEvent.setup();
  await open(listed);
  await openRow(user);
  await user.click(screen.getByRole('button', { name: /^Deny/ }));
  await user.click(screen.getByRole('button', { name: /^Deny/ }));
  expect(document.body.textContent).toContain('Choose a reason.');
  const reason = screen.getByLabelText(/^Why do you deny it/);
  screen.getByLabelText('Note optional, the agent reads it');
  await user.selectOptions(reason, 'Another reason, which the note says.');
  const note = screen.getByLabelText('Note needed, the agent reads it');
  await user.click(screen.getByRole('button', { name: /^Deny/ }));
  expect(document.activeElement).toBe(note);
  expect(note.getAttribute('aria-invalid')).toBe('true');
  expect(document.body.textContent).toContain('Write down why you deny it.');
  expect(posted(sent)).toEqual([]);
  await user.type(note, 'She left');
  expect(document.activeElement).toBe(note);
  await user.clear(note);
  await user.click(screen.getByRole('button', { name: /^Deny/ }));
  await user.selectOptions(reason, 'It looks like an attack.');
  expect(document.body.textContent).not.toContain('Write down why you deny it.');
  await user.click(screen.getByRole('button', { name: /^Deny/ }));
  const result = (await screen.findAllByText('Denied. Nothing was changed for Katherine Johnson.'))[0]!;
  expect(posted(sent)).toEqual([
    [`/api/helpdesk/approvals/${approval.id}/decision`, { decision: 'deny', reason: 'attack' }],
  ]);
  await waitFor(() => expect(document.activeElement?.contains(result)).toBe(true));
  expect(document.activeElement!.textContent).toContain('Every agent is warned of it for 24 hours');
  expect(screen.queryByRole('button', { name: 'Report this call' })).toBeNull();
  await user.click(screen.getByRole('button', { name: 'Next: Reset for Grace Hopper' }));
  expect(screen.getByRole('button', { expanded: true }).textContent).toContain('Grace Hopper');
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('button', { expanded: true })));
});

test('says that changes were unfrozen, not that something was reset', async () => {
  fakeEdge(() => reply(200, { approvals: [] }));
  await open([{ ...decided, methods: [], operation: 'unfreeze' }]);
  expect(document.body.textContent).toContain('Approved and unfrozen');
  expect(document.body.textContent).not.toContain('Only after their reset');
  expect(document.body.textContent).not.toContain('Approved and reset');
});

test('while its reset is not done, an unfreeze can only be denied', async () => {
  fakeEdge(() => reply(200, { approvals: [] }));
  await open([{ ...approval, methods: [], operation: 'unfreeze', resetFirst: true }]);
  await openRow(userEvent.setup());
  expect(screen.queryByRole('button', { name: /^Approve/ })).toBeNull();
  expect(screen.getByRole('button', { name: /^Deny/ })).toBeDefined();
  expect(document.body.textContent).toContain('Only after their reset, which isn’t done.');
});

test('nobody decides about themselves or their own request', async () => {
  fakeEdge(() => reply(200, { approvals: [] }));
  await open([{ ...approval, mine: false }]);
  await openRow(userEvent.setup());
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
  await openRow(user);
  await user.click(screen.getByRole('button', { name: 'Show the code once' }));
  await waitFor(() => expect(document.querySelector('p[translate=no]')?.textContent).toBe('BFHK MQRW'));
  expect(document.body.textContent).toContain('You can’t see it again.');
  // The code stays on the screen after the list says that no code waits.
  client.setQueryData(helpdeskQueries.approvals().queryKey, { approvals: [decided] });
  await screen.findByText('Approved and reset');
  expect(document.querySelector('p[translate=no]')?.textContent).toBe('BFHK MQRW');
  await user.click(screen.getByRole('button', { name: 'Copy' }));
  expect(await navigator.clipboard.readText()).toBe('BFHKMQRW');
  expect(cachedIn(client)).not.toContain('BFHK');
  window.dispatchEvent(new Event('pagehide'));
  await waitFor(() => expect(document.querySelector('p[translate=no]')).toBeNull());
});

const as = (id: string, name: string, expiresAt: string): Approval => ({
  ...approval,
  id,
  person: { ...approval.person, name },
  expiresAt: `2026-03-10T${expiresAt}:00.000Z`,
});
const rows = () =>
  screen.getAllByRole('button', { name: /left|Denied/ }).map((one) => /Person\d/.exec(one.textContent)![0]);

test('the request that expires first is on top; a new one comes last; one is open at a time', async () => {
  const before = [as('a-1', 'Person1', '12:20'), as('a-2', 'Person2', '12:10'), as('a-3', 'Person3', '12:15')];
  fakeEdge(() => reply(200, { approvals: before }));
  const user = userEvent.setup();
  const { client } = await open(before);
  expect(rows()).toEqual(['Person2', 'Person3', 'Person1']);
  await openRow(user, 'Person3');
  await openRow(user, 'Person1');
  expect(screen.getAllByRole('button', { expanded: true })).toHaveLength(1);
  const { queryKey } = helpdeskQueries.approvals();
  client.setQueryData(queryKey, { approvals: [as('a-4', 'Person4', '12:05'), ...before] });
  await waitFor(() => expect(rows()).toEqual(['Person2', 'Person3', 'Person1', 'Person4']));
});

test('a request that ends stays in its place, open, until the approver opens another', async () => {
  const [first, second] = [as('a-1', 'Person1', '12:20'), as('a-2', 'Person2', '12:25')];
  fakeEdge(() => reply(200, { approvals: [first, second] }));
  const user = userEvent.setup();
  const { client } = await open([first, second]);
  await openRow(user, 'Person1');
  const { queryKey } = helpdeskQueries.approvals();
  const denied: Approval = { ...first, status: 'denied', mine: false, evidence: null, decidedBy: decided.decidedBy };
  client.setQueryData(queryKey, { approvals: [{ ...denied, decidedAt: decided.decidedAt }, second] });
  await waitFor(() => expect(screen.getByRole('button', { expanded: true }).textContent).toContain('Denied'));
  expect(rows()).toEqual(['Person1', 'Person2']);
  expect(screen.queryByRole('heading', { name: 'Decided' })).toBeNull();
  expect(screen.getByRole('heading', { name: 'Current' })).toBeDefined();
  await openRow(user, 'Person2');
  expect(rows()).toEqual(['Person2', 'Person1']);
  expect(screen.getByRole('heading', { name: 'Decided' })).toBeDefined();
});

test('a step-up at Okta comes back to the open row', async () => {
  fakeEdge(() => reply(200, { approvals: [approval] }));
  await openPage(
    pageRequest(`/helpdesk/approvals?open=${approval.id}`, {
      answers: { home: homeOfStaff('approver'), helpdesk: { listApprovals: { approvals: [approval] } } },
    }),
  );
  expect(await screen.findByRole('button', { name: /^Approve and reset/ })).toBeDefined();
});

test('a request of somebody whose enrollment Okta did not cancel says so, and what to do in Okta’s console', async () => {
  const stuck = { ...decided, cancellationAt: '2026-03-10T13:00:00.000Z' };
  fakeEdge(() => reply(200, { approvals: [stuck] }));
  await open([stuck]);
  const user = userEvent.setup();
  await user.click(screen.getAllByRole('button', { name: /^Katherine Johnson/, expanded: false })[0]!);
  await screen.findByRole('heading', { name: 'An enrollment isn’t cancelled at Okta yet' });
  await screen.findByText(/Reset Authenticators/);
  expect(screen.getByRole('button', { name: 'Try now' })).toBeTruthy();
});

test('asks for the step-up before it sends a decision, so that the log has no refusal', async () => {
  const sent = fakeEdge(() => reply(200, { approvals: [calm] }), {
    purpose: `approve:${approval.id}`,
    strength: 2,
    options: [{ type: 'okta', href: '/auth/step-up?purpose=x&returnTo=%2F' }],
  });
  const user = userEvent.setup();
  await open([calm]);
  await openRow(user);
  await user.click(screen.getByRole('button', { name: /^Approve and reset/ }));
  await screen.findByRole('heading', { name: 'Verify it’s you' });
  expect(posted(sent)).toEqual([]);
});

test('what replaces a pressed button takes the focus, and gives it back when it is left', async () => {
  const unverified: Approval = { ...calm, caller: null, callerVerificationType: null };
  const app = { type: 'factor', factorId: 'f-1', kind: 'totp', name: null, detail: null };
  fakeEdge(() => reply(200, { approvals: [unverified] }), {
    purpose: `approve:${approval.id}`,
    strength: 2,
    options: [{ ...app, strength: 3, verificationType: 'code' }],
  });
  const user = userEvent.setup();
  await open([unverified]);
  await openRow(user);
  for (const name of [/^Deny/, /^Approve and reset/]) {
    await user.click(screen.getByRole('button', { name }));
    await user.click(screen.getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('button', { name })));
  }
  await user.click(screen.getByRole('button', { name: /^Approve and reset/ }));
  await user.click(screen.getByRole('button', { name: /^Approve and reset/ }));
  const code = await screen.findByLabelText('Code');
  await waitFor(() => expect(document.activeElement).toBe(code));
});

test('the result takes the focus, also if the list tells it after the decision', async () => {
  const sent = fakeEdge(({ method }) => reply(200, method === 'POST' ? decided : { approvals: [calm] }));
  const user = userEvent.setup();
  const { client } = await open([calm]);
  await openRow(user);
  await user.click(screen.getByRole('button', { name: /^Deny/ }));
  await user.selectOptions(screen.getByLabelText(/^Why do you deny it/), 'No reset is needed.');
  await user.click(screen.getByRole('button', { name: /^Deny/ }));
  await waitFor(() => expect(posted(sent)).toHaveLength(1));
  await waitFor(() => expect(client.isMutating() + client.isFetching()).toBe(0));
  client.setQueryData(helpdeskQueries.approvals().queryKey, {
    approvals: [{ ...decided, id: approval.id, status: 'denied' }],
  });
  const result = await screen.findByText('Denied. Nothing was changed for Katherine Johnson.', { selector: '.note p' });
  await waitFor(() => expect(document.activeElement).toBe(result.parentElement));
  expect(result.parentElement!.textContent).toContain('should talk to Mary Jackson before asking again.');
});

test('an open request says each fact that speaks against it once', async () => {
  const at = '2026-03-10T11:50:00.000Z';
  const sign = { by: 'Hedy Lamarr', times: 1, at, signs: [] };
  const ended = { at, by: 'Hedy Lamarr' };
  const evidence: Approval['evidence'] = {
    ...approval.evidence!,
    attackSigns: [
      { ...sign, kind: 'not_called' },
      { ...sign, kind: 'request_denied', by: 'Mary Jackson' },
      { ...sign, kind: 'frozen', by: null },
    ],
    recentChanges: [
      { at, event: 'user.account.freeze', kind: null, by: 'Katherine Johnson' },
      { at: '2026-03-08T09:00:00.000Z', event: 'user.mfa.factor.reset', kind: 'sms', by: 'Hedy Lamarr' },
      { at: '2026-03-07T09:00:00.000Z', event: 'user.mfa.factor.activate', kind: 'sms', by: null },
    ],
    ended: [
      { ...ended, status: 'withdrawn', denial: null },
      { ...ended, status: 'denied', denial: 'attack' },
      { ...ended, status: 'denied', denial: 'not_needed' },
    ],
  };
  const attacked: Approval = { ...approval, evidence, approvalReasons: ['privileged', 'attack_signs', 'not_verified'] };
  fakeEdge(() => reply(200, { approvals: [attacked] }));
  await open([attacked]);
  await openRow(userEvent.setup());
  const text = document.querySelector('main li')!.textContent;
  const count = (said: RegExp) => [...text.matchAll(new RegExp(said, 'gi'))].length;
  expect(count(/signs of an attack/)).toBe(1);
  expect(count(/privileged/)).toBe(1);
  expect(text).toContain('Nobody verified the caller. They’re privileged.');
  for (const said of [/No, I didn’t call/, /denied a request/, /frozen/])
    expect([said, count(said)]).toEqual([said, 1]);
  // Entries that repeat a sign of attack are hidden. Other entries stay: a denial for another reason, an earlier reset
  // with its approver, an added method.
  expect(count(/^.*Denied .*, asked by/)).toBe(1);
  expect(count(/No reset is needed/)).toBe(1);
  expect(count(/Method reset/)).toBe(0);
  expect(count(/approved by Mary Jackson/)).toBe(1);
  expect(count(/Method added/)).toBe(1);
});

test('what the person reported is first among the evidence', async () => {
  const at = '2026-03-08T21:07:00.000Z';
  const reported = [{ at, event: 'user.mfa.factor.activate', kind: 'okta-verify', by: null }];
  fakeEdge(() => reply(200, { approvals: [] }));
  await open([{ ...approval, evidence: { ...approval.evidence!, reported } }]);
  await openRow(userEvent.setup());
  expect(document.querySelector('main li li')!.textContent).toMatch(
    /^They say this wasn’t them: Method added: Okta Verify, 8 March 2026 at \d\d:07\.$/,
  );
});

test('decided requests are listed with their times, newest first; two requests about one person differ', async () => {
  const ended = (id: string, over: Partial<Approval>): Approval => ({ ...decided, id, ...over });
  const all = [
    ended('a-1', { decidedAt: '2026-03-10T11:29:00.000Z', status: 'denied' }),
    ended('a-2', { decidedAt: null, expiresAt: '2026-03-10T11:50:00.000Z', status: 'expired', operation: 'unfreeze' }),
    ended('a-3', { decidedAt: '2026-03-10T11:40:00.000Z' }),
  ];
  fakeEdge(() => reply(200, { approvals: all }));
  await open(all);
  expect(screen.getAllByRole('button', { expanded: false }).map(({ textContent }) => textContent)).toEqual([
    expect.stringMatching(/^Katherine JohnsonNot decided in time 10 minutes agoUnfreeze/),
    expect.stringMatching(/^Katherine JohnsonApproved and reset 20 minutes agoReset/),
    expect.stringMatching(/^Katherine JohnsonDenied 31 minutes agoReset/),
  ]);
});

test('a closed row says that there are signs of an attack', async () => {
  fakeEdge(() => reply(200, { approvals: [] }));
  await open([approval, { ...calm, id: 'a-2' }]);
  const said = screen
    .getAllByRole('button', { expanded: false })
    .map(({ textContent }) => textContent.includes('Signs of an attack'));
  expect(said.filter(Boolean)).toHaveLength(1);
});
