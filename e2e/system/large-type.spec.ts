import { chooseWay, factorId, showQr } from '../fixtures/actions.ts';
import { checkTextSize } from '../fixtures/checks.ts';
import { button, expect, heading, link, open, people, shown, signIn, test } from '../fixtures/index.ts';

// A window of 1280 px at a zoom of 400 % has a width of 320 px and little height.
const settings = [
  { name: 'a font of 24 px', font: 24, size: { width: 320, height: 640 } },
  { name: 'a zoom of 400 %', font: 16, size: { width: 320, height: 200 } },
];

for (const { name, font, size } of settings) {
  test(`[X6] nothing scrolls sideways with ${name}`, async ({ page, server, simulator }) => {
    const check = async (path: string, title: string | RegExp): Promise<void> => {
      await open(page, path);
      await expect(heading(page, title)).toBeVisible();
      await checkTextSize(page, `${path}, ${name}`, font);
    };
    await page.setViewportSize(size);
    await check('/get-help', 'If you can’t get in');
    await signIn(page, server, people.grace);
    await check('/', /./);
    await check('/add', 'Add a security method');
    await check('/sessions', 'Where you’re signed in');
    await check('/security-history', 'Security history');
    await button(page, /^This wasn’t me/)
      .first()
      .click();
    await expect(page.getByRole('dialog', { name: 'Freeze changes?' })).toBeVisible();
    await checkTextSize(page, `freeze, ${name}`, font);
    await button(page, 'Not now').click();
    await check('/new-phone', 'Your new phone');
    await check('/stolen-phone', 'My phone is lost or stolen');
    const id = await factorId(simulator, people.grace, 'Okta Verify');
    await check(`/methods/${id}`, 'Okta Verify');
    await check(`/methods/${id}/remove`, 'Remove Okta Verify?');
    await chooseWay(page, 'Authenticator app');
    await checkTextSize(page, `step-up by a code, ${name}`, font);
    await check('/step-up?purpose=enroll:sms&returnTo=/add/sms', 'Verify it’s you');
    await check('/add/sms', 'Add text messages');
  });

  test(`[X6] a QR code fits with ${name}`, async ({ page, server }) => {
    await page.setViewportSize(size);
    await signIn(page, server, people.ada);
    await checkTextSize(page, `list, empty, ${name}`, font);
    await open(page, '/add/totp');
    await showQr(page);
    await checkTextSize(page, `QR, ${name}`, font);
    await expect(shown(page, 'Scan this with your app')).toBeVisible();
    await expect(link(page, 'Cancel').or(button(page, 'Cancel'))).toBeVisible();
  });
}

test('[X6] another session fits with a font of 32 px', async ({ page, server, otherBrowser }) => {
  await signIn(await (await otherBrowser()).newPage(), server, people.grace);
  await page.setViewportSize({ width: 320, height: 640 });
  await signIn(page, server, people.grace, '/sessions');
  // The server keeps the sessions of earlier tests.
  await expect(button(page, /^This wasn’t me/).first()).toBeVisible();
  await checkTextSize(page, '/sessions, a font of 32 px', 32);
});
