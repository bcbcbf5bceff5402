import type { Locator, Page } from '@playwright/test';
import { stepUpHere, turnOn } from './fixtures/actions.ts';
import { checkScreen } from './fixtures/checks.ts';
import { button, expect, field, heading, link, open, people, shown, signIn, test } from './fixtures/index.ts';
import { sentCode, typeNumber } from './fixtures/messages.ts';
import type { Server } from './fixtures/server.ts';
import type { Simulator } from './fixtures/simulator.ts';

const hedy = 'helpdesk@example.com';

/** Gives Hedy, who has an app, text messages as well. */
async function addNumber(page: Page, server: Server, simulator: Simulator): Promise<void> {
  await simulator.advance(400);
  await signIn(page, server, hedy, '/add/sms');
  await typeNumber(page, 'GB', '07700 900123');
  await button(page, 'Send the code').click();
  await stepUpHere(page, simulator, 'Authenticator app', hedy);
  await expect(shown(page, 'We’ve sent a code to +44 7700 900123.')).toBeVisible();
  await field(page).fill(await sentCode(simulator, hedy, 'sms'));
  await button(page, 'Turn on').click();
  await expect(heading(page, 'Text messages are on')).toBeVisible();
  await open(page, '/');
}

test('moves the app and the text messages in under three minutes, with at most ten presses', async ({
  page,
  server,
  simulator,
}) => {
  await addNumber(page, server, simulator);
  let presses = 0;
  const press = async (what: Locator): Promise<void> => {
    presses += 1;
    await what.click();
  };
  const enter = async (code: string, submit: string): Promise<void> => {
    await field(page).fill(code);
    await press(button(page, submit));
  };
  const begun = Date.now();
  // The person's phone needs a new code twice; the simulator's clock gives it at once.
  const waited = 2 * 30_000;

  await press(link(page, /^Your new phone/));
  await expect(heading(page, 'Your new phone')).toBeVisible();
  await press(link(page, 'Replace Authenticator app'));
  await expect(shown(page, 'The old one stops')).toBeVisible();
  await press(button(page, 'Show the QR code'));
  await enter(await simulator.freshCode(hedy), 'Confirm');
  await expect(shown(page, 'Scan this with your app')).toBeVisible();
  await enter(await simulator.freshCode(hedy), 'Turn on');
  await expect(heading(page, 'Your authenticator app is on')).toBeFocused();
  await expect(shown(page, 'Now delete this account in the app on the old phone')).toBeVisible();
  await checkScreen(page, 'new phone, moved');
  await press(link(page, 'Back to your new phone'));
  await press(link(page, 'Test it Text message'));
  await press(button(page, 'Send a code'));
  await expect(shown(page, 'We’ve sent a code to •••• 0123.')).toBeVisible();
  await enter(await sentCode(simulator, hedy, 'sms'), 'Check the code');
  await expect(heading(page, 'Text message works')).toBeFocused();
  await press(link(page, 'Back to your new phone'));
  await expect(heading(page, 'Everything works on your new phone')).toBeVisible();

  expect(presses).toBeLessThanOrEqual(10);
  expect(Date.now() - begun + waited).toBeLessThan(3 * 60_000);
  await checkScreen(page, 'new phone, done');
  await link(page, 'Back to your security methods').last().click();
  await expect(heading(page, 'Your security methods')).toBeVisible();
  await expect(link(page, /^Your new phone/)).toBeVisible();
});

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
  await button(grace, 'Show the QR code').click();
  await stepUpHere(grace, simulator, 'Okta Verify', people.grace);
  await expect(shown(grace, 'Scan this with your app')).toBeVisible();
  await checkScreen(grace, 'new phone, QR');
  // A second tab ends nothing by itself.
  const tab = await grace.context().newPage();
  await open(tab, '/add/totp?plan');
  await button(tab, 'Show the QR code').click();
  await expect(shown(tab, 'You started this already, here or in another tab of this browser.')).toBeVisible();
  await checkScreen(tab, 'new phone, open elsewhere');
  await link(tab, 'Finish it here').click();
  await expect(heading(tab, 'Turn on Authenticator app')).toBeVisible();
  await tab.close();
  await button(grace, 'Cancel').click();
  const cancelled = grace.locator('.note', { hasText: 'Cancelled. No new one was set up.' });
  await expect(cancelled).toHaveClass('note caution');
  await expect(shown(grace, 'The old one is off, and no new one works yet.')).toBeVisible();
  await checkScreen(grace, 'new phone, not finished');
  await grace.reload();
  await link(grace, 'Go on Authenticator app').click();
  await expect(grace).toHaveTitle('Move Authenticator app to your new phone · Latchkey');
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
