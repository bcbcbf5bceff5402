import { beside, button, expect, field, heading, people, shown, signIn, test } from '../fixtures/index.ts';
import { bySentCode, otherThan, sentCode, testThenRemove, typeNumber } from '../fixtures/messages.ts';

test('adds a helpdesk number with an extension, and enters five digits', async ({ page, server, simulator }) => {
  await signIn(page, server, people.ada, '/add/call');
  await typeNumber(page, 'US', '(415) 555-0132');
  await page.getByText('Add an extension').click();
  await page.getByLabel(/^Extension/).fill('never');
  await button(page, 'Call me').click();
  await expect(shown(page, 'An extension has up to 15 digits; a comma waits a moment.')).toBeVisible();
  expect(await simulator.messages(people.ada)).toEqual([]);
  await page.getByLabel(/^Extension/).fill('204');
  await button(page, 'Call me').click();
  await expect(shown(page, 'We’re calling +1 415 555 0132. A voice reads out the code.')).toBeVisible();
  const code = await sentCode(simulator, people.ada, 'call');
  expect(code).toMatch(/^\d{5}$/);
  await field(page).fill(otherThan(code));
  await button(page, 'Turn on').click();
  await expect(beside(page)).toContainText('3 tries left.');
  await field(page).fill(code);
  await button(page, 'Turn on').click();
  await expect(heading(page, 'Phone calls are on')).toBeFocused();
});

test('tests it, steps up with it, and removes it', async ({ page, server, simulator }) => {
  await signIn(page, server, people.margaret);
  await testThenRemove(page, simulator, {
    name: 'Phone call',
    answer: bySentCode(simulator, people.margaret, 'call', /^Call/),
  });
});
