import { checkScreen } from '../fixtures/checks.ts';
import { button, expect, field, heading, link, open, people, shown, signIn, test } from '../fixtures/index.ts';
import { sentCode, typeNumber } from '../fixtures/messages.ts';
import { anything, between, say, saying, startsWith } from '../fixtures/words.ts';
import type { Page } from '@playwright/test';
import type { Simulator } from '../fixtures/simulator.ts';

const { margaret } = people;

async function begin(page: Page, simulator: Simulator, old: string): Promise<void> {
  await link(page, between(say('new-phone.replace'), say('factors.kind.sms'))).click();
  await expect(heading(page, say('phone.sms.replace'))).toBeVisible();
  await expect(shown(page, old)).toBeVisible();
  await checkScreen(page, 'new number, start');
  await typeNumber(page, 'GB', '07700 900456');
  await button(page, say('phone.send', { kind: 'sms' })).click();
  await button(page, `${say('step-up.use')} ${say('factors.kind.call')}`).click();
  await button(page, saying('sent-code.send', { channel: 'call', to: anything })).click();
  await expect(field(page)).toBeFocused();
  await field(page).fill(await sentCode(simulator, margaret, 'call'));
  await button(page, say('step-up.confirm')).click();
  await expect(shown(page, say('sent-code.to', { channel: 'sms', to: '+44 7700 900456' }))).toBeVisible();
}

test('[X6] a new number where Okta allows one: left without its code, it goes back to the old one', async ({
  page,
  server,
  simulator,
}) => {
  await simulator.advance(400);
  await signIn(page, server, margaret, '/new-phone');
  await begin(page, simulator, say('enroll.replace_number_about', { way: 'other' }));
  await checkScreen(page, 'new number, code');
  await link(page, say('new-phone.title')).click();
  await expect(shown(page, say('factors.status.replacing_about', { left: 'no' }))).toBeVisible();
  await checkScreen(page, 'new number, not finished');
  await link(page, between(say('method.continue'), say('factors.kind.sms'))).click();
  await link(page, say('enroll.start_over')).click();
  await expect(button(page, saying('phone.use', { kind: 'sms', phone: `${anything}0141` }))).toBeVisible();
  await checkScreen(page, 'new number, the old one on file');
  await button(page, saying('phone.use', { kind: 'sms', phone: `${anything}0141` })).click();
  await expect(heading(page, say('phone.sms.done'))).toBeFocused();
  await open(page, '/new-phone');
  await expect(shown(page, say('new-phone.works_number', { detail: '•••• 0141' }))).toBeVisible();
});

test.describe('where Okta allows several numbers', () => {
  test.use({ serverOptions: { env: { EMULATOR_ENGINE: 'oie' } } });
  test('[X6] the new number is verified, and the old one goes, though Okta fails at first', async ({
    page,
    server,
    simulator,
  }) => {
    await simulator.advance(400);
    await signIn(page, server, margaret, '/new-phone');
    await begin(page, simulator, say('enroll.replace_number_about', { way: 'after' }));
    await simulator.fault({ match: 'DELETE /api/v1/users/*/factors/*', status: 503, times: 1000 });
    await field(page).fill(await sentCode(simulator, margaret, 'sms'));
    await button(page, say('enroll.turn_on')).click();
    await expect(link(page, say('enroll.replace_old_remove'))).toBeVisible();
    await checkScreen(page, 'new number, the old one stays');
    await simulator.clearFaults();
    await link(page, say('enroll.new_phone_back')).click();
    await expect(shown(page, say('new-phone.added'))).toBeVisible();
    await checkScreen(page, 'new number, added');
    await link(page, startsWith(say('new-phone.remove_old'))).click();
    await expect(heading(page, saying('remove.heading', { kind: 'sms', what: anything }))).toBeVisible();
    await link(page, say('new-phone.title')).click();
    await expect(heading(page, say('new-phone.title'))).toBeVisible();
  });
});
