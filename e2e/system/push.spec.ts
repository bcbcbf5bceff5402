import type { Page } from '@playwright/test';
import { checkScreen } from '../fixtures/checks.ts';
import type { Simulator } from '../fixtures/simulator.ts';
import { turnOn } from '../fixtures/actions.ts';
import { button, expect, heading, link, open, people, shown, signIn, test } from '../fixtures/index.ts';
import { openMethod } from '../fixtures/messages.ts';
import { number, openTest } from '../fixtures/push.ts';

const { ada, dorothy } = people;

async function approve(page: Page, simulator: Simulator, login: string): Promise<void> {
  await button(page, 'Send a push').click();
  await simulator.push(login, 'approve', Number(await number(page).innerText()));
}

test('steps up by a push, in place, and removes it by another', async ({ page, server, simulator }) => {
  await signIn(page, server, dorothy, '/add/totp');
  await button(page, 'Show the QR code').click();
  await button(page, 'Use Okta Verify: Approve on your phone').click();
  await approve(page, simulator, dorothy);
  await expect(shown(page, 'Scan this with your app')).toBeVisible();
  await turnOn(page, simulator, 'Authenticator app', dorothy);
  await openMethod(page, 'Okta Verify');
  await open(page, `${page.url()}/remove`);
  await button(page, 'Use another way').click();
  await button(page, 'Use Okta Verify: Approve on your phone').click();
  await approve(page, simulator, dorothy);
  await button(page, 'Remove Okta Verify').click();
  await expect(shown(page, 'Okta Verify is removed.')).toBeVisible();
});

test('denies on her phone, chooses a wrong number, lets a push expire, and then approves', async ({
  page,
  server,
  simulator,
}) => {
  await signIn(page, server, dorothy);
  await openTest(page);
  await checkScreen(page, 'push, ready');
  await button(page, 'Send a push').click();
  await expect(number(page)).toBeVisible();
  await checkScreen(page, 'push, number');
  await simulator.push(dorothy, 'deny');
  await expect(shown(page, /^The request was denied, or another number was chosen\./)).toBeFocused();
  await checkScreen(page, 'push, denied');

  await button(page, 'Send another').click();
  const right = Number(await number(page).innerText());
  const wrong = (await simulator.pushes(dorothy))[0]?.numbers?.find((one) => one !== right);
  await simulator.push(dorothy, 'approve', wrong);
  await expect(shown(page, /^The request was denied/)).toBeVisible();

  await button(page, 'Send another').click();
  await expect(number(page)).toBeVisible();
  await simulator.advance(301);
  await expect(shown(page, /^Your phone didn’t answer in time/)).toBeFocused();

  await button(page, 'Send another').click();
  await simulator.push(dorothy, 'approve', Number(await number(page).innerText()));
  await expect(heading(page, 'Okta Verify works')).toBeVisible();
});

test('cancels a push by Cancel, and by leaving the page', async ({ page, server, simulator }) => {
  await signIn(page, server, dorothy);
  await openTest(page);
  await button(page, 'Send a push').click();
  await button(page, 'Cancel').click();
  await expect(shown(page, /^Cancelled\./)).toBeFocused();
  await expect.poll(() => simulator.pushes(dorothy)).toEqual([]);
  await button(page, 'Send another').click();
  await expect(number(page)).toBeVisible();
  await link(page, 'Latchkey').click();
  await expect.poll(() => simulator.pushes(dorothy)).toEqual([]);
});

test('gets the link by email and text message, and cancels', async ({ page, server, simulator }) => {
  await signIn(page, server, ada, '/add/okta-verify');
  await checkScreen(page, 'okta verify, ready');
  await button(page, 'Show the QR code').click();
  await expect(page.getByRole('img', { name: /^QR code/ })).toBeVisible();
  await checkScreen(page, 'okta verify, waiting');
  await button(page, 'Email me a link').click();
  await expect(shown(page, /^The link is on its way to a/)).toBeVisible();
  await expect(shown(page, /^You can ask for another in/)).toBeVisible();
  await button(page, 'Cancel').click();
  await expect(page.getByText('Cancelled. Nothing was added.', { exact: true }).first()).toBeVisible();
  await simulator.advance(60);

  await open(page, '/add/okta-verify');
  await button(page, 'Show the QR code').click();
  await button(page, 'Text me a link').click();
  await checkScreen(page, 'okta verify, link by text');
  await page.getByLabel('Country').selectOption('NL');
  await page.getByLabel('Phone number').fill('06 12345678');
  await button(page, 'Send the link').click();
  await expect(shown(page, /^The link is on its way to .*78/)).toBeVisible();
  expect((await simulator.messages(ada)).some(({ to }) => to === '+31612345678')).toBe(true);
});
