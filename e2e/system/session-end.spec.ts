import { factorId } from '../fixtures/actions.ts';
import { checkScreen } from '../fixtures/checks.ts';
import { button, expect, field, heading, link, listHeading, open, people, signIn, test } from '../fixtures/index.ts';

test('is signed out within a minute of being suspended at the org', async ({ page, server, simulator }) => {
  await signIn(page, server, people.grace);
  await simulator.status(people.grace, 'SUSPENDED');
  await simulator.advance(60);
  await link(page, /^Okta Verify/).click();
  await expect(page.getByRole('dialog', { name: 'Your session ended' })).toBeVisible();
  await checkScreen(page, 'session ended');
  expect((await page.request.get('/api/session')).status()).toBe(401);
  await page.getByRole('link', { name: 'Sign in again' }).click();
  await expect(page.getByText('Your methods')).toBeHidden();
});

test('[X3] idle for a quarter of an hour: gets a warning a minute before, and stays with one click', async ({
  page,
  server,
  simulator,
}) => {
  await page.clock.install();
  await signIn(page, server, people.grace);
  const later = async (seconds: number) => {
    await simulator.advance(seconds);
    await page.clock.fastForward(seconds * 1000);
  };
  await later(14 * 60 + 5);
  const warning = page.getByRole('region', { name: 'Your session ends soon' });
  await expect(warning).toContainText(/You’ll be signed out in 0:\d\d\./);
  await expect(page.getByRole('status')).toContainText('You’ll be signed out in one minute.');
  await button(page, 'Stay signed in').click();
  await expect(warning).toBeHidden();
  await expect(page.getByRole('status')).toHaveText('You’re still signed in.');
  await later(5 * 60);
  expect((await page.request.get('/api/session')).status()).toBe(200);
  await later(9 * 60 + 5);
  await expect(warning).toBeVisible();
  // Comes last, because a slow machine needs longer for it than the minute.
  await checkScreen(page, 'session ends soon');
});

test('signing in again in another tab finds the page unchanged', async ({ page, context, server, simulator }) => {
  await signIn(page, server, people.grace);
  await open(page, `/methods/${await factorId(simulator, people.grace, 'Authenticator app')}/test`);
  await field(page).fill('123456');
  await simulator.advance(15 * 60 + 5);
  await button(page, 'Check the code').click();
  const ended = page.getByRole('dialog', { name: 'Your session ended' });
  await expect(ended).toBeVisible();
  const other = await context.newPage();
  await open(other, '/');
  await link(other, 'Sign in').click();
  // She is still signed in at the org.
  await expect(listHeading(other)).toBeVisible();
  await page.bringToFront();
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await expect(ended).toBeHidden();
  await expect(heading(page, 'Test your authenticator app')).toBeVisible();
});
