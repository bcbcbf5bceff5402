import { screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import type { SecurityHistoryEntry } from '#contract/helpdesk.ts';
import { fakeEdge, reply } from '../../testing/edge.ts';
import { past } from '../../testing/helpdesk.ts';
import { openPage } from '../../testing/hydrate.tsx';
import { elsewhere, here, home, pageRequest } from '../../testing/person.ts';

const signIn: SecurityHistoryEntry = {
  ...past,
  id: 'h-2',
  at: '2026-03-08T21:07:00.000Z',
  event: 'user.session.start',
  kind: null,
  by: 'you',
  agent: null,
  browser: 'Safari',
  system: 'iPhone',
  address: '203.0.113.9',
};
const added: SecurityHistoryEntry = { ...signIn, id: 'h-3', event: 'user.mfa.factor.activate', kind: 'totp' };
const here_ = { ...added, id: 'h-4', browser: here.browser, system: here.system, address: here.address };
const history = (frozenAt: string | null = null) =>
  pageRequest('/security-history', {
    answers: { helpdesk: { getSecurityHistory: { entries: [past, signIn, added], frozenAt } } },
  });

test('an enrollment that was begun and cancelled is one line with nothing to press', async () => {
  const cancelled: SecurityHistoryEntry = { ...added, event: 'user.mfa.factor.enroll_cancelled', outcome: 'success' };
  const answers = { helpdesk: { getSecurityHistory: { entries: [cancelled], frozenAt: null } } };
  await openPage(pageRequest('/security-history', { answers }));
  const [line, ...others] = screen.getAllByRole('listitem');
  expect(others).toEqual([]);
  expect(line?.textContent).toMatch(/^Begun and cancelled: Authenticator app.*8 March/);
  expect(within(line!).queryByRole('button')).toBeNull();
});

test('an answer to the helpdesk is no verification, and “No” is one that went through', async () => {
  const yes: SecurityHistoryEntry = {
    ...signIn,
    id: 'h-6',
    event: 'helpdesk.caller_verification.verify',
    outcome: 'success',
  };
  const no = { ...yes, id: 'h-7', outcome: 'failure' };
  const byAgent: SecurityHistoryEntry = { ...yes, id: 'h-8', by: 'helpdesk', agent: 'Dorothy Vaughan' };
  const answers = { helpdesk: { getSecurityHistory: { entries: [yes, no, byAgent], frozenAt: null } } };
  await openPage(pageRequest('/security-history', { answers }));
  expect(screen.getAllByRole('listitem').map((line) => line.textContent)).toEqual([
    expect.stringMatching(/^You told the helpdesk that it’s you.*8 March/),
    expect.stringMatching(/^You told the helpdesk that you didn’t call.*8 March/),
    expect.stringMatching(/^You were verifiedHelpdesk.*8 March/),
  ]);
});

test('a reset names all its methods, a call back not the number’s, and a wrong code is no addition', async () => {
  const reset = { ...past, kind: 'sms totp' };
  const calledBack = { ...past, id: 'h-6', event: 'helpdesk.caller_verification.call_back', kind: null };
  const wrong = { ...added, id: 'h-7', event: 'user.mfa.factor.wrong_code', outcome: 'failure' };
  const failed = { ...added, id: 'h-8', outcome: 'failure' };
  const answers = { helpdesk: { getSecurityHistory: { entries: [reset, calledBack, wrong, failed], frozenAt: null } } };
  await openPage(pageRequest('/security-history', { answers }));
  const lines = screen.getAllByRole('listitem');
  expect(lines.map((line) => line.textContent)).toEqual([
    expect.stringMatching(/^Reset: Text message and Authenticator appHelpdesk.*9 March/),
    expect.stringMatching(/^You were called back and verifiedHelpdesk.*9 March/),
    expect.stringMatching(/^Wrong code while adding: Authenticator app.*8 March/),
    expect.stringMatching(/^Added: Authenticator appDidn’t go through.*8 March/),
  ]);
  // Line 3 is a wrong code, which cannot be reported.
  const buttons = lines.map((line) => within(line).queryByRole('button') !== null);
  expect(buttons).toEqual([true, true, false, true]);
});

test('what an approver decided is no reset: it may be about frozen changes or a locked account', async () => {
  const decisions = ['request', 'approve', 'deny', 'withdraw'].map((decision, index): SecurityHistoryEntry => {
    return { ...past, id: `h-${10 + index}`, event: `helpdesk.approval.${decision}`, kind: null };
  });
  const answers = { helpdesk: { getSecurityHistory: { entries: decisions, frozenAt: null } } };
  await openPage(pageRequest('/security-history', { answers }));
  expect(screen.getAllByRole('listitem').map((line) => /^.+?(?=Helpdesk)/.exec(line.textContent)?.[0])).toEqual([
    'Asked for approval of a request',
    'Request approved',
    'Request denied',
    'Request withdrawn',
  ]);
});

test('each entry has its time in full, device and address, and its own “This wasn’t me”', async () => {
  const sent = fakeEdge(() => reply(204));
  const left = vi.spyOn(window.location, 'assign').mockImplementation(() => {});
  const user = userEvent.setup();
  await openPage(history());
  const [reset, session] = screen.getAllByRole('listitem');
  expect(reset?.textContent).toMatch(/^Reset: Text messageHelpdeskDorothy Vaughan\s· 9 March 2026 at \d\d:00/);
  expect(session?.textContent).toMatch(/^Signed inSafari on iPhone\s· 203\.0\.113\.9\s· 8 March 2026 at \d\d:07/);
  const ask = (): Promise<void> =>
    user.click(within(session!).getByRole('button', { name: /^This wasn’t me ?: Signed in$/ }));
  await ask();
  const dialog = screen.getByRole('dialog', { name: 'Freeze changes?' });
  // The heading has the focus, so that a key that is still pressed does not press the freeze button.
  await waitFor(() => expect(document.activeElement).toBe(within(dialog).getByRole('heading')));
  expect(dialog.textContent).toMatch(/You’re saying this wasn’t you: Signed in, 8 March 2026 at \d\d:07\./);
  expect(dialog.textContent).not.toContain('like the ones you use now');
  expect(sent).toEqual([]);
  await user.click(screen.getByRole('button', { name: 'Not now' }));
  expect(document.querySelector('dialog[open]')).toBeNull();
  await ask();
  await user.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Freeze changes' }));
  await waitFor(() => expect(left).toHaveBeenCalledWith('/frozen'));
  expect(sent.map(({ method, path, body }) => [method, path, body])).toEqual([
    ['POST', '/api/freeze', { entry: signIn.id }],
  ]);
  left.mockRestore();
});

test('what came from a browser and an address as they are now is marked, and so is the question whether to freeze', async () => {
  fakeEdge(() => reply(500));
  const user = userEvent.setup();
  const entries = [signIn, here_, { ...here_, id: 'h-5', address: signIn.address }];
  await openPage(
    pageRequest('/security-history', { answers: { helpdesk: { getSecurityHistory: { entries, frozenAt: null } } } }),
  );
  const rows = screen.getAllByRole('listitem');
  expect(rows.map(({ textContent }) => textContent.includes('like this browser'))).toEqual([false, true, false]);
  await user.click(within(rows[1]!).getByRole('button', { name: /^This wasn’t me/ }));
  expect(screen.getByRole('dialog').textContent).toContain('like the ones you use now');
});

test('once frozen, nothing asks to freeze again', async () => {
  fakeEdge(() => reply(500));
  await openPage(history(past.at));
  expect(screen.queryByRole('button', { name: /This wasn’t me|Freeze/ })).toBeNull();
});

test('sessions show when and where each began, a phone as a phone, and that Okta’s own are another matter', async () => {
  const sent = fakeEdge(({ path }) => reply(path === '/api/freeze' ? 204 : 500));
  const phone = { ...elsewhere, browser: 'Safari', system: 'iPhone', address: '203.0.113.9' };
  const user = userEvent.setup();
  await openPage(pageRequest('/sessions', { answers: { home, sessions: [here, phone] } }));
  const [own, theirs] = screen.getAllByRole('listitem');
  expect(own?.querySelector('.icon-screen')).not.toBeNull();
  // The session in use cannot be reported; the person ends this session with “Sign out”.
  expect(within(own!).queryAllByRole('button')).toEqual([]);
  expect(theirs?.querySelector('.icon-phone')).not.toBeNull();
  expect(theirs?.textContent).toMatch(/Last active .+\s· Signed in from 203\.0\.113\.9, 3 March 2026 at \d\d:00/);
  expect(document.body.textContent).toContain('Okta’s own session and your other apps are another matter');
  await user.click(within(theirs!).getByRole('button', { name: /^This wasn’t me ?: Safari on iPhone$/ }));
  const dialog = screen.getByRole('dialog');
  expect(dialog.textContent).toContain('Safari on iPhone');
  const left = vi.spyOn(window.location, 'assign').mockImplementation(() => {});
  await user.click(within(dialog).getByRole('button', { name: 'Freeze changes' }));
  await waitFor(() => expect(left).toHaveBeenCalledWith('/frozen'));
  expect(sent.find(({ path }) => path === '/api/freeze')?.body).toEqual({ session: phone.id });
  left.mockRestore();
});
