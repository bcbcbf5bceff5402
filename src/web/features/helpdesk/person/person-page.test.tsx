import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { userEvent, type UserEvent } from '@testing-library/user-event';
import { expect, test } from 'vitest';
import type { CallerVerification, HelpdeskPerson, OperationPlan, PlanBody, ResetAnswer } from '#contract/helpdesk.ts';
import { approval, helpdeskPerson, createPlan, pushed, sms, verify } from '../../../testing/helpdesk.ts';
import { helpdeskQueries } from '../../../api/helpdesk-queries.ts';
import { fakeEdge, refusal, reply, type Sent } from '../../../testing/edge.ts';
import { openPage } from '../../../testing/hydrate.tsx';
import { pageRequest } from '../../../testing/person.ts';

const own = `/helpdesk/people/${helpdeskPerson.person.id}`;
const api = `/api${own}`;
const verified: CallerVerification = {
  ...pushed,
  status: 'verified',
  number: null,
  expiresAt: '2026-03-10T12:15:00.000Z',
};
const done: ResetAnswer = {
  status: 'done',
  removed: [{ kind: 'okta-verify', name: null }],
  remaining: [{ kind: 'sms', name: null }],
  recoveryCode: null,
  notified: ['k••@example.com'],
  operation: 'reset',
  at: '2026-03-10T11:58:00.000Z',
};

/** Each path has a list of answers, of which the last is repeated. */
function server(answers: Record<string, (() => Response)[]>, plan: Partial<OperationPlan> = {}): Sent[] {
  return fakeEdge(({ method, path: whole, body }) => {
    const [path = ''] = whole.split('?');
    if (path === `${api}/plan`) return reply(200, createPlan(body as PlanBody, plan));
    const mine = answers[`${method} ${path}`];
    if (!mine) return path === api ? reply(200, helpdeskPerson) : reply(500);
    return (mine.length > 1 ? mine.shift()! : mine[0]!)();
  });
}
const open = (found: HelpdeskPerson = helpdeskPerson) =>
  openPage(pageRequest(own, { answers: { helpdesk: { getPerson: found } } }));
const posts = (sent: Sent[], to: string): unknown[] =>
  sent.filter(({ method, path }) => method === 'POST' && path === api + to).map(({ body }) => body);
async function sayWhy(user: UserEvent): Promise<void> {
  await user.click(screen.getByRole('checkbox', { name: /^Okta Verify/ }));
  await user.selectOptions(screen.getByLabelText('Reason'), 'lost');
  await user.type(screen.getByLabelText('Ticket'), 'INC-20418');
}

test('a lost phone: the caller is verified by push, and one method is reset', async () => {
  const sent = server({
    [`POST ${api}/caller-verifications`]: [() => reply(200, pushed)],
    [`POST ${api}/caller-verifications/${pushed.id}/poll`]: [() => reply(200, verified)],
    [`POST ${api}/resets`]: [() => reply(200, done)],
  });
  const user = userEvent.setup();
  await open();
  await sayWhy(user);
  await user.click(screen.getByRole('button', { name: /^Send/ }));
  await screen.findByText('They chose the number on their phone.', { exact: false });
  // The focus moves to the next button.
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Reset Okta Verify' })));
  const summary = screen.getByRole('list', { name: 'What the reset does' });
  expect(summary.textContent).toContain('Okta Verify will be removed');
  expect(summary.textContent).toContain('With its push and code.');
  expect(summary.textContent).toContain('They keep Text message');
  expect(summary.textContent).toContain('k••@example.com');
  await user.click(await screen.findByRole('button', { name: 'Reset Okta Verify' }));
  await waitFor(() =>
    expect(screen.getByRole('heading', { name: 'Okta Verify is reset' })).toBe(document.activeElement),
  );
  expect(posts(sent, '/caller-verifications')).toEqual([
    { type: 'push', factorId: verify.id, choice: { factorIds: [verify.id], reason: 'lost' } },
  ]);
  expect(posts(sent, '/resets')).toEqual([
    { factorIds: [verify.id], reason: 'lost', ticket: 'INC-20418', callerVerificationId: pushed.id },
  ]);
  // The page makes no claim about where the kept method is: it may be on the lost phone.
  expect(document.body.textContent).toContain('to sign in at Latchkey with it, and to add a new method.');
  expect(document.body.textContent).toContain('No recovery code was needed.');
  await user.click(await screen.findByRole('button', { name: 'Copy for the ticket' }));
  await screen.findByRole('button', { name: 'Copied' });
  expect(await navigator.clipboard.readText()).toBe(
    'Ada Lovelace reset Okta Verify for Katherine Johnson (katherine@example.com). Caller verified: They chose ' +
      'the number on their phone. They were notified at k••@example.com. 10 March 2026 at 11:58 UTC.',
  );
  // The page deletes the draft after the reset.
  expect(sessionStorage.length).toBe(0);
  await user.click(screen.getByRole('button', { name: 'See Katherine Johnson' }));
  await waitFor(() =>
    expect(document.activeElement).toBe(screen.getByRole('heading', { level: 1, name: 'Katherine Johnson' })),
  );
});

test('an open page that is read again says so; who leaves it and comes back looks again', async () => {
  const sent = server({ 'GET /api/helpdesk/step-up': [() => reply(200, { lacks: null })] });
  const { client } = await open();
  const { queryKey } = helpdeskQueries.person(helpdeskPerson.person.id);
  await client.refetchQueries({ queryKey, exact: true });
  expect(sent.map(({ path }) => path)).toContain(`${api}?token=${helpdeskPerson.watch.token}`);
  await userEvent.setup().click(screen.getByRole('link', { name: 'People' }));
  await screen.findByRole('combobox');
  expect(client.getQueryData(queryKey)).toBeUndefined();
});

test('a verification that the person denies later no longer counts on the open page', async () => {
  const state = { state: helpdeskPerson.watch.state };
  const own: CallerVerification = { ...verified, type: 'own-session' };
  const watched = `GET ${api}/state`;
  const answers = {
    [`POST ${api}/caller-verifications`]: [() => reply(200, own)],
    [`POST ${api}/caller-verifications/${own.id}/poll`]: [
      () => reply(200, own),
      () => reply(200, { ...own, status: 'denied' as const }),
    ],
    [watched]: [() => reply(200, state)],
  };
  server(answers);
  const user = userEvent.setup();
  const { client } = await open();
  await sayWhy(user);
  await user.click(screen.getByRole('button', { name: /^Ask them/ }));
  await screen.findByText('They answered on their own page.', { exact: false });
  answers[watched] = [() => reply(200, { state: 'state-2' })];
  await client.refetchQueries({ queryKey: ['helpdesk', 'watched-person'] });
  await screen.findByText(/This verification was denied\./);
  expect(screen.queryByText('They answered on their own page.', { exact: false })).toBeNull();
});

test('an agent sees a button of the person’s page in English and in the person’s language', async () => {
  server({
    [`POST ${api}/caller-verifications`]: [() => reply(200, { ...pushed, type: 'own-session', number: null })],
  });
  const user = userEvent.setup();
  await open();
  await sayWhy(user);
  await user.click(screen.getByRole('button', { name: /^Ask them/ }));
  await screen.findByText(/ press “Yes, I called”\. In German: “Ja, ich habe angerufen”\.$/);
});

test('the number to read out is large, and a denied push stops everything', async () => {
  server({
    [`POST ${api}/caller-verifications`]: [() => reply(200, pushed)],
    [`POST ${api}/caller-verifications/${pushed.id}/poll`]: [
      () => reply(200, pushed),
      () => reply(200, { ...pushed, status: 'denied', number: null }),
    ],
    [`POST ${api}/reports`]: [() => reply(201, { attackSigns: [] })],
  });
  const user = userEvent.setup();
  const { client } = await open();
  await sayWhy(user);
  await user.click(screen.getByRole('button', { name: /^Send/ }));
  await waitFor(() => expect(document.querySelector('p[translate=no]')?.textContent).toBe('42'));
  await waitFor(() => expect(screen.getByRole('status').textContent).toBe('Read this number to the caller: 42'));
  const sentence = '“I’m about to reset Okta Verify, because of a loss or theft.”';
  expect(screen.getByText(sentence)).toBeDefined();
  // The caller was not asked about this wider choice.
  await user.click(screen.getByRole('checkbox', { name: /^Text message/ }));
  expect(document.getElementById('verify')?.textContent).toContain(
    `This verification is for something else: ${sentence}`,
  );
  await client.refetchQueries({ queryKey: ['helpdesk-caller-verification'] });
  await waitFor(() =>
    expect(document.getElementById('verify')?.textContent).toContain('This verification was denied.'),
  );
  // After a denial, the primary action is to report the call and not to ask again.
  expect(screen.getByRole('button', { name: /^Send|^Start again/ }).className).not.toContain('primary');
  const buttons = () => screen.getAllByRole('button', { name: 'Report this call' });
  const verify = () => within(document.getElementById('verify')!);
  await user.click(verify().getByRole('button', { name: 'Report this call' }));
  const sign = await screen.findByRole('checkbox', { name: 'was in a hurry or threatening' });
  await waitFor(() => expect(document.activeElement).toBe(sign));
  expect(buttons()).toHaveLength(1);
  await user.click(screen.getByRole('button', { name: 'Cancel' }));
  await waitFor(() => expect(document.activeElement).toBe(buttons()[0]));
  await user.click(verify().getByRole('button', { name: 'Report this call' }));
  await screen.findByRole('group', { name: 'What was odd? The caller …' });
  await user.click(screen.getByRole('button', { name: 'Report this call' }));
  await waitFor(() => expect(screen.queryByRole('group', { name: 'What was odd? The caller …' })).toBeNull());
  expect(document.activeElement).toBe(buttons()[0]);
  expect(buttons()).toHaveLength(1);
});

test('signs of an attack are on top, and an approver ends them with a reason', async () => {
  const attackSigns = [
    { kind: 'push_denied' as const, by: 'Hedy Lamarr', times: 2, at: '2026-03-10T11:58:00.000Z', signs: [] },
    { kind: 'frozen' as const, by: null, times: 1, at: '2026-03-10T11:00:00.000Z', signs: [] },
    {
      kind: 'reported' as const,
      by: 'Annie Easley',
      times: 1,
      at: '2026-03-10T10:00:00.000Z',
      signs: ['pressed' as const, 'claimed_it' as const],
    },
  ];
  server({});
  await open({ ...helpdeskPerson, attackSigns, needsApprover: { until: '2026-03-11T11:58:00.000Z' } });
  const note = screen.getByRole('region', { name: 'Signs of an attack' });
  expect(note.textContent).toMatch(
    /Push denied .*, asked by Hedy Lamarr\. 2 times\..*Changes were frozen .*Annie Easley reported a call in their name .*\. The caller was in a hurry or threatening and claimed to be from IT\./,
  );
  // The server says until when, and the text occurs only once.
  expect(note.textContent).toMatch(/An approver has to agree to any reset until tomorrow \d\d:\d\d\.$/);
  expect(document.body.textContent.match(/has to agree to any reset/g)).toHaveLength(1);
});

test('a frozen person: what they say was not them is on top', async () => {
  server({});
  const reported = {
    at: '2026-03-08T21:07:00.000Z',
    event: 'user.mfa.factor.activate',
    kind: 'webauthn',
    by: null,
  } as const;
  await open({ ...helpdeskPerson, frozenAt: '2026-03-10T11:00:00.000Z', warnings: ['frozen'], reported: [reported] });
  expect(document.body.textContent).toMatch(/They say this wasn’t them: Method added: .+, 8 March 2026 at \d\d:07\./);
  cleanup();
  // An addition that they report is not named again.
  const suspect = { reported: [{ ...reported, kind: 'sms' }], suspects: [sms.id], warnings: ['frozen' as const] };
  await open({ ...helpdeskPerson, frozenAt: '2026-03-10T11:00:00.000Z', ...suspect });
  expect(document.body.textContent).toContain('It still signs in at Okta until you reset it.');
  expect(document.body.textContent).not.toContain('added or changed in the week');
  cleanup();
  const theirs = { ...reported, event: 'user.mfa.factor.reset', by: 'Hedy Lamarr' };
  await open({ ...helpdeskPerson, frozenAt: reported.at, warnings: ['frozen'], reported: [reported, theirs] });
  expect(document.body.textContent).toContain('They say they didn’t ask for this: Method reset');
  expect(document.body.textContent).toContain('by Hedy Lamarr');
});

test('a call-back is confirmed by the agent, and needs an approver', async () => {
  const called: CallerVerification = { ...verified, type: 'call-back', called: '•••• 0123', needsApproval: true };
  const sent = server(
    {
      [`POST ${api}/caller-verifications`]: [() => reply(200, called)],
      [`POST ${api}/caller-verifications/${pushed.id}/poll`]: [() => reply(200, called)],
      [`POST ${api}/resets`]: [() => reply(200, { status: 'waiting', approval })],
      'GET /api/helpdesk/requests': [
        () => reply(200, { requests: [approval], since: null }),
        () =>
          reply(200, {
            requests: [{ ...approval, status: 'denied', decidedBy: { ...approval.agent, name: 'Mary Jackson' } }],
            since: null,
          }),
      ],
    },
    { approvalReasons: ['call_back'] },
  );
  const user = userEvent.setup();
  const { client } = await open();
  await sayWhy(user);
  await user.click(screen.getByRole('button', { name: /^I’ll call/ }));
  await user.click(await screen.findByRole('button', { name: 'Record the call' }));
  expect(posts(sent, '/caller-verifications')).toEqual([]);
  expect(document.body.textContent).toContain('Tick this once you’ve called.');
  await user.click(screen.getByRole('checkbox', { name: /^I called/ }));
  // A recorded call replaces this choice.
  await user.click(screen.getByRole('checkbox', { name: /^None of this is possible/ }));
  await user.click(screen.getByRole('button', { name: 'Record the call' }));
  await screen.findByText('They were called back on •••• 0123.', { exact: false });
  expect(posts(sent, '/caller-verifications')).toEqual([
    { type: 'call-back', factorId: sms.id, attest: true, choice: { factorIds: [verify.id], reason: 'lost' } },
  ]);
  await user.click(await screen.findByRole('button', { name: 'Ask an approver' }));
  await screen.findByRole('heading', { name: /^An(?:other)? approver has to agree$/ });
  // The page shows the approver's decision without a click.
  await client.refetchQueries({ queryKey: ['helpdesk', 'request'] });
  await client.refetchQueries({ queryKey: ['helpdesk', 'request'] });
  await screen.findByRole('heading', { name: 'Mary Jackson denied it' });
  expect(
    sent
      .filter(({ path }) => path === '/api/helpdesk/requests')
      .every(({ headers }) => headers.get('x-latchkey-poll') === '1'),
  ).toBe(true);
});

test('without a verified caller a note is required, and everything missing is listed', async () => {
  const sent = server({ [`POST ${api}/resets`]: [() => reply(200, { status: 'waiting', approval })] });
  const user = userEvent.setup();
  await open();
  const missing = (): string[] =>
    within(screen.getByText('Still to do:').nextElementSibling as HTMLElement)
      .getAllByRole('link')
      .map((one) => one.textContent);
  await screen.findByText('Still to do:');
  expect(missing()).toEqual(['Choose what is lost', 'Choose a reason', 'Enter the ticket number', 'Verify the caller']);
  await user.click(screen.getByRole('checkbox', { name: /^None of this is possible/ }));
  await sayWhy(user);
  await waitFor(() => expect(missing()).toEqual(['Write down why nobody could verify the caller']));
  await user.click(screen.getByRole('link', { name: /^Write down/ }));
  await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText(/^Note/)));
  await user.keyboard('No phone, no number.');
  await user.click(await screen.findByRole('button', { name: 'Ask an approver' }));
  await waitFor(() =>
    expect(posts(sent, '/resets')).toEqual([
      { factorIds: [verify.id], reason: 'lost', ticket: 'INC-20418', note: 'No phone, no number.' },
    ]),
  );
});

test('where nobody may allow it for an unverified caller, it is no task if nobody can be verified', async () => {
  server({});
  await open({ ...helpdeskPerson, unverifiedAllowed: false, callerVerificationOptions: [] });
  expect(screen.queryByRole('checkbox', { name: /^(None of this is possible|Continue)/ })).toBeNull();
  await screen.findByRole('link', { name: 'Choose a reason' });
  expect(screen.getAllByText('Your organisation allows nothing for a caller whom nobody verified.')).toHaveLength(1);
  expect(screen.queryByRole('link', { name: 'Verify the caller' })).toBeNull();
});

test('while the server’s plan is on its way, the page says nothing of another choice', async () => {
  const answers: (() => void)[] = [];
  fakeEdge(async ({ path, body }) => {
    if (path !== `${api}/plan`) return reply(500);
    await new Promise<void>((resolve) => answers.push(resolve));
    return reply(200, createPlan(body as PlanBody));
  });
  const user = userEvent.setup();
  await open();
  const said = () => screen.queryByRole('list', { name: 'What the reset does' })?.textContent ?? null;
  const answer = async (): Promise<void> => {
    await waitFor(() => expect(answers).not.toEqual([]));
    for (const one of answers.splice(0)) one();
  };
  await answer();
  await user.click(await screen.findByRole('checkbox', { name: /^Okta Verify/ }));
  await answer();
  await waitFor(() => expect(said()).toContain('Okta Verify will be removed'));
  await user.click(screen.getByRole('checkbox', { name: /^Text message/ }));
  expect(said()).toBeNull();
  screen.getByText('Checking what this does and takes…');
  await answer();
  await waitFor(() => expect(said()).toContain('They have nothing left'));
  // The typed text does not change what the operation does.
  await user.type(screen.getByLabelText('Ticket'), 'INC-1');
  expect(said()).toContain('They have nothing left');
  expect(screen.queryByRole('link', { name: 'Enter the ticket number' })).toBeNull();
});

test('a page that still offers a method that is gone reads the person again', async () => {
  const factors = helpdeskPerson.factors.filter(({ id }) => id !== verify.id);
  fakeEdge(({ path, body }) => {
    if (path !== `${api}/plan`)
      return path.startsWith(`${api}?`) ? reply(200, { ...helpdeskPerson, factors }) : reply(500);
    const isGone = (body as PlanBody).factorIds?.includes(verify.id);
    return isGone ? reply(409, refusal('conflict')) : reply(200, createPlan(body as PlanBody));
  });
  const user = userEvent.setup();
  await open();
  await user.click(screen.getByRole('checkbox', { name: /^Okta Verify/ }));
  await waitFor(() => expect(screen.queryByRole('checkbox', { name: /^Okta Verify/ })).toBeNull());
  screen.getByRole('checkbox', { name: /^Text message/ });
});

test('an agent without an operation left in this hour can only report the call', async () => {
  const sent = server({});
  await open({ ...helpdeskPerson, limit: { left: 0, nextAt: '2026-03-10T12:40:00.000Z' } });
  expect(document.body.textContent).toContain('The next is possible after ');
  screen.getByRole('button', { name: 'Report this call' });
  expect(screen.queryAllByRole('checkbox')).toEqual([]);
  expect(screen.queryByRole('button', { name: /^Send/ })).toBeNull();
  expect(posts(sent, '/plan')).toEqual([]);
});

const waiting: HelpdeskPerson['waitingApprovals'][number] = {
  id: null,
  operation: 'reset',
  by: 'Dorothy Vaughan',
  own: false,
  blocks: ['reset', 'unlock'],
  at: approval.createdAt,
  expiresAt: approval.expiresAt,
};

test('while the request of another agent waits, nothing else is offered', async () => {
  server({});
  await open({ ...helpdeskPerson, waitingApprovals: [waiting] });
  const note = screen.getByRole('region', { name: 'A reset is waiting for an approver' });
  expect(note.textContent).toContain('Until then, nobody else can reset anything or ask for it.');
  expect(screen.queryByLabelText('Ticket')).toBeNull();
  expect(screen.queryByRole('button', { name: /^Send/ })).toBeNull();
});

test('who has no method and needs no recovery code: nothing to reset, and no steps', async () => {
  server({});
  await open({ ...helpdeskPerson, factors: [], alsoRemoved: [], callerVerificationOptions: [] });
  screen.getByText('They have no security method and need no recovery code. They can sign in and add a method.');
  expect(screen.queryByLabelText('Ticket')).toBeNull();
  screen.getByRole('button', { name: 'Report this call' });
});

test('a frozen person, and another agent’s reset or unfreeze waits: the other one is offered', async () => {
  server({});
  const frozen = { ...helpdeskPerson, frozenAt: '2026-03-10T11:00:00.000Z', suspects: [sms.id] };
  await open({ ...frozen, waitingApprovals: [waiting] });
  expect(screen.getByRole<HTMLInputElement>('checkbox', { name: /^Unfreeze/ }).checked).toBe(true);
  expect(screen.queryByRole('checkbox', { name: /^Okta Verify/ })).toBeNull();
  // A reset that waits may remove more, so the unfreeze promises nothing about methods.
  expect((await screen.findByRole('list', { name: 'What happens' })).textContent).not.toMatch(/They keep|nothing left/);
  cleanup();
  await open({ ...frozen, waitingApprovals: [{ ...waiting, operation: 'unfreeze', blocks: ['unfreeze', 'unlock'] }] });
  expect(screen.queryByRole('checkbox', { name: /^Unfreeze/ })).toBeNull();
  screen.getByRole('checkbox', { name: /^Okta Verify/ });
});

test('who asked can ask again meanwhile; the page goes on by itself once the request is decided', async () => {
  const own = { ...waiting, id: approval.id, own: true, blocks: ['unlock' as const] };
  const lastDenial = {
    by: 'Mary Jackson',
    agent: 'Dorothy Vaughan',
    at: approval.createdAt,
    denial: 'verify_again' as const,
    decisionNote: null,
  };
  const answers = [approval, { ...approval, status: 'denied' as const }];
  server({
    'GET /api/helpdesk/requests': answers.map((one) => () => reply(200, { requests: [one], since: null })),
    [`GET ${api}`]: [() => reply(200, { ...helpdeskPerson, lastDenial })],
  });
  const { client } = await open({ ...helpdeskPerson, waitingApprovals: [own] });
  const note = screen.getByRole('region', { name: 'A reset is waiting for an approver' });
  expect(note.textContent).toContain('to replace it');
  expect(within(note).getByRole('link').getAttribute('href')).toBe(`/helpdesk/requests/${approval.id}`);
  screen.getByLabelText('Ticket');
  await client.refetchQueries({ queryKey: ['helpdesk', 'requests'] });
  await waitFor(() => expect(screen.queryByRole('region', { name: 'A reset is waiting for an approver' })).toBeNull());
  expect(document.body.textContent).toMatch(/Mary Jackson denied Dorothy Vaughan’s request .*\. .+/);
});

test('an odd call is reported with what was odd, and its draft is not for the next call', async () => {
  const sent = server({ [`POST ${api}/reports`]: [() => reply(201, { attackSigns: [] })] });
  const user = userEvent.setup();
  await open();
  await sayWhy(user);
  await user.click(screen.getByRole('button', { name: 'Report this call' }));
  await user.click(await screen.findByRole('checkbox', { name: 'claimed to be from IT' }));
  expect(screen.getByRole('group', { name: 'What was odd? The caller …' }).querySelectorAll('input')).toHaveLength(4);
  await user.click(screen.getByRole('checkbox', { name: 'knew too much or too little' }));
  await user.click(screen.getByRole('button', { name: 'Report this call' }));
  await waitFor(() => expect(posts(sent, '/reports')).toEqual([{ signs: ['claimed_it', 'wrong_details'] }]));
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Report this call' })));
  expect(screen.getByLabelText<HTMLInputElement>('Ticket').value).toBe('');
  expect(screen.getByRole<HTMLInputElement>('checkbox', { name: /^Okta Verify/ }).checked).toBe(false);
  expect(sessionStorage.length).toBe(0);
});

test('an invalid ticket is shown at its field, and a refusal in its own text', async () => {
  server({
    [`POST ${api}/caller-verifications`]: [() => reply(200, verified)],
    [`POST ${api}/caller-verifications/${pushed.id}/poll`]: [() => reply(200, verified)],
    [`POST ${api}/resets`]: [() => reply(403, refusal('out_of_policy', { rule: 'peer' }))],
  });
  const user = userEvent.setup();
  await open();
  await user.type(screen.getByLabelText('Ticket'), 'what');
  await user.tab();
  await waitFor(() => expect(screen.getByLabelText('Ticket').getAttribute('aria-invalid')).toBe('true'));
  await user.clear(screen.getByLabelText('Ticket'));
  await sayWhy(user);
  // Enter in the ticket field moves on. Okta Verify would be reset, so its push needs an approver and is listed last.
  await user.type(screen.getByLabelText('Ticket'), '{Enter}');
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('button', { name: /^Ask them/ })));
  await screen.findByText(/You’re about to reset it\. An approver has to agree\./);
  await user.click(screen.getByRole('button', { name: /^Send/ }));
  await screen.findByText('They chose the number on their phone.', { exact: false });
  await user.click(await screen.findByRole('button', { name: 'Reset Okta Verify' }));
  await waitFor(() =>
    expect(screen.getByRole('alert').textContent).toContain('You can’t reset a colleague’s methods here.'),
  );
});

test('the agent’s step-up comes first, and a step-up at Okta keeps the inputs', async () => {
  const draft = {
    selected: [verify.id],
    reason: 'lost',
    ticket: 'INC-7',
    note: '',
    callerVerificationId: pushed.id,
    unverified: false,
  };
  sessionStorage.setItem(`latchkey:reset:${helpdeskPerson.person.id}`, JSON.stringify({ draft, at: Date.now() }));
  const options = [
    { type: 'okta' as const, href: `/auth/step-up?purpose=helpdesk%3A${helpdeskPerson.person.id}&returnTo=%2F` },
  ];
  server(
    { [`POST ${api}/caller-verifications/${pushed.id}/poll`]: [() => reply(200, verified)] },
    { stepUp: { purpose: `helpdesk:${helpdeskPerson.person.id}`, strength: 4, options } },
  );
  await open();
  await screen.findByText('They chose the number on their phone.', { exact: false });
  expect(screen.getByLabelText<HTMLInputElement>('Ticket').value).toBe('INC-7');
  expect(screen.getByRole<HTMLInputElement>('checkbox', { name: /^Okta Verify/ }).checked).toBe(true);
  const okta = await screen.findByRole('link', { name: /^Sign in at Okta again/ });
  expect(new URL(okta.getAttribute('href')!, 'http://x').searchParams.get('returnTo')).toBe(own);
  expect(screen.queryByRole('button', { name: 'Reset Okta Verify' })).toBeNull();
});
