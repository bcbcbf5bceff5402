import { factorId, stepUpHere, showQr, turnOn } from '../fixtures/actions.ts';
import { alive, button, expect, listHeading, open, people, signIn, test } from '../fixtures/index.ts';
import { recordAnswers, pageState } from '../fixtures/recorded.ts';
import { readQr } from '../fixtures/qr.ts';
import { parseOtpauth } from '../fixtures/totp.ts';

test('[F5] [P2] the secret is in the answer that brought it, and nowhere else, then and later', async ({
  page,
  context,
  server,
  simulator,
}) => {
  const answers = recordAnswers(context);
  await signIn(page, server, people.ada, '/add/totp');
  await showQr(page);
  const first = parseOtpauth(await readQr(page)).secret;
  await turnOn(page, simulator, 'Authenticator app');
  expect(await pageState(page)).not.toContain(first);
  const id = await factorId(simulator, people.ada, 'Authenticator app');

  await open(page, '/add/okta-verify');
  await page.getByRole('radio', { name: 'Codes only' }).check();
  await button(page, 'Show the QR code').click();
  await stepUpHere(page, simulator, 'Authenticator app', people.ada);
  await expect(page.getByText('Scan this with your app')).toBeVisible();
  const second = parseOtpauth(await readQr(page)).secret;
  await button(page, 'Cancel').click();
  await expect(listHeading(page)).toBeVisible();
  expect(await pageState(page)).not.toContain(second);

  for (const path of [
    '/',
    '/add',
    `/methods/${id}`,
    `/methods/${id}/test`,
    `/methods/${id}/remove`,
    '/sessions',
    '/add/totp',
    '/add/okta-verify',
  ])
    await open(page, path);
  for (const path of [
    '/api/home',
    '/api/factors',
    '/api/factors/catalog',
    `/api/factors/${id}`,
    '/api/session',
    '/api/sessions',
  ])
    expect(await page.evaluate(async (url) => (await fetch(url)).status, path), path).toBe(200);

  for (const secret of [first, second]) {
    const found = (await answers()).filter(({ text }) => text.includes(secret)).map(({ what }) => what);
    expect(found).toEqual(['POST /api/factors']);
  }
  for (const { text } of await simulator.messages(people.ada)) expect(text).not.toContain(first);
});

test('Back to a cached page does not show the secret again', async ({ page, server }) => {
  await signIn(page, server, people.ada, '/add/totp');
  await showQr(page);
  const { secret } = parseOtpauth(await readQr(page));
  await page.goto('/livez');
  await page.goBack();
  await alive(page);
  await expect(button(page, 'Show the QR code')).toBeVisible();
  expect(await pageState(page)).not.toContain(secret);
});
