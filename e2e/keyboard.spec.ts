import { alive, expect, field, heading, link, listHeading, people, test } from './fixtures/index.ts';
import { press, tabTo } from './fixtures/keyboard.ts';

test('[X5] adds an app by keyboard only', async ({ page, server, simulator }) => {
  await page.goto('/auth/sign-in?returnTo=/');
  await expect(page.getByLabel('Email address')).toBeFocused();
  await page.keyboard.type(people.ada);
  await page.keyboard.press('Tab');
  await page.keyboard.type(server.password);
  await page.keyboard.press('Enter');
  await expect(heading(page, 'Only a password protects your account')).toBeVisible();
  await alive(page);
  await press(page, page.getByRole('link', { name: /^Authenticator app.* Add$/ }));
  await expect(heading(page, 'Add an authenticator app')).toBeFocused();
  await expect(page.getByText('Scan this with your app')).toBeVisible();
  await tabTo(page, field(page));
  await page.keyboard.type(await simulator.code(people.ada));
  await page.keyboard.press('Enter');
  await expect(heading(page, 'Your authenticator app is on')).toBeFocused();
  await press(page, link(page, 'Back to your methods'));
  await expect(listHeading(page)).toBeFocused();
});
