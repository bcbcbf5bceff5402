import type { Page } from '@playwright/test';
import { groupIds } from '#okta-emulator/seed/seed.ts';
import { checkScreen } from '../fixtures/checks.ts';
import {
  agree,
  requestApproval,
  openHelpdesk,
  openRequest,
  callBack,
  choose,
  find,
  freezePath,
  newDay,
  stepUpAgent,
  sayWhy,
  staff,
  unverified,
  verified,
  verifyByPush,
  recoveryCodeOf,
} from '../fixtures/helpdesk.ts';
import { button, expect, field, heading, open, people, shown, signIn, test } from '../fixtures/index.ts';

test.use({ serverOptions: { env: { HELPDESK_PRIVILEGED_GROUP_IDS: groupIds.tokenHolders } } });

const { dorothy } = people;

test.beforeEach(({ simulator }) => newDay(simulator));

async function openAndCheck(page: Page, state: string, name: string | RegExp): Promise<void> {
  await expect(heading(page, name)).toBeVisible();
  await checkScreen(page, `helpdesk, ${state}`);
}

test('[X6] finding a person, verifying by a push, a reset of everything, and the recovery code', async ({
  page,
  server,
  simulator,
  otherBrowser,
}) => {
  await openHelpdesk(page, server);
  await openAndCheck(page, 'people', 'Who is calling?');
  await page.keyboard.type('mar');
  await expect(page.getByRole('option')).toHaveCount(1);
  await checkScreen(page, 'helpdesk, people found');
  await page.getByRole('combobox').fill('zzz');
  await expect(shown(page, /^Nobody you can help matches/)).toBeVisible();
  await checkScreen(page, 'helpdesk, nobody found');
  await page.getByRole('combobox').fill('');
  await find(page, 'doro', 'Dorothy Vaughan');
  await openAndCheck(page, 'person', 'Dorothy Vaughan');
  await sayWhy(page);
  await button(page, 'Report this call').click();
  await expect(page.getByRole('group', { name: /^What was odd/ })).toBeVisible();
  await checkScreen(page, 'helpdesk, report');
  await button(page, 'Cancel').click();
  await button(page, /^Send\b/).click();
  await expect(page.locator('p[translate=no]')).toBeVisible();
  await checkScreen(page, 'helpdesk, push waits');
  await simulator.push(dorothy, 'deny');
  await expect(shown(page, /^This verification was denied/)).toBeVisible();
  await expect(shown(page, /^Push denied .*asked by Hedy Lamarr/)).toBeVisible();
  await checkScreen(page, 'helpdesk, push denied');
  const annie = await (await otherBrowser()).newPage();
  await openHelpdesk(annie, server, staff.annie);
  await open(page, new URL(page.url()).pathname);
  await choose(page, /^Okta Verify/);
  await sayWhy(page);
  await verifyByPush(page, simulator, dorothy);
  await expect(verified(page, 'Dorothy Vaughan')).toBeVisible();
  await checkScreen(page, 'helpdesk, verified');
  await stepUpAgent(page, simulator);
  await expect(button(page, 'Ask an approver')).toBeVisible();
  await checkScreen(page, 'helpdesk, proven');
  await button(page, 'Ask an approver').click();
  await expect(heading(page, /^An(?:other)? approver has to agree$/)).toBeFocused();
  await agree(annie, simulator);
  await openAndCheck(page, 'reset, approved', 'Annie Easley approved it, and the reset is done');
  await page.getByText('See Dorothy Vaughan').click();
  await choose(page, /^Give them a new recovery code/);
  await openAndCheck(page, 'person, reset', 'Dorothy Vaughan');

  const her = await (await otherBrowser()).newPage();
  await signIn(her, server, dorothy, '/add/totp');
  await button(her, 'Show the QR code').click();
  const recovery = her.getByLabel('Recovery code');
  await expect(recovery).toBeVisible();
  await checkScreen(her, 'helpdesk, way back');
  await recovery.fill('BFHK-MQRW-XY23-4567');
  await her.keyboard.press('Enter');
  await expect(shown(her, /Use the newest one that you got/)).toBeVisible();
  await checkScreen(her, 'helpdesk, way back, wrong');
  await recovery.fill(await recoveryCodeOf(simulator, dorothy));
  await her.keyboard.press('Enter');
  await expect(her.getByText('Scan this with your app')).toBeVisible();
  await open(her, '/security-history');
  await expect(shown(her, /Hedy Lamarr/).first()).toBeVisible();
  await openAndCheck(her, 'history', /./);
  await her.goto(await freezePath(simulator, dorothy));
  await openAndCheck(her, 'freeze', 'Wasn’t that you?');
  await button(her, 'Freeze changes').click();
  await openAndCheck(her, 'frozen', 'Changes are frozen');
  await her.reload();
  await openAndCheck(her, 'frozen or not, signed out', 'Are changes to your account frozen?');
  await her.goto(`/freeze/${'A'.repeat(43)}`);
  await button(her, 'Freeze changes').click();
  await openAndCheck(her, 'a link that froze nothing', 'This link froze nothing now');
  await signIn(her, server, dorothy);
  // The freeze cancelled her pending enrollment.
  await openAndCheck(her, 'list, frozen', 'Changes are frozen');
  await open(her, '/add');
  await openAndCheck(her, 'add, frozen', 'Add a security method');
  await open(her, '/security-history');
  await openAndCheck(her, 'history, frozen', /./);
  await open(page, '/helpdesk');
  await find(page, 'doro', 'Dorothy Vaughan');
  await openAndCheck(page, 'person, frozen', 'Dorothy Vaughan');
});

test('approvals, who may not be reset, and the audit log', async ({ page, server, simulator, otherBrowser }) => {
  await openHelpdesk(page, server);
  await find(page, 'marg', 'Margaret Hamilton');
  await openAndCheck(page, 'person with numbers', 'Margaret Hamilton');
  await choose(page, 'All their methods');
  await sayWhy(page);
  await button(page, /^Ask them/).click();
  await expect(page.getByLabel('Code they read out')).toBeFocused();
  const caller = await (await otherBrowser()).newPage();
  await signIn(caller, server, people.margaret);
  await checkScreen(caller, 'list, asked');
  await open(caller, '/caller-verifications');
  await expect(heading(caller, 'Did you call the helpdesk?')).toBeVisible();
  await checkScreen(caller, 'helpdesk, somebody asks');
  await button(caller, 'No, I didn’t call').click();
  await expect(shown(page, /^They said “No, I didn’t call”/)).toBeVisible();
  await choose(page, 'All their methods');
  await sayWhy(page);
  await callBack(page, '0141');
  await expect(verified(page, 'Margaret Hamilton')).toBeVisible();
  await requestApproval(page, simulator);
  await openAndCheck(page, 'waits for an approver', /^An(?:other)? approver has to agree$/);
  await page.getByText('See Margaret Hamilton').click();
  await expect(page.getByRole('region', { name: 'A reset is waiting for an approver' })).toBeVisible();
  await checkScreen(page, 'helpdesk, person, a request waits');
  await open(page, '/helpdesk');
  await find(page, 'anni', 'Annie Easley');
  await openAndCheck(page, 'person, above', 'Annie Easley');
  await open(page, '/helpdesk');
  await find(page, 'radi', 'Radia Perlman');
  await openAndCheck(page, 'person, privileged', 'Radia Perlman');
  await choose(page, 'All their methods');
  await sayWhy(page);
  await unverified(page, 'She stands in front of me.');
  await checkScreen(page, 'helpdesk, unverified');
  await requestApproval(page, simulator);

  const annie = await (await otherBrowser()).newPage();
  await openHelpdesk(annie, server, staff.annie);
  await open(annie, '/helpdesk/approvals');
  await openAndCheck(annie, 'approvals', 'Approvals');
  await openRequest(annie, 'Margaret');
  await expect(button(annie, /^Approve and reset/)).toBeVisible();
  await checkScreen(annie, 'helpdesk, approval opened');
  await button(annie, /^Approve and reset/).click();
  await checkScreen(annie, 'helpdesk, approval asks once more');
  await button(annie, /^Approve and reset/).click();
  await expect(button(annie, 'Use Authenticator app').or(field(annie))).toBeVisible();
  await checkScreen(annie, 'helpdesk, approval, prove');
  await stepUpAgent(annie, simulator, staff.annie);
  await expect(shown(annie, 'Approved and reset')).toBeVisible();
  await openRequest(annie, 'Radia');
  await button(annie, /^Deny/).click();
  await checkScreen(annie, 'helpdesk, approval, deny');
  await annie.getByLabel(/^Why do you deny it/).selectOption({ label: 'It looks like an attack.' });
  await button(annie, /^Deny/).click();
  await expect(shown(annie, 'Denied. Nothing was changed for Radia Perlman.')).toBeVisible();
  await checkScreen(annie, 'helpdesk, approvals decided');
  await open(annie, '/helpdesk/audit-log');
  await expect(annie.locator('summary').nth(5)).toBeVisible();
  await checkScreen(annie, 'helpdesk, audit');
  await annie.locator('summary', { hasText: 'Margaret' }).first().click();
  await expect(annie.locator('details[open] li').first()).toBeVisible();
  await checkScreen(annie, 'helpdesk, audit, an operation');
  await open(annie, '/helpdesk/audit-log?person=nobody&since=2026-01-01');
  await expect(shown(annie, 'Nothing matches. Try fewer filters.')).toBeVisible();
  await checkScreen(annie, 'helpdesk, audit, nothing');
});
