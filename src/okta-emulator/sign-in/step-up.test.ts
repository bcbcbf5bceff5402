import { beforeEach, describe, expect, it } from 'vitest';
import { createClock } from '#clock';
import { CALLBACK, createBrowser } from '../testing/browser.ts';
import { ADA, GRACE, testEmulator, type TestEmulator } from '../testing/emulator.ts';

const TWO = 'urn:okta:loa:2fa:any';

const emulator = await testEmulator({ clock: createClock() });
const oie = await testEmulator({ clock: createClock(), engine: 'oie' });
beforeEach(async () => {
  await emulator.reset();
  await oie.reset();
});

const isForm = (landing: { text: string }) => landing.text.includes('name="password"');
const isCodeForm = (landing: { text: string }) =>
  landing.text.includes('name="passCode"') && landing.text.includes('autocomplete="one-time-code"');

async function signedIn(login: string, at: TestEmulator = emulator) {
  const browser = createBrowser(at);
  await browser.submit(await browser.authorize(), { username: login, password: at.password });
  return browser;
}

describe('max_age', () => {
  it('uses the emulator’s clock: a sign-in that is too old is requested again', async () => {
    const browser = await signedIn(ADA);
    expect((await browser.authorize({ max_age: '300' })).url.href).toContain(CALLBACK);
    emulator.clock.advance(301);
    const form = await browser.authorize({ max_age: '300' });
    expect(isForm(form)).toBe(true);
    const silent = await browser.authorize({ max_age: '300', prompt: 'none' });
    expect(silent.url.searchParams.get('error')).toBe('login_required');
    const back = await browser.submit(form, { username: ADA, password: emulator.password });
    const { claims } = await browser.tokens(back);
    expect(Math.abs(emulator.clock.fromWire(Number(claims.auth_time)) - emulator.clock.now())).toBeLessThan(5000);
  });

  it('auth_time is the true time, also when the clock was moved after the sign-in', async () => {
    const browser = await signedIn(ADA);
    const signedInAt = emulator.clock.now();
    emulator.clock.advance(1000);
    const { claims } = await browser.tokens(await browser.authorize());
    expect(Math.abs(emulator.clock.fromWire(Number(claims.auth_time)) - signedInAt)).toBeLessThan(5000);
  });

  it('0 forces a new sign-in on Identity Engine, and is ignored on Classic', async () => {
    expect(isForm(await (await signedIn(ADA, oie)).authorize({ max_age: '0' }))).toBe(true);
    expect((await (await signedIn(ADA)).authorize({ max_age: '0' })).url.href).toContain(CALLBACK);
  });
});

describe('acr_values', () => {
  it.each([['urn:okta:loa:1fa:any'], ['urn:okta:loa:1fa:pwd'], ['urn:okta:loa:2fa:any:ifpossible']])(
    'Ada’s password meets %s',
    async (acr) => {
      const browser = createBrowser(emulator);
      const back = await browser.submit(await browser.authorize({ acr_values: acr }), {
        username: ADA,
        password: emulator.password,
      });
      expect((await browser.tokens(back)).claims).toMatchObject({ acr, amr: ['pwd'] });
    },
  );

  it.each([[TWO], ['urn:okta:loa:2fa:any:ifpossible'], [`phr ${TWO}`]])(
    'Grace needs a code after the password for %s',
    async (asked) => {
      const browser = createBrowser(emulator);
      const code = await browser.submit(await browser.authorize({ acr_values: asked }), {
        username: GRACE,
        password: emulator.password,
      });
      expect(isCodeForm(code)).toBe(true);
      const wrong = await browser.submit(code, { passCode: 'no' });
      expect([wrong.status, isCodeForm(wrong), wrong.text.includes('did not match')]).toEqual([400, true, true]);
      const back = await browser.submit(wrong, { passCode: await emulator.code(GRACE, 'OKTA') });
      expect((await browser.tokens(back)).claims).toMatchObject({
        acr: asked.split(' ').at(-1),
        amr: ['pwd', 'otp', 'mfa'],
      });
    },
  );

  it('ask a signed-in person for the code only, once', async () => {
    const browser = await signedIn(GRACE);
    const code = await browser.authorize({ acr_values: TWO });
    expect([isForm(code), isCodeForm(code)]).toEqual([false, true]);
    expect((await browser.authorize({ acr_values: TWO, prompt: 'none' })).url.searchParams.get('error')).toBe(
      'login_required',
    );
    const back = await browser.submit(code, { passCode: await emulator.code(GRACE) });
    expect((await browser.tokens(back)).claims).toMatchObject({ acr: TWO, amr: ['pwd', 'otp', 'mfa'] });
    const again = await browser.tokens(await browser.authorize({ acr_values: TWO }));
    expect(again.claims).toMatchObject({ acr: TWO, amr: ['pwd', 'otp', 'mfa'] });
    expect((await browser.tokens(await browser.authorize())).claims).not.toHaveProperty('acr');
  });

  it('ask for password and code when max_age is exceeded too', async () => {
    const browser = await signedIn(GRACE);
    await browser.submit(await browser.authorize({ acr_values: TWO }), { passCode: await emulator.code(GRACE) });
    emulator.clock.advance(60);
    const form = await browser.authorize({ acr_values: TWO, max_age: '1' });
    expect(isForm(form)).toBe(true);
    const code = await browser.submit(form, { username: GRACE, password: emulator.password });
    expect(isCodeForm(code)).toBe(true);
    const back = await browser.submit(code, { passCode: await emulator.code(GRACE) });
    expect((await browser.tokens(back)).claims).toMatchObject({ amr: ['pwd', 'otp', 'mfa'] });
  });

  it.each([
    [ADA, TWO],
    [ADA, 'phr'],
    [GRACE, 'phr'],
    [GRACE, 'phrh'],
    [GRACE, 'urn:example:unheard-of'],
  ])('%s cannot meet %s: the portal gets the error, signed in or not', async (login, acr) => {
    const met = { error: 'unmet_authentication_requirements', state: 'the-state', iss: emulator.issuer };
    const fresh = createBrowser(emulator);
    const back = await fresh.submit(await fresh.authorize({ acr_values: acr }), {
      username: login,
      password: emulator.password,
    });
    expect(Object.fromEntries(back.url.searchParams)).toMatchObject(met);
    expect(back.url.href).toContain(CALLBACK);
    const browser = await signedIn(login);
    expect(Object.fromEntries((await browser.authorize({ acr_values: acr })).url.searchParams)).toMatchObject(met);
  });
});

describe('a code at sign-in', () => {
  const factorId = async () => {
    const { body } = await emulator.simulator<{ factorId: string; provider: string }[]>(
      'GET',
      `/authenticators?user=${GRACE}`,
    );
    return body.find(({ provider }) => provider === 'GOOGLE')?.factorId ?? '';
  };

  it('is consumed for the API, and vice versa', async () => {
    const passCode = await emulator.code(GRACE);
    const verify = async () => emulator.api('POST', `/users/${GRACE}/factors/${await factorId()}/verify`, { passCode });
    const browser = await signedIn(GRACE);
    await browser.submit(await browser.authorize({ acr_values: TWO }), { passCode });
    expect((await verify()).body.errorCode).toBe('E0000082');
    const other = await signedIn(GRACE);
    const refused = await other.submit(await other.authorize({ acr_values: TWO }), { passCode });
    expect(refused.text).toContain('has been used');
  });

  it('counts with wrong codes at the API, once per attempt however many factors there are', async () => {
    const missByApi = async () =>
      void (await emulator.api('POST', `/users/${GRACE}/factors/${await factorId()}/verify`, { passCode: '1' }));
    // A complete sign-in resets the count, so these wrong codes are not added to the later ones.
    for (let miss = 0; miss < 4; miss++) await missByApi();
    const browser = await signedIn(GRACE);
    for (let miss = 0; miss < 2; miss++) await missByApi();
    let page = await browser.authorize({ acr_values: TWO });
    for (let miss = 0; miss < 2; miss++) page = await browser.submit(page, { passCode: '1' });
    expect((await emulator.api('GET', `/users/${GRACE}`)).body.status).toBe('ACTIVE');
    const locked = await browser.submit(page, { passCode: '1' });
    expect([locked.status, locked.text.includes('locked')]).toEqual([403, true]);
    expect((await emulator.api('GET', `/users/${GRACE}`)).body.status).toBe('LOCKED_OUT');
    expect((await browser.authorize({ prompt: 'none' })).url.searchParams.get('error')).toBe('login_required');
  });

  it('of an open sign-in is refused once the person is suspended', async () => {
    const browser = createBrowser(emulator);
    const code = await browser.submit(await browser.authorize({ acr_values: TWO }), {
      username: GRACE,
      password: emulator.password,
    });
    await emulator.simulator('POST', `/users/${GRACE}`, { status: 'SUSPENDED' });
    const refused = await browser.submit(code, { passCode: await emulator.code(GRACE) });
    expect(refused.url.href).not.toContain(CALLBACK);
  });
});
