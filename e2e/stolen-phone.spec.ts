import { checkScreen } from './fixtures/checks.ts';
import { button, expect, heading, link, open, people, shown, signIn, test } from './fixtures/index.ts';

const { grace, margaret } = people;

test('[X6] a stolen phone: what works signed out, and a freeze in three clicks', async ({ page, server }) => {
  await open(page, '/stolen-phone');
  await expect(heading(page, 'My phone was stolen')).toBeVisible();
  await expect(shown(page, 'Or ask your helpdesk')).toBeVisible();
  await checkScreen(page, 'stolen phone, signed out');
  await signIn(page, server, margaret);
  await link(page, /^My phone was stolen/).click();
  await expect(heading(page, 'My phone was stolen')).toBeFocused();
  await expect(shown(page, 'What was on the phone')).toBeVisible();
  await checkScreen(page, 'stolen phone, no spare');
  await button(page, 'Freeze changes').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Freeze changes' }).click();
  await expect(heading(page, 'Changes are frozen')).toBeVisible();
  await expect(shown(page, 'What else to do about a stolen phone')).toBeVisible();
  await checkScreen(page, 'frozen, what is left');
});

test('[X6] a stolen phone with a spare: signs out elsewhere, then removes what was on it', async ({
  page,
  server,
  otherBrowser,
}) => {
  const elsewhere = await (await otherBrowser()).newPage();
  await signIn(elsewhere, server, grace);
  await signIn(page, server, grace, '/lost-phone');
  await page.getByLabel('Where is Authenticator app?').selectOption('Apart from both');
  await expect(page.getByRole('status')).toHaveText('Saved.');
  await open(page, '/stolen-phone');
  await checkScreen(page, 'stolen phone, with a spare');
  await button(page, 'Sign out everywhere else').click();
  await expect(shown(page, 'You’re signed out of Latchkey everywhere else.')).toBeVisible();
  await link(page, /^Remove /)
    .first()
    .click();
  await expect(heading(page, /^Remove/)).toBeFocused();
});
