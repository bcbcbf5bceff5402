import { screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { expect, test } from 'vitest';
import type { CallerVerification, HelpdeskPerson, PlanBody, ResetAnswer } from '#contract/helpdesk.ts';
import { approval, helpdeskPerson, createPlan, pushed, sms } from '../../../testing/helpdesk.ts';
import { fakeEdge, reply } from '../../../testing/edge.ts';
import { openPage } from '../../../testing/hydrate.tsx';
import { pageRequest } from '../../../testing/person.ts';

const own = `/helpdesk/people/${helpdeskPerson.person.id}`;
const api = `/api${own}`;
const locked: HelpdeskPerson = {
  ...helpdeskPerson,
  person: { ...helpdeskPerson.person, status: 'LOCKED_OUT' },
  warnings: ['not_active'],
  callerVerificationOptions: helpdeskPerson.callerVerificationOptions.filter(({ type }) => type === 'call-back'),
};
const verified: CallerVerification = {
  ...pushed,
  type: 'call-back',
  status: 'verified',
  number: null,
  expiresAt: '2026-03-10T12:15:00.000Z',
  choice: { factorIds: [], reason: 'locked-out' },
};
const done: ResetAnswer = {
  status: 'done',
  removed: [],
  remaining: [{ kind: 'sms', name: null }],
  recoveryCode: null,
  notified: ['k••@example.com'],
  operation: 'unlock',
  at: '2026-03-10T11:58:00.000Z',
};
const open = (found = locked) => openPage(pageRequest(own, { answers: { helpdesk: { getPerson: found } } }));

test('who is locked out is unlocked after a call back: no method and no reason is chosen', async () => {
  const sent = fakeEdge(({ method, path, body }) => {
    if (path === `${api}/plan`) return reply(200, createPlan(body as PlanBody));
    if (path.startsWith(`${api}/caller-verifications`)) return reply(200, verified);
    if (method === 'POST' && path === `${api}/unlock`) return reply(200, done);
    return path.split('?')[0] === api ? reply(200, locked) : reply(500);
  });
  const user = userEvent.setup();
  await open();
  expect(document.body.textContent).toContain('Okta has locked them out. A reset doesn’t unlock the account.');
  expect(document.body.textContent).not.toContain('They can’t sign in, even after a reset.');
  expect(screen.getByRole<HTMLInputElement>('checkbox', { name: /^Unlock/ }).checked).toBe(true);
  expect(screen.queryByLabelText('Reason')).toBeNull();
  await user.type(screen.getByLabelText('Ticket'), 'INC-20418');
  await user.click(screen.getByRole('button', { name: /^I’ll call/ }));
  expect(await screen.findByText('“I’m about to unlock your account.”')).toBeDefined();
  await user.click(screen.getByRole('checkbox', { name: /^I called/ }));
  await user.click(await screen.findByRole('button', { name: 'Record the call' }));
  const summary = screen.getByRole('list', { name: 'What happens' });
  expect(summary.textContent).toContain('The account will be unlocked');
  expect(summary.textContent).not.toMatch(/approver|signed out|They keep/i);
  await user.click(await screen.findByRole('button', { name: 'Unlock' }));
  await waitFor(() =>
    expect(screen.getByRole('heading', { name: 'The account is unlocked' })).toBe(document.activeElement),
  );
  expect(
    sent.filter(({ method }) => method === 'POST').map(({ path, body }) => [path.slice(api.length), body]),
  ).toEqual(
    expect.arrayContaining([
      [
        '/caller-verifications',
        { type: 'call-back', factorId: sms.id, attest: true, choice: { factorIds: [], reason: 'locked-out' } },
      ],
      ['/unlock', { ticket: 'INC-20418', callerVerificationId: verified.id }],
    ]),
  );
});

test('the summary alone says that an approver decides, as an unlock and a reset need one for other reasons', async () => {
  const found: HelpdeskPerson = {
    ...locked,
    warnings: ['recently_reset', 'not_active'],
    needsApprover: { until: null },
  };
  const approvalReasons = { reset: ['second_reset'], unlock: ['not_verified'] } as const;
  fakeEdge(({ path, body }) => {
    if (path !== `${api}/plan`) return path.split('?')[0] === api ? reply(200, found) : reply(500);
    const { operation } = body as PlanBody & { operation: 'reset' | 'unlock' };
    return reply(200, { ...createPlan(body as PlanBody), approvalReasons: approvalReasons[operation] });
  });
  const user = userEvent.setup();
  await open(found);
  const summary = () => screen.getByRole('list', { name: /^What/ }).textContent;
  const said = () => document.body.textContent.match(/An approver (decides|has to agree)/g);
  await user.click(screen.getByRole('checkbox', { name: /^None of this is possible/ }));
  await waitFor(() => expect(summary()).toContain('An approver decides first'));
  expect(said()).toHaveLength(1);
  await user.click(screen.getByRole('checkbox', { name: /^Okta Verify/ }));
  await waitFor(() => expect(summary()).toMatch(/Okta Verify.*An approver decides first/));
  expect(said()).toHaveLength(1);
});

test('a method may be reset instead, and an approved unlock says that the account is unlocked', async () => {
  const asked = { ...approval, operation: 'unlock' as const, methods: [], reason: 'locked-out' as const, mine: false };
  fakeEdge(({ method, path, body }) => {
    if (path === `${api}/plan`) return reply(200, createPlan(body as PlanBody));
    if (method === 'POST' && path === `${api}/unlock`) return reply(200, { status: 'waiting', approval: asked });
    if (path === '/api/helpdesk/requests')
      return reply(200, {
        since: null,
        requests: [{ ...asked, status: 'done', effects: done, decidedBy: approval.agent, decidedAt: asked.createdAt }],
      });
    return path.split('?')[0] === api ? reply(200, locked) : reply(500);
  });
  const user = userEvent.setup();
  await open();
  const unlock = screen.getByRole<HTMLInputElement>('checkbox', { name: /^Unlock/ });
  await user.click(screen.getByRole('checkbox', { name: /^Okta Verify/ }));
  expect(unlock.checked).toBe(false);
  expect(screen.getByLabelText('Reason')).toBeDefined();
  await user.click(unlock);
  expect(screen.getByRole<HTMLInputElement>('checkbox', { name: /^Okta Verify/ }).checked).toBe(false);
  await user.type(screen.getByLabelText('Ticket'), 'INC-20418');
  await user.click(screen.getByRole('checkbox', { name: /^None of this is possible/ }));
  await user.type(screen.getByLabelText('Note'), 'abroad');
  await user.click(await screen.findByRole('button', { name: 'Ask an approver' }));
  await waitFor(() =>
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe(
      'Dorothy Vaughan approved it, and the account is unlocked',
    ),
  );
  expect(document.body.textContent).toContain('Tell Katherine Johnson that they can sign in again.They keep ');
});
