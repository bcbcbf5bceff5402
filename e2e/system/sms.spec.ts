import { button, expect, field, heading, link, people, shown, signIn, test } from '../fixtures/index.ts';
import { bySentCode, openMethod, sentCode, testThenRemove, typeNumber } from '../fixtures/messages.ts';

// Few messages per person, since the limit is five in five minutes.

test('corrects a wrong number, and requests another message', async ({ page, server, simulator }) => {
  await signIn(page, server, people.katherine, '/add/sms');
  await typeNumber(page, 'GB', '07700 900123');
  await button(page, 'Send the code').click();
  await button(page, 'Wrong number?').click();
  await expect(page.getByLabel('Phone number')).toHaveValue('07700 900123');
  await simulator.advance(31);
  await typeNumber(page, 'NL', '06 12345678');
  await button(page, 'Send the code').click();
  await expect(shown(page, 'We’ve sent a code to +31 6 12345678.')).toBeVisible();
  expect((await simulator.messages(people.katherine))[0]).toMatchObject({ to: '+31612345678' });
  await field(page).fill(await sentCode(simulator, people.katherine, 'sms'));
  await button(page, 'Turn on').click();
  await expect(heading(page, 'Text messages are on')).toBeFocused();
});

test('shows a countdown for a request that is too early, and keeps the number', async ({ page, server }) => {
  await signIn(page, server, people.katherine, '/add/sms');
  await typeNumber(page, 'GB', '07700 900123');
  await button(page, 'Send the code').click();
  await button(page, 'Wrong number?').click();
  await button(page, 'Send the code').click();
  await expect(shown(page, /The next one can be sent in 0:\d\d\./)).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);
  await expect(page.getByLabel('Phone number')).toHaveValue('07700 900123');
});

test('leaves in the middle, and finishes from the list', async ({ page, server, simulator }) => {
  await signIn(page, server, people.ada, '/add/sms');
  await typeNumber(page, 'GB', '07700 900123');
  await button(page, 'Send the code').click();
  await expect(field(page)).toBeVisible();
  await openMethod(page, 'Text message');
  await link(page, 'Enter the code').click();
  await expect(heading(page, 'Turn on Text message')).toBeFocused();
  await simulator.advance(31);
  await button(page, 'Send another code').click();
  await expect.poll(async () => (await simulator.messages(people.ada)).filter(({ code }) => code).length).toBe(2);
  await field(page).fill(await sentCode(simulator, people.ada, 'sms'));
  await button(page, 'Turn on').click();
  await expect(heading(page, 'Text message is on')).toBeFocused();
});

test('names it, tests it, steps up with it, and removes it', async ({ page, server, simulator }) => {
  await signIn(page, server, people.margaret);
  await openMethod(page, 'Text message');
  await page.getByText('Rename').click();
  await page.getByLabel('Your name for it').fill('Work phone');
  await button(page, 'Save').click();
  await expect(heading(page, 'Work phone')).toBeVisible();
  await testThenRemove(page, simulator, {
    name: 'Work phone',
    answer: bySentCode(simulator, people.margaret, 'sms', /^Send a code to/),
  });
});
