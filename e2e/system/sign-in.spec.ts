import { addFirst } from '../fixtures/actions.ts';
import {
  alive,
  button,
  expect,
  heading,
  link,
  open,
  people,
  signIn,
  signInAtOkta,
  signInInBrowser,
  test,
} from '../fixtures/index.ts';

test('lands on the requested page, with its query', async ({ page, server }) => {
  await open(page, '/sessions?from=mail');
  await expect(heading(page, 'Sign in to continue')).toBeVisible();
  await link(page, 'Sign in').click();
  await signInAtOkta(page, server, people.grace);
  await expect(heading(page, 'Where you’re signed in')).toBeVisible();
  expect(page.url()).toBe(`${server.url}/sessions?from=mail`);
});

test('gets to the list from the home page', async ({ page, server }) => {
  await page.goto('/');
  await link(page, 'Sign in').click();
  await signInAtOkta(page, server, people.grace);
  await expect(page.getByText('You have two ways to verify it’s you.')).toBeVisible();
  await expect(page.locator('header')).toContainText('Grace Hopper');
});

test('the org reports a wrong password, and the right one works', async ({ page, server }) => {
  await page.goto('/auth/sign-in?returnTo=/add');
  await page.getByLabel('Email address').fill(people.ada);
  await page.getByLabel('Password').fill('not it');
  await button(page, 'Sign in').click();
  await expect(page.getByRole('alert')).toBeVisible();
  await signInAtOkta(page, server, people.ada);
  await expect(heading(page, 'Add a security method')).toBeVisible();
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
  await expect(heading(page, 'Hello, Ada')).toBeVisible();
});

test('a link from another site to another person’s page does not redirect elsewhere', async ({ page, server }) => {
  await page.goto('/auth/sign-in?returnTo=https://evil.example/');
  await signInAtOkta(page, server, people.ada);
  await expect(heading(page, 'Hello, Ada')).toBeVisible();
  expect(page.url()).toBe(`${server.url}/`);
});

test('a click before hydration follows a link that works', async ({ page, server }) => {
  await signIn(page, server, people.ada);
  await page.route('**/*.js', (route) => route.abort());
  await page.goto('/');
  await link(page, /^Authenticator app/).click();
  await expect(heading(page, 'Add an authenticator app')).toBeVisible();
  // A button needs scripts; until they have run it remembers a tap, which `slow-device.spec.ts` tests.
  await page.unroute('**/*.js');
  await page.reload();
  await alive(page);
  await button(page, 'Show the QR code').click();
  await expect(page.getByText('Scan this with your app')).toBeVisible();
});

test('a notification about a change reaches her inbox', async ({ page, server, simulator }) => {
  await signIn(page, server, people.ada);
  await addFirst(page, simulator);
  await expect.poll(() => simulator.messages(people.ada)).toHaveLength(2);
  expect((await simulator.messages(people.ada)).map(({ to }) => to).toSorted()).toEqual([
    people.ada,
    'ada@home.example',
  ]);
});
