import { beforeEach, expect, it } from 'vitest';
import { createClock } from '#clock';
import { CALLBACK, SIGNED_OUT, createBrowser } from '../testing/browser.ts';
import { ADA, GRACE, testEmulator } from '../testing/emulator.ts';

const emulator = await testEmulator({ clock: createClock() });
beforeEach(() => emulator.reset());

async function signedIn(login = ADA) {
  const browser = createBrowser(emulator);
  const back = await browser.submit(await browser.authorize(), { username: login, password: emulator.password });
  const { body } = await browser.tokens(back);
  const signOut = (parameters: Record<string, string>) =>
    browser.go(`${emulator.issuer}/v1/logout?${new URLSearchParams(parameters)}`);
  const still = async () => (await browser.authorize({ prompt: 'none' })).url.searchParams.get('error') === null;
  return { browser, idToken: body.id_token ?? '', signOut, still };
}

it('sign-out › with a hint ends the session and redirects at once, without confirmation', async () => {
  const { idToken, signOut, still } = await signedIn();
  const back = await signOut({ id_token_hint: idToken, post_logout_redirect_uri: SIGNED_OUT, state: 'bye' });
  expect([back.status, back.url.href]).toEqual([303, `${SIGNED_OUT}?state=bye`]);
  expect(await still()).toBe(false);
});

it('sign-out › accepts an expired hint, also when nobody is signed in', async () => {
  const { idToken, signOut, still } = await signedIn();
  emulator.clock.advance(6000);
  const again = { id_token_hint: idToken, post_logout_redirect_uri: SIGNED_OUT };
  expect((await signOut(again)).url.href).toBe(SIGNED_OUT);
  expect(await still()).toBe(false);
  expect((await signOut(again)).url.href).toBe(SIGNED_OUT);
});

it('sign-out › without an address ends on the emulator’s page', async () => {
  const { idToken, signOut, still } = await signedIn();
  const page = await signOut({ id_token_hint: idToken });
  expect(page.text).toContain('You are signed out');
  expect(await still()).toBe(false);
});

it('sign-out › without a hint, or with another person’s, asks for confirmation first', async () => {
  const { idToken } = await signedIn(GRACE);
  const { browser, signOut, still } = await signedIn();
  for (const hint of [{} as Record<string, string>, { id_token_hint: idToken, post_logout_redirect_uri: SIGNED_OUT }]) {
    const page = await signOut(hint);
    expect(page.text).toContain('Sign out?');
    expect(page.text).not.toContain('<script');
    expect(await still()).toBe(true);
  }
  const page = await signOut({});
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
  const action = /action="([^"]+)"/.exec(page.text)?.[1] ?? '';
  expect((await browser.go(action, { xsrf: 'forged', logout: 'yes' })).status).toBe(400);
  expect(await still()).toBe(true);
  const asked = await signOut({});
  const fresh = /name="xsrf" value="([^"]+)"/.exec(asked.text)?.[1] ?? xsrf;
  expect((await browser.go(action, { xsrf: fresh, logout: 'yes' })).text).toContain('You are signed out');
  expect(await still()).toBe(false);
});

it('sign-out › redirects only to registered addresses, and rejects a forged hint', async () => {
  const { idToken, signOut, still } = await signedIn();
  for (const parameters of [
    { id_token_hint: idToken, post_logout_redirect_uri: 'http://evil.example/signed-out' },
    { id_token_hint: idToken, post_logout_redirect_uri: CALLBACK },
    { id_token_hint: `${idToken.slice(0, -8)}AAAAAAAA`, post_logout_redirect_uri: SIGNED_OUT },
    { id_token_hint: 'x', post_logout_redirect_uri: SIGNED_OUT },
  ]) {
    const page = await signOut(parameters);
    expect(page.status).toBe(400);
    expect(page.url.origin).toBe(new URL(emulator.url).origin);
    expect(await still()).toBe(true);
  }
});
