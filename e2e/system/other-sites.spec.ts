import { addFirst, stepUpAtOkta, showQr } from '../fixtures/actions.ts';
import { alive, button, expect, heading, link, open, people, signInAtOkta, test } from '../fixtures/index.ts';

// Ports do not separate sites, but these host names do. Browsers separate the cookies of sites.
for (const [portalHost, emulatorHost] of [
  ['localhost', '127.0.0.1'],
  ['127.0.0.1', 'localhost'],
] as const)
  test.describe(`portal on ${portalHost}, org on ${emulatorHost}`, () => {
    // All tests run in one worker, so that one server starts.
    test.describe.configure({ mode: 'default' });
    test.use({ serverOptions: { portalHost, emulatorHost } });

    test('[X2] signs in, adds an app, steps up at the org, and the addition continues; signs out', async ({
      page,
      server,
      simulator,
    }) => {
      await open(page, '/add/totp');
      await link(page, 'Sign in').click();
      await signInAtOkta(page, server, people.ada);
      await expect(heading(page, 'Add an authenticator app')).toBeVisible();
      expect(page.url()).toBe(`${server.url}/add/totp`);
      await alive(page);
      await addFirst(page, simulator);

      await open(page, '/add/okta-verify');
      await page.getByRole('radio', { name: 'Codes only' }).check();
      await page.getByRole('button', { name: 'Show the QR code' }).click();
      await expect(page.getByRole('heading', { name: 'First, verify it’s you' })).toBeVisible();
      await stepUpAtOkta(page, server, 'Authenticator app', people.ada);
      await expect(page.getByText('Scan this with your app')).toBeVisible();

      await button(page, 'Sign out').click();
      await expect(heading(page, 'You’re signed out')).toBeVisible();
      await link(page, 'Sign in').click();
      await expect(page.getByLabel('Password')).toBeVisible();
    });

    test('is still signed in after coming from a page of the other site', async ({ page, server }) => {
      await page.goto(`${server.url}/auth/sign-in?returnTo=/`);
      await signInAtOkta(page, server, people.ada);
      await expect(heading(page, 'Only a password protects your account')).toBeVisible();
      await page.goto(`${server.emulatorUrl}/simulator`);
      await page.evaluate((url) => {
        const anchor = Object.assign(document.createElement('a'), { href: url, textContent: 'to the portal' });
        document.body.append(anchor);
      }, `${server.url}/add/totp`);
      await link(page, 'to the portal').click();
      await alive(page);
      await showQr(page);
    });
  });
