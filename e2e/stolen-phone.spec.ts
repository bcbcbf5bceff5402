import { turnOn } from './fixtures/actions.ts';
import { checkScreen } from './fixtures/checks.ts';
import { button, expect, heading, open, people, shown, signIn, test } from './fixtures/index.ts';
import { addKey, plugIn } from './fixtures/keys.ts';
import { counting, rows } from './fixtures/stolen-phone.ts';

// A server of its own: whoever is frozen here stays frozen.
test.use({ serverOptions: { env: { SUPPORT_HOURS: 'Monday to Friday, 8:00 to 18:00' } } });

test('[X6] a stolen phone with a spare: signs out elsewhere, then removes what was on it', async ({
  page,
  server,
  simulator,
  otherBrowser,
}) => {
  const elsewhere = await (await otherBrowser()).newPage();
  await signIn(elsewhere, server, people.ada);
  await signIn(page, server, people.ada);
  await plugIn(page, { synced: true });
  await addKey(page);
  await open(page, '/add/totp');
  await button(page, 'Show the QR code').click();
  await button(page, 'Use your key or device').click();
  await expect(shown(page, 'Scan this with your app')).toBeVisible();
  await turnOn(page, simulator, 'Authenticator app');
  await open(page, '/');
  const { press, count } = counting();
  for (const row of rows(page)) await press(row);
  await expect(button(page, 'Sign out everywhere else')).toBeVisible();
  await checkScreen(page, 'stolen phone, with a spare');
  await press(button(page, 'Sign out everywhere else'));
  await expect(shown(page, 'You’re signed out of Latchkey everywhere else.')).toBeVisible();
  expect(count()).toBeLessThanOrEqual(3);
  const before = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 640 });
  // On a narrow screen the whole row opens, so that no button takes the width of its text.
  await page.locator('.row', { hasText: 'Authenticator app' }).click({ position: { x: 80, y: 20 } });
  await expect(heading(page, 'Remove your authenticator app?')).toBeFocused();
  if (before) await page.setViewportSize(before);
  // The thief has the app: it is offered, and not suggested.
  await expect(page.locator('.primary')).toHaveText('Use your key or device');
  await checkScreen(page, 'stolen phone, remove');
  await button(page, 'Use another way').click();
  await button(page, 'Use Authenticator app').click();
  await expect(button(page, 'Confirm')).toBeVisible();
  await expect(page.locator('.primary')).toHaveCount(0);
  await button(page, /^Use (?!Authenticator app)/).click();
  await button(page, 'Remove your authenticator app').click();
  await expect(heading(page, 'My phone is lost or stolen')).toBeVisible();
  await expect(shown(page, 'Your authenticator app is removed.')).toBeVisible();
  await checkScreen(page, 'stolen phone, removed');
});
