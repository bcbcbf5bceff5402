import { stepUpHere } from './fixtures/actions.ts';
import { checkScreen } from './fixtures/checks.ts';
import { button, expect, heading, open, people, shown, signIn, test } from './fixtures/index.ts';
import { plugIn, use } from './fixtures/keys.ts';
import { counting, rows } from './fixtures/stolen-phone.ts';

// A frozen person stays frozen, so this file has its own server.
test.use({ serverOptions: { env: { SUPPORT_HOURS: 'Monday to Friday, 8:00 to 18:00' } } });

test('[X6] a stolen phone with a spare: signs out elsewhere, then removes three methods by one proof, in six presses', async ({
  page,
  browser,
  server,
  simulator,
  otherBrowser,
}) => {
  const elsewhere = await (await otherBrowser()).newPage();
  await signIn(elsewhere, server, people.evelyn);
  await signIn(page, server, people.evelyn);
  await plugIn(page, { synced: true });
  await open(page, '/add/webauthn');
  await button(page, 'Continue').click();
  await stepUpHere(page, simulator, 'Authenticator app', people.evelyn);
  await button(page, use).click();
  await expect(heading(page, 'Your key or passkey is on')).toBeFocused();
  await open(page, '/');
  const { press, count } = counting();
  for (const row of rows(page)) await press(row);
  await expect(button(page, 'Sign out everywhere else')).toBeVisible();
  await expect(page.getByRole('checkbox', { checked: true })).toHaveCount(3);
  await expect(page.getByRole('main').locator('.button:is(.primary, .danger)'), 'one main button').toHaveCount(1);
  await checkScreen(page, 'stolen phone, with a spare');
  const storageState = await page.context().storageState();
  const unscripted = await browser.newContext({ baseURL: server.url, javaScriptEnabled: false, storageState });
  const plain = await unscripted.newPage();
  await plain.goto('/stolen-phone');
  await expect(button(plain, 'Freeze changes')).toBeVisible();
  await expect(plain.locator('#no-script')).toContainText('Removing methods and signing out elsewhere need JavaScript');
  for (const said of ['You have another strong method', 'Remove what was on the phone', 'Sign out everywhere else'])
    await expect(plain.getByText(said).first(), said).toBeHidden();
  await expect(plain.getByRole('checkbox')).toHaveCount(0);
  await unscripted.close();
  await press(button(page, 'Sign out everywhere else'));
  await expect(shown(page, 'You’re signed out of Latchkey everywhere else.')).toBeVisible();
  expect(count()).toBeLessThanOrEqual(3);
  await press(button(page, 'Remove these 3'));
  await expect(page.getByRole('heading', { name: 'First, verify it’s you' })).toBeVisible();
  // The thief has the other methods, so they cannot verify their removal.
  await expect(button(page, /Authenticator app|Okta Verify|Text message/)).toHaveCount(0);
  await checkScreen(page, 'stolen phone, remove');
  await press(button(page, 'Use your key or device'));
  const main = page.getByRole('main');
  for (const said of ['Your authenticator app is removed.', 'Text messages to •••• 0160 are removed.'])
    await expect(main).toContainText(said);
  await expect(main).toContainText('As far as we know, none of your methods is on the phone.');
  expect(count()).toBeLessThanOrEqual(6);
  const left = (await simulator.authenticators(people.evelyn)).map(({ provider }) => provider);
  expect(left, 'on her phone').toEqual([]);
  await checkScreen(page, 'stolen phone, removed');
});
