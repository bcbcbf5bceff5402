import { alive, button, expect, field, heading, link, people, signInAtOkta, test } from './fixtures/index.ts';
import { readQr } from './fixtures/qr.ts';
import { codeAt, parseOtpauth } from './fixtures/totp.ts';

test('signs in from the home page and adds her first app', async ({ page, server, simulator }) => {
  await page.goto('/');
  await link(page, 'Sign in').click();
  await signInAtOkta(page, server, people.ada);
  await expect(heading(page, 'Only a password protects your account')).toBeVisible();
  await alive(page);

  await link(page, /^Authenticator app/).click();
  await expect(page.getByText('Scan this with your app')).toBeVisible();
  const key = parseOtpauth(await readQr(page));
  await field(page).fill(codeAt(key, Date.now()));
  await button(page, 'Turn on').click();
  await expect(heading(page, 'Your authenticator app is on')).toBeFocused();
  expect((await simulator.authenticators(people.ada)).map(({ status }) => status)).toEqual(['ACTIVE']);
  await link(page, 'Back to your methods').click();
  await expect(heading(page, 'You have one way to verify it’s you')).toBeVisible();
  await expect(link(page, /^Authenticator app/)).toContainText('Strong');
});
