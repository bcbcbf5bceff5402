import {
  agree,
  choose,
  find,
  newDay,
  openHelpdesk,
  requestApproval,
  sayWhy,
  staff,
  stepUpAgent,
  unverified,
  verifyEvelyn,
} from '../fixtures/helpdesk.ts';
import { button, expect, heading, link, open, people, signIn, test } from '../fixtures/index.ts';

test('who reset Evelyn’s authenticator app yesterday, why, and how was the caller verified: answered in two steps', async ({
  page,
  server,
  simulator,
  otherBrowser,
}) => {
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
  // The reset's row has two lines, for her name. The verification's row has one.
  const { height } = (await lines.filter({ hasText: 'Hedy Lamarr verified' }).first().boundingBox())!;
  expect(Math.floor((900 - top) / height)).toBeGreaterThanOrEqual(20);

  await annie.getByLabel('Person’s login').pressSequentially(people.evelyn);
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
  await expect(annie).toHaveURL(/\?person=evelyn%40example\.com&when=yesterday$/);
  await answer.click();
  const operation = annie.locator('main details[open]').filter({ has: annie.locator('ol') });
  await expect(operation).toContainText('Hedy Lamarr verified Evelyn Boyd Granville · by push');
  await expect(operation).toContainText('A notification was sent');
  const said = await annie.locator('main').innerText();
  expect(said).not.toMatch(/\b00[a-z]\w{17}\b|\b(?:user|helpdesk)\.[a-z_]+\.|[a-z]+:\w{16}/);
});

test('who changed Evelyn’s methods in those minutes, from where, and who approved: three steps', async ({
  page,
  server,
  simulator,
  otherBrowser,
}) => {
  await newDay(simulator);
  await openHelpdesk(page, server);
  await find(page, 'evel', 'Evelyn Boyd Granville');
  await choose(page, /^All their methods/);
  await sayWhy(page);
  await unverified(page, 'She stands in front of me.');
  await requestApproval(page, simulator);
  const annie = await (await otherBrowser()).newPage();
  await openHelpdesk(annie, server, staff.annie);
  await agree(annie, simulator);
  await expect(heading(page, /^Annie Easley approved it/)).toBeVisible();

  await open(annie, '/helpdesk/audit-log');
  const lines = annie.locator('main details > summary', { has: annie.locator('time') });
  await expect(lines.first()).toBeVisible();
  const at = await lines.first().locator('time').getAttribute('datetime');
  /** Returns the time in the reader's zone, as the field needs it. */
  const minute = (minutes: number) =>
    annie.evaluate(
      ([iso, more]) => {
        const then = new Date(Date.parse(iso) + more * 60_000);
        return new Date(then.getTime() - then.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
      },
      [at!, minutes] as const,
    );
  const [from, to] = [await minute(-60), await minute(60)];
  await annie.getByLabel('Person’s login').fill(people.evelyn);
  await annie.locator('summary', { hasText: 'From' }).click();
  await annie.getByLabel('From', { exact: true }).fill(from);
  await annie.getByLabel('Until', { exact: true }).fill(to);
  await annie.keyboard.press('Enter');

  await expect(annie).toHaveURL(new RegExp(`since=${encodeURIComponent(from)}&until=${encodeURIComponent(to)}`));
  const answer = lines.filter({ hasText: 'Hedy Lamarr reset' }).filter({ hasText: 'approved by Annie Easley' });
  await expect(answer).toHaveCount(1);
  // The page shows the address, and the time to the second with its zone.
  await expect(answer).toContainText('127.0.0.1');
  await expect(answer.locator('time')).toHaveText(/\d\d:\d\d:\d\d/);
  await expect(annie.locator('main')).toContainText(/Times are in \S+\./);
  const link = new URL((await annie.getByRole('link', { name: /JSON Lines/ }).getAttribute('href'))!, server.url);
  const utc = (text: string) => annie.evaluate((one) => new Date(one).toISOString(), text);
  expect([link.searchParams.get('since'), link.searchParams.get('until')]).toEqual([await utc(from), await utc(to)]);
});

test('an auditor has the log and nothing else of the helpdesk, and each search is an entry in it', async ({
  page,
  server,
  simulator,
  otherBrowser,
}) => {
  const hedy = await (await otherBrowser()).newPage();
  await openHelpdesk(hedy, server);
  await find(hedy, 'evel', 'Evelyn Boyd Granville');
  const opened = new URL(hedy.url()).pathname;
  await signIn(page, server, staff.frances);
  const menu = page.getByRole('banner');
  await expect(menu.getByRole('link', { name: 'Helpdesk', exact: true })).toHaveCount(0);
  await expect(menu.getByRole('link', { name: 'Approvals' })).toHaveCount(0);
  for (const path of ['/helpdesk', '/helpdesk/approvals', opened]) {
    const answer = await page.goto(path);
    expect([path, answer?.status()]).toEqual([path, 403]);
  }
  await menu.getByRole('link', { name: 'Audit log' }).click();
  await expect(heading(page, 'Audit log')).toBeVisible();
  await stepUpAgent(page, simulator, staff.frances);
  const lines = page.locator('main details > summary', { has: page.locator('time') });
  await page.getByLabel('Kind').selectOption({ label: 'Looks and searches' });
  await page.getByLabel('Person’s login').fill(people.evelyn);
  await button(page, 'Show').click();
  await expect(lines.filter({ hasText: 'Hedy Lamarr opened' }).first()).toContainText('Evelyn Boyd Granville');
  const [file] = await Promise.all([page.waitForEvent('download'), link(page, 'Export as JSON Lines').click()]);
  expect(file.suggestedFilename()).toMatch(/^audit-log-.*\.jsonl$/);
  await page.getByLabel('Person’s login').fill('');
  await page.getByLabel('Done by (login)').fill(staff.frances);
  await button(page, 'Show').click();
  await expect(lines.filter({ hasText: 'Frances Spence exported the audit log' })).toHaveCount(1);
  await expect(lines.filter({ hasText: 'Frances Spence searched the audit log' }).first()).toBeVisible();

  const ada = await (await otherBrowser()).newPage();
  await signIn(ada, server, people.ada);
  expect((await ada.goto('/helpdesk/audit-log'))?.status()).toBe(403);
});
