import { stepUpHere, turnOn } from '../fixtures/actions.ts';
import { checkScreen } from '../fixtures/checks.ts';
import { button, expect, heading, link, open, people, shown, signIn, test } from '../fixtures/index.ts';

const hedy = 'helpdesk@example.com';

test('[X6] every state: no spare, a replacement that was left, and another tab', async ({
  page,
  server,
  simulator,
  otherBrowser,
}) => {
  await signIn(page, server, hedy, '/new-phone');
  await expect(link(page, /^Add another method first/)).toBeVisible();
  await checkScreen(page, 'new phone, no spare');

  const grace = await (await otherBrowser()).newPage();
  await signIn(grace, server, people.grace, '/new-phone');
  await checkScreen(grace, 'new phone');
  await link(grace, 'Replace Authenticator app').click();
  await expect(heading(grace, 'Move Authenticator app to your new phone')).toBeFocused();
  await checkScreen(grace, 'new phone, replace');
  await stepUpHere(grace, simulator, 'Okta Verify', people.grace);
  await expect(shown(grace, 'Scan this with your app')).toBeVisible();
  await checkScreen(grace, 'new phone, QR');
  // A second tab ends no enrollment.
  const tab = await grace.context().newPage();
  await open(tab, '/add/totp?new-phone');
  await button(tab, 'Show the QR code').click();
  await expect(shown(tab, 'You started this already, here or in another tab of this browser.')).toBeVisible();
  await checkScreen(tab, 'new phone, open elsewhere');
  await link(tab, 'Finish it here').click();
  await expect(heading(tab, 'Turn on your authenticator app')).toBeVisible();
  await tab.close();
  await button(grace, 'Cancel').click();
  const cancelled = grace.locator('.note', { hasText: 'Cancelled. No new one was set up.' });
  await expect(cancelled).toHaveClass('note caution');
  await expect(shown(grace, 'The old one is gone, and the new one doesn’t work yet.')).toBeVisible();
  await checkScreen(grace, 'new phone, not finished');
  await grace.reload();
  await link(grace, 'Continue Authenticator app').click();
  await expect(grace).toHaveTitle('Move Authenticator app to your new phone · Example');
  await button(grace, 'Show the QR code').click();
  await expect(shown(grace, 'Scan this with your app')).toBeVisible();
  await turnOn(grace, simulator, 'Authenticator app', people.grace);
  await link(grace, 'Back to your new phone').click();
  await expect(shown(grace, 'The new one works, and the old one is gone.')).toBeVisible();
});

test('a signed-out person comes to the new phone by signing in, and a second app leads there', async ({
  page,
  server,
}) => {
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
