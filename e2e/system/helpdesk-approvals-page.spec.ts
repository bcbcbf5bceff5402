import type { Page } from '@playwright/test';
import { groupIds } from '#okta-emulator/seed/seed.ts';
import type { Simulator } from '../fixtures/simulator.ts';
import {
  choose,
  find,
  newDay,
  openHelpdesk,
  openRequest,
  requestApproval,
  sayWhy,
  staff,
  unverified,
} from '../fixtures/helpdesk.ts';
import { button, expect, open, test } from '../fixtures/index.ts';

test.use({ serverOptions: { env: { HELPDESK_PRIVILEGED_GROUP_IDS: groupIds.tokenHolders } } });
test.beforeEach(({ simulator }) => newDay(simulator));

const width = 360;
const height = 740;
const rows = (page: Page) => page.locator('main li').getByRole('button', { expanded: false });
const namesOf = async (page: Page) => (await rows(page).allInnerTexts()).map((text) => text.split(/\s/)[0]);

async function request(page: Page, simulator: Simulator, typed: string, name: string): Promise<void> {
  await open(page, '/helpdesk');
  await find(page, typed, name);
  // Her only method is selected already.
  if (name !== 'Dorothy Vaughan') await choose(page, /^All their methods/);
  await sayWhy(page);
  await unverified(page, 'She stands in front of me, with her passport, and her manager called about it an hour ago.');
  await requestApproval(page, simulator);
}

const people = [
  ['marg', 'Margaret Hamilton'],
  ['radi', 'Radia Perlman'],
  ['doro', 'Dorothy Vaughan'],
  ['grac', 'Grace Hopper'],
  ['evel', 'Evelyn Boyd Granville'],
] as const;

test('on a phone five closed rows fit the screen, and one opened with its decision is short', async ({
  page,
  server,
  simulator,
  otherBrowser,
}) => {
  await openHelpdesk(page, server);
  for (const [typed, name] of people.slice(0, 4)) await request(page, simulator, typed, name);
  const annie = await (await otherBrowser()).newPage();
  await annie.setViewportSize({ width, height });
  await openHelpdesk(annie, server, staff.annie);
  await open(annie, '/helpdesk/approvals');
  await expect(rows(annie)).toHaveCount(4);
  await request(page, simulator, ...people[4]);
  // The first to expire is first. The new one is last, without a reload.
  await expect.poll(() => namesOf(annie)).toEqual(['Margaret', 'Radia', 'Dorothy', 'Grace', 'Evelyn']);
  const bottom = (await rows(annie).last().boundingBox())!;
  const sideways = () => annie.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(bottom.y + bottom.height).toBeLessThanOrEqual(height);
  expect(await sideways()).toBeLessThanOrEqual(0);

  for (const [, name] of people) {
    await openRequest(annie, name);
    await expect(button(annie, /^Approve and/)).toHaveCount(1);
    const opened = annie.locator('main li', { has: annie.getByRole('button', { expanded: true }) });
    const box = (await opened.boundingBox())!;
    expect(box.height).toBeLessThanOrEqual(1200);
    expect(await sideways()).toBeLessThanOrEqual(0);
  }
});
