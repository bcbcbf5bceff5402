import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { Factor, Home } from '#contract/endpoints.ts';
import { fakeEdge, refusal, reply } from '../../../testing/edge.ts';
import { openPage } from '../../../testing/hydrate.tsx';
import { home, key, pageRequest, totp } from '../../../testing/person.ts';

const app: Factor = { ...totp, location: { at: 'phone', guessed: true } };
const keyAt = (at: 'phone' | 'computer' | 'apart'): Factor => ({ ...key, location: { at, guessed: true } });
const having = (...factors: Factor[]): Home => ({ ...home, factors });
const field = (name: string) => screen.getByLabelText<HTMLSelectElement>(`Where is ${name}?`);

test('a guess is put right by choosing, and then is none', async () => {
  let now = having(app, keyAt('apart'));
  const sent = fakeEdge(({ method }) => {
    if (method !== 'PUT') return reply(200, now);
    now = having({ ...app, location: { at: 'computer', guessed: false } }, keyAt('apart'));
    return reply(200, { factor: now.factors[0] });
  });
  await openPage(pageRequest('/lost-phone', { answers: { home: now } }));
  expect(field(totp.name).value).toBe('phone');
  expect(field(totp.name).getAttribute('aria-describedby')).not.toBeNull();
  fireEvent.change(field(totp.name), { target: { value: 'computer' } });
  await waitFor(() => expect(screen.getByRole('status').textContent).toBe('Saved.'));
  expect(sent[0]).toMatchObject({
    method: 'PUT',
    path: `/api/factors/${totp.id}/location`,
    body: { location: 'computer' },
  });
  await waitFor(() => expect(field(totp.name).getAttribute('aria-describedby')).toBeNull());
});

test('a choice that was made before the script ran counts', async () => {
  const sent = fakeEdge(({ method }) => (method === 'PUT' ? reply(200, { factor: app }) : reply(200, having(app))));
  await openPage(pageRequest('/lost-phone', { answers: { home: having(app) } }), (html) =>
    html
      .replace(/<option value="phone" selected="">/, '<option value="phone">')
      .replace('<option value="apart">', '<option value="apart" selected="">'),
  );
  await waitFor(() => expect(sent[0]).toMatchObject({ method: 'PUT', body: { location: 'apart' } }));
});

test('what another tab said of a method is shown, and not sent back', async () => {
  let now = having(app, keyAt('apart'));
  const sent = fakeEdge(({ method }) => {
    if (method !== 'PUT') return reply(200, now);
    now = having({ ...app, location: { at: 'computer', guessed: false } }, keyAt('phone'));
    return reply(200, { factor: now.factors[0] });
  });
  await openPage(pageRequest('/lost-phone', { answers: { home: now } }));
  fireEvent.change(field(totp.name), { target: { value: 'computer' } });
  await waitFor(() => expect(field(key.name).value).toBe('phone'));
  expect(sent.filter(({ method }) => method === 'PUT')).toHaveLength(1);
});

test('what could not be saved is said', async () => {
  fakeEdge(() => reply(503, refusal('org_unavailable')));
  await openPage(pageRequest('/lost-phone', { answers: { home: having(app) } }));
  fireEvent.change(field(totp.name), { target: { value: 'apart' } });
  expect((await screen.findByRole('alert')).textContent).toContain('We can’t reach Okta just now.');
});

test('somebody whose changes are frozen sees where things are, and is offered no change', async () => {
  fakeEdge(() => reply(500));
  const lostPhone = { stillWorks: null, unknown: [] as [], addNext: 'webauthn', triedAt: null } as const;
  const open = async (frozen: boolean) => {
    const session = { ...home.session, frozen };
    await openPage(pageRequest('/lost-phone', { answers: { home: { ...having(app), lostPhone, session } } }));
    const found = [
      screen.queryAllByRole('combobox').length,
      screen.queryAllByRole('link', { name: 'Add a spare' }).length,
    ];
    const text = document.body.textContent ?? '';
    cleanup();
    return { found, text };
  };
  expect((await open(false)).found).toEqual([1, 1]);
  const { found, text } = await open(true);
  expect(found).toEqual([0, 0]);
  expect(text).toContain('On my phone');
  expect(text).toContain('Changes are frozen');
});

test('says that passkeys cannot be told apart only where some are on the phone and some are not', async () => {
  fakeEdge(() => reply(500));
  const other = { ...keyAt('phone'), id: '00f00000000000000009', name: 'Phone' };
  const told = async (...factors: Factor[]): Promise<boolean> => {
    await openPage(pageRequest('/lost-phone', { answers: { home: having(...factors) } }));
    const said = document.body.textContent?.includes('Okta doesn’t say which passkey was used.') ?? false;
    cleanup();
    return said;
  };
  expect(await told(app, keyAt('apart'))).toBe(false);
  expect(await told(app, keyAt('apart'), other)).toBe(true);
  expect(await told(app, keyAt('phone'), other)).toBe(false);
});

test('whoever would be locked out reads what would happen, and which spares there are', async () => {
  fakeEdge(() => reply(500));
  const lostPhone = { stillWorks: null, unknown: [] as [], addNext: 'webauthn', triedAt: null } as const;
  const offer = { atOkta: false, strength: 4, status: 'NOT_SETUP', enrollment: 'OPTIONAL' } as const;
  const call = { ...offer, kind: 'call', strength: 2 } as const;
  const catalog = [{ ...offer, kind: 'webauthn' } as const, call, ...home.catalog];
  const spares = async (offered: Home['catalog']) => {
    await openPage(pageRequest('/lost-phone', { answers: { home: { ...having(app), lostPhone, catalog: offered } } }));
    expect(document.body.textContent).toContain('You would call your helpdesk');
    expect(document.querySelector('a[href^="tel:"]')).not.toBeNull();
    const found = ['A passkey on this computer', 'A security key', 'A phone number at home', 'Another device'].map(
      (name) => screen.queryByRole('link', { name: new RegExp(`^${name}`) })?.getAttribute('href') ?? null,
    );
    cleanup();
    return found;
  };
  const atOkta = 'https://org.example/settings';
  expect(await spares(catalog)).toEqual(['/add/webauthn', '/add/webauthn', '/add/call', atOkta]);
  expect(await spares([{ ...call, status: 'ACTIVE' }, ...home.catalog])).toEqual([null, null, null, atOkta]);
});
