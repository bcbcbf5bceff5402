import { screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { pendingVerification, helpdeskAnswers } from '../../testing/helpdesk.ts';
import { cachedIn, fakeEdge, refusal, reply } from '../../testing/edge.ts';
import { openPage } from '../../testing/hydrate.tsx';
import { home, pageRequest } from '../../testing/person.ts';

const open = () => openPage(pageRequest('/caller-verifications', { answers: { helpdesk: helpdeskAnswers } }));

test('“Yes” shows a code to read out, which is in no cache', async () => {
  const sent = fakeEdge(({ method }) =>
    reply(
      200,
      method === 'POST'
        ? { code: 'BFHKMQRW', expiresAt: '2026-03-10T12:05:00.000Z', reset: false }
        : { requests: [pendingVerification] },
    ),
  );
  const user = userEvent.setup();
  const { client } = await open();
  expect(document.body.textContent).toContain('Dorothy Vaughan is about to reset Okta Verify.');
  await user.click(screen.getByRole('button', { name: 'Yes, I called' }));
  await waitFor(() =>
    expect(screen.getByRole('heading', { name: 'Read this code to the helpdesk' })).toBe(document.activeElement),
  );
  expect(document.querySelector('p[translate=no]')?.textContent).toBe('BFHK MQRW');
  expect(screen.getByRole('status').textContent).toContain('B F H K M Q R W');
  expect(sent.filter(({ method }) => method === 'POST')).toMatchObject([
    { path: `/api/caller-verifications/${pendingVerification.id}/answer`, body: { answer: 'yes' } },
  ]);
  expect(cachedIn(client)).not.toContain('BFHK');
});

test('“No” tells the helpdesk; a step-up is required where the sign-in was too weak', async () => {
  fakeEdge(({ method, body }) => {
    if (method !== 'POST') return reply(200, { requests: [pendingVerification] });
    if ((body as { answer: string }).answer === 'no') return reply(200, { code: null, expiresAt: null, reset: false });
    return reply(
      403,
      refusal('step_up_required', {
        purpose: 'caller-verification',
        strength: 2,
        options: [{ type: 'okta', href: '/auth/step-up?purpose=caller-verification&returnTo=%2F' }],
      }),
    );
  });
  const user = userEvent.setup();
  await open();
  const answers = screen.getAllByRole('button', { name: /I (?:didn’t call|called)$/ });
  expect(answers.map(({ className, textContent }) => [className, textContent])).toEqual([
    ['button', 'No, I didn’t call'],
    ['button', 'Yes, I called'],
  ]);
  await user.click(screen.getByRole('button', { name: 'Yes, I called' }));
  await screen.findByRole('heading', { name: 'First, verify it’s you' });
  expect(screen.queryByRole('button', { name: 'Yes, I called' })).toBeNull();
  // A person who hesitates at the step-up can still say no.
  await user.click(screen.getByRole('button', { name: 'No, I didn’t call' }));
  await waitFor(() =>
    expect(screen.getByRole('heading', { name: 'Thank you. This resets nothing.' })).toBe(document.activeElement),
  );
});

test.each([
  ['a reset used it', true, 'A reset has already used this'],
  ['nothing came of it', false, 'Thank you. This resets nothing.'],
])('a push of the last day can still be denied; %s', async (_, reset, heading) => {
  const past = { ...pendingVerification, type: 'push', end: 'used' } as const;
  const sent = fakeEdge(({ method }) =>
    reply(200, method === 'POST' ? { code: null, expiresAt: null, reset } : { requests: [past] }),
  );
  const user = userEvent.setup();
  const answers = { helpdesk: { ...helpdeskAnswers, listCallerVerifications: { requests: [past] } } };
  await openPage(pageRequest('/caller-verifications', { answers }));
  expect(document.body.textContent).toContain('A reset, or a request for one, used it.');
  await user.click(screen.getByRole('button', { name: /^No, I didn’t call ?: / }));
  await waitFor(() => expect(screen.getByRole('heading', { name: heading })).toBe(document.activeElement));
  expect(screen.queryByRole('button', { name: 'Freeze changes' }) !== null).toBe(reset);
  expect(sent.filter(({ method }) => method === 'POST')).toMatchObject([{ body: { answer: 'no' } }]);
});

test('a question appears automatically, polled in the background', async () => {
  const sent = fakeEdge(() => reply(200, { requests: [pendingVerification] }));
  const { client } = await openPage(
    pageRequest('/caller-verifications', { answers: { helpdesk: { listCallerVerifications: { requests: [] } } } }),
  );
  expect(screen.getByRole('heading', { name: 'No question from the helpdesk' })).toBeDefined();
  await client.refetchQueries({ queryKey: ['asked', 'list'] });
  await screen.findByRole('heading', { name: 'Did you call the helpdesk?' });
  expect(sent.every(({ headers }) => headers.get('x-latchkey-poll') === '1')).toBe(true);
});

test('the list denies at once, and shows more before a yes', async () => {
  const sent = fakeEdge(({ method }) =>
    method === 'GET' ? reply(200, home) : reply(200, { reset: false, code: null, expiresAt: null }),
  );
  await openPage(pageRequest('/', { answers: { home: { ...home, questions: ['cv1'] } } }));
  expect(screen.getByRole('link', { name: 'Yes, show me' }).getAttribute('href')).toBe('/caller-verifications');
  expect(screen.queryByRole('link', { name: 'Helpdesk' })).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'No, I didn’t call' }));
  expect(document.activeElement).toBe(await screen.findByText(/^You said that you didn’t call/));
  expect(sent.find(({ method }) => method === 'POST')).toMatchObject({
    path: '/api/caller-verifications/cv1/answer',
    body: { answer: 'no' },
  });
});
