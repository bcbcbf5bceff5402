import type { Page } from '@playwright/test';
import { factorId } from '../fixtures/actions.ts';
import { expectAccessible, expectFits } from '../fixtures/checks.ts';
import {
  button,
  expect,
  field,
  heading,
  link,
  listHeading,
  open,
  people,
  shown,
  signIn,
  test,
} from '../fixtures/index.ts';
import { press } from '../fixtures/keyboard.ts';

test('[X4] [X5] removes one by keyboard only', async ({ page, server, simulator }) => {
  await signIn(page, server, people.grace);
  await press(page, link(page, /^Okta Verify/));
  await expect(heading(page, 'Okta Verify')).toBeFocused();
  await press(page, link(page, 'Remove'));
  await expect(heading(page, 'Remove Okta Verify?')).toBeFocused();
  await press(page, button(page, 'Use another way'));
  await press(page, button(page, 'Use Authenticator app'));
  await expect(field(page)).toBeFocused();
  await page.keyboard.type(await simulator.freshCode(people.grace));
  await page.keyboard.press('Enter');
  await press(page, button(page, 'Remove Okta Verify'));
  await expect(listHeading(page)).toBeFocused();
  await expect(shown(page, 'Okta Verify is removed.')).toBeVisible();
  await expect(page.getByRole('status')).toHaveText('Okta Verify is removed.');
});

test('skips to the content', async ({ page, server, simulator }) => {
  await signIn(page, server, people.grace);
  await open(page, `/methods/${await factorId(simulator, people.grace, 'Okta Verify')}`);
  await page.keyboard.press('Tab');
  await expect(link(page, 'Skip to the content')).toBeFocused();
  await page.keyboard.press('Enter');
  await press(page, link(page, 'Test it'));
  await expect(heading(page, 'Test Okta Verify')).toBeFocused();
});

/** Links within a sentence may be small. */
const small = (page: Page) =>
  page.evaluate(() =>
    [
      ...document.querySelectorAll<HTMLElement>(
        'a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]',
      ),
    ]
      .filter(
        (one) =>
          one.checkVisibility() &&
          !one.closest('.visually-hidden, [href="#main"]') &&
          !one.matches('p a, li a, td a, dd a, input[type=radio], input[type=checkbox]'),
      )
      // In a row of a narrow page, a control covers the whole row.
      .map(
        (one) =>
          [one, getComputedStyle(one, '::after').position === 'absolute' ? (one.closest('.row') ?? one) : one] as const,
      )
      .map(([one, pressed]) => ({
        name: (one.textContent ?? '').trim() || one.tagName,
        box: pressed.getBoundingClientRect(),
      }))
      .filter(({ box }) => box.width > 0 && (box.height < 44 || box.width < 24))
      .map(({ name, box }) => `${name}: ${Math.round(box.width)} × ${Math.round(box.height)}`),
  );

/** `contrast`: of the outline with the background. */
const focusSeen = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement as HTMLElement;
    // After the last element, the browser itself has the focus.
    if (element === document.body) return { outlined: true, contrast: 21 };
    const own = getComputedStyle(element);
    const { outlineStyle, outlineWidth, outlineColor } =
      own.outlineStyle === 'none' ? getComputedStyle(element, '::after') : own;
    const luminance = (color: string) => {
      const [r = 0, g = 0, b = 0] = (color.match(/[\d.]+/g) ?? []).map(Number).map((value) => {
        const part = value / 255;
        return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    let behind: Element | null = element.parentElement;
    while (behind && /, 0\)$|^transparent$/.test(getComputedStyle(behind).backgroundColor))
      behind = behind.parentElement;
    const pair = [
      luminance(outlineColor),
      luminance(getComputedStyle(behind ?? document.documentElement).backgroundColor),
    ].toSorted((a, b) => a - b);
    return {
      outlined: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2,
      contrast: (pair[1]! + 0.05) / (pair[0]! + 0.05),
    };
  });

const settings = [
  { name: 'light', colorScheme: 'light', forcedColors: 'none' },
  { name: 'dark', colorScheme: 'dark', forcedColors: 'none' },
  { name: 'forced colours', colorScheme: 'light', forcedColors: 'active' },
  { name: 'forced colours on dark', colorScheme: 'dark', forcedColors: 'active' },
] as const;

for (const { name, ...media } of settings) {
  test(`[X5] ${name}: controls are big enough, the focus is visible, text is readable, at 1280 px, 320 px and 400 %`, async ({
    page,
    server,
    simulator,
  }) => {
    await page.emulateMedia(media);
    await signIn(page, server, people.grace);
    const id = await factorId(simulator, people.grace, 'Okta Verify');
    for (const path of ['/', '/add', `/methods/${id}`, `/methods/${id}/remove`, '/sessions', '/get-help']) {
      await open(page, path);
      for (const [what, size] of [
        ['1280 px', { width: 1280, height: 800 }],
        ['320 px', { width: 320, height: 640 }],
        ['1280 px at 400 %', { width: 320, height: 256 }],
      ] as const) {
        await page.setViewportSize(size);
        await expectFits(page, `${path}, ${what}`);
        expect([path, what, await small(page)]).toEqual([path, what, []]);
      }
      // Forced colours are the user's, so axe cannot judge them.
      if (media.forcedColors === 'none') await expectAccessible(page, `${path}, ${name}`);
      else
        expect(
          await page.evaluate(() =>
            [...document.querySelectorAll('*')]
              .filter((one) => getComputedStyle(one).forcedColorAdjust === 'none')
              .map((one) => one.className),
          ),
        ).toEqual([]);
      await page.keyboard.press('Tab');
      for (let stops = 0; stops < 6; stops += 1) {
        await page.keyboard.press('Tab');
        const seen = await focusSeen(page);
        expect([path, stops, seen.outlined, seen.contrast >= 3 || seen.contrast]).toEqual([path, stops, true, true]);
      }
    }
  });
}

test('[X5] shows no motion when less motion is preferred', async ({ page, server }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await signIn(page, server, people.grace);
  for (const path of ['/', '/add/totp', '/sessions']) {
    await open(page, path);
    const moving = await page.evaluate(() =>
      [...document.querySelectorAll('*')]
        .filter((one) => {
          const { animationName, animationDuration, transitionDuration } = getComputedStyle(one);
          const lasts = (times: string) => times.split(',').some((time) => Number.parseFloat(time) > 0.01);
          return (animationName !== 'none' && lasts(animationDuration)) || lasts(transitionDuration);
        })
        .map((one) => `${one.tagName}.${one.className}`),
    );
    expect([path, moving]).toEqual([path, []]);
  }
});
