import { alive, expect, heading, link, open, people, signInAtOkta, signInInBrowser, test } from '../fixtures/index.ts';

test('lands on the requested page, with its query', async ({ page, server }) => {
  await open(page, '/sessions?from=mail');
  await expect(heading(page, 'Sign in to continue')).toBeVisible();
  await link(page, 'Sign in').click();
  await signInAtOkta(page, server, people.grace);
  await expect(heading(page, 'Where you’re signed in')).toBeVisible();
  expect(page.url()).toBe(`${server.url}/sessions?from=mail`);
});

test('two sign-ins in two tabs do not disturb each other', async ({ page, context, server }) => {
  const other = await context.newPage();
  await page.goto('/auth/sign-in?returnTo=/sessions');
  await other.goto(`${server.url}/auth/sign-in?returnTo=/add`);
  await signInAtOkta(other, server, people.ada);
  await expect(heading(other, 'Add a security method')).toBeVisible();
  await signInAtOkta(page, server, people.ada);
  await expect(heading(page, 'Where you’re signed in')).toBeVisible();
});

test('a used sign-in URL says that it is too old, and links to a new sign-in', async ({ page, server }) => {
  let callback = '';
  page.on('request', (request) => {
    if (request.url().includes('/auth/callback')) callback = request.url();
  });
  await signInInBrowser(page, server, people.ada);
  await page.goto(callback);
  await expect(heading(page, 'That sign-in is too old')).toBeVisible();
  await alive(page);
  expect(page.url(), 'the code leaves the address').toBe(`${server.url}/`);
  await link(page, 'Sign in again').click();
  await expect(heading(page, 'Only a password protects your account')).toBeVisible();
});
