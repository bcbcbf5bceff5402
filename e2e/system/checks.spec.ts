import { checkScreen, expectAccessible, expectApart, expectFits, expectOneMain } from '../fixtures/checks.ts';
import { button, expect, open, test } from '../fixtures/index.ts';

test.describe('the fixtures report', () => {
  test('axe’s findings', async ({ page }) => {
    await open(page, '/');
    const plant = () => page.evaluate(() => document.querySelector('main')!.append(document.createElement('button')));
    await plant();
    await expect(expectAccessible(page, 'planted')).rejects.toThrow(/button-name/);
    // axe has already checked this document.
    await open(page, '/');
    await expectAccessible(page, 'as it is');
    await plant();
    await expect(expectAccessible(page, 'planted')).rejects.toThrow(/button-name/);
  });

  test('axe’s findings, whichever look a state’s name chooses', async ({ page }) => {
    await open(page, '/');
    await page.evaluate(() => document.querySelector('main')!.append(document.createElement('button')));
    for (const state of ['planted 1', 'planted 2'])
      await expect(checkScreen(page, state)).rejects.toThrow(/button-name/);
  });

  test('what is too wide, and what is cut off', async ({ page }) => {
    await open(page, '/');
    await page.setViewportSize({ width: 320, height: 640 });
    await expectFits(page, 'as it is');
    await page.evaluate(() => {
      const wide = Object.assign(document.createElement('p'), { textContent: 'x'.repeat(200), id: 'wide' });
      // The styles break long words.
      wide.style.overflowWrap = 'normal';
      wide.style.whiteSpace = 'nowrap';
      document.querySelector('main')!.append(wide);
    });
    await expect(expectFits(page, 'planted')).rejects.toThrow(/out of the page|px wide/);
    await page.locator('#wide').evaluate((element) => (element.style.overflow = 'hidden'));
    await expect(expectFits(page, 'planted')).rejects.toThrow(/is cut off/);
  });

  test('a second main button, and a button that touches an error', async ({ page }) => {
    await open(page, '/');
    await expectOneMain(page, 'as it is');
    await page.evaluate(() => {
      const add = (tag: string, className: string, textContent: string) =>
        document.querySelector('main')!.append(Object.assign(document.createElement(tag), { className, textContent }));
      add('div', 'failure', 'It failed.');
      add('button', 'button primary', 'Planted');
    });
    await expect(expectOneMain(page, 'planted')).rejects.toThrow(/Planted/);
    await expectApart(page, 'by the styles');
    await button(page, 'Planted').evaluate((planted) => (planted.style.marginBlockStart = '0'));
    await expect(expectApart(page, 'planted')).rejects.toThrow(/Planted/);
  });

  test('[W4] [P6] violations of the policy, errors and foreign requests', async ({ page, watched }) => {
    await open(page, '/');
    await page.evaluate(async () => {
      document.body.append(Object.assign(document.createElement('img'), { src: 'https://stranger.example/x.png' }));
      setTimeout(() => {
        throw new Error('planted');
      });
    });
    await expect.poll(() => watched.faults.join('\n')).toMatch(/CSP: img-src/);
    await expect.poll(() => watched.faults.join('\n')).toMatch(/error in the page: Error: planted/);
    await page.goto('https://stranger.example/').catch(() => {});
    expect(watched.faults.join('\n')).toMatch(/third party: https:\/\/stranger\.example/);
    watched.faults.length = 0;
  });
});
