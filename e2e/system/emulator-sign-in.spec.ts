import type { Page } from '@playwright/test';
import { checkScreen } from '../fixtures/checks.ts';
import { button, expect, heading, people, signIn, signInAtOkta, test } from '../fixtures/index.ts';
import { addKey, plugIn } from '../fixtures/keys.ts';
import type { Server } from '../fixtures/server.ts';

const margaret = 'margaret@example.com';

// All tests run in one worker, so that one server starts.
test.describe.configure({ mode: 'default' });
test.use({ serverOptions: { env: { EMULATOR_SIGN_IN: 'password+factor' } } });

async function password(page: Page, server: Server, login: string): Promise<void> {
  await page.goto(`${server.url}/auth/sign-in?returnTo=/`);
  await signInAtOkta(page, server, login);
}

test('another person’s key gets an error, and she may try again', async ({ page, server, otherBrowser }) => {
  await signIn(page, server, people.ada);
  await plugIn(page);
  await addKey(page);
  const other = await (await otherBrowser()).newPage();
  await plugIn(other);
  await password(other, server, people.ada);
  await other.getByRole('button', { name: 'Continue' }).click();
  await expect(other.getByText('The key did not answer. Try again.')).toBeVisible();
  await other.getByRole('button', { name: 'Try again' }).click();
  await expect(other.getByText('The key did not answer. Try again.')).toBeVisible();
});

test('signs in at the org’s page with the key just added here', async ({ page, server }) => {
  await signIn(page, server, people.ada);
  await plugIn(page);
  await addKey(page);
  // The page that ends an addition offers to end other sessions, too.
  await page.getByRole('banner').getByRole('button', { name: 'Sign out' }).click();
  await expect(heading(page, 'You’re signed out')).toBeVisible();
  await password(page, server, people.ada);
  await expect(heading(page, 'Use your key')).toBeVisible();
  await button(page, 'Continue').click();
  await page.waitForURL(`${server.url}/`);
  await expect(heading(page, 'You have one way to verify it’s you')).toBeVisible();
});

test('each sign-in page fits in every width and theme', async ({ page, server }) => {
  await password(page, server, margaret);
  await expect(heading(page, 'Choose how to continue')).toBeVisible();
  await checkScreen(page, 'org choose a way');
  await page.getByRole('button', { name: 'What was the first computer game you played?' }).click();
  await page.getByLabel('What was the first').fill('chess');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await checkScreen(page, 'org answer a question');
  await page.getByRole('button', { name: 'Use another way' }).click();
  await page.getByRole('button', { name: /^A call to/ }).click();
  await expect(heading(page, 'Enter your code')).toBeVisible();
  await checkScreen(page, 'org enter a code');
});
