import { OktaAuth } from '@okta/okta-auth-js/core';
import { expect, it } from 'vitest';
import { createClock } from '#clock';
import { CALLBACK, createBrowser } from '../testing/browser.ts';
import { ADA, testEmulator } from '../testing/emulator.ts';

it('okta-auth-js signs in: it prepares, exchanges and verifies as with a real org', async () => {
  const emulator = await testEmulator({ clock: createClock() });
  const auth = new OktaAuth({
    issuer: emulator.issuer,
    clientId: emulator.clientId,
    clientSecret: emulator.clientSecret,
    redirectUri: CALLBACK,
    scopes: ['openid', 'profile', 'email', 'groups'],
  });
  const prepared = await auth.token.prepareTokenParams();
  const browser = createBrowser(emulator);
  const form = await browser.authorize({
    state: prepared.state ?? '',
    nonce: prepared.nonce ?? '',
    code_challenge: prepared.codeChallenge ?? '',
  });
  const back = await browser.submit(form, { username: ADA, password: emulator.password });
  const { tokens } = await auth.token.exchangeCodeForTokens({
    ...prepared,
    authorizationCode: back.url.searchParams.get('code') ?? '',
  });
  expect(tokens.idToken?.claims).toMatchObject({
    name: 'Ada Lovelace',
    email: ADA,
    groups: ['Engineering', 'Everyone'],
  });
  expect(tokens.accessToken?.scopes).toEqual(['openid', 'profile', 'email', 'groups']);
  if (!tokens.idToken) throw new Error('no ID token came');
  await auth.token.verify(tokens.idToken, { nonce: prepared.nonce });
});
