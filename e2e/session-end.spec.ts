import { factorId } from './fixtures/actions.ts';
import { expect, field, heading, open, people, signIn, test } from './fixtures/index.ts';

const minutes = (count: number) => count * 60_000;

test('[X3] idle for too long: the session ends, and keeps the page and the inputs', async ({
  page,
  server,
  simulator,
}) => {
  await page.clock.install();
  await signIn(page, server, people.grace);
  const path = `/methods/${await factorId(simulator, people.grace, 'Authenticator app')}/test`;
  await open(page, path);
  await field(page).fill('1234');
  await simulator.advance(15 * 60 + 5);
  await page.clock.fastForward(minutes(15) + 5000);
  const ended = page.getByRole('dialog', { name: 'Your session ended' });
  await expect(ended).toBeVisible();
  await expect(ended).toContainText('To keep what you typed here, sign in in another tab first.');
  await expect(field(page)).toHaveValue('1234');
  await page.keyboard.press('Escape');
  await expect(ended, 'it cannot be waved away').toBeVisible();
  await ended.getByRole('link', { name: 'Sign in again' }).click();
  // She is still signed in at the org.
  await expect(field(page)).toHaveValue('');
  await expect(heading(page, 'Test your authenticator app')).toBeVisible();
  expect(page.url()).toBe(server.url + path);
});
