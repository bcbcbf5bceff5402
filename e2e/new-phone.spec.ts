import type { Page } from '@playwright/test';
import { stepUpHere } from './fixtures/actions.ts';
import { checkScreen } from './fixtures/checks.ts';
import {
  button,
  expect,
  field,
  heading,
  link,
  listHeading,
  open,
  people,
  shown,
  signIn,
  test,
} from './fixtures/index.ts';
import { sentCode, typeNumber } from './fixtures/messages.ts';
import type { Server } from './fixtures/server.ts';
import type { Simulator } from './fixtures/simulator.ts';
import { counting } from './fixtures/stolen-phone.ts';

const hedy = 'helpdesk@example.com';

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

test('moves the app and the text messages in under three minutes, with at most nine presses', async ({
  page,
  server,
  simulator,
}) => {
  await addNumber(page, server, simulator);
  const { press, count } = counting();
  const enter = async (code: string, submit: string): Promise<void> => {
    await field(page).fill(code);
    await press(button(page, submit));
  };
  const begun = Date.now();
  // The person's phone needs a new code twice. The simulator's clock gives it immediately.
  const waited = 2 * 30_000;

  await press(page.getByText('Lost, stolen or new phone?'));
  await press(link(page, /^I have a new phone/));
  await expect(heading(page, 'Your new phone')).toBeVisible();
  await press(link(page, 'Replace Authenticator app'));
  await expect(shown(page, 'The old one stops')).toBeVisible();
  await expect(field(page)).toBeVisible();
  await enter(await simulator.freshCode(hedy), 'Confirm');
  await expect(shown(page, 'Scan this with your app')).toBeVisible();
  await enter(await simulator.freshCode(hedy), 'Turn on');
  await expect(heading(page, 'Your authenticator app is on')).toBeFocused();
  await expect(shown(page, 'Now delete this account in the app on the old phone')).toBeVisible();
  await checkScreen(page, 'new phone, moved');
  await press(link(page, 'Next: Text message'));
  await press(button(page, 'Send a code'));
  await expect(shown(page, 'We’ve sent a code to •••• 0123.')).toBeVisible();
  await enter(await sentCode(simulator, hedy, 'sms'), 'Check the code');
  await expect(heading(page, /^Text messages to .* work$/)).toBeFocused();
  await press(link(page, 'Back to your new phone'));
  await expect(heading(page, 'Everything works on your new phone')).toBeVisible();

  expect(count()).toBeLessThanOrEqual(9);
  expect(Date.now() - begun + waited).toBeLessThan(3 * 60_000);
  await checkScreen(page, 'new phone, done');
  await link(page, 'Back to your security methods').last().click();
  await expect(listHeading(page)).toBeVisible();
  await expect(page.getByText('Lost, stolen or new phone?')).toBeVisible();
});

test('moves two apps with nine presses, each by a proof of its own', async ({ page, server, simulator }) => {
  const { press, count } = counting();
  await signIn(page, server, people.grace);
  const enter = async (provider: 'GOOGLE' | 'OKTA', submit: string): Promise<void> => {
    await field(page).fill(await simulator.freshCode(people.grace, provider));
    await press(button(page, submit));
  };
  await press(page.getByText('Lost, stolen or new phone?'));
  await press(link(page, /^I have a new phone/));
  await press(link(page, 'Replace Authenticator app'));
  await expect(page.getByText('The old one stops', { exact: true })).toBeVisible();
  await press(button(page, 'Use Okta Verify'));
  await enter('OKTA', 'Confirm');
  await expect(shown(page, 'Scan this with your app')).toBeVisible();
  await enter('GOOGLE', 'Turn on');
  await press(link(page, 'Next: Okta Verify'));
  await expect(page.getByText('The old one stops', { exact: true })).toBeVisible();
  await press(button(page, 'Use Authenticator app'));
  await enter('GOOGLE', 'Confirm');
  await expect(shown(page, 'Scan this with Okta Verify')).toBeVisible();
  await simulator.push(people.grace, 'enroll');
  await expect(heading(page, 'Okta Verify is on')).toBeFocused();
  expect(count()).toBeLessThanOrEqual(9);
});
