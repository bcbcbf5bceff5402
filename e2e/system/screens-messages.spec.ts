import { chooseWay } from '../fixtures/actions.ts';
import { checkScreen } from '../fixtures/checks.ts';
import { beside, button, expect, field, heading, link, open, people, shown, signIn, test } from '../fixtures/index.ts';
import { openMethod, sentCode, typeNumber } from '../fixtures/messages.ts';

// The states of phones, email and questions, each checked once, as in `screens.spec.ts`.
test('[X6] adding a phone', async ({ page, server, simulator }) => {
  // After other journeys: one person gets at most five messages in five minutes.
  await simulator.advance(400);
  await signIn(page, server, people.ada, '/add/sms');
  await checkScreen(page, 'sms, start');
  await typeNumber(page, 'GB', '12');
  await button(page, 'Send the code').click();
  await expect(beside(page)).toBeVisible();
  await checkScreen(page, 'sms, malformed');
  await typeNumber(page, 'GB', '07700 900123');
  await button(page, 'Send the code').click();
  await expect(field(page)).toBeVisible();
  await checkScreen(page, 'sms, code');
  await field(page).fill('000000');
  await button(page, 'Turn on').click();
  await expect(beside(page)).toBeVisible();
  await checkScreen(page, 'sms, wrong code');
  // Two requests within half a minute, however long the checks before took.
  await simulator.advance(31);
  await button(page, 'Wrong number?').click();
  await button(page, 'Send the code').click();
  await expect(field(page)).toBeVisible();
  await button(page, 'Wrong number?').click();
  await button(page, 'Send the code').click();
  await expect(shown(page, /The next one can be sent in/)).toBeVisible();
  await checkScreen(page, 'sms, too soon');
  await open(page, '/add/call');
  await page.getByText('Add an extension').click();
  await checkScreen(page, 'call, start');
  await simulator.advance(31);
  await open(page, '/add/call');
  await typeNumber(page, 'GB', '07700 900123');
  await button(page, 'Call me').click();
  await expect(field(page)).toBeVisible();
  await field(page).fill(await sentCode(simulator, people.ada, 'call'));
  await checkScreen(page, 'call, code');
  await button(page, 'Turn on').click();
  await expect(heading(page, 'Phone calls are on')).toBeVisible();
  await checkScreen(page, 'call, done');
});

test('adding email and a question', async ({ page, server, simulator }) => {
  // After other journeys: one person gets at most five messages in five minutes.
  await simulator.advance(400);
  await signIn(page, server, people.katherine, '/add/question');
  await checkScreen(page, 'question, start');
  await page.getByLabel('Answer', { exact: true }).fill('abc');
  await button(page, 'Turn on').click();
  await expect(beside(page)).toBeVisible();
  await checkScreen(page, 'question, too short');
  await open(page, '/add/email');
  await checkScreen(page, 'email, start');
  await button(page, 'Send the code').click();
  await expect(field(page)).toBeVisible();
  await checkScreen(page, 'email, code');
  await open(page, '/');
  await link(page, /^Email/).click();
  await expect(heading(page, 'Email')).toBeVisible();
  await checkScreen(page, 'method, unfinished code');
  await link(page, 'Enter the code').click();
  await expect(field(page)).toBeVisible();
  await checkScreen(page, 'activate, code');
  await field(page).fill(await sentCode(simulator, people.katherine, 'email'));
  await button(page, 'Turn on').click();
  await expect(heading(page, /^Emails to .* are on$/)).toBeFocused();
});

test('verifying with them and removing them', async ({ page, server, simulator }) => {
  await signIn(page, server, people.margaret);
  await checkScreen(page, 'list, four');
  await openMethod(page, 'Text message');
  await page.getByText('Rename').click();
  await checkScreen(page, 'method, rename');
  await link(page, 'Test it').click();
  await expect(button(page, /^Send a code/)).toBeVisible();
  await checkScreen(page, 'test, send');
  await button(page, /^Send a code/).click();
  await expect(field(page)).toBeVisible();
  await checkScreen(page, 'test, sent code');
  await openMethod(page, 'Security question');
  await link(page, 'Remove').click();
  await expect(heading(page, 'Remove your security question?')).toBeVisible();
  await chooseWay(page, 'Security question');
  await page.getByLabel('Answer', { exact: true }).fill('no idea');
  await button(page, 'Confirm').click();
  await expect(beside(page)).toBeVisible();
  await checkScreen(page, 'remove, prove by answer');
  await simulator.advance(301);
  await button(page, 'Use Text message').click();
  await expect(button(page, /^Send a code/)).toBeVisible();
  await checkScreen(page, 'remove, prove by text');
});
