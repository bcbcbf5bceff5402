import { Agent } from '../fixtures/agent.ts';
import {
  agree,
  choose,
  find,
  newDay,
  openHelpdesk,
  resetEmails,
  sayWhy,
  staff,
  stepUpAgent,
  unverified,
  verified,
} from '../fixtures/helpdesk.ts';
import { button, expect, field, heading, open, people, signIn, test } from '../fixtures/index.ts';
import { plugIn, use } from '../fixtures/keys.ts';

const { dorothy, grace } = people;

test.beforeEach(({ simulator }) => newDay(simulator));

test('the only method is lost: at most 14 keys to Ask an approver, no scrolling, and 45 seconds at human pace', async ({
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
  // Whatever she answers with is reset, so the push is as good as her own page, and stronger.
  await agent.sees(() => expect(button(page, /^Send\b/)).toBeFocused());
  agent.action('think');
  await agent.press('Enter');

  const number = page.locator('p[translate=no]');
  await agent.sees(() => expect(number).toBeInViewport({ ratio: 1 }));
  const sentence = page.getByText('“I’m about to reset Okta Verify, because it’s lost or stolen.”');
  await expect(sentence).toBeInViewport({ ratio: 1 });
  agent.say(`${await sentence.innerText()} Please choose ${await number.innerText()} on your phone.`);
  await simulator.push(dorothy, 'approve', Number(await number.innerText()));

  await agent.sees(() => expect(field(page)).toBeFocused());
  await expect(verified(page, 'Dorothy Vaughan')).toBeInViewport();
  await expect(field(page)).toBeInViewport({ ratio: 1 });
  // She looks her code up on her own phone.
  agent.action('hands');
  agent.action('think');
  agent.action('hands');
  await agent.copy(await simulator.freshCode(staff.hedy));
  await agent.press('Enter');
  await agent.sees(() => expect(button(page, 'Ask an approver')).toBeFocused());
  await expect(button(page, 'Ask an approver')).toBeInViewport({ ratio: 1 });
  agent.action('think');
  await agent.press('Enter');
  await agent.sees(() => expect(heading(page, /^An(?:other)? approver has to agree$/)).toBeFocused());

  agent.note('the only method is lost');
  expect(agent.keys).toBeLessThanOrEqual(14);
  expect(agent.scrolled).toBe(false);
  expect(agent.time).toBeLessThan(45);

  const annie = await (await otherBrowser()).newPage();
  await openHelpdesk(annie, server, staff.annie);
  await agree(annie, simulator);
  await expect(heading(page, 'Annie Easley approved it, and the reset is done')).toBeFocused();
  await expect.poll(async () => (await resetEmails(simulator, dorothy)).length).toBe(1);
});

test('the phone is lost: the caller answers on their own page by a key, and the agent resets alone', async ({
  page,
  context,
  server,
  simulator,
  otherBrowser,
}) => {
  // Chromium without windows has nobody to ask.
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
  await newDay(simulator);
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

  // What the caller does meanwhile takes their time, and is not counted.
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
    details.locator('dl'),
    details.getByRole('heading', { name: 'Last 30 days' }),
    details.locator('h2 + *'),
  ])
    await expect(part).toBeInViewport({ ratio: 1 });
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
  // That she looked at her before is no permission. Her own step-up for her is: Okta leads back after one.
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
      // After the last stop, the browser itself has the focus.
      const isCovered =
        element !== document.body && !bar.contains(element) && own.bottom > over.top + 1 && own.top < over.bottom;
      return { name: element.id || element.tagName, isCovered };
    });
    seen.add(covered.name);
    expect(covered).toEqual({ name: covered.name, isCovered: false });
  }
  expect([...seen]).toEqual(expect.arrayContaining(['why-ticket', 'unverified']));
});
