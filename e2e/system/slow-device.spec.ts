import type { Page } from '@playwright/test';
import { factorId, stepUpHere } from '../fixtures/actions.ts';
import { staff } from '../fixtures/helpdesk.ts';
import { alive, button, expect, heading, link, open, people, signIn, test } from '../fixtures/index.ts';

/** `held`: scripts that would end the moment. Nothing delays React, so the browser is slowed for it. */
const moments = {
  'before any script': { held: '**/assets/*.js', reached: () => true },
  'before the page’s own script': {
    held: '**/assets/index-*.js',
    reached: () =>
      performance.getEntriesByName(document.querySelector<HTMLLinkElement>('link[rel=modulepreload]')!.href).length > 0,
  },
  'while React hydrates': {
    held: undefined,
    reached: () => Object.keys(document.getElementById('root')!).some((key) => key.startsWith('__reactContainer$')),
  },
};
type Moment = keyof typeof moments;
const names = Object.keys(moments) as Moment[];

/** Slows the device six times. Returns a function that ends this. */
async function slow(page: Page): Promise<() => void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: 6 });
  return () => void session.send('Emulation.setCPUThrottlingRate', { rate: 1 }).catch(() => {});
}

/** Returns a function that lets the page continue. */
async function openUntil(page: Page, path: string, moment: Moment): Promise<() => void> {
  const { held, reached } = moments[moment];
  let release: () => void;
  if (held) {
    const released = new Promise<void>((resolve) => (release = resolve));
    await page.route(held, (route) => released.then(() => route.continue()));
  } else release = await slow(page);
  await page.goto(path, { waitUntil: 'commit' });
  await page.locator('main h1').waitFor();
  await page.waitForFunction(reached, undefined, { polling: 'raf' });
  return release!;
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
    // The rest is typed while the page starts.
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

/** `enter`: inputs before the tap. `follows`: a text after it. */
const additions: Record<string, { enter?: (page: Page) => Promise<void>; tap: string; follows: string | RegExp }> = {
  '/add/totp': { tap: 'Show the QR code', follows: 'Scan this with your app' },
  '/add/okta-verify': {
    enter: (page) => page.getByRole('radio', { name: 'Codes only' }).check(),
    tap: 'Show the QR code',
    follows: 'Enter the code it shows',
  },
  '/add/email': { tap: 'Send the code', follows: /^We’ve sent an email with a code to/ },
  '/add/webauthn': { tap: 'Continue', follows: 'Use a key or this device' },
  '/add/sms': {
    async enter(page) {
      await page.getByLabel('Phone number').fill('+44 7700 900123');
      // No script handles this yet, so the browser could send the form and leave the page.
      await page.keyboard.press('Enter');
    },
    tap: 'Send the code',
    follows: 'Enter the code from the message to turn it on.',
  },
  '/add/question': {
    async enter(page) {
      await page.getByLabel('Answer', { exact: true }).fill('boiled turnips');
      await page
        .getByLabel('Question', { exact: true })
        .selectOption({ label: 'What is the food you least liked as a child?' });
    },
    tap: 'Turn on',
    follows: 'Your security question is on',
  },
};

for (const [path, { enter, tap, follows }] of Object.entries(additions))
  test(`${path}: a tap before any script acts once, with what was entered`, async ({ page, server }) => {
    await signIn(page, server, people.ada);
    const sent: string[] = [];
    page.on('request', (request) => request.method() === 'POST' && sent.push(new URL(request.url()).pathname));
    const loadOn = await openUntil(page, path, 'before any script');
    await enter?.(page);
    const tapped = page.locator('main').getByText(tap, { exact: true });
    // Impatient people tap twice.
    await tapped.click({ noWaitAfter: true });
    await tapped.click({ noWaitAfter: true });
    await expect(tapped).toHaveCSS('cursor', 'progress');
    expect(sent).toEqual([]);
    loadOn();
    await expect(page.locator('main').getByText(follows)).toBeVisible();
    expect(sent).toEqual(['/api/factors']);
  });

test('of two buttons tapped before any script, the second acts', async ({ page, server }) => {
  await signIn(page, server, people.ada);
  const loadOn = await openUntil(page, '/add/question', 'before any script');
  await button(page, 'Turn on').click();
  await button(page, 'Show').click();
  loadOn();
  await expect(page.getByRole('button', { name: 'Show', pressed: true })).toBeVisible();
  // A first tap would have asked for an answer.
  await expect(page.getByLabel('Answer', { exact: true })).not.toHaveAttribute('aria-invalid');
  await expect(page.locator('form .error')).toHaveCount(0);
});

test('a tap before any script starts nothing that this browser cannot do', async ({ page, server }) => {
  await page.addInitScript('delete window.PublicKeyCredential');
  await signIn(page, server, people.ada);
  const sent: string[] = [];
  page.on('request', (request) => request.method() === 'POST' && sent.push(request.url()));
  const loadOn = await openUntil(page, '/add/webauthn', 'before any script');
  await button(page, 'Continue').click();
  loadOn();
  await expect(page.getByText('This browser can’t use keys or passkeys.')).toBeVisible();
  expect(sent).toEqual([]);
});

test('a button tapped while React hydrates acts on a slow device', async ({ page, server }) => {
  await signIn(page, server, people.ada);
  const loadOn = await openUntil(page, '/add/totp', 'before the page’s own script');
  const endSlowness = await slow(page);
  loadOn();
  // Runs in the page's own task, so that the tap cannot come too late.
  await page.waitForFunction(
    (prefix) => {
      const [, root] = Object.entries(document.getElementById('root')!).find(([key]) => key.startsWith(prefix)) ?? [];
      if (!root) return false;
      document.querySelector<HTMLElement>('main .actions button')?.click();
      return true;
    },
    '__reactContainer$',
    { polling: 'raf' },
  );
  endSlowness();
  await expect(page.getByText('Scan this with your app')).toBeVisible();
});

/** How a person takes back a tap, or leaves the page. */
const changesOfMind: Record<string, (page: Page) => Promise<unknown>> = {
  Escape: (page) => page.keyboard.press('Escape'),
  'a tap elsewhere': (page) => page.locator('main h1').click(),
  'a reload': (page) => page.reload({ waitUntil: 'commit' }),
  'a link': (page) => link(page, 'Latchkey').click({ noWaitAfter: true }),
};

test('a tap on Remove before any script is taken back', async ({ page, server, simulator }) => {
  await signIn(page, server, people.grace);
  const path = `/methods/${await factorId(simulator, people.grace, 'Okta Verify')}/remove`;
  await open(page, path);
  await stepUpHere(page, simulator, 'Authenticator app', people.grace);
  const remove = button(page, 'Remove Okta Verify');
  await expect(remove).toBeVisible();
  for (const [how, changeMind] of Object.entries(changesOfMind)) {
    const loadOn = await openUntil(page, path, 'before any script');
    await remove.click({ noWaitAfter: true });
    await expect(remove, how).toHaveCSS('cursor', 'progress');
    await changeMind(page);
    loadOn();
    await alive(page);
    await page.unrouteAll({ behavior: 'wait' });
  }
  // An action would have come before this.
  await open(page, path);
  await expect(remove).toBeVisible();
  expect(await simulator.count('DELETE', /\/factors\//)).toBe(0);
});

test('a page whose scripts fail says so at a tap, and blocks nothing', async ({ page, server }) => {
  await signIn(page, server, people.ada);
  const notReady = page.locator('#not-ready');
  await expect(notReady).toBeHidden();
  await page.route('**/assets/*.js', (route) => route.abort());
  await page.goto('/add/totp');
  await expect(notReady).toBeHidden();
  await button(page, 'Show the QR code').focus();
  await page.keyboard.press('Enter');
  // The delay is longer than the slowest phone's start, so the test ends it.
  const waits = () =>
    page.evaluate(() => document.getAnimations().map((one) => [one.effect?.getTiming().delay, one.finish()][0]));
  await expect.poll(waits).toEqual([10_000]);
  await expect(notReady).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(notReady).toBeHidden();
  await link(page, 'Latchkey').click();
  await expect(page).toHaveURL(`${server.url}/`);
});
