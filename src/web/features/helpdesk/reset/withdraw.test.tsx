import { screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { approval, helpdeskAnswers, helpdeskPerson, homeOfStaff, pushed } from '../../../testing/helpdesk.ts';
import { fakeEdge, reply } from '../../../testing/edge.ts';
import { openPage } from '../../../testing/hydrate.tsx';
import { pageRequest } from '../../../testing/person.ts';
import { readDraft } from './reset-draft.ts';

const mine = { ...approval, mine: false, evidence: null };
const withdrawn = {
  ...mine,
  status: 'withdrawn_by_agent',
  withdrawal: 'other_way',
  decidedAt: mine.createdAt,
} as const;
const person = `/helpdesk/people/${helpdeskPerson.person.id}`;

test('an agent withdraws her request, and finds what she had chosen and the verification on the person’s page', async () => {
  let ended = false;
  const sent = fakeEdge(({ method, path }) => {
    if (method === 'POST') {
      ended = true;
      return reply(200, { approval: withdrawn, callerVerificationId: pushed.id });
    }
    if (path === '/api/helpdesk/requests') return reply(200, { approvals: [ended ? withdrawn : mine] });
    return reply(500);
  });
  const user = userEvent.setup();
  const listOwnRequests = { approvals: [mine] };
  await openPage(
    pageRequest('/helpdesk/requests', {
      answers: { home: homeOfStaff('agent'), helpdesk: { ...helpdeskAnswers, listOwnRequests } },
    }),
  );
  await user.click(screen.getByRole('button', { name: 'Withdraw' }));
  const reason = await screen.findByLabelText('Why do you withdraw it?');
  await waitFor(() => expect(document.activeElement).toBe(reason));
  // Leaving it as it is gives the focus back.
  await user.click(screen.getByRole('button', { name: 'Leave it' }));
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Withdraw' })));
  await user.click(screen.getByRole('button', { name: 'Withdraw' }));
  await user.selectOptions(await screen.findByLabelText('Why do you withdraw it?'), 'There is another way.');
  await user.click(screen.getByRole('button', { name: 'Withdraw the request' }));
  await waitFor(() => expect(document.body.textContent).toContain('Withdrawn by the agent'));
  expect(document.body.textContent).toContain('There is another way.');
  expect(screen.queryByRole('button', { name: 'Withdraw' })).toBeNull();
  const heading = document.activeElement!;
  expect([heading.tagName, heading.closest('li')?.textContent]).toEqual([
    'H2',
    expect.stringContaining('Withdrawn by the agent'),
  ]);
  expect(sent.filter(({ method }) => method === 'POST').map(({ path, body }) => [path, body])).toEqual([
    [`/api/helpdesk/approvals/${approval.id}/withdrawal`, { reason: 'other_way' }],
  ]);
  expect(readDraft(helpdeskPerson.person.id)).toMatchObject({
    selected: [approval.methods[0]!.id],
    reason: 'lost',
    ticket: 'INC-20418',
    callerVerificationId: pushed.id,
    unverified: false,
  });
});

test('the person’s page offers it for the agent’s own request only', async () => {
  fakeEdge(({ path }) => (path === '/api/helpdesk/requests' ? reply(200, { approvals: [mine] }) : reply(500)));
  const waitingApproval = { by: approval.agent.name, own: true, at: approval.createdAt, expiresAt: approval.expiresAt };
  const open = (own: boolean) => {
    const found = { ...helpdeskPerson, waitingApproval: { ...waitingApproval, own } };
    return openPage(pageRequest(person, { answers: { helpdesk: { getPerson: found } } }));
  };
  const first = await open(true);
  await screen.findByRole('button', { name: 'Withdraw' });
  first.unmount();
  await open(false);
  await screen.findByRole('heading', { name: 'A request is waiting for an approver' });
  expect(screen.queryByRole('button', { name: 'Withdraw' })).toBeNull();
});

test('the person’s page says that she withdrew it, where its form was', async () => {
  let ended = false;
  const waits = {
    ...helpdeskPerson,
    waitingApproval: { by: approval.agent.name, own: true, at: approval.createdAt, expiresAt: approval.expiresAt },
  };
  fakeEdge(({ method, path }) => {
    if (method === 'POST') {
      ended = true;
      return reply(200, { approval: withdrawn, callerVerificationId: null });
    }
    if (path === '/api/helpdesk/requests') return reply(200, { approvals: [ended ? withdrawn : mine] });
    return path.startsWith(`/api${person}`) ? reply(200, ended ? helpdeskPerson : waits) : reply(500);
  });
  const user = userEvent.setup();
  await openPage(pageRequest(person, { answers: { helpdesk: { getPerson: waits } } }));
  await user.click(await screen.findByRole('button', { name: 'Withdraw' }));
  await user.click(await screen.findByRole('button', { name: 'Withdraw the request' }));
  const note = await screen.findByText('You withdrew the request. It changed nothing.', { selector: '.note' });
  await waitFor(() => expect(document.activeElement).toBe(note));
  expect(screen.queryByRole('heading', { name: 'A request is waiting for an approver' })).toBeNull();
});

test('the approver reads what was withdrawn and denied before', async () => {
  fakeEdge(() => reply(200, helpdeskAnswers.listApprovals));
  await openPage(
    pageRequest('/helpdesk/approvals', { answers: { home: homeOfStaff('approver'), helpdesk: helpdeskAnswers } }),
  );
  await userEvent.setup().click(screen.getAllByRole('button', { name: /^Katherine/, expanded: false })[0]!);
  await screen.findByText('Ended in 24 hours');
  expect(document.body.textContent).toMatch(/Withdrawn 20 min(?:utes)? ago by Hedy Lamarr\. The call was odd\./);
});
