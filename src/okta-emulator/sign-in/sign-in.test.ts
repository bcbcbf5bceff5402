import { createRemoteJWKSet, jwtVerify } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { createClock } from '#clock';
import { CALLBACK, createBrowser } from '../testing/browser.ts';
import { ADA, GRACE, testEmulator } from '../testing/emulator.ts';

const emulator = await testEmulator({ clock: createClock() });
beforeEach(() => emulator.reset());

const credentials = (username: string, password = emulator.password) => ({ username, password });
const outside = (landing: { url: URL }) => `${landing.url.origin}${landing.url.pathname}`;

describe('signing in', () => {
  it('goes from the portal to the form and back, with a code, the state and the issuer', async () => {
    const browser = createBrowser(emulator);
    const form = await browser.authorize();
    expect(form.status).toBe(200);
    expect(form.text).toContain('name="username"');
    const back = await browser.submit(form, credentials(ADA));
    expect(outside(back)).toBe(CALLBACK);
    expect(Object.fromEntries(back.url.searchParams)).toEqual({
      code: expect.any(String),
      state: 'the-state',
      iss: emulator.issuer,
    });
  });

  it('gives tokens in Okta’s format, signed by the published key', async () => {
    const browser = createBrowser(emulator);
    const back = await browser.submit(await browser.authorize(), credentials(ADA));
    const { body, claims } = await browser.tokens(back);
    const user = (await emulator.api('GET', `/users/${ADA}`)).body.id;
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'openid profile email groups' });
    const keys = createRemoteJWKSet(new URL(`${emulator.issuer}/v1/keys`));
    const { payload, protectedHeader } = await jwtVerify(body.id_token ?? '', keys, {
      issuer: emulator.issuer,
      audience: emulator.clientId,
    });
    expect(protectedHeader.alg).toBe('RS256');
    expect(payload).toEqual(claims);
    expect(claims).toMatchObject({
      sub: user,
      name: 'Ada Lovelace',
      email: ADA,
      preferred_username: ADA,
      nonce: 'the-nonce',
      amr: ['pwd'],
      ver: 1,
      groups: ['Engineering', 'Everyone'],
    });
    expect(claims).not.toHaveProperty('acr');
    expect(Math.abs(Number(claims.auth_time) - Date.now() / 1000)).toBeLessThan(5);
    const access = await jwtVerify(body.access_token ?? '', keys, {
      issuer: emulator.issuer,
      audience: 'api://default',
    });
    expect(access.payload).toMatchObject({
      uid: user,
      sub: ADA,
      cid: emulator.clientId,
      scp: ['openid', 'profile', 'email', 'groups'],
    });

    const info = (token: string) =>
      fetch(`${emulator.issuer}/v1/userinfo`, { headers: { authorization: `Bearer ${token}` } });
    expect(await (await info(body.access_token ?? '')).json()).toMatchObject({
      sub: user,
      email: ADA,
      given_name: 'Ada',
    });
    expect((await info(body.id_token ?? '')).status).toBe(401);
    expect((await info('x')).status).toBe(401);
  });

  it('exchanges as many codes a minute as the rate limit says, apart from the API', async () => {
    const limited = await testEmulator({ rateLimit: 2 });
    const browser = createBrowser(limited);
    const back = await browser.submit(await browser.authorize(), credentials(ADA, limited.password));
    const madeUp = () =>
      fetch(`${limited.issuer}/v1/token`, { method: 'POST', body: new URLSearchParams({ code: 'x' }) });
    const [first] = [await madeUp(), await madeUp()];
    expect([first.status, first.headers.get('x-rate-limit-remaining')]).toEqual([400, '1']);
    const third = await madeUp();
    expect([third.status, await third.json()]).toEqual([429, expect.objectContaining({ errorCode: 'E0000047' })]);
    expect(Number(third.headers.get('x-rate-limit-reset'))).toBe(Math.ceil(limited.clock.now() / 1000) + 60);
    expect(Date.parse(third.headers.get('date')!)).toBe(Math.floor(limited.clock.now() / 1000) * 1000);
    expect((await limited.api('GET', `/users/${ADA}`)).status).toBe(200);
    limited.clock.advance(60);
    expect((await browser.tokens(back)).status).toBe(200);
  });

  it('accepts a code once, and requires the verifier and the secret', async () => {
    const browser = createBrowser(emulator);
    const back = await browser.submit(await browser.authorize(), credentials(ADA));
    const wrongSecret = await createBrowser({ ...emulator, clientSecret: 'wrong' }).tokens(back);
    expect(wrongSecret).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    const results = await Promise.all([browser.tokens(back), browser.tokens(back), browser.tokens(back)]);
    expect(results.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
    expect((await browser.tokens(back)).body.error).toBe('invalid_grant');
    const basic = await browser.authorize();
    const answer = await fetch(`${emulator.issuer}/v1/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${emulator.clientId}:${emulator.clientSecret}`).toString('base64')}`,
      },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: basic.url.searchParams.get('code') ?? '',
        redirect_uri: CALLBACK,
        code_verifier: 'x'.repeat(43),
      }),
    });
    expect([answer.status, await answer.json()]).toEqual([400, expect.objectContaining({ error: 'invalid_grant' })]);
  });

  it('is not requested again while the session lasts, also after a restart', async () => {
    let own = await testEmulator({ clock: createClock() });
    const { port } = own;
    const browser = createBrowser(own);
    await browser.submit(await browser.authorize(), credentials(ADA, own.password));
    expect(outside(await browser.authorize())).toBe(CALLBACK);
    await own.close();
    own = await testEmulator({ clock: own.clock, dataDir: own.dataDir, port });
    expect((await browser.authorize({ prompt: 'none' })).url.searchParams.get('code')).toBeTruthy();
    own.clock.advance(7300);
    expect((await browser.authorize({ prompt: 'none' })).url.searchParams.get('error')).toBe('login_required');
  });

  it.each([
    ['a wrong password', ADA, 'wrong'],
    ['a login nobody has', 'nobody@example.com', undefined],
    ['no login', '', undefined],
    ['the name of the token’s owner', 'me', undefined],
  ])('with %s shows the same error at the field, and keeps the form', async (_, login, password) => {
    const browser = createBrowser(emulator);
    const form = await browser.authorize();
    const again = await browser.submit(form, credentials(login, password));
    expect(again.status).toBe(400);
    expect(again.text).toContain('aria-invalid="true" aria-describedby="problem"');
    expect(again.text).toContain('That email address and password do not match.');
    for (let miss = 0; miss < 6; miss++) await browser.submit(again, credentials(ADA, 'wrong'));
    expect(outside(await browser.submit(again, credentials(ADA)))).toBe(CALLBACK);
  });

  it('refuses another person’s password; markup in the login stays text', async () => {
    const browser = createBrowser(emulator);
    const again = await browser.submit(await browser.authorize(), credentials('"><script>x</script>'));
    expect(again.text).toContain('value="&quot;&gt;&lt;script&gt;x&lt;/script&gt;"');
    expect(again.text).not.toContain('<script');
  });

  it.each([
    ['SUSPENDED', 'suspended'],
    ['DEPROVISIONED', 'deactivated'],
    ['LOCKED_OUT', 'locked'],
  ])('tells a person who is %s so, but only after the right password', async (status, word) => {
    await emulator.simulator('POST', `/users/${ADA}`, { status });
    const browser = createBrowser(emulator);
    const form = await browser.authorize();
    expect((await browser.submit(form, credentials(ADA, 'wrong'))).text).not.toContain(word);
    const refused = await browser.submit(form, credentials(ADA));
    expect(refused.status).toBe(403);
    expect(refused.text).toContain(word);
    const code = await browser.authorize({ prompt: 'none' });
    expect(code.url.searchParams.get('error')).toBe('login_required');
  });

  it('ends when a person is suspended: the session and a pending code become invalid', async () => {
    const browser = createBrowser(emulator);
    const back = await browser.submit(await browser.authorize(), credentials(ADA));
    await emulator.simulator('POST', `/users/${ADA}`, { status: 'SUSPENDED' });
    expect((await browser.tokens(back)).body.error).toBe('invalid_grant');
    expect((await browser.authorize({ prompt: 'none' })).url.searchParams.get('error')).toBe('login_required');
    await emulator.simulator('POST', `/users/${ADA}`, { status: 'ACTIVE' });
    expect((await browser.authorize({ prompt: 'none' })).url.searchParams.get('error')).toBe('login_required');
  });

  it('gives no code to a person who is suspended right after the password was accepted', async () => {
    const browser = createBrowser(emulator);
    const suspend = () => emulator.simulator('POST', `/users/${ADA}`, { status: 'SUSPENDED' });
    const back = await browser.submit(await browser.authorize(), credentials(ADA), suspend);
    expect(back.url.searchParams.get('code')).toBeNull();
  });

  it('ends when the person’s sessions are revoked', async () => {
    const browser = createBrowser(emulator);
    await browser.submit(await browser.authorize(), credentials(ADA));
    expect((await emulator.api('DELETE', `/users/${ADA}/sessions?oauthTokens=true`)).status).toBe(204);
    expect((await browser.authorize({ prompt: 'none' })).url.searchParams.get('error')).toBe('login_required');
  });

  it('as another person replaces the signed-in one, without a script', async () => {
    const browser = createBrowser(emulator);
    const first = await browser.submit(await browser.authorize(), credentials(ADA));
    const second = await browser.submit(await browser.authorize({ prompt: 'login' }), credentials(GRACE));
    expect(outside(second)).toBe(CALLBACK);
    const [ada, grace] = [await browser.tokens(first), await browser.tokens(second)];
    expect(ada.claims.name ?? ada.body.error).toBeDefined();
    expect(grace.claims.name).toBe('Grace Hopper');
    const silent = await browser.tokens(await browser.authorize({ prompt: 'none' }));
    expect(silent.claims.name).toBe('Grace Hopper');
  });

  it('belongs to one browser: the form’s URL does not work without its cookie', async () => {
    const form = await createBrowser(emulator).authorize();
    const other = createBrowser(emulator);
    const page = await other.go(form.url);
    expect(page.status).toBe(400);
    expect(page.text).toContain('This sign-in has ended');
    expect((await other.go(form.url, credentials(ADA))).status).toBe(400);
  });

  it('accepts only what is registered, unless a test starts portals on free ports', async () => {
    const registered = 'http://localhost:4123/auth/callback';
    const strict = await testEmulator({ anyLoopbackPort: false, redirectUris: [registered] });
    const statusOf = async (redirect: string) =>
      (await createBrowser(strict).authorize({ redirect_uri: redirect })).status;
    expect(await statusOf(registered)).toBe(200);
    for (const other of ['http://localhost:4124/auth/callback', 'http://127.0.0.1:4123/auth/callback'])
      expect([other, await statusOf(other)]).toEqual([other, 400]);
  });

  it('accepts the portal on any loopback port, and no other address', async () => {
    const page = (redirect: string) => createBrowser(emulator).authorize({ redirect_uri: redirect });
    for (const fine of ['http://localhost:1/auth/callback', 'http://127.0.0.1:65000/auth/callback']) {
      const form = await page(fine);
      expect(form.status).toBe(200);
      expect(form.headers.get('content-security-policy')).toContain(`form-action 'self' ${new URL(fine).origin};`);
    }
    for (const bad of [
      'http://localhost:1/elsewhere',
      'https://localhost:1/auth/callback',
      'http://localhost.evil.example:1/auth/callback',
      'http://localhost:1@evil.example/auth/callback',
      'http://evil.example/auth/callback',
      'http://localhost:1/auth/callback?x=1',
      'http://localhost:1/auth/callback#x',
    ]) {
      const form = await page(bad);
      expect([bad, form.status]).toEqual([bad, 400]);
      expect(form.url.origin).toBe(new URL(emulator.url).origin);
    }
  });

  it('has pages without inline script or style, under a strict policy, whatever Host is sent', async () => {
    const form = await createBrowser(emulator).authorize();
    expect(form.text).not.toMatch(/<script|<style| style=| on\w+=/);
    const policy = form.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(form.headers.get('cache-control')).toBe('no-store');
    const css = await fetch(`${emulator.url}/assets/sign-in.css`);
    expect(css.headers.get('content-type')).toContain('text/css');
    const forged = await fetch(`${emulator.issuer}/.well-known/openid-configuration`, {
      headers: { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
    });
    expect(await forged.text()).not.toContain('evil');
  });
});

describe('discovery', () => {
  it('lists Okta’s paths', async () => {
    const body = await (await fetch(`${emulator.issuer}/.well-known/openid-configuration`)).json();
    expect(body).toMatchObject({
      issuer: emulator.issuer,
      authorization_endpoint: `${emulator.issuer}/v1/authorize`,
      token_endpoint: `${emulator.issuer}/v1/token`,
      jwks_uri: `${emulator.issuer}/v1/keys`,
      userinfo_endpoint: `${emulator.issuer}/v1/userinfo`,
      end_session_endpoint: `${emulator.issuer}/v1/logout`,
      authorization_response_iss_parameter_supported: true,
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    });
  });

  it('requires PKCE', async () => {
    const browser = createBrowser(emulator);
    const plain = await browser.authorize({ code_challenge: '', code_challenge_method: '' });
    expect(plain.url.searchParams.get('error')).toBe('invalid_request');
  });
});

it('has the port in every cookie’s name, apart from other emulators and the portal on the host', async () => {
  const other = await testEmulator();
  for (const one of [emulator, other]) {
    const browser = createBrowser(one);
    await browser.submit(await browser.authorize(), credentials(ADA, one.password));
    expect(browser.cookies().length).toBeGreaterThan(0);
    for (const name of browser.cookies()) expect(name).toContain(`org-${one.port}-`);
  }
});
