import { cleanup, screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import type { FactorDetail } from '#contract/endpoints.ts';
import { fakeEdge, refusal, reply } from '../../testing/edge.ts';
import { openPage } from '../../testing/hydrate.tsx';
import { detail, home, key, pageRequest } from '../../testing/person.ts';

const credential = { rpId: 'id.example.com', credentialId: 'AQIDBA' };
const steppedUp: FactorDetail = {
  ...detail,
  factor: key,
  removal: { ...detail.removal, steppedUp: true } as FactorDetail['removal'],
};

/** `gone`: the server's answer to the removal. Returns the calls of the browser's `signalUnknownCredential`. */
async function remove(gone: Response, removed: FactorDetail, signal?: (credential: unknown) => Promise<void>) {
  const told = vi.fn<(credential: unknown) => Promise<void>>(signal ?? (() => Promise.resolve()));
  vi.stubGlobal('PublicKeyCredential', signal === undefined ? class {} : { signalUnknownCredential: told });
  fakeEdge(({ method, path }) =>
    method === 'DELETE' ? gone : reply(200, path === '/api/home' ? home : { ...removed, sessions: [] }),
  );
  await openPage(pageRequest(`/methods/${key.id}/remove`, { answers: { detail: removed } }));
  await userEvent.setup().click(screen.getByRole('button', { name: `Remove ${key.name}` }));
  return told;
}
const removed = () => screen.findAllByText(`${key.name} is removed.`);

test('the browser is told of a removed key of ours, so that it offers it no more', async () => {
  const told = await remove(reply(204), { ...steppedUp, credential }, () => Promise.resolve());
  await removed();
  expect(told.mock.calls).toEqual([[credential]]);
});

test('a browser that cannot be told, or fails, changes nothing', async () => {
  await remove(reply(204), { ...steppedUp, credential });
  await removed();
  cleanup();
  await remove(reply(204), { ...steppedUp, credential }, () => Promise.reject(new Error('said by the browser')));
  await removed();
});

test('a method that is gone already is said to be removed: only the answer was lost', async () => {
  await remove(reply(404, refusal('not_found')), steppedUp);
  await removed();
  expect(document.body.textContent).not.toContain('no longer exists');
});

test('nothing is said of a key that stays, nor of one of another relying party', async () => {
  const kept = await remove(reply(409, refusal('last_factor')), { ...steppedUp, credential }, () => Promise.resolve());
  await waitFor(() => expect(screen.getByRole('alert').textContent).toContain('the last method you have'));
  expect(kept).not.toHaveBeenCalled();
  cleanup();
  const foreign = await remove(reply(204), steppedUp, () => Promise.resolve());
  await removed();
  expect(foreign).not.toHaveBeenCalled();
});

test('opened from the plan for a new phone, it leads back there, and not to the method', async () => {
  fakeEdge(() => reply(500));
  const leads = async (query: string): Promise<(string | null)[]> => {
    await openPage(pageRequest(`/methods/${key.id}/remove${query}`, { answers: { detail: steppedUp } }));
    const links = [document.querySelector('main a'), screen.getByRole('link', { name: 'Keep it' })];
    cleanup();
    return links.map((link) => link!.getAttribute('href'));
  };
  const method = `/methods/${key.id}`;
  expect(await leads('')).toEqual([method, method]);
  expect(await leads('?new-phone')).toEqual(['/new-phone', '/new-phone']);
});

test.each([
  [{ kind: 'sms', detail: '•••• 0160' }, 'Remove text messages to •••• 0160?'],
  [{ kind: 'webauthn', detail: 'Windows Hello' }, 'Remove your passkey in Windows Hello?'],
  [{ kind: 'webauthn' }, 'Remove Security key or passkey?'],
  [{ kind: 'totp' }, 'Remove your authenticator app?'],
  [{ kind: 'okta-verify', detail: 'iPhone 15' }, 'Remove Okta Verify?'],
  [{ kind: 'sms', detail: '•••• 0160', name: 'My own' }, 'Remove My own?'],
] as const)('%o is asked for in a sentence', async (method, heading) => {
  const factor = { ...key, name: null, detail: null, ...method };
  await openPage(pageRequest(`/methods/${key.id}/remove`, { answers: { detail: { ...steppedUp, factor } } }));
  expect(screen.getByRole('heading', { level: 1 }).textContent).toBe(heading);
  cleanup();
});

test('what is kept is named in words, but an own name as it is', async () => {
  const keeps = (['call', 'question', 'okta-verify'] as const).map((kind) => ({ kind, name: null }));
  const removal = {
    ...steppedUp.removal,
    keeps: [...keeps, { kind: 'sms', name: 'My own' }],
  } as FactorDetail['removal'];
  await openPage(pageRequest(`/methods/${key.id}/remove`, { answers: { detail: { ...steppedUp, removal } } }));
  expect(screen.getByText(/^You keep/).textContent).toBe(
    'You keep phone calls, your security question, Okta Verify and My own',
  );
});
