import { screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { expect, test } from 'vitest';
import type { Factor } from '#contract/endpoints.ts';
import { cachedIn, fakeEdge, refusal, reply } from '../../../../testing/edge.ts';
import { openPage } from '../../../../testing/hydrate.tsx';
import { pageRequest, totp } from '../../../../testing/person.ts';

const factor: Factor = { ...totp, kind: 'question', name: null, strength: 1 };
const field = (): HTMLInputElement => screen.getByLabelText<HTMLInputElement>('Answer');
const beside = (): string | undefined => document.querySelector('form .error')?.textContent ?? undefined;

test('is chosen, answered and active at once; the answer is hidden, shown when asked, and not stored', async () => {
  const sent = fakeEdge(({ path }) =>
    path === '/api/factors' ? reply(201, { factor, activation: null }) : reply(200, { sessions: [] }),
  );
  const user = userEvent.setup();
  const { client } = await openPage(pageRequest('/add/question'));
  expect(document.body.textContent).toContain('People who know you may know this');
  expect(field()).toMatchObject({ type: 'text', autocomplete: 'off' });
  expect(field().className).toContain('masked');
  await user.click(screen.getByRole('button', { name: 'Show' }));
  expect(field().className).not.toContain('masked');
  await user.selectOptions(screen.getByLabelText('Question'), 'first_award');
  await user.type(field(), ' Blue ribbon {Enter}');
  await waitFor(() =>
    expect(screen.getByRole('heading', { name: 'Your security question is on' })).toBe(document.activeElement),
  );
  expect(sent[0]?.body).toEqual({ kind: 'question', question: 'first_award', answer: 'Blue ribbon' });
  expect(cachedIn(client)).not.toContain('Blue ribbon');
  expect(document.body.innerHTML).not.toContain('Blue ribbon');
});

test.each([
  ['', 'Enter an answer.'],
  ['abc', 'That’s too short. Use at least four characters.'],
  ['Least Liked', 'That’s part of the question. Choose another answer.'],
])('does not send %o', async (typed, said) => {
  const sent = fakeEdge(() => reply(500));
  const user = userEvent.setup();
  await openPage(pageRequest('/add/question'));
  if (typed) await user.type(field(), typed);
  await user.click(screen.getByRole('button', { name: 'Turn on' }));
  await waitFor(() => expect(beside()).toBe(said));
  await waitFor(() => expect(document.activeElement).toBe(field()));
  expect(sent).toEqual([]);
});

test('shows a refusal at the field, and keeps the inputs', async () => {
  fakeEdge(() => reply(400, refusal('bad_answer')));
  const user = userEvent.setup();
  await openPage(pageRequest('/add/question'));
  await user.type(field(), 'turnips{Enter}');
  await waitFor(() => expect(beside()).toBe('Your organisation doesn’t accept that answer. Choose another.'));
  expect(field().value).toBe('turnips');
});
