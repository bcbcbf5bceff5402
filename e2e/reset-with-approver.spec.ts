import type { Page } from '@playwright/test';
import { groupIds } from '#okta-emulator/seed/seed.ts';
import type { Simulator } from './fixtures/simulator.ts';
import {
  agree,
  requestApproval,
  openHelpdesk,
  choose,
  find,
  newDay,
  resetEmails,
  sayWhy,
  staff,
  unverified,
} from './fixtures/helpdesk.ts';
import { expect, heading, shown, test } from './fixtures/index.ts';

test.use({
  serverOptions: {
    env: { HELPDESK_PRIVILEGED_GROUP_IDS: groupIds.tokenHolders, HELPDESK_TICKET_PATTERN: 'INC-\\d{4}' },
  },
});

const radia = 'radia@example.com';

test.beforeEach(({ simulator }) => newDay(simulator));

/** Hedy requests a reset of everything that Radia has, without verifying her. */
async function requestUnverified(page: Page, simulator: Simulator): Promise<void> {
  await find(page, 'radi', 'Radia Perlman');
  await expect(shown(page, 'Privileged')).toBeVisible();
  await choose(page, /^All their methods/);
  await sayWhy(page, { ticket: '4711' });
  await unverified(page, 'She stands in front of me without her tokens.');
  await expect(shown(page, /^Enter a valid ticket number/)).toBeVisible();
  await page.getByLabel('Ticket').fill('INC-4711');
  await requestApproval(page, simulator);
}

test('a privileged person: nobody could verify her, a second approver approves, and the agent sees it without a reload', async ({
  page,
  server,
  simulator,
  otherBrowser,
}) => {
  await openHelpdesk(page, server);
  await requestUnverified(page, simulator);
  await expect(shown(page, 'They’re privileged.')).toBeVisible();

  const annie = await (await otherBrowser()).newPage();
  await openHelpdesk(annie, server, staff.annie);
  await agree(annie, simulator);
  await expect(shown(annie, 'Approved and reset')).toBeVisible();
  await expect(shown(annie, 'She stands in front of me without her tokens.')).toBeVisible();
  await expect(heading(page, 'Annie Easley approved it, and the reset is done')).toBeFocused();
  await expect.poll(async () => (await resetEmails(simulator, radia)).length).toBeGreaterThan(0);
});
