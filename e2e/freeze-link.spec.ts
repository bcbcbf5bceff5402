import type { Page } from '@playwright/test';
import {
  agree,
  requestApproval,
  openHelpdesk,
  choose,
  find,
  freezePath,
  unfreeze,
  newDay,
  resetEmails,
  sayWhy,
  staff,
  unverified,
  verifyByPush,
  recoveryCodeOf,
} from './fixtures/helpdesk.ts';
import { button, expect, heading, open, people, shown, signIn, test, type TestFixtures } from './fixtures/index.ts';

const { dorothy } = people;

test.beforeEach(({ simulator }) => newDay(simulator));

/** The reset includes the method that verified Dorothy, so Annie must approve it. Returns Annie's page. */
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
  // An email of an earlier test may have arrived meanwhile.
  const { length: before } = await resetEmails(simulator, dorothy);
  await agree(annie, simulator);
  await expect(shown(annie, 'Approved and reset')).toBeVisible();
  await expect(heading(page, 'Annie Easley approved it, and the reset is done')).toBeFocused();
  await expect.poll(async () => (await resetEmails(simulator, dorothy)).length).toBeGreaterThan(before);
  return annie;
}

test('freezes changes by the notification’s link without signing in, until the helpdesk unfreezes them', async ({
  page,
  server,
  simulator,
  otherBrowser,
}) => {
  await openHelpdesk(page, server);
  const annie = await resetAll(page, { server, simulator, otherBrowser });
  const stranger = await (await otherBrowser()).newPage();
  const freezeLink = await freezePath(simulator, dorothy);
  await stranger.goto(freezeLink);
  await expect(heading(stranger, 'Wasn’t that you?')).toBeVisible();
  await page.getByText('See Dorothy Vaughan').click();
  await expect(heading(page, 'Dorothy Vaughan')).toBeVisible();
  await expect(shown(page, 'Changes are frozen')).toHaveCount(0);
  await button(stranger, 'Freeze changes').click();
  await expect(heading(stranger, 'Changes are frozen')).toBeVisible();
  await expect(shown(stranger, /^Since .*signed out of Latchkey everywhere/)).toBeVisible();
  // After a reload, the address alone does not show whether changes are frozen.
  await stranger.reload();
  await expect(heading(stranger, 'Are changes to your account frozen?')).toBeVisible();
  expect((await stranger.context().cookies()).filter(({ name }) => /^latchkey-\d+$/.test(name))).toEqual([]);

  const her = await (await otherBrowser()).newPage();
  await signIn(her, server, dorothy);
  await expect(shown(her, 'Changes are frozen')).toBeVisible();
  await open(her, '/add/totp');
  await expect(shown(her, /frozen/i).first()).toBeVisible();
  await expect(button(her, 'Show the QR code')).toHaveCount(0);

  await open(page, '/helpdesk');
  await find(page, 'doro', 'Dorothy Vaughan');
  await expect(shown(page, 'Changes are frozen')).toBeVisible();
  // The freeze invalidated her code.
  const invalid = await recoveryCodeOf(simulator, dorothy);
  // The new code and the unfreeze are two requests, and each approver decides one.
  await choose(page, /^Give them a new/);
  await unverified(page, 'She stands in front of me.');
  await sayWhy(page);
  await requestApproval(page, simulator);
  await agree(annie, simulator);
  await page.getByText('See Dorothy Vaughan').click();
  await unfreeze(page, simulator, annie);
  await stranger.goto(freezeLink);
  await button(stranger, 'Freeze changes').click();
  await expect(heading(stranger, 'This link froze nothing now')).toBeVisible();
  await expect.poll(() => recoveryCodeOf(simulator, dorothy)).not.toBe(invalid);
  await signIn(her, server, dorothy);
  await open(her, '/add/totp');
  await button(her, 'Show the QR code').click();
  await her.getByLabel('Recovery code').fill(await recoveryCodeOf(simulator, dorothy));
  await her.keyboard.press('Enter');
  await expect(her.getByText('Scan this with your app')).toBeVisible();
});
