import { button, expect, heading, link, open, people, shown, signIn, test } from '../fixtures/index.ts';
import { cookieOf } from '../fixtures/sign-in.ts';

test('signs out in one tab: the other tab says so at once', async ({ page, context, server }) => {
  await signIn(page, server, people.grace);
  const other = await context.newPage();
  await open(other, '/');
  await button(page, 'Sign out').click();
  await expect(heading(page, 'You’re signed out')).toBeVisible();
  await expect(other.getByRole('dialog', { name: 'Your session ended' })).toBeVisible();
});

test('a tab that heard nothing of a sign-out asks the server when it becomes visible', async ({
  page,
  context,
  server,
}) => {
  await page.addInitScript(() => {
    BroadcastChannel.prototype.postMessage = () => undefined;
  });
  await signIn(page, server, people.grace);
  const other = await context.newPage();
  await open(other, '/');
  const ended = other.getByRole('dialog', { name: 'Your session ended' });
  const becomeVisible = async (): Promise<number> => {
    const asked = other.waitForResponse('**/api/session');
    await other.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    return (await asked).status();
  };
  expect(await becomeVisible()).toBe(200);
  await expect(ended).toBeHidden();
  await button(page, 'Sign out').click();
  await expect(heading(page, 'You’re signed out')).toBeVisible();
  await expect(ended).toBeHidden();
  expect(await becomeVisible()).toBe(401);
  await expect(ended).toBeVisible();
});

test('no parameter of an address makes a sentence', async ({ page, server }) => {
  const values = ['stale', 'signed_out=1', 'frozen=1', 'ended=1', 'denied', 'added=totp', 'error=locked', 'state=x'];
  const read = async (path: string): Promise<string> => {
    await open(page, path);
    // Times pass while the test reads.
    return (await page.locator('main').innerText()).replaceAll(/just now|\d+ \w+ ago/g, 'before');
  };
  const paths = ['/', '/signed-out', '/sign-out', '/frozen', '/stolen-phone', '/get-help', '/sessions'];
  for (const path of paths) expect(await read(`${path}?${values.join('&')}`), path).toBe(await read(path));
  await signIn(page, server, people.ada);
  for (const path of paths)
    expect(await read(`${path}?${values.join('&')}`), `${path}, signed in`).toBe(await read(path));
});

test('signs out while the org is down', async ({ page, server, simulator }) => {
  await signIn(page, server, people.grace);
  const cookie = await cookieOf(page);
  await simulator.fault({ match: 'GET /oauth2/default/*', times: 100, cut: 'before' });
  await simulator.fault({ match: '* /api/v1/*', times: 100, cut: 'before' });
  const left = page.waitForResponse('**/auth/sign-out');
  await button(page, 'Sign out').click();
  expect((await left).status()).toBe(303);
  await page.waitForURL('chrome-error://chromewebdata/');
  await expect.poll(async () => (await fetch(`${server.url}/api/session`, { headers: { cookie } })).status).toBe(401);
  await simulator.clearFaults();
  await page.goto('/signed-out');
  await expect(heading(page, 'You’re signed out of Latchkey')).toBeVisible();
  await expect(shown(page, 'You may still be signed in at Okta in this browser')).toBeVisible();
  await page.reload();
  await expect(heading(page, 'You’re not signed in here'), 'the cookie is read once').toBeVisible();
  await expect(shown(page, 'You may still be signed in at Okta')).toHaveCount(0);
});

test('without a script: reads, is told what needs scripts, and signs out', async ({ browser, server }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: server.url });
  const page = await context.newPage();
  await page.goto('/auth/sign-in?returnTo=%2Fsessions');
  await page.getByLabel('Email address').fill(people.grace);
  await page.getByLabel('Password').fill(server.password);
  await page.getByLabel('Password').press('Enter');
  await expect(heading(page, 'Where you’re signed in')).toBeVisible();
  const needs = page.locator('#no-script');
  await expect(needs).toContainText('Signing out elsewhere needs JavaScript');
  await expect(button(page, /^This wasn’t me/)).toHaveCount(0);
  await expect(page.getByRole('main').getByRole('button', { name: /^Sign out/ })).toHaveCount(0);
  await link(page, 'Your security methods').click();
  await expect(link(page, /^Okta Verify/)).toBeVisible();
  await expect(needs).toContainText('Adding a method needs JavaScript');
  const scripted = page.locator(
    'a:is([href^="/add"], [href="/new-phone"], [href$="/test"], [href$="/remove"]):visible',
  );
  await expect(scripted).toHaveCount(0);
  await link(page, /^Okta Verify/).click();
  await expect(needs).toContainText('Changing or testing a method needs JavaScript');
  await expect(scripted).toHaveCount(0);
  await expect(page.getByText('Rename')).toBeHidden();
  await page.goto('/security-history');
  await expect(page.getByRole('listitem').first()).toContainText('Signed in');
  await page.goto('/stolen-phone');
  await expect(button(page, 'Freeze changes')).toBeVisible();
  await page.goto('/add');
  await expect(page.getByText('Two methods are better than one')).toBeVisible();
  await expect(page.getByText('Strongest first.')).toBeHidden();
  await page.goto('/add/sms');
  await expect(needs).toBeVisible();
  await expect(button(page, 'Send the code')).toHaveCount(0);
  await page.goto('/sign-out');
  await page.getByRole('main').getByRole('button', { name: 'Sign out' }).click();
  await expect(heading(page, 'You’re signed out')).toBeVisible();
  expect((await page.request.get('/api/session')).status()).toBe(401);
  await context.close();
});

test('no script sees the ID token: a redirect of the browser signs out at Okta', async ({ page, server }) => {
  await signIn(page, server, people.grace);
  const sent: string[] = [];
  page.on('request', (request) => sent.push(`${request.resourceType()} ${request.url()}`));
  await button(page, 'Sign out').click();
  await expect(heading(page, 'You’re signed out')).toBeVisible();
  const withToken = sent.filter((line) => line.includes('id_token_hint'));
  expect(withToken).toEqual([expect.stringMatching(/^document .*\/v1\/logout\?/)]);
  expect(await page.evaluate(() => [...performance.getEntries()].map(({ name }) => name).join())).not.toContain(
    'id_token_hint',
  );
});
