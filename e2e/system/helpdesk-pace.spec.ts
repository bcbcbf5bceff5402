import { Agent } from '../fixtures/agent.ts';
import type { Simulator } from '../fixtures/simulator.ts';
import {
  agree,
  choose,
  find,
  newDay,
  nextDay,
  openHelpdesk,
  resetEmails,
  sayWhy,
  staff,
  stepUpAgent,
  unverified,
  verified,
} from '../fixtures/helpdesk.ts';
import { addFirst } from '../fixtures/actions.ts';
import { checkScreen } from '../fixtures/checks.ts';
import { button, expect, field, heading, open, people, shown, signIn, test } from '../fixtures/index.ts';
import { plugIn, use } from '../fixtures/keys.ts';

const { dorothy, grace } = people;

test.beforeEach(({ simulator }) => newDay(simulator));

async function stepUp(agent: Agent, simulator: Simulator): Promise<void> {
  agent.action('hands');
  agent.action('think');
  agent.action('hands');
  await agent.copy(await simulator.freshCode(staff.hedy));
  await agent.press('Enter');
}

test('a new device, and a push: at most 20 keys, and 30 seconds at human pace', async ({ page, server, simulator }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await openHelpdesk(page, server);
  const agent = new Agent(page);
  await agent.find('evel', 'Evelyn Boyd Granville');
  agent.action('think');
  await agent.tabTo(page.locator('#choose').getByRole('checkbox', { name: /^Authenticator app/ }));
  await agent.press('Space');
  await agent.sayWhy('r', 'replaced');
  await agent.sees(() => expect(button(page, /^Send\b/)).toBeFocused());
  await agent.press('Enter');
  const number = page.locator('p[translate=no]');
  await agent.sees(() => expect(number).toBeInViewport({ ratio: 1 }));
  // A second Enter sends no other push, because the focus has moved to the number.
  const sent = await number.innerText();
  await page.keyboard.press('Enter');
  await expect(number).toHaveText(sent);
  const sentence = page.getByText('“I’m about to reset your authenticator app, because you have a new device.”');
  agent.say(`${await sentence.innerText()} Please choose ${sent} on your phone.`);
  await simulator.push(people.evelyn, 'approve', Number(sent));
  await agent.sees(() => expect(field(page)).toBeFocused());
  await expect(verified(page, 'Evelyn Boyd Granville')).toBeInViewport();
  await stepUp(agent, simulator);
  await agent.sees(() => expect(button(page, 'Reset Authenticator app')).toBeFocused());
  await checkScreen(page, 'helpdesk, proven, alone');
  await agent.press('Enter');
  await agent.sees(() => expect(heading(page, 'Authenticator app is reset')).toBeFocused());
  await checkScreen(page, 'helpdesk, reset');
  agent.note('a new device, and a push');
  expect(agent.keys).toBeLessThanOrEqual(20);
  expect(agent.time).toBeLessThan(30);
  await expect.poll(async () => (await resetEmails(simulator, people.evelyn)).length).toBe(2);
  expect(await simulator.pushes(people.evelyn)).toEqual([]);
});

test('the only phone is lost, and nothing can get a push: Ask an approver within 35 seconds', async ({
  page,
  server,
  simulator,
  otherBrowser,
}) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await openHelpdesk(page, server);
  const agent = new Agent(page);
  await agent.find('doro', 'Dorothy Vaughan');
  // Her only method is selected already.
  await expect(page.getByRole('checkbox', { name: /^Okta Verify/ })).toBeChecked();
  agent.action('think');
  await agent.sayWhy();
  await agent.sees(() => expect(button(page, /^Send\b/)).toBeFocused());
  await agent.tabTo(page.locator('#unverified'));
  await agent.press('Space', 'Tab');
  await expect(page.getByLabel('Note')).toBeFocused();
  await agent.copy('Her only phone is gone.');
  await agent.sees(() => expect(field(page)).toBeVisible());
  await agent.tabTo(field(page));
  await stepUp(agent, simulator);
  await agent.sees(() => expect(button(page, 'Ask an approver')).toBeFocused());
  await agent.press('Enter');
  await agent.sees(() => expect(heading(page, /^An(?:other)? approver has to agree$/)).toBeFocused());
  agent.note('the only phone is lost, and nothing can get a push');
  expect(agent.time).toBeLessThan(35);

  // She takes the next call before the decision.
  await page.getByRole('link', { name: 'Next caller' }).click();
  const annie = await (await otherBrowser()).newPage();
  await openHelpdesk(annie, server, staff.annie);
  await agree(annie, simulator);
  await page.getByRole('link', { name: 'Dorothy Vaughan: reset' }).click();
  await expect(heading(page, 'Annie Easley approved it, and the reset is done')).toBeFocused();
  await expect(page.getByRole('link', { name: 'Dorothy Vaughan: reset' })).toHaveCount(0);
  await expect.poll(async () => (await resetEmails(simulator, dorothy)).length).toBe(1);
});

test('the phone is lost: the caller answers on their own page by a key, and the agent resets alone', async ({
  page,
  context,
  server,
  simulator,
  otherBrowser,
}) => {
  // Headless Chromium cannot ask for the permission.
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url });
  await page.setViewportSize({ width: 1440, height: 900 });
  const caller = await (await otherBrowser()).newPage();
  await signIn(caller, server, grace);
  await plugIn(caller);
  await open(caller, '/add/webauthn');
  await button(caller, 'Continue').click();
  await stepUpAgent(caller, simulator, grace);
  await button(caller, use).click();
  await expect(heading(caller, 'Your key or passkey is on')).toBeFocused();
  await nextDay(simulator);
  await signIn(caller, server, grace);

  await openHelpdesk(page, server);
  const agent = new Agent(page);
  await agent.find('grac', 'Grace Hopper');
  agent.action('think');
  for (const method of [/^Authenticator app/, /^Okta Verify/]) {
    await agent.tabTo(page.locator('#choose').getByRole('checkbox', { name: method }));
    await agent.press('Space');
  }
  agent.action('think');
  await agent.sayWhy();
  await agent.sees(() => expect(button(page, /^Ask them/)).toBeFocused());
  agent.action('think');
  await agent.press('Enter');
  const code = page.getByLabel('Code they read out');
  await agent.sees(() => expect(code).toBeFocused());
  agent.say(await page.locator('#verify ol').innerText());

  // The caller's inputs are not counted.
  await open(caller, '/caller-verifications');
  await button(caller, 'Yes, I called').click();
  await button(caller, /^Use .*[Kk]ey/).click();
  await expect(heading(caller, 'Read this code to the helpdesk')).toBeVisible();
  await agent.copy((await caller.locator('p[translate=no]').innerText()).toLowerCase());
  await agent.press('Enter');
  await agent.sees(() => expect(field(page)).toBeFocused());
  await expect(verified(page, 'Grace Hopper')).toBeInViewport();
  agent.action('hands');
  agent.action('think');
  agent.action('hands');
  await agent.copy(await simulator.freshCode(staff.hedy));
  await agent.press('Enter');
  const reset = button(page, 'Reset 2 methods');
  await agent.sees(() => expect(reset).toBeFocused());
  agent.action('think');
  await agent.press('Enter');
  await agent.sees(() => expect(heading(page, /are reset$/)).toBeFocused());
  agent.note('their own page by a key');
  await button(page, 'Copy for the ticket').click();
  await expect(button(page, 'Copied')).toBeVisible();
});

test('at 1440 × 900 an agent sees what happened in 30 days without scrolling', async ({ page, server }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await openHelpdesk(page, server);
  await find(page, 'grac', 'Grace Hopper');
  const details = page.getByRole('complementary', { name: 'About this person' });
  for (const part of [
    page.getByRole('region', { name: 'Check and reset' }),
    details.getByRole('heading', { name: 'Last 30 days' }),
    details.locator('h2 + *'),
  ])
    await expect(part).toBeInViewport({ ratio: 1 });
});

test('with three methods step 3 begins on the first screen, also with two signs of an attack', async ({
  page,
  server,
  simulator,
}) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await openHelpdesk(page, server);
  await find(page, 'evel', 'Evelyn Boyd Granville');
  await expect(page.locator('#choose').getByRole('checkbox')).toHaveCount(4);
  const step = page.getByRole('heading', { level: 2, name: /^Verify it’s/ });
  const top = () => step.evaluate((heading) => heading.getBoundingClientRect().top + scrollY);
  expect(await top()).toBeLessThan(750);
  await choose(page, /^Authenticator app/);
  await sayWhy(page, { reason: 'Replaced by a new device' });
  await button(page, /^Send\b/).click();
  await expect(page.locator('p[translate=no]')).toBeVisible();
  await simulator.push(people.evelyn, 'deny');
  await expect(shown(page, /^Push denied/)).toBeVisible();
  await page.locator('#verify').getByRole('button', { name: 'Report this call' }).click();
  await page.getByRole('checkbox', { name: /hurry/ }).check();
  await button(page, 'Report this call').click();
  await expect(shown(page, /reported a call/)).toBeVisible();
  await expect.poll(top).toBeLessThan(900);
});

test('with three methods step 3 begins on the first screen, also if changes are frozen', async ({
  page,
  server,
  simulator,
  otherBrowser,
}) => {
  const hedy = await (await otherBrowser()).newPage();
  await hedy.setViewportSize({ width: 1440, height: 900 });
  await openHelpdesk(hedy, server);
  const step = hedy.getByRole('heading', { level: 2, name: /^Verify it’s/ });
  const freezeAndFind = async (...[typed, name]: [string, string]) => {
    await open(page, '/security-history');
    await button(page, /^This wasn’t me/)
      .first()
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'Freeze changes' }).click();
    await expect(heading(page, 'Changes are frozen')).toBeVisible();
    await open(hedy, '/helpdesk');
    await find(hedy, typed, name);
    await expect(shown(hedy, /^They say this wasn’t them/)).toBeVisible();
    return step.evaluate((heading) => heading.getBoundingClientRect().top + scrollY);
  };
  await signIn(page, server, people.evelyn);
  expect(await freezeAndFind('evel', 'Evelyn Boyd Granville')).toBeLessThan(900);
  await page.context().clearCookies();
  await signIn(page, server, people.ada);
  await addFirst(page, simulator);
  // She has one method, which is suspect. Two further ones would take 45 px each.
  expect(await freezeAndFind('ada', 'Ada Lovelace')).toBeLessThan(900 - 2 * 45);
  await expect(shown(hedy, 'It still signs in at Okta until you reset it.')).toBeVisible();
});

test('a link of another site opens nobody before the agent does', async ({ page, server, simulator }) => {
  await openHelpdesk(page, server);
  await find(page, 'mar', 'Margaret Hamilton');
  const { pathname } = new URL(page.url());
  const follow = async (path: string) => {
    await page.goto('about:blank');
    await page.setContent(`<a href="${server.url}${path}">the ticket</a>`);
    await page.getByRole('link').click();
  };
  await follow(`/helpdesk?ticket=INC-4711&person=${dorothy}`);
  await expect(page.getByRole('option')).toHaveText(/Dorothy Vaughan/);
  expect(new URL(page.url()).pathname).toBe('/helpdesk');
  await page.keyboard.press('Enter');
  await expect(heading(page, 'Dorothy Vaughan')).toBeFocused();
  await expect(page.getByLabel('Ticket')).toHaveValue('INC-4711');
  // Having opened the person before is no permission. Her own step-up for the person is.
  await follow(pathname);
  await expect(heading(page, 'A link brought you here')).toBeVisible();
  await page.getByRole('link', { name: 'Open it' }).click();
  await expect(heading(page, 'Margaret Hamilton')).toBeVisible();
  await choose(page, /^Security question/);
  await sayWhy(page);
  await unverified(page, 'She stands in front of me.');
  await stepUpAgent(page, simulator);
  await expect(button(page, 'Ask an approver')).toBeVisible();
  await follow(pathname);
  await expect(heading(page, 'Margaret Hamilton')).toBeVisible();
  await page.goto('/helpdesk');
  await find(page, 'kath', 'Katherine Johnson');
  await follow(new URL(page.url()).pathname.replace(/\w+$/, (id) => `${id.slice(0, -1)}x`));
  await expect(heading(page, 'A link brought you here')).toBeVisible();
  await page.getByRole('link', { name: 'Open it' }).click();
  await expect(heading(page, 'There’s nothing here')).toBeVisible();
});

test('the bar at the bottom of a narrow page covers nothing that has the focus', async ({ page, server }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await openHelpdesk(page, server);
  await find(page, 'mar', 'Margaret Hamilton');
  const seen = new Set<string>();
  for (let stops = 0; stops < 20; stops += 1) {
    await page.keyboard.press('Tab');
    const covered = await page.evaluate(() => {
      const element = document.activeElement!;
      const bar = document.querySelector('section[aria-labelledby="summary"] > :last-child')!;
      const [own, over] = [element.getBoundingClientRect(), bar.getBoundingClientRect()];
      // After the last element, the browser itself has the focus.
      const isCovered =
        element !== document.body && !bar.contains(element) && own.bottom > over.top + 1 && own.top < over.bottom;
      return { name: element.id || element.tagName, isCovered };
    });
    seen.add(covered.name);
    expect(covered).toEqual({ name: covered.name, isCovered: false });
  }
  expect([...seen]).toEqual(expect.arrayContaining(['why-ticket', 'unverified']));
});
