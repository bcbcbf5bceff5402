import { addFirst, factorId, stepUpHere } from '../fixtures/actions.ts';
import { button, expect, heading, link, open, people, shown, signIn, test } from '../fixtures/index.ts';
import { endOtherSessions } from '../fixtures/sign-in.ts';
import type { Page } from '@playwright/test';

const others = (page: Page) => page.getByRole('listitem').filter({ has: button(page, /^Sign out/) });

test('sees her other browser and ends it', async ({ page, server, otherBrowser }) => {
  await signIn(page, server, people.grace);
  await endOtherSessions(page, server);
  const elsewhere = await (await otherBrowser()).newPage();
  await signIn(elsewhere, server, people.grace);
  await link(page, /^Where you’re signed in/).click();
  await expect(heading(page, 'Where you’re signed in')).toBeFocused();
  await expect(shown(page, /^In 2 places/)).toBeVisible();
  await expect(page.getByRole('listitem').filter({ hasText: 'This one' })).toContainText('Chrome on Linux');
  await others(page)
    .getByRole('button', { name: /^Sign out/ })
    .click();
  await expect(shown(page, 'Only here.')).toBeVisible();
  await expect(others(page)).toHaveCount(0);

  await elsewhere.getByRole('link', { name: /^Where you’re signed in/ }).click();
  await expect(elsewhere.getByRole('dialog', { name: 'Your session ended' })).toBeVisible();
  expect((await elsewhere.request.get('/api/session')).status()).toBe(401);
});

test('offers to end all others after adding and after removing', async ({ page, server, simulator, otherBrowser }) => {
  await signIn(page, server, people.ada);
  await endOtherSessions(page, server);
  const elsewhere = await (await otherBrowser()).newPage();
  await signIn(elsewhere, server, people.ada);
  await addFirst(page, simulator);
  await expect(shown(page, 'You’re also signed in at one other place.')).toBeVisible();
  await button(page, 'Sign out everywhere else').click();
  await expect(shown(page, 'You’re signed out of Latchkey everywhere else.')).toBeVisible();
  expect((await elsewhere.request.get('/api/session')).status()).toBe(401);

  for (const one of [page, elsewhere]) await one.context().clearCookies();
  await signIn(page, server, people.grace);
  await endOtherSessions(page, server);
  await signIn(elsewhere, server, people.grace);
  await open(page, `/methods/${await factorId(simulator, people.grace, 'Okta Verify')}/remove`);
  await stepUpHere(page, simulator, 'Authenticator app', people.grace);
  await button(page, 'Remove Okta Verify').click();
  await expect(shown(page, 'Okta Verify is removed.')).toBeVisible();
  await button(page, 'Sign out everywhere else').click();
  await expect(shown(page, 'You’re signed out of Latchkey everywhere else.')).toBeVisible();
  expect((await elsewhere.request.get('/api/session')).status()).toBe(401);
});

test('ending others long after signing in requires a step-up, and then continues', async ({
  page,
  server,
  simulator,
  otherBrowser,
}) => {
  await signIn(page, server, people.grace);
  await endOtherSessions(page, server);
  const elsewhere = await (await otherBrowser()).newPage();
  await signIn(elsewhere, server, people.grace);
  await simulator.advance(6 * 60);
  await open(page, '/sessions');
  await button(page, 'Sign out everywhere else').click();
  await expect(page.getByRole('heading', { name: 'First, verify it’s you' })).toBeVisible();
  expect((await elsewhere.request.get('/api/session')).status()).toBe(200);
  await stepUpHere(page, simulator, 'Authenticator app', people.grace);
  await expect(shown(page, 'You’re signed out of Latchkey everywhere else.')).toBeVisible();
  expect((await elsewhere.request.get('/api/session')).status()).toBe(401);
});
