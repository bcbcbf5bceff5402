import type { Locator, Page } from '@playwright/test';
import { button, expect, field, heading, link, people, test } from './fixtures/index.ts';

/** Presses Tab until `target` has the focus; every stop must be visible and big enough. */
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
      return {
        name: (element.textContent ?? '').trim() || element.tagName,
        outlined,
        inView,
        big: inSentence || box.height >= 44,
      };
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

test('[X5] adds an app by keyboard only', async ({ page, server, simulator }) => {
  await page.goto('/auth/sign-in?returnTo=/');
  await expect(page.getByLabel('Email address')).toBeFocused();
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
  // Before hydration the link leads to the page without starting.
  if (await show.isVisible()) await press(page, show);
  await expect(scan).toBeVisible();
  await tabTo(page, field(page));
  await page.keyboard.type(await simulator.code(people.ada));
  await page.keyboard.press('Enter');
  await expect(heading(page, 'Your authenticator app is on')).toBeFocused();
  await press(page, link(page, 'Back to your methods'));
  await expect(heading(page, 'Your security methods')).toBeFocused();
});
