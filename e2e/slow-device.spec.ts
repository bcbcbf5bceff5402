import type { Page } from '@playwright/test';
import { staff } from './fixtures/helpdesk.ts';
import { alive, button, expect, heading, link, people, signIn, test } from './fixtures/index.ts';

/** Moments while a page loads. Each holds the scripts that would end it. */
const moments = {
  'before any script': { held: '**/assets/*.js', reached: () => true },
  'before the page’s own script': {
    held: '**/assets/entry-client-*.js',
    reached: () =>
      performance.getEntriesByName(document.querySelector<HTMLScriptElement>('script[async]')!.src).length > 0,
  },
  'while React hydrates': {
    held: undefined,
    reached: () => Object.keys(document.getElementById('root')!).some((key) => key.startsWith('__reactContainer$')),
  },
};
type Moment = keyof typeof moments;
const names = Object.keys(moments) as Moment[];

/** Loads a page on a device that is six times slower, up to a moment. Returns what lets it load on. */
async function openUntil(page: Page, path: string, moment: Moment): Promise<() => void> {
  const { held, reached } = moments[moment];
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: 6 });
  let release = (): void => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  if (held) await page.route(held, (route) => released.then(() => route.continue()));
  await page.goto(path, { waitUntil: 'commit' });
  await page.locator('main h1').waitFor();
  await page.waitForFunction(reached, undefined, { polling: 'raf' });
  return release;
}

for (const moment of names) {
  test(`a tap ${moment} is not lost on a slow device`, async ({ page, server }) => {
    await signIn(page, server, people.ada);
    const loadOn = await openUntil(page, '/', moment);
    await link(page, /^Authenticator app/).click({ noWaitAfter: true });
    loadOn();
    await expect(heading(page, 'Add an authenticator app')).toBeVisible();
    await alive(page);
  });

  test(`typing ${moment} is not lost on a slow device`, async ({ page, server }) => {
    await signIn(page, server, staff.hedy);
    const loadOn = await openUntil(page, '/helpdesk', moment);
    const search = page.getByRole('combobox');
    await search.click();
    await page.keyboard.type('Gra');
    loadOn();
    // The rest arrives while the page starts.
    await page.keyboard.type('ce');
    await expect(page.getByRole('option', { name: /^Grace/ })).toBeVisible();
    await expect(search).toHaveValue('Grace');
  });

  test(`a number typed ${moment} is sent by a slow device`, async ({ page, server }) => {
    await signIn(page, server, people.ada);
    const loadOn = await openUntil(page, '/add/sms', moment);
    const number = page.getByLabel('Phone number');
    await number.click();
    await page.keyboard.type('+44 7700 9');
    loadOn();
    await page.keyboard.type('00123');
    await expect(number).toHaveValue('+44 7700 900123');
    await button(page, 'Send the code').click();
    await expect(page.getByText('Enter the code from the message to turn it on.')).toBeVisible();
  });
}

test('a button tapped while React hydrates acts on a slow device', async ({ page, server }) => {
  await signIn(page, server, people.ada);
  await openUntil(page, '/add/totp', 'before the page’s own script').then((loadOn) => loadOn());
  // In the page's own task, so that the tap cannot come too late.
  await page.waitForFunction(
    (prefix) => {
      const [, root] = Object.entries(document.getElementById('root')!).find(([key]) => key.startsWith(prefix)) ?? [];
      if (!root) return false;
      document.querySelector<HTMLElement>('main .actions a')?.click();
      return true;
    },
    '__reactContainer$',
    { polling: 'raf' },
  );
  await expect(page.getByText('Scan this with your app')).toBeVisible();
});
