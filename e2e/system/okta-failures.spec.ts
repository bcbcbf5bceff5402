import type { Page } from '@playwright/test';
import { addFirst, factorId, stepUpHere } from '../fixtures/actions.ts';
import { checkScreen } from '../fixtures/checks.ts';
import { openMethod, sentCode } from '../fixtures/messages.ts';
import {
  alive,
  button,
  expect,
  field,
  heading,
  link,
  listHeading,
  open,
  people,
  shown,
  signIn,
  signInAtOkta,
  test,
} from '../fixtures/index.ts';

const list = 'GET /api/v1/users/*/factors';
const down = 'We can’t reach Okta';

/** Long timers never run, so the page loads only by a press or an event of the browser. */
const stopRetries = (page: Page): Promise<unknown> =>
  page.addInitScript((pause) => {
    const start = setTimeout;
    Object.assign(globalThis, { setTimeout: (run: () => void, ms = 0) => (ms < pause ? start(run, ms) : 0) });
  }, 3_000);

test('the org is down: the page says so, and loads when it is back', async ({ page, server, simulator }) => {
  await page.clock.install();
  await signIn(page, server, people.grace);
  await simulator.fault({ match: list, times: 1000, cut: 'before' });
  const answer = await page.goto('/');
  expect(answer?.status()).toBe(503);
  await expect(heading(page, down)).toBeVisible();
  await expect(shown(page, 'Nothing has changed.')).toBeVisible();
  await expect(page.getByRole('main').getByRole('listitem'), 'nothing half drawn').toHaveCount(0);
  await alive(page);
  await checkScreen(page, 'org down');
  await simulator.clearFaults();
  // The longest pause between two tries.
  await page.clock.fastForward(60_000);
  await expect(listHeading(page), 'it tries again by itself').toBeVisible();
});

test('the org’s rate limit is reached: the page says when it tries again', async ({ page, server, simulator }) => {
  await page.clock.install();
  await signIn(page, server, people.grace);
  const reset = Math.ceil(Date.now() / 1000) + 300;
  await simulator.fault({ match: list, times: 1000, status: 429, headers: { 'x-rate-limit-reset': String(reset) } });
  expect((await page.goto('/'))?.status()).toBe(429);
  await alive(page);
  await expect(heading(page, 'One moment, please')).toBeVisible();
  await expect(shown(page, /Next automatic try: [45]:\d\d/)).toBeVisible();
  await checkScreen(page, 'busy');
  await simulator.clearFaults();
  await simulator.advance(305);
  await page.clock.fastForward(305_000);
  await expect(listHeading(page)).toBeVisible();
});

test('a page within the portal says so too, and Try again loads it', async ({ page, server, simulator }) => {
  await stopRetries(page);
  await signIn(page, server, people.grace);
  await simulator.fault({ match: list, times: 1000, status: 503 });
  await link(page, /^Okta Verify/).click();
  await expect(heading(page, down)).toBeFocused();
  await simulator.clearFaults();
  await link(page, 'Try again').click();
  await expect(heading(page, 'Okta Verify')).toBeVisible();
});

test('a code entered while the org fails does not count as wrong, and works at the next try', async ({
  page,
  server,
  simulator,
}) => {
  await signIn(page, server, people.ada, '/add/totp');
  await button(page, 'Show the QR code').click();
  await expect(page.getByText('Scan this with your app')).toBeVisible();
  await simulator.fault({ match: 'POST /api/v1/users/*/factors/*/lifecycle/activate', times: 1, status: 500 });
  await field(page).fill(await simulator.code(people.ada));
  await button(page, 'Turn on').click();
  await expect(shown(page, 'We don’t know whether Okta did this')).toBeVisible();
  await button(page, 'Turn on').click();
  await expect(heading(page, 'Your authenticator app is on')).toBeVisible();
});

test('the answer to a removal is lost: it is not retried, and the list is right', async ({
  page,
  server,
  simulator,
}) => {
  await signIn(page, server, people.grace);
  const id = await factorId(simulator, people.grace, 'Okta Verify');
  await open(page, `/methods/${id}/remove`);
  await stepUpHere(page, simulator, 'Authenticator app', people.grace);
  await simulator.fault({ match: 'DELETE /api/v1/users/*/factors/*', cut: 'after' });
  await button(page, 'Remove Okta Verify').click();
  await expect(page.getByRole('alert').first()).toContainText('We don’t know whether Okta did this');
  await checkScreen(page, 'remove, outcome unknown');
  expect(await simulator.count('DELETE', /\/factors\//)).toBe(1);
  await link(page, 'Go to your methods').click();
  await expect(heading(page, 'You have one way to verify it’s you')).toBeVisible();
});

test('the answer to a sent code is lost: its field is there, and the code works', async ({
  page,
  server,
  simulator,
}) => {
  const { margaret } = people;
  await signIn(page, server, margaret);
  await openMethod(page, 'Text message');
  await link(page, 'Test it').click();
  const unsure = shown(page, 'We don’t know whether the code could be sent.');
  await simulator.fault({ match: 'POST /api/v1/users/*/factors/*/verify', times: 1, cut: 'after' });
  await button(page, /^Send a code/).click();
  await expect(unsure).toBeVisible();
  await checkScreen(page, 'sent code, outcome unknown');
  await field(page).fill(await sentCode(simulator, margaret, 'sms'));
  await button(page, 'Check the code').click();
  await expect(heading(page, /^Text messages to .* work$/)).toBeVisible();
});

test('signing in while the org does not answer the portal shows an error, and a new try works', async ({
  page,
  server,
  simulator,
}) => {
  await simulator.fault({ match: 'POST /oauth2/default/v1/token', cut: 'before' });
  await page.goto('/auth/sign-in?returnTo=/sessions');
  await signInAtOkta(page, server, people.ada);
  await expect(heading(page, down)).toBeVisible();
  await page.goto('/sessions');
  await link(page, 'Sign in').click();
  await expect(heading(page, 'Where you’re signed in')).toBeVisible();
});

test('the browser is offline: the page says so and continues when it is back', async ({
  page,
  context,
  server,
  simulator,
}) => {
  await signIn(page, server, people.ada);
  await addFirst(page, simulator);
  await stopRetries(page);
  await open(page, '/');
  await context.setOffline(true);
  await link(page, /^Where you’re signed in/).click();
  await expect(heading(page, 'We can’t reach Latchkey')).toBeVisible();
  await context.setOffline(false);
  await expect(heading(page, 'Where you’re signed in')).toBeVisible();
});
