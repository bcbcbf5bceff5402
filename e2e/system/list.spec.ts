import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { showQr } from '../fixtures/actions.ts';
import { button, expect, heading, open, people, signIn, test } from '../fixtures/index.ts';
import { checkScreen } from '../fixtures/checks.ts';

// Other walks check the lists of the other people.
for (const [name, says] of [
  ['evelyn', 'If you lose your phone, you may not get in'],
  ['radia', /./],
] as const)
  test(`[X6] the list of ${name}`, async ({ page, server }) => {
    await signIn(page, server, people[name]);
    await expect(heading(page, says)).toBeVisible();
    await checkScreen(page, `list of ${name}`);
  });

// Pictures for README and docs: `PICTURES=1 npm run e2e -- list`.
const images = join(import.meta.dirname, '../../docs/images');

if (process.env['PICTURES']) {
  test('pictures', async ({ page, server }) => {
    const take = async (name: string, width: number, height: number): Promise<void> => {
      await page.setViewportSize({ width, height });
      await page.screenshot({ path: join(images, name) });
    };
    await signIn(page, server, people.evelyn);
    await take('list.png', 1000, 850);
    await page.context().clearCookies();
    await signIn(page, server, people.ada, '/add/totp');
    await showQr(page);
    await take('enroll-320.png', 320, 820);
  });

  for (const name of ['ada', 'katherine', 'evelyn', 'grace', 'radia', 'frozen'] as const)
    test(`pictures of the list of ${name}`, async ({ page, server }) => {
      await signIn(page, server, name === 'frozen' ? people.dorothy : people[name]);
      if (name === 'frozen') {
        await open(page, '/stolen-phone');
        await button(page, 'Freeze changes').click();
        await page.getByRole('dialog').getByRole('button', { name: 'Freeze changes' }).click();
        await expect(heading(page, 'Changes are frozen')).toBeVisible();
        await page.context().clearCookies();
        await signIn(page, server, people.dorothy);
      }
      mkdirSync(join(images, 'list'), { recursive: true });
      const browser = await page.context().newCDPSession(page);
      for (const width of [320, 768, 1440]) {
        await page.setViewportSize({ width, height: 640 });
        const height = await page.evaluate(() => document.documentElement.scrollHeight);
        // WebP takes a third of PNG's bytes, but Playwright cannot write it.
        const { data } = await browser.send('Page.captureScreenshot', {
          format: 'webp',
          quality: 80,
          captureBeyondViewport: true,
          clip: { x: 0, y: 0, width, height, scale: 1 },
        });
        writeFileSync(join(images, 'list', `${name}-${width}.webp`), data, 'base64');
      }
    });
}
