import { addFirst, factorId, stepUpHere } from '../fixtures/actions.ts';
import { recordAnswers, pageState } from '../fixtures/recorded.ts';
import { alive, button, expect, heading, listHeading, open, people, signInInBrowser, test } from '../fixtures/index.ts';

const canaries = {
  EMULATOR_API_TOKEN: 'canary-of-the-api-token-00d2',
  EMULATOR_CLIENT_SECRET: 'canary-of-the-client-secret-91f7',
  SESSION_SECRET: 'canary-of-the-session-secret-of-thirty-two',
};
test.use({ serverOptions: { env: canaries } });

const writings = (value: string): string[] => [
  value,
  encodeURIComponent(value),
  Buffer.from(value).toString('base64').slice(0, -4),
  Buffer.from(value).toString('base64url').slice(0, -4),
  Buffer.from(value).toString('hex'),
];

test('[S6] no token, secret or credential reaches the browser, raw or encoded, in a whole run', async ({
  page,
  context,
  server,
  simulator,
}) => {
  const answers = recordAnswers(context);
  await signInInBrowser(page, server, people.grace);
  const known = [await pageState(page)];
  await open(page, `/methods/${await factorId(simulator, people.grace, 'Okta Verify')}/remove`);
  await stepUpHere(page, simulator, 'Authenticator app', people.grace);
  await button(page, 'Remove Okta Verify').click();
  await expect(listHeading(page)).toBeVisible();
  for (const path of ['/', '/add', '/sessions', '/get-help', '/nowhere']) {
    await open(page, path);
    known.push(await pageState(page));
  }
  await page.evaluate(() => fetch('/api/nothing'));
  await page.getByRole('banner').getByRole('button', { name: 'Sign out' }).click();
  await expect(heading(page, 'You’re signed out')).toBeVisible();
  await alive(page);
  known.push(await pageState(page));
  await signInInBrowser(page, server, people.ada);
  await addFirst(page, simulator);
  known.push(await pageState(page));
  const said = (await answers()).filter(({ text }) => text.startsWith(server.url)).map(({ text }) => text);
  expect(said.length).toBeGreaterThan(30);
  for (const text of [...known, ...said]) {
    // The redirect that ends the session at Okta needs the ID token.
    const rest = text.replaceAll(/id_token_hint=[\w.-]+/g, '');
    expect(rest).not.toMatch(/eyJ[\w-]{10,}\.|ZXlK|SSWS|access_token|refresh_token|client_secret/);
    for (const value of Object.values(canaries).flatMap(writings)) expect(rest).not.toContain(value);
  }
});
