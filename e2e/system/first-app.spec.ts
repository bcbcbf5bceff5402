import { enter, showQr } from '../fixtures/actions.ts';
import { checkScreen } from '../fixtures/checks.ts';
import { button, expect, field, heading, link, people, signIn, test } from '../fixtures/index.ts';
import { readQr } from '../fixtures/qr.ts';
import { codeAt, parseOtpauth } from '../fixtures/totp.ts';

for (const colorScheme of ['light', 'dark'] as const)
  test(`[F6] a phone can read the QR on the screen, ${colorScheme}`, async ({ page, server }) => {
    await page.emulateMedia({ colorScheme });
    await signIn(page, server, people.ada, '/add/totp');
    await showQr(page);
    const key = parseOtpauth(await readQr(page));
    expect(key).toEqual({
      issuer: 'Example',
      account: people.ada,
      secret: expect.stringMatching(/^[A-Z2-7]{32}$/),
      digits: 6,
      period: 30,
      algorithm: 'SHA1',
    });
    await enter(page, codeAt(key, Date.now()), 'Turn on');
    await expect(heading(page, 'Your authenticator app is on')).toBeVisible();
  });

test('[X1] the key is shown besides the QR as text, can be copied, and opens an app on this device', async ({
  page,
  server,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url });
  await signIn(page, server, people.ada, '/add/totp');
  await showQr(page);
  const uri = await readQr(page);
  const { secret } = parseOtpauth(uri);
  expect(await page.locator('p[translate=no] span').allInnerTexts()).toEqual(secret.match(/.{4}/g));
  await expect(link(page, 'Open app on this device')).toHaveAttribute('href', uri);
  await button(page, 'Copy key').click();
  await expect(button(page, 'Copied')).toBeVisible();
  await field(page).focus();
  await page.keyboard.press('ControlOrMeta+V');
  await expect(field(page)).toHaveValue(secret);
});

test('[X1] accepts a code pasted in two groups', async ({ page, server, context, simulator }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url });
  await signIn(page, server, people.ada, '/add/totp');
  await showQr(page);
  const code = await simulator.code(people.ada);
  await page.evaluate((text) => navigator.clipboard.writeText(text), `${code.slice(0, 3)} ${code.slice(3)}`);
  await expect(field(page)).toHaveAttribute('autocomplete', 'one-time-code');
  await expect(field(page)).toHaveAttribute('inputmode', 'numeric');
  await field(page).focus();
  await page.keyboard.press('ControlOrMeta+V');
  await expect(field(page)).toHaveValue(`${code.slice(0, 3)} ${code.slice(3)}`);
  await page.keyboard.press('Enter');
  await expect(heading(page, 'Your authenticator app is on')).toBeVisible();
});

test('[X3] the QR expires after a warning, and she starts over', async ({ page, server, simulator }) => {
  await page.clock.install();
  await signIn(page, server, people.ada, '/add/totp');
  await showQr(page);
  const { secret } = parseOtpauth(await readQr(page));
  await page.clock.fastForward(9 * 60_000 + 1000);
  await expect(page.getByText(/There’s 0:\d\d left to finish this\./)).toBeVisible();
  await expect(page.getByRole('status')).toHaveText('One minute left to finish this.');
  await checkScreen(page, 'enroll, runs out');
  await simulator.advance(10 * 60);
  await page.clock.fastForward(60_000);
  await expect(heading(page, 'Time ran out')).toBeFocused();
  await checkScreen(page, 'enroll, expired');
  expect(await page.content()).not.toContain(secret);
  await button(page, 'Start over').click();
  await expect(page.getByRole('heading', { name: 'First, verify it’s you' })).toBeVisible();
});
