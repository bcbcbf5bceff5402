import { enter, showQr } from './fixtures/actions.ts';
import { checkScreen } from './fixtures/checks.ts';
import { beside, button, expect, field, heading, link, people, signIn, signInAtOkta, test } from './fixtures/index.ts';
import { readQr } from './fixtures/qr.ts';

test('[X2] wrong codes count down and the QR stays; the fourth requires signing in at Okta again, then a countdown', async ({
  page,
  server,
  simulator,
}) => {
  await page.clock.install();
  await signIn(page, server, people.ada, '/add/totp');
  await showQr(page);
  const uri = await readQr(page);
  const wrong = await simulator.wrongCode(people.ada);
  for (const left of ['3 tries left.', '2 tries left.', 'One try left.']) {
    await enter(page, wrong, 'Turn on');
    await expect(beside(page)).toHaveText(`That code didn’t match. Wait for the next one and try again. ${left}`);
    await expect(field(page)).toBeFocused();
    await expect(page).toHaveTitle(/^Error: Add an authenticator app · /);
    await expect(field(page)).toHaveAttribute('aria-invalid', 'true');
    await expect(field(page)).toHaveAccessibleDescription(/That code didn’t match/);
  }
  expect(await readQr(page), 'the QR stays').toBe(uri);
  await enter(page, wrong, 'Turn on');
  await expect(beside(page)).toContainText('codes or answers until you sign in at Okta again.');
  await expect(field(page)).toBeDisabled();
  await expect(field(page), 'what was typed stays').toHaveValue(wrong);
  await checkScreen(page, 'codes blocked, adding');

  await simulator.advance(5);
  await link(page, 'Sign in at Okta again').click();
  await signInAtOkta(page, server, people.ada);
  // The page says that codes are blocked before it asks for a QR code.
  await expect(page.getByRole('alert')).toHaveText(/^Too many tries\. You can try again in (5:00|[1-4]:\d\d)\./);
  await expect(button(page, 'Show the QR code')).toBeHidden();
  await checkScreen(page, 'codes blocked, a pause');

  await simulator.advance(5 * 60);
  await page.clock.fastForward(5 * 60_000);
  await expect(page.getByRole('status')).toHaveText('You can try again now.');
  await button(page, 'Show the QR code').click();
  // The page was loaded again, so it does not end the enrollment. The sign-in is too old by now.
  await button(page, 'Start over here').click();
  await link(page, /Sign in at Okta again/).click();
  await signInAtOkta(page, server, people.ada);
  await button(page, 'Start over here').click();
  await expect(page.getByText('Scan this with your app')).toBeVisible();
  await enter(page, await simulator.code(people.ada), 'Turn on');
  await expect(heading(page, 'Your authenticator app is on')).toBeVisible();
});
