import { beside, button, expect, field, heading, link, open, people, shown, signIn, test } from '../fixtures/index.ts';
import { bySentCode, sentCode, testThenRemove } from '../fixtures/messages.ts';

test('adds her address with one click; an expired code is refused, the next one works', async ({
  page,
  server,
  simulator,
}) => {
  await signIn(page, server, people.katherine);
  await link(page, /^Email.* Add$/).click();
  await expect(shown(page, /^We’ve sent an email with a code to k•+@example\.com\./)).toBeVisible();
  await expect(shown(page, /The code works for [45]:\d\d\./)).toBeVisible();
  const first = await sentCode(simulator, people.katherine, 'email');
  await simulator.advance(301);
  await field(page).fill(first);
  await button(page, 'Turn on').click();
  await expect(beside(page)).toContainText('That code didn’t match.');
  await button(page, 'Send another code').click();
  await expect.poll(() => sentCode(simulator, people.katherine, 'email')).not.toBe(first);
  await field(page).fill(await sentCode(simulator, people.katherine, 'email'));
  await button(page, 'Turn on').click();
  await expect(heading(page, 'Email is on')).toBeFocused();
  await open(page, '/');
  await expect(link(page, /^Email/)).toContainText(/k•+@example\.com/);
});

test('tests it, steps up with it, and removes it', async ({ page, server, simulator }) => {
  await signIn(page, server, people.margaret);
  await testThenRemove(page, simulator, {
    name: 'Email',
    answer: bySentCode(simulator, people.margaret, 'email', /^Send a code to/),
  });
});
