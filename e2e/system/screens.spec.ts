import type { Page } from '@playwright/test';
import { addFirst, enter, factorId, pressAdd, showQr, turnOn } from '../fixtures/actions.ts';
import { checkScreen } from '../fixtures/checks.ts';
import { beside, button, expect, heading, link, open, people, shown, signIn, test } from '../fixtures/index.ts';

// Every state once: pictures in both themes and three widths, nothing cut off, no findings of axe.
async function openAndCheck(page: Page, name: string, sign: string | RegExp): Promise<void> {
  await expect(heading(page, sign)).toBeVisible();
  await checkScreen(page, name);
}

test('[X6] signed out', async ({ page }) => {
  await open(page, '/');
  await openAndCheck(page, 'welcome', 'Manage how you sign in');
  await open(page, '/sessions');
  await openAndCheck(page, 'sign in to go on', 'Sign in to continue');
  await open(page, '/signed-out');
  await openAndCheck(page, 'signed out', 'You’re signed out');
  await open(page, '/sign-out');
  await openAndCheck(page, 'sign out', 'Sign out?');
  await open(page, '/get-help');
  await openAndCheck(page, 'cannot prove', 'If you can’t verify it’s you');
  await open(page, '/auth/callback?state=none&code=none');
  await openAndCheck(page, 'sign-in too old', 'That sign-in is too old');
});

test('[X6] no methods, and adding the first app', async ({ page, server, simulator }) => {
  await signIn(page, server, people.ada);
  await openAndCheck(page, 'list, empty', 'Hello, Ada');
  await open(page, '/add');
  await openAndCheck(page, 'add', 'Add a security method');
  await open(page, '/add/totp');
  await openAndCheck(page, 'enroll, ready', 'Add an authenticator app');
  await simulator.fault({ match: 'POST /api/v1/users/*/factors', status: 500 });
  await button(page, 'Show the QR code').click();
  await expect(page.getByRole('alert').first()).toBeVisible();
  await checkScreen(page, 'enroll, failed');
  await showQr(page);
  await checkScreen(page, 'enroll, QR');
  await enter(page, await simulator.wrongCode(people.ada), 'Turn on');
  await expect(beside(page)).toBeVisible();
  await checkScreen(page, 'enroll, wrong code');
  await enter(page, await simulator.wrongCode(people.ada), 'Turn on');
  await expect(shown(page, /^Codes depend on the time/)).toBeVisible();
  await checkScreen(page, 'enroll, wrong twice');
  await turnOn(page, simulator, 'Authenticator app');
  await checkScreen(page, 'enroll, done');
});

test('too many tries, and expiry', async ({ page, server, simulator }) => {
  await page.clock.install();
  await signIn(page, server, people.ada, '/add/totp');
  await showQr(page);
  const wrong = await simulator.wrongCode(people.ada);
  for (let miss = 0; miss < 4; miss++) {
    await enter(page, wrong, 'Turn on');
    await expect(beside(page)).toContainText(['3 tries', '2 tries', 'One try', 'Too many'][miss] ?? '');
  }
  await checkScreen(page, 'enroll, too many tries');
  await page.clock.fastForward(9 * 60_000 + 10_000);
  await expect(shown(page, /left to finish this/)).toBeVisible();
  await checkScreen(page, 'enroll, runs out');
  await page.clock.fastForward(60_000);
  await openAndCheck(page, 'enroll, expired', 'Time ran out');
});

test('[X6] two methods, and removing one', async ({ page, server, simulator, otherBrowser }) => {
  await signIn(await (await otherBrowser()).newPage(), server, people.grace);
  await signIn(page, server, people.grace);
  await openAndCheck(page, 'list, two', 'Your security methods');
  await open(page, '/sessions');
  await openAndCheck(page, 'sessions', 'Where you’re signed in');
  const id = await factorId(simulator, people.grace, 'Okta Verify');
  await open(page, `/methods/${id}`);
  await openAndCheck(page, 'method', 'Okta Verify');
  await open(page, `/methods/${id}/test`);
  await openAndCheck(page, 'test', 'Test Okta Verify');
  await enter(page, await simulator.freshCode(people.grace, 'OKTA'), 'Check the code');
  await openAndCheck(page, 'test, works', 'Okta Verify works');
  await open(page, `/methods/${id}/remove`);
  await openAndCheck(page, 'remove, prove', 'Remove Okta Verify?');
  await button(page, 'Use Authenticator app').click();
  await checkScreen(page, 'remove, prove by code');
  await enter(page, await simulator.freshCode(people.grace), 'Confirm');
  await expect(button(page, 'Remove Okta Verify')).toBeVisible();
  await checkScreen(page, 'remove, confirm');
  await button(page, 'Remove Okta Verify').click();
  await expect(button(page, 'Sign out everywhere else')).toBeVisible();
  await checkScreen(page, 'list, removed');
  await open(page, `/methods/${await factorId(simulator, people.grace, 'Authenticator app')}/remove`);
  await openAndCheck(page, 'remove, last one', /is the last one you have$/);
});

test('stepping up while adding, and an existing method', async ({ page, server, simulator }) => {
  await signIn(page, server, people.ada);
  await addFirst(page, simulator);
  await open(page, '/');
  await openAndCheck(page, 'list, one', 'Your security methods');
  await pressAdd(page, 'Okta Verify');
  await expect(page.getByRole('heading', { name: 'First, verify it’s you' })).toBeVisible();
  await checkScreen(page, 'enroll, prove');
  await open(page, '/step-up?purpose=enroll:okta-verify&returnTo=/add/okta-verify&problem=unmet');
  await openAndCheck(page, 'prove', 'Verify it’s you');
  await open(page, '/add/totp');
  await button(page, 'Show the QR code').click();
  await openAndCheck(page, 'enroll, already', 'You already have an authenticator app');
});

test('pending methods', async ({ page, server, simulator }) => {
  await signIn(page, server, people.katherine);
  await openAndCheck(page, 'list, unfinished', 'Your security methods');
  await link(page, /^Authenticator app/).click();
  await openAndCheck(page, 'method, unfinished elsewhere', 'Authenticator app');
  const id = await factorId(simulator, people.katherine, 'Authenticator app');
  await open(page, `/methods/${id}/activate`);
  await openAndCheck(page, 'activate, expired', 'Time ran out');
  await open(page, '/add/totp');
  await showQr(page);
  await open(page, '/');
  await link(page, /^Authenticator app/).click();
  await openAndCheck(page, 'method, unfinished here', 'Authenticator app');
  await link(page, 'Enter the code').click();
  await openAndCheck(page, 'activate', 'Turn on Authenticator app');
  await enter(page, await simulator.freshCode(people.katherine), 'Turn on');
  await openAndCheck(page, 'activate, done', 'Authenticator app is on');
});

test('[X6] what was left in the middle, and errors of several fields', async ({ page, server }) => {
  await signIn(page, server, people.ada, '/add/totp');
  await showQr(page);
  await page.reload();
  await button(page, 'Show the QR code').click();
  await expect(shown(page, /^You started this already/)).toBeVisible();
  await checkScreen(page, 'enroll, reloaded');
  await open(page, '/add/okta-verify');
  await button(page, 'Show the QR code').click();
  await expect(shown(page, 'Scan this with Okta Verify')).toBeVisible();
  await open(page, '/');
  await link(page, /^Okta Verify/).click();
  await expect(link(page, 'Continue')).toBeVisible();
  await checkScreen(page, 'method, push left');
  await link(page, 'Continue').click();
  await openAndCheck(page, 'activate, push', 'Turn on Okta Verify');
  await open(page, '/add/call');
  await page.getByText('Add an extension').click();
  await page.getByLabel(/^Extension/).fill('abc');
  await button(page, 'Call me').click();
  await expect(page.getByRole('group', { name: 'There is more than one problem' })).toBeFocused();
  await checkScreen(page, 'enroll, two errors');
});

test('[X6] history, and frozen', async ({ page, server }) => {
  await signIn(page, server, people.grace, '/security-history');
  await openAndCheck(page, 'history', 'Security history');
  await button(page, /^This wasn’t me/)
    .first()
    .click();
  await expect(page.getByRole('dialog', { name: 'Freeze changes?' })).toBeVisible();
  await checkScreen(page, 'history, not me');
});

test('[X6] errors', async ({ page, server, simulator }) => {
  await signIn(page, server, people.grace);
  await open(page, '/nowhere');
  await openAndCheck(page, 'not found', 'There’s nothing here');
  const list = 'GET /api/v1/users/*/factors';
  await simulator.fault({ match: list, times: 1000, cut: 'before' });
  await open(page, '/');
  await openAndCheck(page, 'org down', 'We can’t reach Okta');
  await simulator.clearFaults();
  await simulator.advance(5);
  const reset = Math.ceil(Date.now() / 1000) + 300;
  await simulator.fault({ match: list, times: 1000, status: 429, headers: { 'x-rate-limit-reset': String(reset) } });
  await open(page, '/');
  await openAndCheck(page, 'busy', 'One moment, please');
  await simulator.clearFaults();
  await simulator.advance(300);
  await simulator.status(people.grace, 'LOCKED_OUT');
  await open(page, '/');
  await openAndCheck(page, 'locked', 'Your account is locked');
});

test('[X6] the session’s end', async ({ page, server, simulator }) => {
  await page.clock.install();
  await signIn(page, server, people.grace);
  await simulator.advance(14 * 60 + 5);
  await page.clock.fastForward((14 * 60 + 5) * 1000);
  await expect(page.getByRole('region', { name: 'Your session ends soon' })).toBeVisible();
  await checkScreen(page, 'session ends soon');
  await simulator.advance(60);
  await link(page, /^Okta Verify/).click();
  await expect(page.getByRole('dialog', { name: 'Your session ended' })).toBeVisible();
  await checkScreen(page, 'session ended');
});
