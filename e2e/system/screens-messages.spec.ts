import { chooseWay } from '../fixtures/actions.ts';
import { checkScreen } from '../fixtures/checks.ts';
import { beside, button, expect, field, heading, link, open, people, shown, signIn, test } from '../fixtures/index.ts';
import { openMethod, sentCode, typeNumber } from '../fixtures/messages.ts';
import { anything, say, saying, startsWith } from '../fixtures/words.ts';

test('[X6] adding a phone', async ({ page, server, simulator }) => {
  // Earlier tests have sent messages: one person gets at most five in five minutes.
  await simulator.advance(400);
  await signIn(page, server, people.ada, '/add/sms');
  await checkScreen(page, 'sms, start');
  await typeNumber(page, 'GB', '12');
  await button(page, say('phone.send', { kind: 'sms' })).click();
  await expect(beside(page)).toBeVisible();
  await checkScreen(page, 'sms, malformed');
  await typeNumber(page, 'GB', '07700 900123');
  await button(page, say('phone.send', { kind: 'sms' })).click();
  await expect(field(page)).toBeVisible();
  await checkScreen(page, 'sms, code');
  await field(page).fill('000000');
  await button(page, say('enroll.turn_on')).click();
  await expect(beside(page)).toBeVisible();
  await checkScreen(page, 'sms, wrong code');
  // An address gets one message in half a minute.
  await simulator.advance(31);
  await button(page, say('phone.wrong')).click();
  await button(page, say('phone.send', { kind: 'sms' })).click();
  await expect(field(page)).toBeVisible();
  await button(page, say('phone.wrong')).click();
  await button(page, say('phone.send', { kind: 'sms' })).click();
  await expect(shown(page, saying('sent-code.soon', { channel: 'sms', left: anything }))).toBeVisible();
  await checkScreen(page, 'sms, too soon');
  await open(page, '/add/call');
  await page.getByText(say('phone.add_extension')).click();
  await checkScreen(page, 'call, start');
  await simulator.advance(31);
  await open(page, '/add/call');
  await typeNumber(page, 'GB', '07700 900123');
  await button(page, say('phone.send', { kind: 'call' })).click();
  await expect(field(page)).toBeVisible();
  await field(page).fill(await sentCode(simulator, people.ada, 'call'));
  await checkScreen(page, 'call, code');
  await button(page, say('enroll.turn_on')).click();
  await expect(heading(page, say('phone.call.done'))).toBeVisible();
  await checkScreen(page, 'call, done');
});

test('adding email and a question', async ({ page, server, simulator }) => {
  // Earlier tests have sent messages: one person gets at most five in five minutes.
  await simulator.advance(400);
  await signIn(page, server, people.katherine, '/add/question');
  await checkScreen(page, 'question, start');
  await page.getByLabel(say('answer.label'), { exact: true }).fill('abc');
  await button(page, say('enroll.turn_on')).click();
  await expect(beside(page)).toBeVisible();
  await checkScreen(page, 'question, too short');
  await open(page, '/add/email');
  await checkScreen(page, 'email, start');
  await button(page, say('email.send')).click();
  await expect(field(page)).toBeVisible();
  await checkScreen(page, 'email, code');
  await open(page, '/');
  await link(page, startsWith(say('factors.kind.email'))).click();
  await expect(heading(page, say('factors.kind.email'))).toBeVisible();
  await checkScreen(page, 'method, unfinished code');
  await link(page, say('method.enter_code')).click();
  await expect(field(page)).toBeVisible();
  await checkScreen(page, 'activate, code');
  await field(page).fill(await sentCode(simulator, people.katherine, 'email'));
  await button(page, say('enroll.turn_on')).click();
  await expect(heading(page, saying('activate.done', { kind: 'email', what: anything }))).toBeFocused();
});

test('verifying with them and removing them', async ({ page, server, simulator }) => {
  await signIn(page, server, people.margaret);
  await checkScreen(page, 'list, four');
  await openMethod(page, say('factors.kind.sms'));
  await page.getByText(say('method.rename')).click();
  await checkScreen(page, 'method, rename');
  await link(page, say('method.test')).click();
  await expect(button(page, saying('sent-code.send', { channel: 'sms', to: anything }))).toBeVisible();
  await checkScreen(page, 'test, send');
  await button(page, saying('sent-code.send', { channel: 'sms', to: anything })).click();
  await expect(field(page)).toBeVisible();
  await checkScreen(page, 'test, sent code');
  await openMethod(page, say('factors.kind.question'));
  await link(page, say('method.remove')).click();
  await expect(heading(page, say('remove.heading', { kind: 'question', what: '' }))).toBeVisible();
  await chooseWay(page, say('factors.kind.question'));
  await page.getByLabel(say('answer.label'), { exact: true }).fill('no idea');
  await button(page, say('step-up.confirm')).click();
  await expect(beside(page)).toBeVisible();
  await checkScreen(page, 'remove, prove by answer');
  await simulator.advance(301);
  await button(page, `${say('step-up.use')} ${say('factors.kind.sms')}`).click();
  await expect(button(page, saying('sent-code.send', { channel: 'sms', to: anything }))).toBeVisible();
  await checkScreen(page, 'remove, prove by text');
});
