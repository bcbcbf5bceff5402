import { cleanup, configure, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import type { Factor, FactorDetail } from '#contract/endpoints.ts';
import { fakeEdge, refusal, reply } from '../../testing/edge.ts';
import { helpdeskAnswers } from '../../testing/helpdesk.ts';
import { openPage } from '../../testing/hydrate.tsx';
import { detail, elsewhere, here, key, pageRequest, totp } from '../../testing/person.ts';

// On a busy machine, rendering takes longer than the default timeout.
configure({ asyncUtilTimeout: 15_000 });
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const optionOf = ({ id, kind, name, detail, strength }: Factor, verificationType: string) => ({
  type: 'factor',
  factorId: id,
  kind,
  name,
  detail,
  strength,
  verificationType,
});
const app = optionOf(totp, 'code');
const okta = { type: 'okta', href: '/auth/step-up?purpose=sessions&returnTo=%2F' };
const steppedUp = {
  ...detail,
  factor: key,
  removal: { ...detail.removal, steppedUp: true } as FactorDetail['removal'],
};
const answers = { detail: steppedUp, sessions: [here, elsewhere], helpdesk: helpdeskAnswers };
const pages = [
  ['one session’s End', '/sessions', /^Sign out (?!everywhere)/],
  ['ending all other sessions', '/sessions', 'Sign out everywhere else'],
  ['the caller’s own page', '/caller-verifications', 'Yes, I called'],
  ['a removal that needs another step-up', `/methods/${key.id}/remove`, `Remove ${key.name}`],
] as const;

async function press(path: string, button: string | RegExp, options: object[]): Promise<void> {
  const missing = { purpose: 'sessions', strength: 2, options };
  fakeEdge(() => reply(403, refusal('step_up_required', missing)), missing);
  await openPage(pageRequest(path, { answers }));
  await userEvent.setup().click(screen.getByRole('button', { name: button }));
}

test.each(pages)('a step-up that opens by a press has the focus at its only field: %s', async (_, path, button) => {
  await press(path, button, [app, okta]);
  const field = await screen.findByLabelText('Code');
  await waitFor(() => expect(document.activeElement).toBe(field));
});

test.each(pages.slice(0, 3))('where there is a choice, its heading has the focus: %s', async (_, path, button) => {
  await press(path, button, [app, optionOf(key, 'key'), okta]);
  const heading = await screen.findByRole('heading', { name: 'First, verify it’s you' });
  await waitFor(() => expect(document.activeElement).toBe(heading));
});

test('a removal offers the best way, and the others on demand', async () => {
  const text = {
    ...app,
    factorId: `${totp.id}9`,
    kind: 'sms',
    name: null,
    detail: '•••• 0123',
    strength: 2,
    verificationType: 'sent-code',
  };
  await press(`/methods/${key.id}/remove`, `Remove ${key.name}`, [text, app, okta]);
  const field = await screen.findByLabelText('Code');
  await waitFor(() => expect(document.activeElement).toBe(field));
  expect(screen.queryByRole('button', { name: /^Use (?!another way)/ })).toBeNull();
  expect(screen.queryByRole('link', { name: /Sign in at Okta again/ })).toBeNull();
  await userEvent.setup().click(screen.getByRole('button', { name: 'Use another way' }));
  const [first, ...others] = screen.getAllByRole('button', { name: /^Use/ });
  expect(document.activeElement).toBe(first);
  expect(others).toHaveLength(1);
  expect(screen.getByRole('link', { name: /Sign in at Okta again/ })).toBeDefined();
});

test('a removal with nothing to choose says what to do without it', async () => {
  await press(`/methods/${key.id}/remove`, `Remove ${key.name}`, [app]);
  await screen.findByLabelText('Code');
  expect(screen.queryByRole('button', { name: 'Use another way' })).toBeNull();
  expect(within(screen.getByRole('main')).getByRole('link', { name: 'If you can’t get in' })).toBeDefined();
});

test('a page that opens with a step-up is read from its heading on', async () => {
  fakeEdge(() => reply(500));
  await openPage(pageRequest(`/methods/${totp.id}/remove`));
  expect(screen.getByRole('heading', { name: 'First, verify it’s you' })).toBeDefined();
  expect(document.activeElement).toBe(document.body);
});
