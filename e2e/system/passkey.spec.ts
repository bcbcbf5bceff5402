import { checkScreen } from '../fixtures/checks.ts';
import { turnOn } from '../fixtures/actions.ts';
import { button, expect, heading, link, open, people, shown, signIn, test } from '../fixtures/index.ts';
import { addKey, openAdd, plugIn, use } from '../fixtures/keys.ts';

const { ada } = people;
test('steps up with it, in place, and removes it', async ({ page, server, simulator }) => {
  await signIn(page, server, ada);
  await plugIn(page);
  await addKey(page);
  await open(page, '/add/totp');
  await button(page, 'Show the QR code').click();
  await button(page, 'Use your key or device').click();
  await expect(shown(page, 'Scan this with your app')).toBeVisible();
  await turnOn(page, simulator, 'Authenticator app');

  await link(page, 'Back to your methods').click();
  await link(page, /^Security key or passkey/).click();
  await link(page, 'Remove').click();
  await button(page, 'Use your key or device').click();
  await button(page, 'Remove Security key or passkey').click();
  await expect(shown(page, 'Security key or passkey is removed.')).toBeVisible();
});

test('the same key is not added twice; another one is', async ({ page, server }) => {
  await signIn(page, server, ada);
  const first = await plugIn(page);
  await addKey(page);
  await open(page, '/add/webauthn');
  await button(page, 'Continue').click();
  // Another key needs a step-up with her first key.
  await button(page, 'Use your key or device').click();
  await button(page, use).click();
  await expect(page.getByRole('alert')).toHaveText('You’ve added this key or device before. Use another one.');
  await first.takeOut();
  const second = await plugIn(page);
  await button(page, 'Try again').click();
  await expect(heading(page, 'Your key or passkey is on')).toBeFocused();
  expect(await second.credentials()).toBe(1);
});

test('a key that waits is cancelled, and one that refuses adds nothing and can be tried again; every state fits', async ({
  page,
  server,
  simulator,
}) => {
  await signIn(page, server, ada);
  const key = await plugIn(page);
  await open(page, '/add/webauthn');
  await expect(heading(page, 'Add a security key or passkey')).toBeVisible();
  await checkScreen(page, 'key, ready');
  await button(page, 'Continue').click();
  await expect(button(page, use)).toBeVisible();
  await checkScreen(page, 'key, step');
  await key.isTouched(false);
  await button(page, use).click();
  await expect(button(page, 'Waiting for your key or device…')).toBeVisible();
  await checkScreen(page, 'key, waiting');
  await button(page, 'Cancel').click();
  await expect(page.getByText('Cancelled. Nothing was added.', { exact: true }).first()).toBeVisible();
  expect(await simulator.count('DELETE', /\/factors\/[^/]+$/)).toBe(1);
  expect(await key.credentials()).toBe(0);
  await key.isTouched(true);
  await openAdd(page);
  await key.knowsHer(false);
  await button(page, use).click();
  await expect(page.getByRole('alert')).toContainText('Nothing was added: it was cancelled, or took too long.');
  await checkScreen(page, 'key, cancelled');
  expect(await simulator.count('POST', /\/lifecycle\/activate$/)).toBe(0);
  await key.knowsHer(true);
  await button(page, 'Try again').click();
  await expect(heading(page, 'Your key or passkey is on')).toBeFocused();
  await checkScreen(page, 'key, done');
  await open(page, '/');
  await link(page, /^Security key or passkey/).click();
  await link(page, 'Test it').click();
  await expect(button(page, 'Use your key or device')).toBeVisible();
  await checkScreen(page, 'key, check');
});
