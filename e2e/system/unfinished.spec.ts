import { enter, showQr } from '../fixtures/actions.ts';
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
  await checkScreen(page, 'list, unfinished');
  await link(page, /^Authenticator app/).click();
  await expect(page.getByText('It was started but never finished')).toBeVisible();
  await expect(link(page, 'Enter the code')).toBeHidden();
  await expect(link(page, 'Start over')).toBeVisible();
  await checkScreen(page, 'method, unfinished elsewhere');
  await open(page, `${page.url()}/activate`);
  await expect(heading(page, 'Time ran out')).toBeVisible();
  await checkScreen(page, 'activate, expired');
  await page.goBack();
  await alive(page);
  await button(page, 'Discard').click();
  await expect(heading(page, 'Only a password protects your account')).toBeVisible();
  expect(await simulator.authenticators(people.katherine)).toEqual([]);
});
