import { addFirst, factorId, pressAdd, stepUpHere, turnOn } from './fixtures/actions.ts';
import { button, expect, heading, link, people, shown, signIn, test } from './fixtures/index.ts';

const stepUp = { name: 'First, verify it’s you' };

test('adds the second app after a step-up with the first, then removes the first with the second', async ({
  page,
  server,
  simulator,
}) => {
  await signIn(page, server, people.ada);
  await addFirst(page, simulator);
  await link(page, 'Back to your methods').click();
  await pressAdd(page, 'Okta Verify');
  await expect(page.getByRole('heading', stepUp)).toBeVisible();
  await stepUpHere(page, simulator, 'Authenticator app', people.ada);
  await expect(page.getByText('Scan this with your app')).toBeVisible();
  await turnOn(page, simulator, 'Okta Verify');
  await link(page, 'Back to your methods').click();
  await expect(heading(page, 'If you lose your phone, you may not get in')).toBeVisible();

  const first = await factorId(simulator, people.ada, 'Authenticator app');
  await link(page, /^Authenticator app/).click();
  await link(page, 'Remove').click();
  await expect(heading(page, 'Remove your authenticator app?')).toBeFocused();
  await expect(page.getByText('The codes your app shows for this account stop working.')).toBeVisible();
  await expect(page.getByText('You keep Okta Verify')).toBeVisible();
  await expect(page.getByText('We’ll tell you by email')).toBeVisible();
  await expect(button(page, 'Remove your authenticator app')).toBeHidden();
  await stepUpHere(page, simulator, 'Okta Verify', people.ada);
  await button(page, 'Remove your authenticator app').click();
  await expect(shown(page, 'Your authenticator app is removed.')).toBeVisible();
  await expect(heading(page, 'You have one way to verify it’s you')).toBeVisible();
  await link(page, 'Add a method').click();
  await expect(page.getByRole('link', { name: /^Authenticator app.* Add$/ }), 'it can be added again').toBeVisible();
  expect((await simulator.authenticators(people.ada)).map(({ factorId: id }) => id)).not.toContain(first);
  expect(await simulator.count('DELETE', new RegExp(`/factors/${first}$`))).toBe(1);
});
