import { addFirst, factorId, pressAdd, stepUpAtOkta, stepUpHere, turnOn } from './fixtures/actions.ts';
import { alive, button, expect, heading, link, open, people, shown, signIn, test } from './fixtures/index.ts';

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

test('adds the second app after a step-up with the first, then removes the first with the second', async ({
  page,
  server,
  simulator,
}) => {
  await signIn(page, server, people.ada);
  await addFirst(page, simulator);
  await link(page, 'Back to your methods').click();
  await pressAdd(page, 'Okta Verify');
  await expect(page.getByRole('heading', stepUp)).toBeVisible();
  await stepUpHere(page, simulator, 'Authenticator app', people.ada);
  await expect(page.getByText('Scan this with your app')).toBeVisible();
  await turnOn(page, simulator, 'Okta Verify');
  await link(page, 'Back to your methods').click();
  await expect(page.getByText('You have two ways to verify it’s you.')).toBeVisible();

  const first = await factorId(simulator, people.ada, 'Authenticator app');
  await link(page, /^Authenticator app/).click();
  await link(page, 'Remove').click();
  await expect(heading(page, 'Remove Authenticator app?')).toBeFocused();
  await expect(page.getByText('The codes your app shows for this account stop working.')).toBeVisible();
  await expect(page.getByText('You keep Okta Verify')).toBeVisible();
  await expect(page.getByText('We’ll tell you by email')).toBeVisible();
  await expect(button(page, 'Remove Authenticator app')).toBeHidden();
  await stepUpHere(page, simulator, 'Okta Verify', people.ada);
  await button(page, 'Remove Authenticator app').click();
  await expect(shown(page, 'Authenticator app is removed.')).toBeVisible();
  await expect(page.getByText('You have one way to verify it’s you.')).toBeVisible();
  await expect(page.getByRole('link', { name: /^Authenticator app.* Add$/ }), 'it can be added again').toBeVisible();
  expect((await simulator.authenticators(people.ada)).map(({ factorId: id }) => id)).not.toContain(first);
  expect(await simulator.count('DELETE', new RegExp(`/factors/${first}$`))).toBe(1);
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
