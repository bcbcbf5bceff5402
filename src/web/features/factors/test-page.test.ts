import { cleanup, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { fakeEdge, refusal, reply } from '../../testing/edge.ts';
import { openPage } from '../../testing/hydrate.tsx';
import { home, pageRequest, totp } from '../../testing/person.ts';

test('after the second wrong code of an app, says how to set the phone’s clock', async () => {
  fakeEdge(() => reply(400, refusal('wrong_code')));
  await openPage(pageRequest(`/methods/${totp.id}/test`));
  const user = userEvent.setup();
  const enter = async (code: string): Promise<void> => {
    await user.clear(screen.getByLabelText('Code'));
    await user.type(screen.getByLabelText('Code'), `${code}{Enter}`);
  };
  await enter('123456');
  await screen.findAllByText(/That code didn’t match/);
  expect(screen.queryByText(/^Codes depend on the time/)).toBeNull();
  await enter('654321');
  expect(await screen.findByText(/^Codes depend on the time/)).toBeDefined();
});

test('says that wrong codes block the method, and asks for none: at once and on a page loaded later', async () => {
  const path = `/methods/${totp.id}/test`;
  const retryAt = '2026-03-10T12:05:00.000Z';
  fakeEdge(() => reply(429, refusal('too_many_attempts', { closed: 'kind', retryAt })));
  const expectBlocked = (): void => {
    expect(document.body.textContent).toContain('Too many tries. You can try again in');
    expect(document.body.textContent).not.toContain('Enter a code');
    expect(screen.getByLabelText<HTMLInputElement>('Code').disabled).toBe(true);
    expect(screen.queryByRole('button', { name: 'Check the code' })).toBeNull();
  };
  await openPage(pageRequest(path));
  expect(document.body.textContent).toContain('Enter a code');
  await userEvent.setup().type(screen.getByLabelText('Code'), '123456{Enter}');
  await screen.findByText(/^Too many tries/);
  expectBlocked();
  cleanup();
  const open = async (blocked: object[]): Promise<void> => {
    const session = { ...home.session, blocked } as typeof home.session;
    await openPage(pageRequest(path, { answers: { home: { ...home, session } } }));
  };
  await open([{ kind: 'totp', closed: 'kind', retryAt }]);
  expectBlocked();
  cleanup();
  await open([{ kind: 'sms', closed: 'kind', retryAt }]);
  expect(document.body.textContent).toContain('Enter a code');
});
