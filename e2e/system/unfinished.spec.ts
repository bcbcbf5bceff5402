import { enter, showQr, stepUpHere, turnOn } from '../fixtures/actions.ts';
import { checkScreen } from '../fixtures/checks.ts';
import { alive, button, expect, heading, link, open, people, shown, signIn, test } from '../fixtures/index.ts';
import { readQr } from '../fixtures/qr.ts';
import { codeAt, parseOtpauth } from '../fixtures/totp.ts';

test('a reload in the middle: the secret is not shown again, and a person who scanned it enters the code', async ({
  page,
  server,
  simulator,
}) => {
  await signIn(page, server, people.ada, '/add/totp');
  await showQr(page);
  const key = parseOtpauth(await readQr(page));
  await page.reload();
  await alive(page);
  await expect(button(page, 'Show the QR code')).toBeVisible();
  expect(await page.content()).not.toContain(key.secret);
  expect(await simulator.count('POST', /\/factors$/), 'a reload begins nothing').toBe(1);

  await open(page, '/');
  await expect(link(page, /^Authenticator app/)).toContainText('Not finished');
  await link(page, /^Authenticator app/).click();
  await expect(page.getByText('The QR code itself can’t be shown again')).toBeVisible();
  await checkScreen(page, 'method, unfinished here');
  await link(page, 'Enter the code').click();
  await expect(heading(page, 'Turn on your authenticator app')).toBeFocused();
  await checkScreen(page, 'activate');
  await link(page, 'Cancel').click();
  await expect(page.getByText('The QR code itself can’t be shown again')).toBeVisible();
  await link(page, 'Enter the code').click();
  await enter(page, codeAt(key, Date.now()), 'Turn on');
  await expect(heading(page, 'Your authenticator app is on')).toBeFocused();
  await checkScreen(page, 'activate, done');
});

test('starts over: a new secret, and the old one is invalid', async ({ page, server, simulator }) => {
  await signIn(page, server, people.ada, '/add/totp');
  await showQr(page);
  const old = parseOtpauth(await readQr(page));
  await open(page, '/');
  await link(page, /^Authenticator app/).click();
  await link(page, 'Start over').click();
  await expect(page.getByRole('img', { name: /QR code/ })).toBeVisible();
  const key = parseOtpauth(await readQr(page));
  expect(key.secret).not.toBe(old.secret);
  await enter(page, codeAt(old, Date.now()), 'Turn on');
  await expect(shown(page, 'That code didn’t match.')).toBeVisible();
  await enter(page, codeAt(key, Date.now()), 'Turn on');
  await expect(heading(page, 'Your authenticator app is on')).toBeVisible();
  expect(await simulator.authenticators(people.ada)).toHaveLength(1);
});

test('an enrollment from elsewhere can be discarded or restarted, not finished', async ({
  page,
  server,
  simulator,
}) => {
  await signIn(page, server, people.katherine);
  await expect(heading(page, 'Finish adding your authenticator app')).toBeVisible();
  await expect(page.getByText('You can’t go on from where you stopped, so start over.')).toBeVisible();
  await expect(link(page, 'Continue')).toBeHidden();
  await checkScreen(page, 'list, unfinished');
  await link(page, /^Authenticator app/).click();
  await expect(page.getByText('It was started but never finished')).toBeVisible();
  await expect(link(page, 'Enter the code')).toBeHidden();
  await expect(link(page, 'Start over')).toBeVisible();
  await checkScreen(page, 'method, unfinished elsewhere');
  await open(page, `${page.url()}/activate`);
  await expect(page.getByText('It can’t go on from where it stopped')).toBeVisible();
  await checkScreen(page, 'activate, nowhere');
  await page.goBack();
  await alive(page);
  await button(page, 'Discard').click();
  await expect(heading(page, 'Only a password protects your account')).toBeVisible();
  expect(await simulator.authenticators(people.katherine)).toEqual([]);
});

const elsewhere = 'You started this on another screen. Finish it there, or start over here: that ends it there.';

test('the list says where an enrollment can be continued, in both browsers', async ({ page, server, otherBrowser }) => {
  await signIn(page, server, people.ada, '/add/totp');
  await showQr(page);
  await open(page, '/');
  await expect(heading(page, 'Finish adding your authenticator app')).toBeVisible();
  await expect(link(page, 'Continue')).toBeVisible();
  await expect(page.getByText('You started this on another screen')).toBeHidden();
  await checkScreen(page, 'list, unfinished here');

  const other = await (await otherBrowser()).newPage();
  await signIn(other, server, people.ada);
  await expect(shown(other, elsewhere)).toBeVisible();
  await expect(link(other, 'Continue')).toBeHidden();
  await checkScreen(other, 'list, unfinished elsewhere');
  await open(other, '/add/totp');
  await button(other, 'Show the QR code').click();
  await expect(shown(other, elsewhere)).toBeVisible();
  await expect(link(other, 'Finish it here')).toBeHidden();
  await checkScreen(other, 'enroll, begun elsewhere');
  await button(other, 'Start over here').click();
  await expect(other.getByRole('img', { name: /QR code/ })).toBeVisible();
  await open(other, '/');
  await expect(link(other, 'Continue')).toBeVisible();

  await open(page, '/');
  await expect(shown(page, elsewhere)).toBeVisible();
});

test('both browsers say where a replacement can be continued, on the list and on the page for a new phone', async ({
  page,
  server,
  simulator,
  otherBrowser,
}) => {
  await signIn(page, server, people.grace, '/new-phone');
  const other = await (await otherBrowser()).newPage();
  await signIn(other, server, people.grace, '/new-phone');
  await expect(other.getByText('Not finished')).toBeHidden();
  await link(page, 'Replace Authenticator app').click();
  await stepUpHere(page, simulator, 'Okta Verify', people.grace);
  await expect(shown(page, 'Scan this with your app')).toBeVisible();

  for (const path of ['/', '/new-phone']) {
    await open(page, path);
    await expect(shown(page, 'The old one is gone, and the new one doesn’t work yet.')).toBeVisible();
    await expect(link(page, /^Continue/)).toBeVisible();
    await expect(page.getByText('You started this on another screen')).toBeHidden();
    await checkScreen(page, `replacing, here, ${path === '/' ? 'list' : 'new phone'}`);
    await open(other, path);
    await expect(shown(other, 'The old one is gone, and the new one doesn’t work yet.')).toBeVisible();
    await expect(shown(other, elsewhere)).toBeVisible();
    await expect(link(other, /^Continue/)).toBeHidden();
    await checkScreen(other, `replacing, elsewhere, ${path === '/' ? 'list' : 'new phone'}`);
  }
  await link(other, 'Start over Authenticator app').click();
  await stepUpHere(other, simulator, 'Okta Verify', people.grace);
  await expect(shown(other, 'Scan this with your app')).toBeVisible();
  await turnOn(other, simulator, 'Authenticator app', people.grace);
  await link(other, 'Back to your new phone').click();
  await expect(shown(other, 'The new one works, and the old one is gone.')).toBeVisible();
  await open(page, '/');
  await expect(page.getByText('You’re replacing')).toBeHidden();
  await expect(page.getByText('Not finished')).toBeHidden();
});
