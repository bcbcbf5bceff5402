import type { Locator, Page } from '@playwright/test';
import { checkScreen } from './fixtures/checks.ts';
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
  verifyEvelyn,
} from './fixtures/helpdesk.ts';
import { button, expect, field, heading, open, people, test } from './fixtures/index.ts';
import { plugIn, use } from './fixtures/keys.ts';

const { dorothy, evelyn } = people;

test.beforeEach(({ simulator }) => newDay(simulator));

/**
 * Seconds an act takes. Keys, hands and thinking: the keystroke-level model (Card, Moran and Newell, 1980; an average
 * typist who is no secretary). Speaking: 150 words a minute.
 */
const seconds = { key: 0.28, hands: 0.4, think: 1.35, word: 0.4 };

/** An agent at human pace, without a mouse: counts keys, and adds up what they, thinking, speaking and waiting take. */
class Agent {
  /** Keys but those of the ticket and the code. */
  keys = 0;
  time = 0;
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) {
      await this.#page.keyboard.press(key);
      this.keys += 1;
      this.time += seconds.key;
    }
  }

  async copy(text: string): Promise<void> {
    await this.#page.keyboard.type(text);
    this.time += text.length * seconds.key;
  }

  action(what: 'hands' | 'think'): void {
    this.time += seconds[what];
  }

  say(text: string): void {
    this.time += text.split(/\s+/).length * seconds.word;
  }

  /** Waits for the page, which has not scrolled then. */
  async sees(what: () => Promise<void>): Promise<void> {
    const since = performance.now();
    await what();
    this.time += (performance.now() - since) / 1000;
    expect(await this.#page.evaluate(() => window.scrollY)).toBe(0);
  }

  /** Presses Tab until this has the focus. */
  async tabTo(place: Locator): Promise<void> {
    for (let stops = 0; stops < 8; stops += 1) {
      if (await place.evaluate((element) => element === document.activeElement)) return;
      await this.press('Tab');
    }
    throw new Error('the keyboard does not get there');
  }
}

test('the common reset takes the agent at most 20 keys, no scrolling, and 45 seconds at human pace', async ({
  page,
  server,
  simulator,
  otherBrowser,
}) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await openHelpdesk(page, server);
  const agent = new Agent(page);

  agent.action('think');
  await expect(page.getByRole('combobox')).toBeFocused();
  await agent.press(...'doro');
  await agent.sees(() => expect(page.getByRole('option', { name: /^Dorothy Vaughan/ })).toBeVisible());
  await agent.press('Enter');
  await agent.sees(() => expect(heading(page, 'Dorothy Vaughan')).toBeFocused());

  // Her only method is selected already.
  await expect(page.getByRole('checkbox', { name: /^Okta Verify/ })).toBeChecked();
  agent.action('think');
  await agent.tabTo(page.getByLabel('Reason'));
  await agent.press('l', 'Tab');
  await expect(page.getByLabel('Reason')).toHaveValue('lost');
  agent.action('think');
  await expect(page.getByLabel('Ticket')).toBeFocused();
  await agent.copy('INC-4711');
  await agent.press('Enter');
  // A push to what is reset comes last, since it takes an approver.
  await agent.sees(() => expect(button(page, /^Ask them/)).toBeFocused());
  agent.action('think');
  await agent.tabTo(button(page, /^Send\b/));
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

  test.info().annotations.push({ type: 'pace', description: `${agent.keys} keys, ${agent.time.toFixed(1)} s` });
  expect(agent.keys).toBeLessThanOrEqual(20);
  expect(agent.time).toBeLessThan(45);

  const annie = await (await otherBrowser()).newPage();
  await openHelpdesk(annie, server, staff.annie);
  await agree(annie, simulator);
  await expect(heading(page, 'Annie Easley approved it, and the reset is done')).toBeFocused();
  await expect.poll(async () => (await resetEmails(simulator, dorothy)).length).toBe(1);
});

test('a link of a ticket system opens the person with the ticket', async ({ page, server }) => {
  await openHelpdesk(page, server);
  await page.goto(`/helpdesk?ticket=INC-4711&person=${dorothy}`);
  await expect(heading(page, 'Dorothy Vaughan')).toBeFocused();
  await expect(page.getByLabel('Ticket')).toHaveValue('INC-4711');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('3');
  // A push to the selected method takes an approver, so it comes last.
  await expect(button(page, /^Ask them/)).toBeFocused();
  await page.goto('/helpdesk');
  await find(page, 'mar', 'Margaret Hamilton');
  await expect(page.getByLabel('Ticket')).toHaveValue('');
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

test('one touch of the agent’s key steps up and resets', async ({ page, server, simulator }) => {
  await openHelpdesk(page, server);
  await plugIn(page);
  await open(page, '/add/webauthn');
  await button(page, 'Continue').click();
  await stepUpAgent(page, simulator);
  await expect(button(page, use)).toBeFocused();
  await button(page, use).click();
  await expect(heading(page, 'Your key or passkey is on')).toBeFocused();
  await open(page, '/helpdesk');
  await verifyEvelyn(page, simulator);
  const reset = button(page, 'Reset Authenticator app');
  // It waits for the challenge.
  await expect(reset).not.toHaveAttribute('aria-disabled', 'true');
  await expect(reset).toBeFocused();
  await checkScreen(page, 'helpdesk, a touch confirms');
  await reset.focus();
  await page.keyboard.press('Enter');
  await expect(heading(page, /^Authenticator app is reset/)).toBeFocused();
  // The next test is about her too, and must not get this email.
  await expect.poll(async () => (await resetEmails(simulator, evelyn)).length).toBe(2);
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
