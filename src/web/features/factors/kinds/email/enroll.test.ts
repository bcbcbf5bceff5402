import { screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { expect, test } from 'vitest';
import type { Factor } from '#contract/endpoints.ts';
import { fakeEdge, refusal, reply } from '../../../../testing/edge.ts';
import { openPage } from '../../../../testing/hydrate.tsx';
import { pageRequest, totp } from '../../../../testing/person.ts';

const factor: Factor = {
  ...totp,
  kind: 'email',
  name: null,
  detail: 'a••@example.com',
  status: 'PENDING_ACTIVATION',
  strength: 1,
};
const activation = {
  how: 'code',
  digits: 6,
  sent: { to: 'a••@example.com', resendAt: '2026-03-10T12:00:05.000Z', expiresAt: '2026-03-10T12:05:00.000Z' },
  expiresAt: '2026-03-10T12:10:00.000Z',
};

test('shows where the code was sent and how long it works, and a wrong code’s error at the field', async () => {
  const sent = fakeEdge(({ path }) =>
    path.endsWith('/activate')
      ? reply(403, refusal('wrong_code', { triesLeft: 2 }))
      : reply(201, { factor, activation }),
  );
  const user = userEvent.setup();
  await openPage(pageRequest('/add/email'));
  await user.click(screen.getByRole('button', { name: 'Send the code' }));
  const field = await screen.findByRole<HTMLInputElement>('textbox', { name: 'Code' });
  expect(sent[0]?.body).toEqual({ kind: 'email' });
  expect(document.body.textContent).toContain('We’ve sent an email with a code to a••@example.com.');
  expect(document.body.textContent).toMatch(/The code works for [45]:\d\d\./);
  await user.type(field, '000000{Enter}');
  await waitFor(() =>
    expect(document.querySelector('form .error')?.textContent).toBe(
      'That code didn’t match. Use the newest one we sent. 2 tries left.',
    ),
  );
});

test('says that it was turned on in another tab', async () => {
  fakeEdge(({ path }) =>
    path.endsWith('/activate')
      ? reply(409, refusal('already_enrolled', { factorId: factor.id }))
      : reply(201, { factor, activation }),
  );
  const user = userEvent.setup();
  await openPage(pageRequest('/add/email'));
  await user.click(screen.getByRole('button', { name: 'Send the code' }));
  await user.type(await screen.findByRole('textbox', { name: 'Code' }), '123456{Enter}');
  await screen.findByRole('heading', { name: 'You already get codes by email' });
  expect(screen.getByRole('link', { name: 'See Email' }).getAttribute('href')).toBe(`/methods/${factor.id}`);
});
