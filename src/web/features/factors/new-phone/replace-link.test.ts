import { screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { fakeEdge, reply } from '../../../testing/edge.ts';
import { openPage } from '../../../testing/hydrate.tsx';
import { home, newPhone, pageRequest, totp } from '../../../testing/person.ts';

const okta = { type: 'okta', href: '/auth/step-up?a=b' };

/** Follows *Replace* on the new-phone page. Returns a function that lists the calls that change something. */
async function follow(missing: object | null) {
  const sent = fakeEdge(({ path }) => reply(200, path === '/api/home' ? home : newPhone), missing);
  await openPage(pageRequest('/new-phone', { answers: { newPhone } }));
  await userEvent.setup().click(screen.getByRole('link', { name: `Replace ${totp.name}` }));
  await screen.findByRole('heading', { level: 1, name: /^Move / });
  return () => sent.filter(({ method }) => method !== 'GET');
}

test('Replace says what it does and asks for the missing proof at once', async () => {
  const changes = await follow({ purpose: `replace:${totp.id}`, strength: 3, options: [okta] });
  await screen.findByText('Sign in at Okta again');
  screen.getByText('The old one stops');
  expect(changes()).toEqual([]);
});

test('where no proof is missing, no link replaces a method: it takes a press', async () => {
  const changes = await follow(null);
  await screen.findByRole('button', { name: 'Show the QR code' });
  screen.getByText('The old one stops');
  expect(changes()).toEqual([]);
  await userEvent.setup().click(screen.getByRole('button', { name: 'Show the QR code' }));
  await waitFor(() => expect(changes().map(({ path }) => path)).toEqual([`/api/factors/${totp.id}/replacement`]));
});
