import { checkScreen } from '../fixtures/checks.ts';
import { button, expect, field, heading, link, people, shown, signIn, test } from '../fixtures/index.ts';
import { sentCode, typeNumber } from '../fixtures/messages.ts';
import type { Page } from '@playwright/test';
import type { Simulator } from '../fixtures/simulator.ts';

const { margaret } = people;

/** Begins to replace the number for text messages, and steps up by a call. */
async function begin(page: Page, simulator: Simulator, old: string): Promise<void> {
  await link(page, 'Replace Text message').click();
  await expect(heading(page, 'Use a new number for text messages')).toBeVisible();
  await expect(shown(page, old)).toBeVisible();
  await checkScreen(page, 'new number, start');
  await typeNumber(page, 'GB', '07700 900456');
  await button(page, 'Send the code').click();
  await button(page, 'Use Phone call').click();
  await button(page, /^Call/).click();
  await expect(field(page)).toBeFocused();
  await field(page).fill(await sentCode(simulator, margaret, 'call'));
  await button(page, 'Confirm').click();
  await expect(shown(page, 'We’ve sent a code to +44 7700 900456.')).toBeVisible();
}

test('[X6] a new number where Okta allows one: left without its code, it goes back to the old one', async ({
  page,
  server,
  simulator,
}) => {
  await simulator.advance(400);
  await signIn(page, server, margaret, '/new-phone');
  await begin(page, simulator, 'It stops when the code to the new one is sent. You can go back to it.');
  await checkScreen(page, 'new number, code');
  await link(page, 'Your new phone').click();
  await expect(shown(page, 'The old one is off, and no new one works yet.')).toBeVisible();
  await checkScreen(page, 'new number, not finished');
  await link(page, 'Go on Text message').click();
  await expect(button(page, /^Send the code to .*0141$/)).toBeVisible();
  await checkScreen(page, 'new number, the old one on file');
  await button(page, /^Send the code to .*0141$/).click();
  // The new number still waits for its code: she chooses which of both goes on.
  await expect(shown(page, /^You started this already/)).toBeVisible();
  await checkScreen(page, 'new number, started before');
  await button(page, 'Start over here').click();
  await expect(heading(page, 'Text messages are on')).toBeFocused();
  await link(page, 'Back to your new phone').click();
  await expect(shown(page, /^Codes go to •••• 0141/)).toBeVisible();
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
    await begin(page, simulator, 'It works until the new one is verified, and is removed then.');
    await simulator.fault({ match: 'DELETE /api/v1/users/*/factors/*', status: 503, times: 2 });
    await field(page).fill(await sentCode(simulator, margaret, 'sms'));
    await button(page, 'Turn on').click();
    await expect(link(page, 'Remove the old number')).toBeVisible();
    await checkScreen(page, 'new number, the old one stays');
    await simulator.clearFaults();
    await link(page, 'Back to your new phone').click();
    await expect(shown(page, 'The new one works. Remove the old one, unless you still use it.')).toBeVisible();
    await checkScreen(page, 'new number, added');
    await link(page, /^Remove the old one/).click();
    await expect(heading(page, /^Remove text messages to/)).toBeVisible();
    await link(page, 'Your new phone').click();
    await expect(heading(page, 'Your new phone')).toBeVisible();
  });
});
