import { beside, button, expect, field, heading, link, open, people, shown, signIn, test } from './fixtures/index.ts';
import { otherThan, sentCode, typeNumber } from './fixtures/messages.ts';

// A person gets at most five messages in five minutes.

test('adds her phone: her own notation of the number, a wrong code, the right one', async ({
  page,
  server,
  simulator,
}) => {
  await signIn(page, server, people.ada, '/add/sms');
  await typeNumber(page, 'GB', '07700 900123');
  await button(page, 'Send the code').click();
  // The countdown takes half a minute, so a slow machine must see it first.
  await expect(shown(page, /You can ask for another in 0:\d\d\./)).toBeVisible();
  await expect(shown(page, 'We’ve sent a code to +44 7700 900123.')).toBeVisible();
  // An email of an earlier test may have arrived meanwhile.
  const message = (await simulator.messages(people.ada)).find(({ channel }) => channel === 'sms');
  expect(message).toMatchObject({ to: '+447700900123' });
  // Only the phone shows the code.
  expect(await page.content()).not.toContain(message!.code!);

  const code = await sentCode(simulator, people.ada, 'sms');
  await field(page).fill(otherThan(code));
  await button(page, 'Turn on').click();
  await expect(beside(page)).toHaveText('That code didn’t match. Use the newest one we sent. 3 tries left.');
  await field(page).fill(code);
  await button(page, 'Turn on').click();
  await expect(heading(page, 'Text messages are on')).toBeFocused();
  await open(page, '/');
  await expect(link(page, /^Text message/)).toContainText('•••• 0123');
});
