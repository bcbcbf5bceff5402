import { factorId } from './fixtures/actions.ts';
import { expectAccessible, expectFits } from './fixtures/checks.ts';
import { expect, open, people, signIn, test } from './fixtures/index.ts';

declare const shifts: number[];

/** Counts what moves without having been pressed, from the document's first paint on. */
const countShifts = () => {
  const seen: number[] = [];
  Object.assign(globalThis, { shifts: seen });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
      if (!entry.hadRecentInput) seen.push(entry.value);
  }).observe({ type: 'layout-shift', buffered: true });
};

test('[X6] at 320 px no page moves while it loads, none scrolls sideways, and axe finds nothing', async ({
  page,
  server,
  simulator,
}) => {
  await page.addInitScript(countShifts);
  await page.setViewportSize({ width: 320, height: 640 });
  await signIn(page, server, people.grace);
  const id = await factorId(simulator, people.grace, 'Okta Verify');
  const method = `/methods/${id}`;
  const pages = [
    '/',
    '/add',
    '/add/totp',
    method,
    `${method}/test`,
    `${method}/remove`,
    '/sessions',
    '/security-history',
  ];
  for (const path of [...pages, '/new-phone', '/stolen-phone', '/get-help']) {
    await open(page, path);
    await page.waitForLoadState('networkidle');
    const shift = await page.evaluate(() => shifts.reduce((sum, one) => sum + one, 0));
    // A badge that wraps a row moves more than this; a time that becomes local moves less.
    expect(shift, path).toBeLessThan(0.002);
    await expectFits(page, path);
    await expectAccessible(page, path);
  }
});
