import { button, expect, heading, link, people, signIn, signInAtOkta, test } from '../fixtures/index.ts';
import { addKey, plugIn } from '../fixtures/keys.ts';

const { ada } = people;

test.use({ serverOptions: { env: { EMULATOR_SIGN_IN: 'password+factor' } } });

test('signs in at the org’s page with the key just added here', async ({ page, server }) => {
  await signIn(page, server, ada);
  await plugIn(page);
  await addKey(page);
  await button(page, 'Sign out').or(link(page, 'Sign out')).click();
  await expect(heading(page, 'You’re signed out')).toBeVisible();
  await page.goto('/auth/sign-in?returnTo=%2F');
  await signInAtOkta(page, server, ada);
  await expect(heading(page, 'Use your key')).toBeVisible();
  await button(page, 'Continue').click();
  await page.waitForURL(`${server.url}/`);
  await expect(heading(page, 'You have one way to verify it’s you')).toBeVisible();
});
