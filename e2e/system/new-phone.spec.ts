import { stepUpHere, turnOn } from '../fixtures/actions.ts';
import { checkScreen } from '../fixtures/checks.ts';
import { button, expect, heading, link, open, people, shown, signIn, test } from '../fixtures/index.ts';

const hedy = 'helpdesk@example.com';

test('[X6] every state of a plan: the questions, a stolen phone, a replacement that was left, and no spare', async ({
  page,
  server,
  simulator,
  otherBrowser,
}) => {
  await signIn(page, server, hedy, '/new-phone');
  await expect(heading(page, 'Your new phone')).toBeVisible();
  await checkScreen(page, 'new phone, questions');
  await button(page, 'It’s lost or broken').click();
  await expect(link(page, /^Add another method first/)).toBeVisible();
  await checkScreen(page, 'new phone, no spare');

  const grace = await (await otherBrowser()).newPage();
  await signIn(grace, server, people.grace, '/new-phone');
  await button(grace, 'It was stolen').click();
  await expect(shown(grace, 'First, lock the thief out')).toBeVisible();
  await checkScreen(grace, 'new phone, stolen');
  await link(grace, 'See what to do about a stolen phone').click();
  await expect(heading(grace, 'My phone was stolen')).toBeFocused();
  await checkScreen(grace, 'stolen phone');
  await grace.goBack();
  await link(grace, 'Move it Authenticator app').click();
  await expect(heading(grace, 'Move Authenticator app to your new phone')).toBeFocused();
  await checkScreen(grace, 'new phone, replace');
  await button(grace, 'Show the QR code').click();
  await stepUpHere(grace, simulator, 'Okta Verify', people.grace);
  await expect(shown(grace, 'Scan this with your app')).toBeVisible();
  await checkScreen(grace, 'new phone, QR');
  // A second tab ends nothing by itself.
  const tab = await grace.context().newPage();
  await open(tab, '/new-phone');
  await link(tab, 'Go on Authenticator app').click();
  await button(tab, 'Show the QR code').click();
  await expect(shown(tab, 'You started this already, here or in another tab of this browser.')).toBeVisible();
  await checkScreen(tab, 'new phone, open elsewhere');
  await link(tab, 'Finish it here').click();
  await expect(heading(tab, 'Turn on Authenticator app')).toBeVisible();
  await tab.close();
  // The browser is closed; another one goes on.
  await grace.close();
  const elsewhere = await (await otherBrowser()).newPage();
  await signIn(elsewhere, server, people.grace);
  await expect(shown(elsewhere, '0 of 2 moved')).toBeVisible();
  await checkScreen(elsewhere, 'list, moving');
  await link(elsewhere, 'Go on').click();
  await expect(shown(elsewhere, 'The old one is off, and no new one works yet.')).toBeVisible();
  await checkScreen(elsewhere, 'new phone, not finished');
  await link(elsewhere, 'Go on Authenticator app').click();
  await button(elsewhere, 'Show the QR code').click();
  await stepUpHere(elsewhere, simulator, 'Okta Verify', people.grace);
  await expect(shown(elsewhere, 'Scan this with your app')).toBeVisible();
  await button(elsewhere, 'Cancel').click();
  const cancelled = elsewhere.locator('.note', { hasText: 'Cancelled. No new one was set up.' });
  await expect(cancelled).toHaveClass('note caution');
  await checkScreen(elsewhere, 'new phone, cancelled');
  await link(elsewhere, 'Go on Authenticator app').click();
  await expect(elsewhere).toHaveTitle('Move Authenticator app to your new phone · Latchkey');
  await button(elsewhere, 'Show the QR code').click();
  await stepUpHere(elsewhere, simulator, 'Okta Verify', people.grace);
  await expect(shown(elsewhere, 'Scan this with your app')).toBeVisible();
  await turnOn(elsewhere, simulator, 'Authenticator app', people.grace);
  await link(elsewhere, 'Back to your new phone').click();
  await expect(shown(elsewhere, '1 of 2 moved')).toBeVisible();
});

test('a signed-out person comes to the plan by signing in, and a second app leads there', async ({ page, server }) => {
  await open(page, '/');
  await expect(link(page, 'I have a new phone')).toHaveAttribute('href', /\/auth\/sign-in\?returnTo=%2Fnew-phone$/);
  await open(page, '/get-help');
  await link(page, 'I have a new phone').click();
  await expect(heading(page, 'Sign in to continue')).toBeVisible();
  await signIn(page, server, hedy, '/add/totp');
  await button(page, 'Show the QR code').click();
  await expect(heading(page, 'You already have an authenticator app')).toBeFocused();
  await link(page, 'Move it to a new phone').click();
  await expect(heading(page, 'Your new phone')).toBeVisible();
});
