import { enter } from '../fixtures/actions.ts';
import { checkScreen } from '../fixtures/checks.ts';
import { choose, find, newDay, openHelpdesk, sayWhy } from '../fixtures/helpdesk.ts';
import { button, expect, heading, link, listHeading, open, people, shown, signIn, test } from '../fixtures/index.ts';
import { plugIn } from '../fixtures/keys.ts';
import { anything, between, inEachTranslation, say, saying, startsWith } from '../fixtures/words.ts';

// Other files check these states in English. A frozen person stays frozen on this server.
const frozen = {
  de: people.ada,
  ja: people.katherine,
  ar: people.evelyn,
  'en-XA': people.margaret,
  'ar-XB': people.radia,
};
const env = { SUPPORT_HOURS: '8:00–18:00' };

inEachTranslation(
  test,
  (locale) => {
    test('[X6] a lost or new phone, a key, a push, and pages that are nowhere', async ({ page, server, simulator }) => {
      await open(page, '/stolen-phone');
      await expect(heading(page, say('factors.stolen_phone.title'))).toBeVisible();
      await checkScreen(page, 'stolen phone, signed out');
      await open(page, '/nowhere');
      await expect(heading(page, say('problem.not_found.heading'))).toBeVisible();
      await checkScreen(page, 'not found');
      await signIn(page, server, people.dorothy, '/new-phone');
      await expect(heading(page, say('new-phone.title'))).toBeVisible();
      await checkScreen(page, 'new phone, no spare');
      await open(page, '/');
      await link(page, startsWith(say('factors.kind.okta-verify'))).click();
      await link(page, say('method.test')).click();
      await button(page, say('push.send')).click();
      await expect(page.locator('p[translate=no]')).toBeVisible();
      await checkScreen(page, 'push, number');
      await simulator.push(people.dorothy, 'deny');
      await expect(shown(page, say('push.end.denied'))).toBeFocused();
      await checkScreen(page, 'push, denied');
      await page.context().clearCookies();
      await signIn(page, server, people.grace, '/new-phone');
      await checkScreen(page, 'new phone');
      await link(page, between(say('new-phone.replace'), say('factors.kind.totp'))).click();
      await expect(heading(page, saying('enroll.replace_title', { name: anything }))).toBeVisible();
      await checkScreen(page, 'new phone, replace');
      const key = await plugIn(page);
      await key.isTouched(false);
      await open(page, '/add/webauthn');
      await checkScreen(page, 'key, ready');
    });

    test('[X6] freezing, and its link', async ({ page, server }) => {
      await signIn(page, server, frozen[locale as keyof typeof frozen]);
      await open(page, '/security-history');
      await expect(heading(page, say('security-history.heading'))).toBeVisible();
      await checkScreen(page, 'history');
      await open(page, '/stolen-phone');
      await checkScreen(page, 'stolen phone');
      await button(page, say('freeze.submit')).click();
      const dialog = page.getByRole('dialog');
      await expect(dialog).toBeVisible();
      await checkScreen(page, 'freeze, sure');
      await dialog.getByRole('button', { name: say('freeze.submit') }).click();
      await expect(heading(page, say('factors.list.frozen'))).toBeVisible();
      await checkScreen(page, 'frozen, what is left');
      await signIn(page, server, frozen[locale as keyof typeof frozen]);
      await expect(listHeading(page)).toBeVisible();
      await checkScreen(page, 'list, frozen');
      await open(page, `/freeze/${'a'.repeat(43)}`);
      await expect(heading(page, say('freeze.heading'))).toBeVisible();
      await checkScreen(page, 'freeze link');
      await open(page, '/freeze/frozen');
      await checkScreen(page, 'freeze, how it stands');
    });

    test('[X6] the question of the helpdesk', async ({ page, server, simulator, otherBrowser }) => {
      await newDay(simulator);
      await signIn(page, server, people.grace, '/caller-verifications');
      await expect(heading(page, say('caller-verification.none'))).toBeVisible();
      await checkScreen(page, 'helpdesk, nobody asks');
      const agent = await (await otherBrowser()).newPage();
      await openHelpdesk(agent, server);
      await find(agent, 'grac', 'Grace Hopper');
      await choose(agent, /^Authenticator app/);
      await sayWhy(agent, { reason: 'Replaced by a new device' });
      await button(agent, /^Ask them/).click();
      await expect(agent.getByLabel('Code they read out')).toBeFocused();
      await open(page, '/');
      await checkScreen(page, 'list, asked');
      await open(page, '/caller-verifications');
      await expect(heading(page, say('caller-verification.heading'))).toBeVisible();
      await checkScreen(page, 'helpdesk, asked');
      await button(page, say('caller-verification.confirm')).click();
      const use = button(page, startsWith(`${say('step-up.use')} ${say('factors.kind.okta-verify')}`)).first();
      await expect(use).toBeVisible();
      await checkScreen(page, 'helpdesk, answer, prove');
      await use.click();
      await enter(page, await simulator.freshCode(people.grace, 'OKTA'), say('step-up.confirm'));
      await expect(heading(page, say('caller-verification.code'))).toBeVisible();
      await checkScreen(page, 'helpdesk, spoken code');
    });
  },
  env,
);
