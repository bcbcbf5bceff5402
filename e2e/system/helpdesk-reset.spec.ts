import type { Page } from '@playwright/test';
import { turnOn } from '../fixtures/actions.ts';
import {
  agree,
  requestApproval,
  openHelpdesk,
  choose,
  find,
  unfreeze,
  newDay,
  resetEmails,
  sayWhy,
  staff,
  unverified,
  verifyByPush,
  recoveryCodeOf,
} from '../fixtures/helpdesk.ts';
import {
  button,
  expect,
  heading,
  link,
  open,
  people,
  shown,
  signIn,
  test,
  type TestFixtures,
} from '../fixtures/index.ts';

const { dorothy, grace } = people;

test.beforeEach(({ simulator }) => newDay(simulator));

/** Hedy resets everything that Dorothy has, with Annie, since it verified her. Returns Annie's page. */
async function resetAll(
  page: Page,
  { server, simulator, otherBrowser }: Pick<TestFixtures, 'server' | 'simulator' | 'otherBrowser'>,
): Promise<Page> {
  await find(page, 'doro', 'Dorothy Vaughan');
  await choose(page, /^Okta Verify/);
  await sayWhy(page);
  await verifyByPush(page, simulator, dorothy);
  await expect(shown(page, 'They have nothing left')).toBeVisible();
  await expect(
    shown(
      page,
      /^They sign in with their password\. To add the first method they need a recovery code, which we send to d/,
    ),
  ).toBeVisible();
  await requestApproval(page, simulator);
  await expect(shown(page, 'The caller was verified by a method that is to be reset.')).toBeVisible();
  const annie = await (await otherBrowser()).newPage();
  await openHelpdesk(annie, server, staff.annie);
  // One of the test before may have arrived since it began.
  const { length: before } = await resetEmails(simulator, dorothy);
  await agree(annie, simulator);
  await expect(shown(annie, 'Approved and reset')).toBeVisible();
  await expect(heading(page, 'Annie Easley approved it, and the reset is done')).toBeFocused();
  await expect.poll(async () => (await resetEmails(simulator, dorothy)).length).toBeGreaterThan(before);
  return annie;
}

test('everything is reset, and she comes back with the code in her inbox', async ({
  page,
  server,
  simulator,
  otherBrowser,
}) => {
  const her = await (await otherBrowser()).newPage();
  await signIn(her, server, dorothy);
  await openHelpdesk(page, server);
  await resetAll(page, { server, simulator, otherBrowser });
  const code = await recoveryCodeOf(simulator, dorothy);
  expect(await page.content()).not.toContain(code);

  // Her session has ended, here and at Okta.
  await her.goto('/');
  await expect(heading(her, 'Your security methods')).toHaveCount(0);
  await signIn(her, server, dorothy, '/add/totp');
  await button(her, 'Show the QR code').click();
  const field = her.getByLabel('Recovery code');
  await field.fill('BFHK MQRW XY23 4567');
  await her.keyboard.press('Enter');
  await expect(shown(her, 'That code didn’t match. Use the newest one that you got.')).toBeVisible();
  // Typed differently than in the email.
  await field.fill(code.toLowerCase().replace(/(.{4})(?=.)/g, '$1 - '));
  await her.keyboard.press('Enter');
  await expect(her.getByText('Scan this with your app')).toBeVisible();
  await turnOn(her, simulator, 'Authenticator app', dorothy);
  await open(her, '/security-history');
  await expect(shown(her, /Hedy Lamarr/).first()).toBeVisible();
});

test('a person who lost the recovery code gets another by one more reset, of nothing, with a second approver', async ({
  page,
  server,
  simulator,
  otherBrowser,
}) => {
  await openHelpdesk(page, server);
  const annie = await resetAll(page, { server, simulator, otherBrowser });
  const lost = await recoveryCodeOf(simulator, dorothy);
  await button(page, 'See Dorothy Vaughan').click();
  await choose(page, /^Give them a new recovery code/);
  await sayWhy(page);
  await unverified(page, 'Her mail was full.');
  await requestApproval(page, simulator);
  await agree(annie, simulator);
  await expect(shown(annie, 'Approved and reset')).toHaveCount(2);
  await expect.poll(() => recoveryCodeOf(simulator, dorothy)).not.toBe(lost);
  const her = await (await otherBrowser()).newPage();
  await signIn(her, server, dorothy, '/add/totp');
  await button(her, 'Show the QR code').click();
  const field = her.getByLabel('Recovery code');
  await field.fill(lost);
  await her.keyboard.press('Enter');
  await expect(shown(her, 'That code didn’t match. Use the newest one that you got.')).toBeVisible();
  await field.fill(await recoveryCodeOf(simulator, dorothy));
  await her.keyboard.press('Enter');
  await expect(her.getByText('Scan this with your app')).toBeVisible();
});

test('“This wasn’t me” ends her sessions and freezes changes; her history shows it', async ({
  page,
  server,
  simulator,
  otherBrowser,
}) => {
  const elsewhere = await (await otherBrowser()).newPage();
  await signIn(elsewhere, server, grace);
  await signIn(page, server, grace);
  await open(page, '/security-history');
  await button(page, /^This wasn’t me/)
    .first()
    .click();
  await page.getByRole('dialog').getByRole('button', { name: 'Freeze changes' }).click();
  await expect(heading(page, 'Changes are frozen')).toBeVisible();
  await elsewhere.goto('/');
  await expect(heading(elsewhere, 'Your security methods')).toHaveCount(0);
  await signIn(page, server, grace);
  await expect(shown(page, 'Changes are frozen')).toBeVisible();
  await link(page, /^Authenticator app/).click();
  await open(page, '/security-history');
  await expect(shown(page, 'Changes frozen')).toBeVisible();
  await expect(button(page, /^This wasn’t me/)).toHaveCount(0);

  const hedy = await (await otherBrowser()).newPage();
  await openHelpdesk(hedy, server, staff.hedy);
  await find(hedy, 'grac', 'Grace Hopper');
  const annie = await (await otherBrowser()).newPage();
  await openHelpdesk(annie, server, staff.annie);
  await unfreeze(hedy, simulator, annie);
});
