import { choose, find, newDay, openHelpdesk, sayWhy, staff, stepUpAgent, verifyByPush } from './fixtures/helpdesk.ts';
import { button, expect, heading, people, test } from './fixtures/index.ts';

test('who reset Dorothy’s Okta Verify yesterday, why, and how was the caller verified: answered in two steps', async ({
  page,
  server,
  simulator,
  otherBrowser,
}) => {
  test.setTimeout(120_000);
  await newDay(simulator);
  await openHelpdesk(page, server);
  await find(page, 'doro', 'Dorothy Vaughan');
  await choose(page, /^Okta Verify/);
  await sayWhy(page);
  await verifyByPush(page, simulator, people.dorothy);
  await stepUpAgent(page, simulator);
  await button(page, /^Reset/).click();
  await expect(heading(page, /^Okta Verify is reset/)).toBeVisible();
  await simulator.advance(86_400);

  const annie = await (await otherBrowser()).newPage();
  await annie.setViewportSize({ width: 1440, height: 900 });
  await openHelpdesk(annie, server, staff.annie);
  await annie.getByRole('link', { name: 'Audit log' }).click();
  const lines = annie.locator('main details > summary', { has: annie.locator('time') });
  await expect(lines.first()).toBeVisible();
  const box = (await lines.first().boundingBox())!;
  expect(Math.floor((900 - box.y) / box.height)).toBeGreaterThanOrEqual(20);

  // The two steps of somebody who knows only “dorothy”.
  await annie.getByLabel('Person').pressSequentially('dorothy');
  await annie.keyboard.press('Enter');
  await annie.getByRole('link', { name: 'Yesterday' }).click();

  const answer = lines.filter({ hasText: 'reset' });
  await expect(answer).toHaveCount(1);
  for (const said of [
    /Hedy Lamarr reset Okta Verify for Dorothy Vaughan/,
    /INC-4711/,
    /Lost or stolen/,
    /verified by push \d\d:\d\d/,
  ])
    await expect(answer).toContainText(said);
  await expect(annie).toHaveURL(/\?person=dorothy&when=yesterday$/);
  await answer.click();
  const operation = annie.locator('main details[open]').filter({ has: annie.locator('ol') });
  await expect(operation).toContainText('Hedy Lamarr verified Dorothy Vaughan');
  await expect(operation).toContainText('A notification was sent');
  const said = await annie.locator('main').innerText();
  expect(said).not.toMatch(/\b00[a-z]\w{17}\b|\b(?:user|helpdesk)\.[a-z_]+\.|[a-z]+:\w{16}/);
});
