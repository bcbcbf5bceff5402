import type { Page } from '@playwright/test';
import { alive, expect, heading, link, listHeading, open, people, shown, signIn, test } from '../fixtures/index.ts';

const scrolled = (page: Page): Promise<number> => page.evaluate(() => Math.round(window.scrollY));
const address = (page: Page): string => page.url().replace(/^https?:\/\/[^/]+/, '');

test('Back and Forward put the focus on the heading, and the page where it was', async ({ page, server }) => {
  await page.setViewportSize({ width: 412, height: 400 });
  await signIn(page, server, people.grace);
  const method = link(page, /^Authenticator app/);
  await method.scrollIntoViewIfNeeded();
  await page.evaluate(() => window.scrollTo(0, 60));
  await method.click();
  await expect(heading(page, 'Authenticator app')).toBeFocused();
  await expect.poll(() => scrolled(page)).toBe(0);
  await page.goBack();
  await expect(listHeading(page)).toBeFocused();
  await expect.poll(() => scrolled(page)).toBeGreaterThan(0);
  await page.goForward();
  await expect(heading(page, 'Authenticator app')).toBeFocused();
  // The focus is also right after a reload, when the list is another document.
  await page.reload();
  await alive(page);
  await page.goBack();
  await expect(listHeading(page)).toBeFocused();
});

test('an address opens the same page on the server and in the browser', async ({ page, server }) => {
  await signIn(page, server, people.grace);
  for (const path of ['/Add', '/add/TOTP', '/%61dd', '/methods/a%2Fb', '//evil.example/add', '/index.html']) {
    const answer = await page.goto(server.url.replace(/\/$/, '') + path);
    expect([path, answer?.status()]).toEqual([path, 404]);
    await alive(page);
    await expect(shown(page, 'There’s nothing here').first()).toBeVisible();
    expect(address(page)).toBe(path);
  }
  await open(page, '/step-up?purpose=sessions&returnTo=%2Fsessions%3Fa%3D%252F');
  await page.locator('main a').first().click();
  await expect(heading(page, 'Where you’re signed in')).toBeFocused();
  expect(address(page)).toBe('/sessions?a=%2F');
});

test('a link that is opened in a new tab leaves this one as it is', async ({ page, context, server }) => {
  await signIn(page, server, people.grace);
  const opened = context.waitForEvent('page');
  await link(page, /^Authenticator app/).click({ modifiers: ['ControlOrMeta'] });
  const other = await opened;
  await alive(other);
  await expect(heading(other, 'Authenticator app')).toBeVisible();
  await expect(listHeading(page)).toBeVisible();
  expect(address(page)).toBe('/');
});
