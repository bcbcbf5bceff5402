import { act, cleanup, configure, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { frozenHere, sessionState } from '../../api/client/session-state.ts';
import { fakeEdge, refusal, reply } from '../../testing/edge.ts';
import { helpdeskAnswers, helpdeskPerson, homeOfStaff } from '../../testing/helpdesk.ts';
import { openPage } from '../../testing/hydrate.tsx';
import { home, pageRequest } from '../../testing/person.ts';

// On a busy machine, rendering takes longer than the default timeout.
configure({ asyncUtilTimeout: 15_000 });

const pass = (ms: number): Promise<void> => act(async () => void (await vi.advanceTimersByTimeAsync(ms)));

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] }));
afterEach(() => {
  cleanup();
  sessionState.set('active');
  frozenHere.set(false);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** While the session is active, longest path first. */
const replies: readonly (readonly [path: string, body: unknown])[] = [
  [`/api/helpdesk/people/${helpdeskPerson.person.id}/state`, { state: helpdeskPerson.watch.state }],
  ['/api/helpdesk/people', helpdeskPerson],
  ['/api/helpdesk/approvals', helpdeskAnswers.listApprovals],
  ['/api/helpdesk/step-up', helpdeskAnswers.getOwnStepUp],
  ['/api/caller-verifications', helpdeskAnswers.listCallerVerifications],
];

test.each([
  ['the caller’s own page', '/caller-verifications', home],
  ['an agent’s requests', '/helpdesk/approvals', homeOfStaff('agent')],
  ['approvals, and their number in the header', '/helpdesk/approvals', homeOfStaff('approver')],
  ['a person’s page', `/helpdesk/people/${helpdeskPerson.person.id}`, homeOfStaff('approver')],
])('no poll goes on once the session is over, and all do after a sign-in elsewhere: %s', async (_, path, home) => {
  let over = true;
  const sent = fakeEdge(({ path }) =>
    over
      ? reply(401, refusal('signed_out'))
      : reply(200, replies.find(([start]) => path.startsWith(start))?.[1] ?? home.session),
  );
  await openPage(pageRequest(path, { answers: { home, helpdesk: helpdeskAnswers } }));
  await pass(35_000);
  await vi.waitFor(() => expect(screen.getByRole('dialog', { name: 'Your session ended' })).toBeDefined());
  const before = sent.length;
  await pass(120_000);
  expect(sent.slice(before).map((one) => one.path)).toEqual([]);
  over = false;
  document.dispatchEvent(new Event('visibilitychange'));
  await pass(1000);
  expect(screen.queryByRole('dialog', { name: 'Your session ended' })).toBeNull();
  const resumed = sent.length;
  await pass(35_000);
  expect(sent.length).toBeGreaterThan(resumed);
});

test.each([
  [true, /^Changes to your account were frozen, and that signed you out of Latchkey everywhere/],
  [false, /^You were away for a while/],
])('says that changes were frozen where they were: %s', async (frozen, text) => {
  fakeEdge(() => reply(401, refusal('signed_out')));
  await openPage(pageRequest('/'));
  await act(async () => {
    frozenHere.set(frozen);
    sessionState.set('ended');
  });
  await vi.waitFor(() => expect(document.querySelector('#ended-text')?.textContent).toMatch(text));
});

test('the link to English opens another tab, so that what was typed here stays', async () => {
  fakeEdge(() => reply(401, refusal('signed_out')));
  await openPage({ ...pageRequest('/'), locale: 'de' });
  await act(async () => sessionState.set('ended'));
  const link = await vi.waitFor(() => within(screen.getByRole('dialog')).getByRole('link', { name: 'English' }));
  expect(link).toMatchObject({ target: '_blank', lang: 'en', search: '?lang=en' });
});
