import { groupIds } from '#okta-emulator/seed/seed.ts';
import { agree, openHelpdesk, newDay, requestUnverified, resetEmails, staff } from './fixtures/helpdesk.ts';
import { expect, heading, shown, test } from './fixtures/index.ts';

test.use({
  serverOptions: {
    env: { HELPDESK_PRIVILEGED_GROUP_IDS: groupIds.tokenHolders, HELPDESK_TICKET_PATTERN: 'INC-\\d{4}' },
  },
});

const radia = 'radia@example.com';

test.beforeEach(({ simulator }) => newDay(simulator));

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
