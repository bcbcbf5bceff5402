import { enter } from '../fixtures/actions.ts';
import { checkScreen } from '../fixtures/checks.ts';
import {
  answerOnOwnPage,
  openHelpdesk,
  choose,
  find,
  newDay,
  stepUpAgent,
  sayWhy,
  verified,
  verifyByPush,
} from '../fixtures/helpdesk.ts';
import { button, expect, field, heading, listHeading, open, people, shown, signIn, test } from '../fixtures/index.ts';

const { dorothy, grace } = people;

test.beforeEach(({ simulator }) => newDay(simulator));

test('a verification expires after a quarter of an hour and is repeated', async ({ page, server, simulator }) => {
  await openHelpdesk(page, server);
  await find(page, 'doro', 'Dorothy Vaughan');
  await choose(page, /^Okta Verify/);
  await sayWhy(page);
  await verifyByPush(page, simulator, dorothy);
  await expect(field(page)).toBeVisible();
  for (const minutes of [8, 8]) {
    await simulator.advance(minutes * 60);
    await open(page, new URL(page.url()).pathname);
  }
  // Earlier inputs are kept.
  await expect(page.getByLabel('Ticket')).toHaveValue('INC-4711');
  await expect(page.getByRole('link', { name: 'Verify the caller' })).toBeVisible();
  await expect(button(page, /^Reset/).or(field(page))).toHaveCount(0);
  await verifyByPush(page, simulator, dorothy);
  await expect(verified(page, 'Dorothy Vaughan')).toBeVisible();
});

test('their own page: they see who is about to reset what, and read out a code', async ({
  page,
  server,
  simulator,
  otherBrowser,
}) => {
  const caller = await (await otherBrowser()).newPage();
  await signIn(caller, server, grace);
  await open(caller, '/caller-verifications');
  await expect(heading(caller, 'No question from the helpdesk')).toBeVisible();
  await checkScreen(caller, 'helpdesk, nobody asks');
  await openHelpdesk(page, server);
  await find(page, 'grac', 'Grace Hopper');
  await button(page, /^Ask them/).click();
  await page.getByRole('link', { name: 'Choose what is lost' }).first().click();
  await choose(page, /^Authenticator app/);
  await sayWhy(page, { reason: 'Replaced by a new device' });
  await answerOnOwnPage(page, caller, async () => {
    await expect(shown(caller, /^Hedy Lamarr is about to reset Authenticator app/)).toBeVisible();
    await expect(shown(caller, 'The reason you gave: you have a new device.')).toBeVisible();
    await expect(button(caller, 'Use Okta Verify')).toBeVisible();
    await checkScreen(page, 'helpdesk, own page asked');
    await checkScreen(caller, 'helpdesk, answer, prove');
    await button(caller, 'Use Okta Verify').click();
    await enter(caller, await simulator.freshCode(grace, 'OKTA'), 'Confirm');
    await expect(heading(caller, 'Read this code to the helpdesk')).toBeVisible();
    await checkScreen(caller, 'helpdesk, spoken code');
    await page.getByLabel('Code they read out').fill('BFHK MQRW');
    await page.keyboard.press('Enter');
    await expect(shown(page, /^That code didn’t match\. 4 tries left/)).toBeVisible();
    await checkScreen(page, 'helpdesk, spoken code wrong');
  });
  await expect(verified(page, 'Grace Hopper')).toBeVisible();
  // She agreed to this one method only.
  await choose(page, /^Okta Verify/);
  await expect(shown(page, /^This verification is for something else/)).toBeVisible();
  await checkScreen(page, 'helpdesk, another choice');
  await page
    .locator('#choose')
    .getByRole('checkbox', { name: /^Okta Verify/ })
    .uncheck();
  await stepUpAgent(page, simulator);
  await button(page, /^Reset Authenticator app/).click();
  await expect(heading(page, /^Authenticator app is reset/)).toBeFocused();
  await expect(shown(page, 'They keep Okta Verify')).toBeVisible();
  // Her sessions have ended, here and at Okta.
  await open(caller, '/').catch(() => {});
  await expect(field(caller)).toHaveCount(0);
  await expect(listHeading(caller)).toHaveCount(0);
});
