import type { Page } from '@playwright/test';
import { checkScreen } from '../fixtures/checks.ts';
import { expect, heading, people, signInAtOkta, test } from '../fixtures/index.ts';
import type { Server } from '../fixtures/server.ts';

const API_TOKEN = 'a-token-that-only-these-journeys-know';
const margaret = 'margaret@example.com';
const dorothy = 'dorothy@example.com';

// In one worker, so that one server starts.
test.describe.configure({ mode: 'default' });
test.use({ serverOptions: { env: { EMULATOR_SIGN_IN: 'password+factor', EMULATOR_API_TOKEN: API_TOKEN } } });

/** Enters the password at the emulator. */
async function password(page: Page, server: Server, login: string): Promise<void> {
  await page.goto(`${server.url}/auth/sign-in?returnTo=/`);
  await signInAtOkta(page, server, login);
}

async function api<T>(server: Server, path: string, body: unknown): Promise<T> {
  const answer = await fetch(`${server.emulatorUrl}/api/v1${path}`, {
    method: 'POST',
    headers: { authorization: `SSWS ${API_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

const newestCode = async (server: Server, channel: string) => {
  const answer = await fetch(`${server.emulatorUrl}/simulator/api/messages?user=${margaret}`);
  return (
    ((await answer.json()) as { channel: string; code: string }[]).find((message) => message.channel === channel)
      ?.code ?? 'none'
  );
};

const answerPush = (server: Server, answer: string) =>
  fetch(`${server.emulatorUrl}/simulator/api/push`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: dorothy, answer }),
  });

type Challenge = { challenge: string; user: { id: string } };

/** Adds a virtual key to the browser, not registered yet. */
async function plugIn(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const options = {
    protocol: 'ctap2',
    transport: 'usb',
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  } as const;
  await devtools.send('WebAuthn.addVirtualAuthenticator', { options });
}

/** Registers a new key for a person, from a page of the portal. */
async function registerKey(page: Page, server: Server, login: string): Promise<void> {
  await plugIn(page);
  type Pending = { id: string; _embedded: { activation: Challenge } };
  const pending = await api<Pending>(server, `/users/${login}/factors`, { factorType: 'webauthn', provider: 'FIDO' });
  await page.goto(server.url);
  const registration = await page.evaluate(async (asked) => {
    const bytes = (text: string) =>
      Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
    const base64 = (buffer: ArrayBuffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
    const { excludeCredentials: _none, ...rest } = asked as unknown as PublicKeyCredentialCreationOptions;
    const publicKey = { ...rest, challenge: bytes(asked.challenge), user: { ...rest.user, id: bytes(asked.user.id) } };
    const { response } = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
    return {
      attestation: base64((response as AuthenticatorAttestationResponse).attestationObject),
      clientData: base64(response.clientDataJSON),
    };
  }, pending._embedded.activation);
  await api(server, `/users/${login}/factors/${pending.id}/lifecycle/activate`, registration);
}

test('a key that was registered for the portal signs in at the org', async ({ page, server }) => {
  await registerKey(page, server, people.ada);
  await password(page, server, people.ada);
  await expect(heading(page, 'Use your key')).toBeVisible();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL(`${server.url}/`);
});

test('another person’s key gets an error, and she may try again', async ({ page, server, otherBrowser }) => {
  await registerKey(page, server, people.ada);
  const other = await (await otherBrowser()).newPage();
  await plugIn(other);
  await password(other, server, people.ada);
  await other.getByRole('button', { name: 'Continue' }).click();
  await expect(other.getByText('The key did not answer. Try again.')).toBeVisible();
  await other.getByRole('button', { name: 'Try again' }).click();
  await expect(other.getByText('The key did not answer. Try again.')).toBeVisible();
});

test('a text message and a question sign in, without a script', async ({ browser, server }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await password(page, server, margaret);
  await page.getByRole('button', { name: 'A text message to •••0141' }).click();
  await page.getByLabel('Code').fill(await newestCode(server, 'sms'));
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL(`${server.url}/`);
  await context.close();
});

test('a push waits, is denied, sent again and approved, without a script', async ({ browser, server }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await password(page, server, dorothy);
  await page.getByRole('button', { name: 'Use another way' }).click();
  await page.getByRole('button', { name: /^A push to/ }).click();
  await expect(heading(page, 'Check your phone')).toBeVisible();
  await answerPush(server, 'deny');
  await expect(page.getByText('You denied the sign-in on your phone')).toBeVisible();
  await page.getByRole('button', { name: 'Send a push' }).click();
  await expect(heading(page, 'Check your phone')).toBeVisible();
  await answerPush(server, 'approve');
  await page.waitForURL(`${server.url}/`);
  await context.close();
});

test('each sign-in page fits in every width and theme', async ({ page, server }) => {
  await password(page, server, margaret);
  await expect(heading(page, 'Choose how to continue')).toBeVisible();
  await checkScreen(page, 'org choose a way');
  await page.getByRole('button', { name: 'What was the first computer game you played?' }).click();
  await page.getByLabel('What was the first').fill('chess');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await checkScreen(page, 'org answer a question');
  await page.getByRole('button', { name: 'Use another way' }).click();
  await page.getByRole('button', { name: /^A call to/ }).click();
  await expect(heading(page, 'Enter your code')).toBeVisible();
  await checkScreen(page, 'org enter a code');
});
