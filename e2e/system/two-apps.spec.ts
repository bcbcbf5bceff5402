import { factorId, pressAdd, stepUpAtOkta, stepUpHere } from '../fixtures/actions.ts';
import { alive, button, expect, heading, link, open, people, shown, signIn, test } from '../fixtures/index.ts';

const onlyOne = 'helpdesk@example.com';
const stepUp = { name: 'First, verify it’s you' };

test('sees what her only method is, and cannot remove it', async ({ page, server, simulator }) => {
  await signIn(page, server, onlyOne);
  await link(page, /^Authenticator app/).click();
  await expect(heading(page, 'Authenticator app')).toBeFocused();
  await expect(page.getByText('Strong', { exact: true })).toBeVisible();
  await link(page, 'Remove').click();
  await expect(heading(page, 'Authenticator app is the last one you have')).toBeFocused();
  await expect(button(page, /Remove/)).toBeHidden();
  await link(page, 'Add another first').click();
  await expect(heading(page, 'Add a security method')).toBeFocused();
  expect(await simulator.count('DELETE', /./)).toBe(0);
});

test('steps up by signing in at Okta again, with password and code, and removes', async ({
  page,
  server,
  simulator,
}) => {
  await signIn(page, server, people.grace);
  const id = await factorId(simulator, people.grace, 'Okta Verify');
  await open(page, `/methods/${id}/remove`);
  await stepUpAtOkta(page, server, 'Authenticator app', people.grace);
  await expect(page.getByRole('heading', { name: 'Remove it now?' })).toBeVisible();
  expect(page.url()).toBe(`${server.url}/methods/${id}/remove`);
  await alive(page);
  await button(page, 'Remove Okta Verify').click();
  await expect(shown(page, 'Okta Verify is removed.')).toBeVisible();
});

test('[X2] steps up at Okta while adding, and it continues', async ({ page, server }) => {
  await signIn(page, server, onlyOne);
  await pressAdd(page, 'Okta Verify');
  await expect(page.getByRole('heading', stepUp)).toBeVisible();
  await stepUpAtOkta(page, server, 'Authenticator app', onlyOne);
  await expect(page.getByText('Scan this with your app')).toBeVisible();
});

test('a step-up is for one purpose, and for five minutes', async ({ page, server, simulator }) => {
  await signIn(page, server, people.grace);
  const [one, other] = await Promise.all([
    factorId(simulator, people.grace, 'Authenticator app'),
    factorId(simulator, people.grace, 'Okta Verify'),
  ]);
  await open(page, `/methods/${one}/remove`);
  await stepUpHere(page, simulator, 'Okta Verify', people.grace);
  await expect(button(page, 'Remove Authenticator app')).toBeVisible();
  await open(page, `/methods/${other}/remove`);
  await expect(page.getByRole('heading', stepUp)).toBeVisible();
  await open(page, `/methods/${one}/remove`);
  await expect(button(page, 'Remove Authenticator app')).toBeVisible();
  await simulator.advance(5 * 60);
  await button(page, 'Remove Authenticator app').click();
  await expect(page.getByRole('heading', stepUp)).toBeVisible();
  expect(await simulator.count('DELETE', /./)).toBe(0);
});

test('a wrong code at a step-up is shown at the field, and the next right one works', async ({
  page,
  server,
  simulator,
}) => {
  await signIn(page, server, people.grace);
  await open(page, `/methods/${await factorId(simulator, people.grace, 'Okta Verify')}/remove`);
  await button(page, 'Use Authenticator app').click();
  await page.getByLabel('Code', { exact: true }).fill(await simulator.wrongCode(people.grace));
  await button(page, 'Confirm').click();
  await expect(shown(page, 'That code didn’t match.')).toContainText('3 tries left.');
  await page.getByLabel('Code', { exact: true }).fill(await simulator.freshCode(people.grace));
  await button(page, 'Confirm').click();
  await expect(button(page, 'Remove Okta Verify')).toBeVisible();
});
