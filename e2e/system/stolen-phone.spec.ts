import { checkScreen } from '../fixtures/checks.ts';
import { button, expect, heading, link, open, people, shown, signIn, test } from '../fixtures/index.ts';
import { endOtherSessions, signInByHttp } from '../fixtures/sign-in.ts';
import { counting, rows } from '../fixtures/stolen-phone.ts';

const { grace, margaret } = people;
// A frozen person stays frozen, so this file has its own server.
test.use({ serverOptions: { env: { SUPPORT_HOURS: 'Monday to Friday, 8:00 to 18:00' } } });

test('[X6] a stolen phone: what works signed out, and a freeze in four clicks', async ({ page, server }) => {
  await open(page, '/stolen-phone');
  await expect(heading(page, 'My phone is lost or stolen')).toBeVisible();
  await expect(shown(page, 'Or ask your helpdesk')).toBeVisible();
  await checkScreen(page, 'stolen phone, signed out');
  await signIn(page, server, margaret);
  const { press, count } = counting();
  for (const row of rows(page)) await press(row);
  await expect(heading(page, 'My phone is lost or stolen')).toBeFocused();
  await expect(shown(page, 'What was on the phone')).toBeVisible();
  await page.setViewportSize({ width: 320, height: 640 });
  await expect(button(page, 'Freeze changes'), 'without scrolling').toBeInViewport({ ratio: 1 });
  await checkScreen(page, 'stolen phone, no spare');
  const other = await page.context().newPage();
  await open(other, '/');
  await press(button(page, 'Freeze changes'));
  await checkScreen(page, 'freeze, sure');
  await press(page.getByRole('dialog').getByRole('button', { name: 'Freeze changes' }));
  await expect(heading(page, 'Changes are frozen')).toBeVisible();
  await expect(other.getByRole('dialog', { name: 'Your session ended' })).toContainText(
    'Changes to your account were frozen',
  );
  await other.close();
  expect(count()).toBeLessThanOrEqual(4);
  await expect(shown(page, 'They answer: Monday to Friday, 8:00 to 18:00')).toBeVisible();
  await expect(shown(page, 'What else to do about a stolen phone')).toBeVisible();
  await checkScreen(page, 'frozen, what is left');
});

test('a stolen phone offers to sign out elsewhere only with another session', async ({
  page,
  server,
  otherBrowser,
}) => {
  await signIn(page, server, people.evelyn);
  await endOtherSessions(page, server);
  await open(page, '/stolen-phone');
  await expect(shown(page, 'Latchkey can’t end that.')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Sign out everywhere else' })).toHaveCount(0);
  await signInByHttp((await otherBrowser()).request, server, people.evelyn, '/');
  await open(page, '/stolen-phone');
  await expect(page.getByRole('heading', { name: 'Sign out everywhere else' })).toBeVisible();
  await expect(shown(page, 'Latchkey can’t end that.')).toBeVisible();
});

test('[X6] a stolen phone while Okta does not answer', async ({ page, server, simulator, otherBrowser }) => {
  await signIn(page, server, people.ada);
  for (const match of ['* /api/v1/*', 'GET /oauth2/*', 'GET /.well-known/*'])
    await simulator.fault({ match, times: 1000, cut: 'before' });
  // The portal's data about the person is old then.
  await simulator.advance(90);
  await open(page, '/stolen-phone');
  await expect(shown(page, 'You can still freeze changes.')).toBeVisible();
  await expect(button(page, 'Sign out')).toBeVisible();
  await checkScreen(page, 'stolen phone, Okta down');
  const signedOut = await (await otherBrowser()).newPage();
  // The portal checks every few seconds whether Okta answers.
  await expect(async () => {
    await open(signedOut, '/stolen-phone');
    await expect(shown(signedOut, 'Okta isn’t answering just now')).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await checkScreen(signedOut, 'stolen phone, signed out, Okta down');
  await button(page, 'Freeze changes').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Freeze changes' }).click();
  await expect(heading(page, 'Changes are frozen')).toBeVisible();
  await simulator.clearFaults();
});

test('without a script a stolen phone takes as few clicks', async ({ browser, server }) => {
  const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled: false });
  try {
    const page = await context.newPage();
    await page.goto('/stolen-phone');
    await expect(shown(page, 'Or ask your helpdesk')).toBeVisible();
    await expect(link(page, 'Sign in')).toBeVisible();
    await signInByHttp(context.request, server, grace, '/');
    await page.goto('/');
    const { press, count } = counting();
    for (const row of rows(page)) await press(row);
    await expect(heading(page, 'My phone is lost or stolen')).toBeVisible();
    await press(button(page, 'Freeze changes'));
    await expect(heading(page, 'Changes are frozen')).toBeVisible();
    await expect(shown(page, 'What else to do about a stolen phone')).toBeVisible();
    expect(count()).toBeLessThanOrEqual(3);
  } finally {
    await context.close();
  }
});
