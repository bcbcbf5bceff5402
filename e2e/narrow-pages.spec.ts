import { factorId } from './fixtures/actions.ts';
import { expectAccessible, expectFits, findLeadingDots } from './fixtures/checks.ts';
import { expect, open, people, signIn, test } from './fixtures/index.ts';
import { countShifts, sumShifts } from './fixtures/shifts.ts';

// The server writes times in UTC, and the page then shows them in this zone.
test.use({ timezoneId: 'America/New_York' });

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
    // A script of the same priority as the stylesheet would delay the first paint on a slow network.
    const html = await (await page.request.get(server.url + path)).text();
    expect(html.match(/fetchpriority="low"/g)).toHaveLength(html.match(/\/assets\/[^"]+\.js/g)!.length);
    // A badge that wraps a row moves more, a time that becomes local moves less.
    expect(await sumShifts(page), path).toBeLessThan(0.002);
    await expectFits(page, path);
    await expectAccessible(page, path);
    // The end of a line depends on its letters, so several widths are tried.
    for (let width = 240; width <= 320; width += 5) {
      await page.setViewportSize({ width, height: 640 });
      expect(await findLeadingDots(page), `${path}, ${width} px`).toEqual([]);
    }
  }
});
