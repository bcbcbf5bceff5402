import { button, expect, heading, link, people, shown, signIn, test } from './fixtures/index.ts';
import { addKey, plugIn } from './fixtures/keys.ts';

const { ada } = people;
test('adds a key, names it, and tests it', async ({ page, server }) => {
  await signIn(page, server, ada);
  const key = await plugIn(page, { synced: true });
  await addKey(page);
  expect(await key.credentials()).toBe(1);
  await page.getByLabel('Your name for it').fill('My blue key');
  await button(page, 'Save').click();
  await expect(shown(page, 'From now on it’s called My blue key.')).toBeFocused();
  await link(page, 'Back to your methods').click();
  // A person may have several, so the list still offers them.
  await expect(link(page, 'Add a security key or passkey')).toBeVisible();
  await expect(link(page, /^My blue key/)).toContainText(/synced\s· added/);
  await link(page, /^My blue key/).click();
  await expect(heading(page, 'My blue key')).toBeVisible();
  await link(page, 'Test it').click();
  await button(page, 'Use your key or device').click();
  await expect(heading(page, 'My blue key works')).toBeFocused();
});
