import {
  alive,
  expect,
  heading,
  link,
  listHeading,
  open,
  people,
  shown,
  signInInBrowser,
  test,
} from './fixtures/index.ts';
import { cookieOf } from './fixtures/sign-in.ts';

test('signs out: the old cookie is invalid, and nothing comes back', async ({ page, server, simulator }) => {
  await signInInBrowser(page, server, people.grace);
  await link(page, /^Where you’re signed in/).click();
  await expect(heading(page, 'Where you’re signed in')).toBeVisible();
  const cookie = await cookieOf(page);
  const ask = () => fetch(`${server.url}/api/session`, { headers: { cookie } });
  expect((await ask()).status).toBe(200);

  const otherTab = await page.context().newPage();
  await open(otherTab, '/');
  await expect(listHeading(otherTab)).toBeVisible();
  await page.getByRole('banner').getByRole('button', { name: 'Sign out' }).click();
  await expect(heading(page, /^You’re signed out$/)).toBeVisible();
  await expect(shown(page, 'You’re signed out of Latchkey here, and at Okta.')).toBeVisible();
  await expect(otherTab.getByRole('dialog'), 'the other tab asked the server').toBeVisible();
  await otherTab.close();
  await page.reload();
  await expect(heading(page, 'You’re not signed in here')).toBeVisible();
  await page.goBack();
  expect((await ask()).status).toBe(401);
  expect(await page.context().cookies(server.url)).not.toContainEqual(
    expect.objectContaining({ name: cookie.split('=')[0] }),
  );

  for (let back = 0; back < 3; back++) {
    await page.goBack();
    await expect(page.locator('body')).not.toContainText(/Authenticator app|Chrome on|Grace Hopper/);
  }
  await page.goto('/sessions');
  await expect(heading(page, 'Sign in to continue')).toBeVisible();
  await page.reload();
  await expect(heading(page, 'Sign in to continue')).toBeVisible();

  await alive(page);
  await link(page, 'Sign in').click();
  await expect(page.getByLabel('Password'), 'the org’s own session ended too').toBeVisible();
  expect(await simulator.count('GET', /\/v1\/logout$/)).toBe(1);
});
