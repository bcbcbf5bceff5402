import type { Page } from '@playwright/test';
import { groupIds } from '#okta-emulator/seed/seed.ts';
import type { Simulator } from '../fixtures/simulator.ts';
import {
  requestApproval,
  requestUnverified,
  openHelpdesk,
  openRequest,
  callBack,
  choose,
  deny,
  find,
  newDay,
  resetEmails,
  sayWhy,
  staff,
  verified,
} from '../fixtures/helpdesk.ts';
import { button, expect, heading, open, people, shown, test } from '../fixtures/index.ts';

// All tests run in one worker, so that one server starts.
test.describe.configure({ mode: 'default' });
test.use({
  serverOptions: {
    env: { HELPDESK_PRIVILEGED_GROUP_IDS: groupIds.tokenHolders, HELPDESK_TICKET_PATTERN: 'INC-\\d{4}' },
  },
});

const { margaret } = people;
const radia = 'radia@example.com';

test.beforeEach(({ simulator }) => newDay(simulator));

async function requestAfterCall(page: Page, simulator: Simulator, agent: string = staff.hedy): Promise<void> {
  await find(page, 'marg', 'Margaret Hamilton');
  await choose(page, /^Security question/);
  await sayWhy(page);
  await callBack(page, '0141');
  await expect(verified(page, 'Margaret Hamilton')).toBeVisible();
  await requestApproval(page, simulator, agent);
}

test('an approver denies, and nothing is reset', async ({ page, server, simulator, otherBrowser }) => {
  await openHelpdesk(page, server);
  await requestAfterCall(page, simulator);
  const annie = await (await otherBrowser()).newPage();
  await openHelpdesk(annie, server, staff.annie);
  await open(annie, '/helpdesk/approvals');
  await openRequest(annie);
  await annie.getByLabel(/^Note/).fill('She sits beside me, with her phone.');
  await deny(annie, 'No reset is needed.');
  await expect(heading(page, 'Annie Easley denied it')).toBeFocused();
  // One of the two texts is for her, the other is in the line for the ticket.
  await expect(shown(page, /No reset is needed\. “She sits beside me, with her phone\.”/)).toHaveCount(2);
  await expect(shown(annie, /^Hedy Lamarr reads the reason, and should talk to Annie Easley/)).toBeVisible();
  await expect(heading(page, 'Annie Easley denied it')).toBeFocused();
  await page.getByText('See Margaret Hamilton').click();
  await expect(page.locator('#choose').getByText('Security question')).toBeVisible();
  expect(await resetEmails(simulator, margaret)).toEqual([]);
});

test('nobody decides on their own request, and not after half an hour', async ({
  page,
  server,
  simulator,
  otherBrowser,
}) => {
  await openHelpdesk(page, server, staff.annie);
  await requestAfterCall(page, simulator, staff.annie);
  await open(page, '/helpdesk/approvals');
  await openRequest(page);
  await expect(shown(page, /^You can’t decide this request/)).toBeVisible();
  await expect(button(page, /^Approve and reset/)).toHaveCount(0);

  const hedy = await (await otherBrowser()).newPage();
  await openHelpdesk(hedy, server);
  await requestUnverified(hedy, simulator);
  await open(page, '/helpdesk/approvals');
  await openRequest(page, 'Radia');
  await expect(button(page, /^Approve and reset/)).toHaveCount(1);
  // Both stay signed in through other pages.
  const tab = await hedy.context().newPage();
  for (const minutes of [11, 11, 9]) {
    await simulator.advance(minutes * 60);
    await open(tab, '/helpdesk');
    await open(page, '/helpdesk/approvals');
  }
  await expect(shown(page, 'Not decided in time')).toHaveCount(2);
  await expect(button(page, /^Approve and reset/)).toHaveCount(0);
  await expect(heading(hedy, 'Nobody decided in time')).toBeFocused();
  expect([...(await resetEmails(simulator, margaret)), ...(await resetEmails(simulator, radia))]).toEqual([]);
});
