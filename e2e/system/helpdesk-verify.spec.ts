import { enter } from '../fixtures/actions.ts';
import {
  answerOnOwnPage,
  requestApproval,
  openHelpdesk,
  callBack,
  choose,
  find,
  newDay,
  stepUpAgent,
  resetEmails,
  sayWhy,
  verified,
  verifyByPush,
  verifyEvelyn,
  type Inputs,
} from '../fixtures/helpdesk.ts';
import { button, expect, field, heading, open, people, shown, signIn, test } from '../fixtures/index.ts';

const { dorothy, evelyn, grace, margaret } = people;

test.beforeEach(({ simulator }) => newDay(simulator));

test('a push with the number that she reads out, to another method than the one that is reset', async ({
  page,
  server,
  simulator,
}) => {
  await openHelpdesk(page, server);
  const inputs: Inputs = [];
  await verifyEvelyn(page, simulator, inputs);
  await expect(verified(page, 'Evelyn Boyd Granville')).toBeVisible();
  await stepUpAgent(page, simulator);
  await button(page, /^Reset Authenticator app/).click();
  inputs.push('Reset');
  await expect(heading(page, /^Authenticator app is reset/)).toBeFocused();
  // From the first key to the reset, except her own step-up and the caller's inputs.
  expect(inputs.filter((one) => !one.startsWith('(caller)')).length).toBeLessThanOrEqual(8);
  await expect.poll(async () => (await resetEmails(simulator, evelyn)).length).toBe(2);
  expect(await simulator.pushes(evelyn)).toEqual([]);
});

test('a push to the lost phone verifies only together with an approver', async ({ page, server, simulator }) => {
  await openHelpdesk(page, server);
  await find(page, 'doro', 'Dorothy Vaughan');
  await choose(page, /^Okta Verify/);
  await sayWhy(page);
  const way = page.locator('#verify li', { hasText: 'It’s a method that you’re about to reset' });
  await expect(way).toHaveCount(1);
  await expect(way.getByRole('button', { name: /^Send\b/ })).toBeVisible();
  await verifyByPush(page, simulator, dorothy);
  await expect(verified(page, 'Dorothy Vaughan')).toBeVisible();
  await requestApproval(page, simulator);
  await expect(shown(page, 'The caller was verified by a method that is to be reset.')).toBeVisible();
  expect(await resetEmails(simulator, dorothy)).toEqual([]);
});

test('a push that is denied, or answered with another number, verifies nobody', async ({ page, server, simulator }) => {
  await openHelpdesk(page, server);
  await find(page, 'doro', 'Dorothy Vaughan');
  await sayWhy(page);
  await button(page, /^Send\b/).click();
  await expect(page.locator('p[translate=no]')).toBeVisible();
  await simulator.push(dorothy, 'deny');
  await expect(shown(page, /^The request was denied on their phone/)).toBeVisible();
  await button(page, /^Send\b/).click();
  const right = Number(await page.locator('p[translate=no]').innerText());
  await simulator.push(
    dorothy,
    'approve',
    (await simulator.pushes(dorothy))[0]?.numbers?.find((one) => one !== right),
  );
  await expect(shown(page, /^The request was denied on their phone/)).toBeVisible();
  await expect(page.getByRole('link', { name: 'Verify the caller' })).toBeVisible();
  await expect(button(page, /^Reset/)).toHaveCount(0);
});

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
  expect(await resetEmails(simulator, dorothy)).toEqual([]);
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
  await openHelpdesk(page, server);
  await find(page, 'grac', 'Grace Hopper');
  await button(page, /^Ask them/).click();
  await page.getByRole('link', { name: 'Choose what is lost' }).first().click();
  await choose(page, /^Authenticator app/);
  await sayWhy(page, { reason: 'Replaced by a new device' });
  await answerOnOwnPage(page, caller, async () => {
    await expect(shown(caller, /^Hedy Lamarr is about to reset Authenticator app/)).toBeVisible();
    await expect(shown(caller, 'The reason you gave: you have a new device.')).toBeVisible();
    await button(caller, 'Use Okta Verify').click();
    await enter(caller, await simulator.freshCode(grace, 'OKTA'), 'Confirm');
    await expect(heading(caller, 'Read this code to the helpdesk')).toBeVisible();
    // First with an error.
    await page.getByLabel('Code they read out').fill('BFHK MQRW');
    await page.keyboard.press('Enter');
    await expect(shown(page, /^That code didn’t match\. 4 tries left/)).toBeVisible();
  });
  await expect(verified(page, 'Grace Hopper')).toBeVisible();
  // She agreed to this one method, not to both.
  await choose(page, /^Okta Verify/);
  await expect(shown(page, /^This verification is for something else/)).toBeVisible();
  await page
    .locator('#choose')
    .getByRole('checkbox', { name: /^Okta Verify/ })
    .uncheck();
  await stepUpAgent(page, simulator);
  await button(page, /^Reset Authenticator app/).click();
  await expect(heading(page, /^Authenticator app is reset/)).toBeFocused();
  await expect(shown(page, 'They keep Okta Verify')).toBeVisible();
  // It ended her sessions, here and at Okta.
  await open(caller, '/').catch(() => {});
  await expect(field(caller)).toHaveCount(0);
  await expect(heading(caller, 'Your security methods')).toHaveCount(0);
});

test('their own page: a person who did not call says so', async ({ page, server, otherBrowser }) => {
  const caller = await (await otherBrowser()).newPage();
  await signIn(caller, server, grace);
  await openHelpdesk(page, server);
  await find(page, 'grac', 'Grace Hopper');
  await choose(page, /^Authenticator app/);
  await sayWhy(page);
  await button(page, /^Ask them/).click();
  await expect(page.getByLabel('Code they read out')).toBeFocused();
  await open(caller, '/caller-verifications');
  await button(caller, 'No, I didn’t call').click();
  // Denying needs no step-up, since it only prevents the reset.
  await expect(heading(caller, 'Thank you. This resets nothing.')).toBeFocused();
  await expect(shown(page, /says they didn’t call/)).toBeVisible();
});

test('a call-back to the number on file, which a second approver must approve', async ({ page, server, simulator }) => {
  await openHelpdesk(page, server);
  await find(page, 'marg', 'Margaret Hamilton');
  await choose(page, /^Security question/);
  await sayWhy(page);
  await callBack(page, '0141');
  await expect(verified(page, 'Margaret Hamilton')).toBeVisible();
  await requestApproval(page, simulator);
  await expect(shown(page, 'The caller was only called back.')).toBeVisible();
  expect(await resetEmails(simulator, margaret)).toEqual([]);
});
