import type { Page } from '@playwright/test';
import { addFirst, chooseWay, enter, factorId, pressAdd, showQr, turnOn } from '../fixtures/actions.ts';
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
  await openAndCheck(page, 'signed out', 'You’re not signed in here');
  await open(page, '/sign-out');
  await openAndCheck(page, 'sign out', 'Sign out?');
  await open(page, '/get-help');
  await openAndCheck(page, 'cannot prove', 'If you can’t get in');
  await open(page, '/auth/callback?state=none&code=none');
  await openAndCheck(page, 'sign-in too old', 'That sign-in is too old');
});

test('[X6] no methods, and adding the first app', async ({ page, server, simulator }) => {
  await signIn(page, server, people.ada);
  await openAndCheck(page, 'list, empty', 'Only a password protects your account');
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

test('[X6] two methods, and removing one', async ({ page, server, simulator, otherBrowser }) => {
  await signIn(await (await otherBrowser()).newPage(), server, people.grace);
  await signIn(page, server, people.grace);
  await openAndCheck(page, 'list, two', /./);
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
  await chooseWay(page, 'Authenticator app');
  await checkScreen(page, 'remove, prove by code');
  await enter(page, await simulator.freshCode(people.grace), 'Confirm');
  await expect(button(page, 'Remove Okta Verify')).toBeVisible();
  await checkScreen(page, 'remove, confirm');
  await button(page, 'Remove Okta Verify').click();
  await expect(button(page, 'Sign out everywhere else')).toBeVisible();
  await checkScreen(page, 'list, removed');
  await open(page, `/methods/${await factorId(simulator, people.grace, 'Authenticator app')}/remove`);
  await openAndCheck(page, 'remove, last one', /is your last method$/);
  await expect(button(page, /Remove/)).toBeHidden();
});

test('stepping up while adding, and an existing method', async ({ page, server, simulator }) => {
  await signIn(page, server, people.ada);
  await addFirst(page, simulator);
  await open(page, '/');
  await openAndCheck(page, 'list, one', 'You have one way to verify it’s you');
  await pressAdd(page, 'Okta Verify');
  await expect(page.getByRole('heading', { name: 'First, verify it’s you' })).toBeVisible();
  await checkScreen(page, 'enroll, prove');
  await open(page, '/step-up?purpose=enroll:okta-verify&returnTo=/add/okta-verify&problem=unmet');
  await openAndCheck(page, 'prove', 'Verify it’s you');
  await open(page, '/add/totp');
  await button(page, 'Show the QR code').click();
  await openAndCheck(page, 'enroll, already', 'You already have an authenticator app');
});

test('[X6] what was left in the middle, and errors of several fields', async ({ page, server }) => {
  await signIn(page, server, people.ada, '/add/okta-verify');
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
