import { enter, factorId, pressAdd, stepUpHere, showQr, turnOn } from '../fixtures/actions.ts';
import { button, expect, field, heading, link, open, people, shown, signIn, test } from '../fixtures/index.ts';
import { readQr } from '../fixtures/qr.ts';
import { codeAt, parseOtpauth } from '../fixtures/totp.ts';

const enrolls = /\/users\/[^/]+\/factors$/;
const activations = /\/lifecycle\/activate$/;

test('a double click on Add starts once', async ({ page, server, simulator }) => {
  await signIn(page, server, people.ada);
  await page.getByRole('link', { name: /^Authenticator app.* Add$/ }).dblclick();
  await expect(page.getByText('Scan this with your app')).toBeVisible();
  expect(await simulator.count('POST', enrolls)).toBe(1);
});

test('a double click on Turn on activates once', async ({ page, server, simulator }) => {
  await signIn(page, server, people.ada, '/add/totp');
  await showQr(page);
  await field(page).fill(await simulator.code(people.ada));
  await simulator.fault({ match: 'POST /api/v1/users/*/factors/*/lifecycle/activate', delayMs: 3_000 });
  await button(page, 'Turn on').dblclick();
  await expect(heading(page, 'Your authenticator app is on')).toBeVisible();
  expect(await simulator.count('POST', activations)).toBe(1);
});

test('a double click on Remove removes one', async ({ page, server, simulator }) => {
  await signIn(page, server, people.grace);
  await open(page, `/methods/${await factorId(simulator, people.grace, 'Okta Verify')}/remove`);
  await stepUpHere(page, simulator, 'Authenticator app', people.grace);
  await simulator.fault({ match: 'DELETE /api/v1/users/*/factors/*', delayMs: 3_000 });
  await button(page, 'Remove Okta Verify').dblclick();
  await expect(shown(page, 'Okta Verify is removed.')).toBeVisible();
  expect(await simulator.count('DELETE', /\/factors\//)).toBe(1);
  expect(await simulator.authenticators(people.grace)).toHaveLength(1);
});

test('a double click on Sign out everywhere else signs out once', async ({ page, server, otherBrowser }) => {
  await signIn(await (await otherBrowser()).newPage(), server, people.grace);
  await signIn(page, server, people.grace, '/sessions');
  const sent: string[] = [];
  page.on('request', (request) => void (request.method() === 'POST' && sent.push(new URL(request.url()).pathname)));
  await button(page, 'Sign out everywhere else').dblclick();
  await expect(shown(page, 'You’re signed out of Latchkey everywhere else.')).toBeVisible();
  expect(sent).toEqual(['/api/sessions/end-others']);
});

test('Back after adding leads to the list, and Forward starts nothing', async ({ page, server, simulator }) => {
  await signIn(page, server, people.ada);
  await pressAdd(page, 'Authenticator app');
  await expect(page.getByText('Scan this with your app')).toBeVisible();
  await turnOn(page, simulator, 'Authenticator app');
  await page.goBack();
  await expect(heading(page, 'You have one way to verify it’s you')).toBeVisible();
  await page.goForward();
  await expect(heading(page, 'Add an authenticator app')).toBeVisible();
  await button(page, 'Show the QR code').click();
  await expect(heading(page, 'You already have an authenticator app')).toBeFocused();
  await link(page, 'See Authenticator app').click();
  await expect(heading(page, 'Authenticator app')).toBeFocused();
  expect(await simulator.count('POST', enrolls)).toBe(1);
});

test('Back from the QR and forward again shows no secret, and starts nothing', async ({ page, server, simulator }) => {
  await signIn(page, server, people.ada);
  await pressAdd(page, 'Authenticator app');
  await expect(page.getByText('Scan this with your app')).toBeVisible();
  await page.goBack();
  await expect(link(page, /^Authenticator app/)).toContainText('Not finished');
  await page.goForward();
  await expect(button(page, 'Show the QR code')).toBeVisible();
  expect(await simulator.count('POST', enrolls)).toBe(1);
});

test('Back after removing shows the current state', async ({ page, server, simulator }) => {
  await signIn(page, server, people.grace);
  await link(page, /^Okta Verify/).click();
  await link(page, 'Remove').click();
  await stepUpHere(page, simulator, 'Authenticator app', people.grace);
  await button(page, 'Remove Okta Verify').click();
  await expect(shown(page, 'Okta Verify is removed.')).toBeVisible();
  await page.goBack();
  await expect(heading(page, 'There’s nothing here')).toBeVisible();
});

test('two tabs start the same app: the later one works, and the earlier one says so', async ({
  page,
  context,
  server,
  simulator,
}) => {
  await signIn(page, server, people.ada, '/add/totp');
  const other = await context.newPage();
  await open(other, '/add/totp');
  await showQr(page);
  const earlier = parseOtpauth(await readQr(page));
  await button(other, 'Show the QR code').click();
  await expect(shown(other, 'Finish in the other tab')).toBeVisible();
  await button(other, 'Start over here').click();
  await expect(shown(other, 'Scan this with your app')).toBeVisible();
  await enter(page, codeAt(earlier, Date.now()), 'Turn on');
  await expect(shown(page, 'Finish in the other tab')).toBeVisible();
  await turnOn(other, simulator, 'Authenticator app');
  expect((await simulator.authenticators(people.ada)).map(({ status }) => status)).toEqual(['ACTIVE']);
});

test('two tabs remove the last two: one stays', async ({ page, context, server, simulator }) => {
  await signIn(page, server, people.grace);
  await open(page, `/methods/${await factorId(simulator, people.grace, 'Okta Verify')}/remove`);
  await stepUpHere(page, simulator, 'Authenticator app', people.grace);
  await expect(button(page, 'Remove Okta Verify')).toBeVisible();
  const other = await context.newPage();
  await open(other, `/methods/${await factorId(simulator, people.grace, 'Authenticator app')}/remove`);
  await stepUpHere(other, simulator, 'Okta Verify', people.grace);
  await expect(button(other, 'Remove your authenticator app')).toBeVisible();

  await Promise.all([
    button(page, 'Remove Okta Verify').click(),
    button(other, 'Remove your authenticator app').click(),
  ]);
  const refused = 'This is the last method you have. Add another first.';
  const removed = shown(page, 'Okta Verify is removed.').or(shown(page, refused));
  await expect(removed).toBeVisible();
  await expect(shown(other, 'Your authenticator app is removed.').or(shown(other, refused))).toBeVisible();
  expect(await simulator.authenticators(people.grace)).toHaveLength(1);
  expect(await simulator.count('DELETE', /\/factors\//)).toBe(1);
});
