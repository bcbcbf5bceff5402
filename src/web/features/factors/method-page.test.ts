import { cleanup, screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { expect, test } from 'vitest';
import type { Factor, FactorDetail } from '#contract/endpoints.ts';
import { fakeEdge, refusal, reply } from '../../testing/edge.ts';
import { openPage } from '../../testing/hydrate.tsx';
import { detail, home, key, pageRequest, settings, totp, unfinished } from '../../testing/person.ts';

const sms: Factor = { ...totp, kind: 'sms', name: null, detail: '•••• 0123', strength: 2 };
const method = `/methods/${sms.id}`;
const smsDetail: FactorDetail = {
  ...detail,
  factor: sms,
  verifications: [{ factorId: sms.id, verificationType: 'sent-code' }],
};

test('gets a name, which the page shows at once', async () => {
  const named: Factor = { ...sms, name: 'Work phone' };
  const sent = fakeEdge(({ method: verb }) =>
    verb === 'PUT' ? reply(200, { factor: named }) : reply(200, { ...smsDetail, factor: named }),
  );
  const user = userEvent.setup();
  await openPage(pageRequest(method, { answers: { detail: smsDetail } }));
  await user.click(screen.getByText('Rename'));
  const field = screen.getByLabelText<HTMLInputElement>('Your name for it');
  expect(field.value).toBe('');
  expect(field.maxLength).toBe(40);
  await user.type(field, ' Work phone {Enter}');
  await screen.findByRole('heading', { name: 'Work phone' });
  expect(sent[0]).toMatchObject({ method: 'PUT', path: `/api/factors/${sms.id}/name`, body: { name: 'Work phone' } });
  expect(screen.getByRole('status').textContent).toBe('Saved.');
  expect(document.querySelector('details')?.open).toBe(false);
  expect(document.querySelector('h1 + p')?.textContent).toMatch(/^Text message\s· •••• 0123\s· added /);
  expect(document.title).toBe('Work phone · Meridian');
  expect(sessionStorage.length).toBe(0);
});

test('a half-typed name outlives the session, as the helpdesk’s drafts do', async () => {
  fakeEdge(() => reply(401, refusal('signed_out')));
  const user = userEvent.setup();
  const request = pageRequest(method, { answers: { detail: smsDetail } });
  await openPage(request);
  await user.click(screen.getByText('Rename'));
  await user.type(screen.getByLabelText('Your name for it'), 'Work pho');
  cleanup();
  // After a sign-in, the same page restores the text.
  await openPage(request);
  expect(document.querySelector('details')?.open).toBe(true);
  expect(screen.getByLabelText<HTMLInputElement>('Your name for it').value).toBe('Work pho');
  // Another method's page does not show the text.
  cleanup();
  const other: Factor = { ...sms, id: home.factors[2]!.id };
  await openPage(pageRequest(`/methods/${other.id}`, { answers: { detail: { ...smsDetail, factor: other } } }));
  expect(screen.getByLabelText<HTMLInputElement>('Your name for it').value).toBe('');
});

test('a push that was left is finished on the method’s page', async () => {
  const half: FactorDetail = {
    ...detail,
    factor: { ...unfinished, kind: 'okta-verify', name: null, resumable: 'here' },
    verifications: [],
    enrollment: {
      expiresAt: '2026-03-10T12:09:00.000Z',
      how: 'poll',
      poll: { qr: '/api/factors/own/activation/qr', links: ['email'] },
    },
  };
  const path = `/methods/${half.factor.id}`;
  fakeEdge(() => reply(200, { result: 'ACTIVE', factor: { ...half.factor, status: 'ACTIVE' } }));
  await openPage(pageRequest(path, { answers: { detail: half } }));
  expect(screen.getByRole('link', { name: 'Continue' }).getAttribute('href')).toBe(`${path}/activate`);
  cleanup();
  await openPage(pageRequest(`${path}/activate`, { answers: { detail: half } }));
  await waitFor(() => expect(screen.getByRole('heading', { name: 'Okta Verify is on' })).toBe(document.activeElement));
});

test('a name that could not be saved stays in the field, with the reason', async () => {
  fakeEdge(() => reply(503, refusal('org_unavailable')));
  const user = userEvent.setup();
  await openPage(pageRequest(method, { answers: { detail: smsDetail } }));
  await user.click(screen.getByText('Rename'));
  await user.type(screen.getByLabelText('Your name for it'), 'Work phone{Enter}');
  await screen.findByRole('alert');
  expect(screen.getByLabelText<HTMLInputElement>('Your name for it').value).toBe('Work phone');
});

test('a method that cannot be verified here is managed at Okta, and can be removed', async () => {
  fakeEdge(() => reply(500));
  const duo: Factor = { ...totp, kind: 'duo', name: null };
  await openPage(pageRequest(method, { answers: { detail: { ...detail, factor: duo, verifications: [] } } }));
  expect(screen.getByRole('link', { name: 'Manage it at Okta' }).getAttribute('href')).toBe(settings.oktaSettingsUrl);
  expect(screen.getByRole('link', { name: 'Remove' })).toBeDefined();
  expect(screen.queryByRole('link', { name: 'Test it' })).toBeNull();
});

test('one begun here by a sent code is finished by it', async () => {
  const how = { expiresAt: '2026-03-10T12:09:00.000Z', how: 'code' } as const;
  const half: FactorDetail = {
    ...smsDetail,
    factor: { ...unfinished, ...sms, status: 'PENDING_ACTIVATION', resumable: 'here' },
    verifications: [],
    enrollment: how,
  };
  const sent = fakeEdge(({ path }) =>
    path.endsWith('/activate')
      ? reply(409, refusal('already_enrolled', { factorId: sms.id }))
      : reply(200, { to: '•••• 0123', resendAt: '2026-03-10T12:01:00.000Z', expiresAt: null }),
  );
  const user = userEvent.setup();
  await openPage(pageRequest(`${method}/activate`, { answers: { detail: half } }));
  await user.click(screen.getByRole('button', { name: 'Send another code' }));
  await waitFor(() => expect(sent.map(({ path }) => path)).toEqual([`/api/factors/${sms.id}/resend`]));
  await user.type(screen.getByRole('textbox', { name: 'Code' }), '123456{Enter}');
  // Another tab activated the method first: the page shows a success.
  await waitFor(() =>
    expect(screen.getByRole('heading', { name: 'Text messages to •••• 0123 are on' })).toBe(document.activeElement),
  );
  expect(document.body.textContent).toContain('perhaps in another tab');
});

test('no other code is offered where no code is taken before a sign-in at Okta', async () => {
  const sent = { to: '•••• 0123', resendAt: '2026-03-10T11:00:00.000Z', expiresAt: null };
  const closed = refusal('too_many_attempts', { closed: 'all', signIn: '/auth/step-up?purpose=codes' });
  fakeEdge(({ body }) =>
    body !== null && typeof body === 'object' && 'passCode' in body
      ? reply(429, closed)
      : reply(200, { factorResult: 'CHALLENGE', challenge: { how: 'code', digits: 6, sent } }),
  );
  const user = userEvent.setup();
  await openPage(pageRequest(`${method}/test`, { answers: { detail: smsDetail } }));
  await user.click(await screen.findByRole('button', { name: /^Send a code/ }));
  await screen.findByRole('button', { name: 'Send another code' });
  await user.type(screen.getByLabelText('Code'), '123456{Enter}');
  await screen.findByRole('link', { name: 'Sign in at Okta again' });
  expect(screen.queryByRole('button', { name: 'Send another code' })).toBeNull();
});

test('the list says what is known of a key, and offers another', async () => {
  fakeEdge(() => reply(500));
  const offer = { kind: 'webauthn', atOkta: false, strength: 4, status: 'ACTIVE', enrollment: 'OPTIONAL' } as const;
  const factors = [{ ...key, name: null, detail: 'iCloud Keychain', backup: 'synced' as const }];
  await openPage(pageRequest('/', { answers: { home: { ...home, factors, catalog: [offer, ...home.catalog] } } }));
  expect(screen.getByRole('link', { name: /^Security key/ }).textContent).toMatch(
    /Can’t be phished\s· iCloud Keychain\s· synced\s· added /,
  );
  expect(screen.getByRole('link', { name: 'Add a security key or passkey' }).getAttribute('href')).toBe(
    '/add/webauthn',
  );
});

test('what is added at Okta links there', async () => {
  fakeEdge(() => reply(500));
  const catalog = [{ ...home.catalog[0]!, kind: 'webauthn' as const, name: 'Security key or passkey', atOkta: true }];
  await openPage(pageRequest('/add', { answers: { home: { ...home, factors: [sms], catalog } } }));
  const away = screen.getByRole('link', { name: /^Security key/ });
  expect(away.getAttribute('href')).toBe(settings.oktaSettingsUrl);
  expect(away.textContent).toContain('one added here would only work here');
});
