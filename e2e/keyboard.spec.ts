import type { Locator, Page } from '@playwright/test';
import { factorId } from './fixtures/acts.ts';
import { button, expect, field, heading, link, open, people, shown, signIn, test } from './fixtures/index.ts';

/** Goes on by Tab until `target` has the focus; every stop on the way can be seen, and is big enough to hit. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let stops = 0; stops < 40; stops++) {
    await page.keyboard.press('Tab');
    const seen = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      const box = element.getBoundingClientRect();
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      const outlined = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
      const inView = box.bottom > 0 && box.top < innerHeight && box.width > 0;
      // A link within a sentence is as high as its line.
      const inSentence = element.matches('p.fine a');
      return { name: (element.textContent ?? '').trim() || element.tagName, outlined, inView, big: inSentence || box.height >= 44 };
    });
    if (seen) expect(seen).toEqual({ name: seen.name, outlined: true, inView: true, big: true });
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error('the keyboard does not get there');
}

async function press(page: Page, target: Locator): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press('Enter');
}

test('[X5] adds an app by keyboard alone', async ({ page, server, desk }) => {
  await page.goto('/auth/sign-in?returnTo=/');
  await page.keyboard.type(people.ada);
  await page.keyboard.press('Tab');
  await page.keyboard.type(server.password);
  await page.keyboard.press('Enter');
  await expect(heading(page, 'Hello, Ada')).toBeVisible();
  await press(page, page.getByRole('link', { name: /^Authenticator app.* Add$/ }));
  await expect(heading(page, 'Add an authenticator app')).toBeFocused();
  const show = button(page, 'Show the QR code');
  const scan = page.getByText('Scan this with your app');
  await expect(show.or(scan)).toBeVisible();
  // Pressed before the script was there, the link led to the page and did not begin.
  if (await show.isVisible()) await press(page, show);
  await expect(scan).toBeVisible();
  await tabTo(page, field(page));
  await page.keyboard.type(await desk.code(people.ada));
  await page.keyboard.press('Enter');
  await expect(heading(page, 'Your authenticator app is on')).toBeFocused();
  await press(page, link(page, 'Back to your methods'));
  await expect(heading(page, 'Your security methods')).toBeFocused();
});

test('[X4] [X5] removes one by keyboard alone', async ({ page, server, desk }) => {
  await signIn(page, server, people.grace);
  await press(page, link(page, /^Okta Verify/));
  await expect(heading(page, 'Okta Verify')).toBeFocused();
  await press(page, link(page, 'Remove'));
  await expect(heading(page, 'Remove Okta Verify?')).toBeFocused();
  await press(page, button(page, 'Use Authenticator app'));
  await expect(field(page)).toBeFocused();
  await page.keyboard.type(await desk.freshCode(people.grace));
  await page.keyboard.press('Enter');
  await press(page, button(page, 'Remove Okta Verify'));
  await expect(heading(page, 'Your security methods')).toBeFocused();
  await expect(shown(page, 'Okta Verify is removed.')).toBeVisible();
  await expect(page.getByRole('status')).toHaveText('Okta Verify is removed.');
});

test('skips to the content', async ({ page, server, desk }) => {
  await signIn(page, server, people.grace);
  await open(page, `/methods/${await factorId(desk, people.grace, 'Okta Verify')}`);
  await page.keyboard.press('Tab');
  await expect(link(page, 'Skip to the content')).toBeFocused();
  await page.keyboard.press('Enter');
  await press(page, link(page, 'Test it'));
  await expect(heading(page, 'Test Okta Verify')).toBeFocused();
});
