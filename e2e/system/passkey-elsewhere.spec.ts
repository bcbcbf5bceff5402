import { checkScreen } from '../fixtures/checks.ts';
import { button, expect, heading, link, open, people, shown, signIn, test } from '../fixtures/index.ts';
import { plugIn } from '../fixtures/keys.ts';

const { ada } = people;

test.use({
  serverOptions: {
    env: { EMULATOR_PASSKEY_RP_ID: 'okta.example', OKTA_SETTINGS_URL: 'https://okta.example/settings' },
  },
});

test('is sent to Okta, and learns why', async ({ page, server, simulator }) => {
  await signIn(page, server, ada, '/add/webauthn');
  await plugIn(page);
  await button(page, 'Continue').click();
  await expect(shown(page, /keys and passkeys belong to Okta’s address/)).toBeFocused();
  await expect(link(page, 'Go to Okta')).toHaveAttribute('href', 'https://okta.example/settings');
  await checkScreen(page, 'key, at Okta');
  expect(await simulator.count('DELETE', /\/factors\/[^/]+$/)).toBe(1);
  await open(page, '/');
  await expect(heading(page, 'Only a password protects your account')).toBeVisible();
});
