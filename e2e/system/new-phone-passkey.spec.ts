import { checkScreen } from '../fixtures/checks.ts';
import { button, expect, heading, link, open, people, shown, signIn, test } from '../fixtures/index.ts';
import { addKey, plugIn, use } from '../fixtures/keys.ts';

const { ada } = people;
const name = async (page: Parameters<typeof addKey>[0], called: string): Promise<void> => {
  await page.getByLabel('Your name for it').fill(called);
  await button(page, 'Save').click();
  await expect(shown(page, `From now on it’s called ${called}.`)).toBeFocused();
};

test('[X6] passkeys move with the old phone dead, in two browsers: the new one first, the synced one stays', async ({
  page,
  server,
  otherBrowser,
}) => {
  // Before: one key lives in the phone, and one is synced to an account.
  await signIn(page, server, ada);
  const account = await plugIn(page, { synced: true });
  await addKey(page);
  await name(page, 'My account');
  // Her only method is open already.
  await open(page, '/add/webauthn');
  await button(page, 'Continue').click();
  await button(page, 'Use your key or device').click();
  await expect(button(page, use)).toBeFocused();
  await account.isTouched(false);
  const oldPhone = await plugIn(page);
  await button(page, use).click();
  await expect(heading(page, 'Your key or passkey is on')).toBeFocused();
  await name(page, 'My old phone');

  // The phone dies. Nothing was noted of where its key is, so nothing is chosen by itself.
  await oldPhone.takeOut();
  await open(page, '/new-phone');
  await button(page, 'It’s lost or broken').click();
  await expect(shown(page, 'Choose at least one method above.')).toBeVisible();
  await page.getByRole('checkbox', { name: /^My old phone/ }).check();
  await page.getByRole('checkbox', { name: /^My account/ }).check();
  await button(page, 'It’s lost or broken').click();
  await expect(shown(page, '0 of 2 moved')).toBeVisible();
  // It is not said that nothing strong is left: the synced one comes along.
  await expect(shown(page, 'Your strongest methods were on the old phone')).toHaveCount(0);
  await checkScreen(page, 'new phone, passkeys');
  await link(page, 'Add the new one My old phone').click();
  await button(page, 'Continue').click();
  await button(page, /^Use My account/).click();
  await account.isTouched(true);
  await button(page, 'Use your key or device').click();
  await expect(button(page, use)).toBeFocused();
  // The browser is closed while it could ask for the new phone's key; another one goes on.
  const next = await (await otherBrowser()).newPage();
  await signIn(next, server, ada);
  const copy = await account.syncTo(next);
  await page.close();

  await link(next, 'Go on').click();
  await link(next, 'Add the new one My old phone').click();
  await button(next, 'Continue').click();
  await button(next, /^Use My account/).click();
  await button(next, 'Use your key or device').click();
  await expect(button(next, use)).toBeFocused();
  await copy.isTouched(false);
  const newPhone = await plugIn(next);
  await button(next, use).click();
  await expect(heading(next, 'Your key or passkey is on')).toBeFocused();
  await name(next, 'My new phone');
  await newPhone.isTouched(false);
  await copy.isTouched(true);
  await link(next, 'Back to your new phone').click();
  await expect(shown(next, 'New one added')).toBeVisible();
  await checkScreen(next, 'new phone, passkey added');

  await link(next, 'Remove the old one My old phone').click();
  await button(next, /^Use My account/).click();
  await button(next, 'Use your key or device').click();
  await button(next, 'Remove My old phone').click();
  await expect(shown(next, 'My old phone is removed.')).toBeVisible();
  await expect(shown(next, '1 of 2 moved')).toBeVisible();
  await link(next, 'Already there? Test it My account').click();
  await button(next, 'Use your key or device').click();
  await link(next, 'Back to your new phone').click();
  await expect(heading(next, 'Everything has moved')).toBeVisible();
  await checkScreen(next, 'new phone, passkeys moved');
  await button(next, 'Finish').click();
  await expect(link(next, /^My account/)).toBeVisible();
  await expect(link(next, /^My new phone/)).toBeVisible();
  await expect(link(next, /^My old phone/)).toHaveCount(0);
});
