import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { addresses } from '#contract/endpoints.ts';
import { factorId, showQr, turnOn } from '../fixtures/actions.ts';
import { checkScreen } from '../fixtures/checks.ts';
import { staff } from '../fixtures/helpdesk.ts';
import { alive, expect, heading, link, open, people, signIn, test } from '../fixtures/index.ts';
import { countShifts, sumShifts } from '../fixtures/shifts.ts';
import { signInByHttp } from '../fixtures/sign-in.ts';

const logo = (name: string): string => join(import.meta.dirname, `../fixtures/logos/${name}.svg`);
/** Dark like most names, so that it is invisible on a dark page. */
const wide = logo('wide');
const square = logo('square');
/** A picture with scripts, requests and a form. */
const hostile = logo('hostile');

const accent = (page: Page): Promise<string> =>
  page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--accent'));

for (const [name, env, onLight] of [
  ['yellow, wide logo', { BRAND_LOGO: wide, BRAND_COLOR: '#ffd500' }, '#7d6800'],
  ['red, square logo', { BRAND_LOGO: square, BRAND_COLOR: '#8c1018' }, '#8c1018'],
] as const) {
  test.describe(`a brand: ${name}`, () => {
    test.use({ serverOptions: { env: { ORG_NAME: 'Meridian', ...env } } });

    test('pages are readable in both themes, and nothing moves when the logo arrives', async ({
      page,
      server,
      simulator,
    }) => {
      await page.addInitScript(countShifts);
      let arrive: (() => void) | undefined;
      const late = new Promise<void>((resolve) => (arrive = resolve));
      await page.route(`**${addresses.logo}`, async (route) => {
        await late;
        await route.continue();
      });
      await page.setViewportSize({ width: 320, height: 640 });
      await signInByHttp(page.context().request, server, people.grace, '/');
      await page.goto('/', { waitUntil: 'commit' });
      await alive(page);
      const logo = page.locator(`header img[src="${addresses.logo}"]`);
      const isShown = () => logo.evaluate((one: HTMLImageElement) => one.complete && one.naturalWidth > 0);
      expect(await isShown()).toBe(false);
      arrive?.();
      await expect.poll(isShown).toBe(true);
      expect(await sumShifts(page)).toBeLessThan(0.002);

      expect(await accent(page)).toBe(onLight);
      await checkScreen(page, `brand ${name}, list`);
      const id = await factorId(simulator, people.grace, 'Okta Verify');
      await open(page, `/methods/${id}/remove`);
      await checkScreen(page, `brand ${name}, remove`);
      await open(page, '/get-help');
      await checkScreen(page, `brand ${name}, get help`);
    });

    test('the helpdesk’s pages have the product’s face', async ({ page, server }) => {
      await signIn(page, server, staff.hedy);
      const logo = page.locator('header img');
      await expect(logo).toBeVisible();
      await link(page, 'Helpdesk').click();
      await expect(heading(page, 'Who is calling?')).toBeVisible();
      await expect(logo).toHaveCount(0);
      expect(await accent(page)).not.toBe(onLight);
      await checkScreen(page, `brand ${name}, helpdesk`);
    });
  });
}

test.describe('a brand: blue, no logo', () => {
  test.use({ serverOptions: { env: { ORG_NAME: 'Meridian', BRAND_COLOR: '#2f6fde' } } });

  test('a task has the colour from step to step, and a focused field its ring', async ({ page, server, simulator }) => {
    await signIn(page, server, people.ada);
    await checkScreen(page, 'brand blue, list, empty');
    await open(page, '/add/totp');
    await showQr(page);
    await page.getByLabel('Code', { exact: true }).focus();
    await checkScreen(page, 'brand blue, enroll');
    await turnOn(page, simulator, 'Authenticator app');
    await checkScreen(page, 'brand blue, done');
  });
});

test.describe('a hostile logo', () => {
  test.use({ serverOptions: { env: { BRAND_LOGO: hostile } } });

  test('[W4] runs and loads nothing when its own address is opened', async ({ page, watched }) => {
    const asked: string[] = [];
    page.on('response', (response) => void asked.push(new URL(response.url()).pathname));
    page.on('dialog', (dialog) => void asked.push(dialog.type()));
    await page.goto(addresses.logo);
    await page.getByText('go').click();
    await page.waitForLoadState('networkidle');
    expect([await page.title(), page.url()]).toEqual(['', expect.stringMatching(`${addresses.logo}$`)]);
    expect(asked).toEqual([addresses.logo]);
    // The browser reports what it refused.
    await expect.poll(() => watched.faults.splice(0).join('\n')).toMatch(/sandbox/);
  });
});
