import { button, heading, expect, people, signIn, test } from '../fixtures/index.ts';
import { bySentCode, openMethod, testThenRemove } from '../fixtures/messages.ts';

for (const [name, channel, send] of [
  ['Text message', 'sms', /^Send a code to/],
  ['Phone call', 'call', /^Call/],
  ['Email', 'email', /^Send a code to/],
] as const)
  test(`${name}: names it, tests it, steps up with it, and removes it`, async ({ page, server, simulator }) => {
    await signIn(page, server, people.margaret);
    await openMethod(page, name);
    await page.getByText('Rename').click();
    await page.getByLabel('Your name for it').fill('My own');
    await button(page, 'Save').click();
    await expect(heading(page, 'My own')).toBeVisible();
    const answer = bySentCode(simulator, people.margaret, channel, send);
    await testThenRemove(page, simulator, { name: 'My own', answer });
  });
