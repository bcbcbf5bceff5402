import { newDay, openHelpdesk, staff, stepUpAgent, verifyEvelyn } from './fixtures/helpdesk.ts';
import { button, expect, heading, test } from './fixtures/index.ts';

test('who reset Evelyn’s authenticator app yesterday, why, and how was the caller verified: answered in two steps', async ({
  page,
  server,
  simulator,
  otherBrowser,
}) => {
  test.setTimeout(120_000);
  await newDay(simulator);
  await openHelpdesk(page, server);
  await verifyEvelyn(page, simulator);
  await stepUpAgent(page, simulator);
  await button(page, /^Reset/).click();
  await expect(heading(page, /^Authenticator app is reset/)).toBeVisible();
  await simulator.advance(86_400);

  const annie = await (await otherBrowser()).newPage();
  await annie.setViewportSize({ width: 1440, height: 900 });
  await openHelpdesk(annie, server, staff.annie);
  await annie.getByRole('link', { name: 'Audit log' }).click();
  const lines = annie.locator('main details > summary', { has: annie.locator('time') });
  await expect(lines.first()).toBeVisible();
  const top = (await lines.first().boundingBox())!.y;
  // The reset's row takes two lines, for her name; the row of the verification has one.
  const { height } = (await lines.last().boundingBox())!;
  expect(Math.floor((900 - top) / height)).toBeGreaterThanOrEqual(20);

  // The two steps of somebody who knows only “evelyn”.
  await annie.getByLabel('Person').pressSequentially('evelyn');
  await annie.keyboard.press('Enter');
  await annie.getByRole('link', { name: 'Yesterday' }).click();

  const answer = lines.filter({ hasText: 'reset' });
  await expect(answer).toHaveCount(1);
  for (const said of [
    /Hedy Lamarr reset Authenticator app for Evelyn Boyd Granville/,
    /INC-4711/,
    /Replaced by a new device/,
    /verified by push \d\d:\d\d/,
  ])
    await expect(answer).toContainText(said);
  await expect(annie).toHaveURL(/\?person=evelyn&when=yesterday$/);
  await answer.click();
  const operation = annie.locator('main details[open]').filter({ has: annie.locator('ol') });
  await expect(operation).toContainText('Hedy Lamarr verified Evelyn Boyd Granville');
  await expect(operation).toContainText('A notification was sent');
  const said = await annie.locator('main').innerText();
  expect(said).not.toMatch(/\b00[a-z]\w{17}\b|\b(?:user|helpdesk)\.[a-z_]+\.|[a-z]+:\w{16}/);
});
