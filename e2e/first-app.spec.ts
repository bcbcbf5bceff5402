import { readQr } from './fixtures/qr.ts';
import { alive, expect, field, heading, people, signIn, signInAtOrg, test } from './fixtures/index.ts';
import { codeAt, parseOtpauth } from './fixtures/totp.ts';

test('signs in from the front door and adds her first app', async ({ page, server, desk }) => {
  await page.goto('/');
  await page.getByRole('link', { name: 'Sign in' }).click();
  await signInAtOrg(page, server, people.ada);
  await expect(heading(page, 'Hello, Ada')).toBeVisible();
  await alive(page);

  await page.getByRole('link', { name: /^Authenticator app/ }).click();
  await expect(page.getByText('Scan this with your app')).toBeVisible();
  const key = parseOtpauth(await readQr(page));
  await field(page).fill(codeAt(key, Date.now()));
  await page.getByRole('button', { name: 'Turn on' }).click();
  await expect(heading(page, 'Your authenticator app is on')).toBeFocused();
  expect((await desk.authenticators(people.ada)).map(({ status }) => status)).toEqual(['ACTIVE']);
  await page.getByRole('link', { name: 'Back to your methods' }).click();
  await expect(page.getByText('You have one way to prove it’s you.')).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const)
  test(`the QR on the screen is one that a phone can read, ${colorScheme}`, async ({ page, server }) => {
    await page.emulateMedia({ colorScheme });
    await signIn(page, server, people.ada, '/add/totp');
    await page.getByRole('button', { name: 'Show the QR code' }).click();
    await expect(page.getByText('Scan this with your app')).toBeVisible();
    const key = parseOtpauth(await readQr(page));
    expect(key).toEqual({
      issuer: 'Example',
      account: people.ada,
      secret: expect.stringMatching(/^[A-Z2-7]{32}$/),
      digits: 6,
      period: 30,
      algorithm: 'SHA1',
    });
    await field(page).fill(codeAt(key, Date.now()));
    await page.getByRole('button', { name: 'Turn on' }).click();
    await expect(heading(page, 'Your authenticator app is on')).toBeVisible();
  });
