import { checkScreen } from '../fixtures/checks.ts';
import { button, expect, heading, link, listHeading, open, people, shown, signIn, test } from '../fixtures/index.ts';

const { grace } = people;

test('“This wasn’t me” ends her sessions and freezes changes; her history shows it', async ({
  page,
  server,
  otherBrowser,
}) => {
  const elsewhere = await (await otherBrowser()).newPage();
  await signIn(elsewhere, server, grace);
  await signIn(page, server, grace);
  await open(page, '/security-history');
  await button(page, /^This wasn’t me/)
    .first()
    .click();
  await expect(page.getByRole('dialog', { name: 'Freeze changes?' })).toBeVisible();
  await checkScreen(page, 'history, not me');
  await page.getByRole('dialog').getByRole('button', { name: 'Freeze changes' }).click();
  await expect(heading(page, 'Changes are frozen')).toBeVisible();
  await elsewhere.goto('/');
  await expect(listHeading(elsewhere)).toHaveCount(0);
  await signIn(page, server, grace);
  await expect(shown(page, 'Changes are frozen')).toBeVisible();
  await link(page, /^Authenticator app/).click();
  await open(page, '/security-history');
  await expect(shown(page, 'Changes frozen')).toBeVisible();
  await expect(button(page, /^This wasn’t me/)).toHaveCount(0);
});
