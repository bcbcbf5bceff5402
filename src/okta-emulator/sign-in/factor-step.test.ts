import { beforeEach, describe, expect, it } from 'vitest';
import { createClock } from '#clock';
import { CALLBACK, createBrowser, type Landing } from '../testing/browser.ts';
import { ADA, GRACE, testEmulator, type TestEmulator } from '../testing/emulator.ts';
import { createSecurityKey } from '../testing/security-key.ts';

const MARGARET = 'margaret@example.com';
const TWO = 'urn:okta:loa:2fa:any';

const emulator = await testEmulator({ clock: createClock(), signIn: 'password+factor' });
const plain = await testEmulator({ clock: createClock() });
beforeEach(async () => {
  await emulator.reset();
  await plain.reset();
});

const heading = ({ text }: Landing) => /<h1>([^<]*)<\/h1>/.exec(text)?.[1];
/** Ids of the methods by their titles. */
const signInOptions = ({ text }: Landing) =>
  new Map([...text.matchAll(/name="option" value="([^"]*)">([^<]*)</g)].map(([, id = '', title = '']) => [title, id]));
const done = ({ url }: Landing) => url.href.startsWith(CALLBACK);

/** A person has already entered the password in this browser. */
async function afterPassword(login: string, at: TestEmulator = emulator, asked: Record<string, string> = {}) {
  const browser = createBrowser(at);
  const page = await browser.submit(await browser.authorize(asked), { username: login, password: at.password });
  const choose = async (from: Landing, title: string) =>
    browser.submit(from, { option: [...signInOptions(from)].find(([one]) => one.startsWith(title))?.[1] ?? 'none' });
  const amr = async (landing: Landing) => (await browser.tokens(landing)).claims.amr;
  return { browser, page, choose, amr };
}

const newestCode = async (channel: string, at: TestEmulator = emulator, login = MARGARET) =>
  (await at.simulator<{ channel: string; code: string }[]>('GET', `/messages?user=${login}`)).body.find(
    (message) => message.channel === channel,
  )?.code ?? 'none';

async function keyFor(login: string, at: TestEmulator = emulator) {
  const key = createSecurityKey({ origin: at.url });
  type Pending = { id: string; status: string; _embedded: { activation: { challenge: string } } };
  const { body } = await at.api<Pending>('POST', `/users/${login}/factors`, {
    factorType: 'webauthn',
    provider: 'FIDO',
  });
  await at.api(
    'POST',
    `/users/${login}/factors/${body.id}/lifecycle/activate`,
    key.register(body._embedded.activation.challenge),
  );
  return key;
}
const challengeIn = ({ text }: Landing) => /data-challenge="([^"]*)"/.exec(text)?.[1] ?? 'none';

describe('an org that requires a factor after the password', () => {
  it('the password suffices for a person without a factor; pending ones do not count', async () => {
    for (const login of [ADA, 'katherine@example.com']) {
      const { page, amr } = await afterPassword(login);
      expect([done(page), await amr(page)]).toEqual([true, ['pwd']]);
    }
  });

  it('asks for a code of an app, and shows no other page before it is right', async () => {
    const { browser, page, amr } = await afterPassword(GRACE);
    expect(heading(page)).toBe('Enter your code');
    expect((await browser.authorize({ prompt: 'none' })).url.searchParams.get('error')).toBe('login_required');
    const back = await browser.submit(page, { passCode: await emulator.code(GRACE) });
    expect(await amr(back)).toEqual(['pwd', 'otp', 'mfa']);
  });

  it('asks for a factor also when the request accepts a password', async () => {
    const { page } = await afterPassword(GRACE, emulator, { acr_values: 'urn:okta:loa:1fa:any' });
    expect(heading(page)).toBe('Enter your code');
    const { page: elsewhere } = await afterPassword(GRACE, plain);
    expect(done(elsewhere)).toBe(true);
  });

  it.each([
    ['A text message to •••0141', 'sms', 'sms'],
    ['A call to •••0142', 'call', 'tel'],
    ['An email to m•••@example.com', 'email', 'email'],
  ])('%s: sends a code when requested, and accepts it', async (title, channel, word) => {
    const { browser, page, choose, amr } = await afterPassword(MARGARET);
    expect(heading(page)).toBe('Choose how to continue');
    expect([...signInOptions(page).keys()]).toContain(title);
    expect(await newestCode(channel)).toBe('none');
    const form = await choose(page, title);
    expect(heading(form)).toBe('Enter your code');
    const wrong = await browser.submit(form, { passCode: '1' });
    expect([wrong.status, wrong.text.includes('did not match')]).toEqual([400, true]);
    const soon = await browser.submit(wrong, { option: signInOptions(form).get('Send another') ?? '' });
    expect([soon.status, soon.text.includes('a moment ago')]).toEqual([429, true]);
    const back = await browser.submit(soon, { passCode: await newestCode(channel) });
    expect(await amr(back)).toEqual(['pwd', word, 'mfa']);
  });

  it('asks the security question', async () => {
    const { browser, page, choose, amr } = await afterPassword(MARGARET);
    const form = await choose(page, 'What was the first computer game');
    expect(form.text).toContain('What was the first computer game you played?</label>');
    const wrong = await browser.submit(form, { answer: 'chess' });
    expect([wrong.status, wrong.text.includes('aria-invalid="true"')]).toEqual([400, true]);
    expect(await amr(await browser.submit(wrong, { answer: 'Lunar Lander ' }))).toEqual(['pwd', 'kba', 'mfa']);
  });

  it('goes back to the choice, and a code of one method does not work for another', async () => {
    const { browser, page, choose } = await afterPassword(MARGARET);
    await choose(page, 'A text');
    const again = await browser.submit(page, { option: 'choose' });
    expect(heading(again)).toBe('Choose how to continue');
    const form = await choose(again, 'A call');
    const wrong = await browser.submit(form, { passCode: await newestCode('sms') });
    expect(wrong.status).toBe(400);
    // An unknown method is no attempt at the open method, so it is not counted for the lock.
    for (let time = 0; time < 6; time++)
      expect((await browser.submit(form, { option: 'sms-of-somebody-else' })).status).toBe(400);
    expect((await emulator.api('GET', `/users/${MARGARET}`)).body.status).toBe('ACTIVE');
  });

  it('sends a push, waits without a script, and continues automatically', async () => {
    await emulator.api('POST', `/users/${ADA}/factors`, { factorType: 'push', provider: 'OKTA' });
    await emulator.simulator('POST', '/push', { user: ADA, answer: 'enroll' });
    const { browser, page, choose, amr } = await afterPassword(ADA);
    const waiting = await choose(await browser.submit(page, { option: 'choose' }), 'A push');
    expect(heading(waiting)).toBe('Check your phone');
    expect(waiting.text).toContain('http-equiv="refresh"');
    expect((await browser.submit(waiting, { passCode: '' })).status).toBe(400);
    await emulator.simulator('POST', '/push', { user: ADA, answer: 'deny' });
    const denied = await browser.go(waiting.url);
    expect([denied.status, denied.text.includes('You denied the sign-in')]).toEqual([400, true]);
    const again = await choose(denied, 'Send a push');
    expect(heading(await browser.go(again.url))).toBe('Check your phone');
    await emulator.simulator('POST', '/push', { user: ADA, answer: 'approve' });
    expect(await amr(await browser.go(again.url))).toEqual(['pwd', 'swk', 'mfa']);
  });

  it('accepts a key, whose challenge is valid once', async () => {
    const key = await keyFor(ADA);
    const { browser, page, choose, amr } = await afterPassword(ADA);
    expect(heading(page)).toBe('Use your key');
    const form = await choose(page, 'Continue');
    expect(form.text).toContain(`data-ids="${key.id}"`);
    expect(form.text).toContain('<script type="module" src="/assets/key.js">');
    const wrong = await browser.submit(form, createSecurityKey({ origin: emulator.url }).assert(challengeIn(form)));
    expect([wrong.status, challengeIn(wrong)]).toEqual([400, 'none']);
    expect((await browser.submit(wrong, key.assert(challengeIn(form)))).status).toBe(400);
    const back = await browser.submit(wrong, { option: 'key' });
    expect(await amr(await browser.submit(back, key.assert(challengeIn(back))))).toEqual(['pwd', 'hwk', 'mfa']);
  });

  it('counts wrong attempts with those made elsewhere, and reports the lock', async () => {
    const { browser, page, choose } = await afterPassword(MARGARET);
    const form = await choose(page, 'What was');
    for (let miss = 0; miss < 4; miss++) await browser.submit(form, { answer: 'chess' });
    const locked = await browser.submit(form, { answer: 'chess' });
    expect([locked.status, heading(locked)]).toEqual([403, 'Your account is locked']);
    expect(done(await browser.submit(form, { answer: 'lunar lander' }))).toBe(false);
  });

  it('asks a person who signed in with the password once they have a factor', async () => {
    const { browser, page } = await afterPassword(ADA);
    expect(done(page)).toBe(true);
    await emulator.activated(ADA);
    expect(heading(await browser.authorize())).toBe('Enter your code');
  });
});

describe('acr_values at sign-in', () => {
  it('phr: requires a key', async () => {
    const key = await keyFor(GRACE, plain);
    const { browser, page, choose, amr } = await afterPassword(GRACE, plain, { acr_values: `phr ${TWO}` });
    expect(heading(page)).toBe('Use your key');
    expect(page.text).not.toContain('Use another way');
    expect((await browser.submit(page, { passCode: await plain.code(GRACE) })).status).toBe(400);
    expect((await browser.submit(page, { option: 'code' })).status).toBe(400);
    const form = await choose(page, 'Continue');
    const back = await browser.submit(form, key.assert(challengeIn(form)));
    expect((await browser.tokens(back)).claims).toMatchObject({ acr: 'phr' });
    expect(await amr(await browser.authorize({ acr_values: 'phr' }))).toEqual(['pwd', 'hwk', 'mfa']);
  });

  it('phr: a session with a code is not enough', async () => {
    await keyFor(GRACE, plain);
    const { browser, page } = await afterPassword(GRACE, plain, { acr_values: TWO });
    await browser.submit(page, { passCode: await plain.code(GRACE) });
    expect(heading(await browser.authorize({ acr_values: 'phr' }))).toBe('Use your key');
    expect(done(await browser.authorize({ acr_values: TWO }))).toBe(true);
  });

  it('two factors: accepts any factor that sign-in supports, and keeps the session’s time', async () => {
    const { browser, page } = await afterPassword(MARGARET, plain);
    const before = (await browser.tokens(page)).claims;
    const asked = await browser.authorize({ acr_values: TWO });
    expect(heading(asked)).toBe('Choose how to continue');
    const form = await browser.submit(asked, { option: signInOptions(asked).get('A text message to •••0141') ?? '' });
    const after = (await browser.tokens(await browser.submit(form, { passCode: await newestCode('sms', plain) })))
      .claims;
    expect(after).toMatchObject({ acr: TWO, amr: ['pwd', 'sms', 'mfa'], auth_time: before.auth_time });
  });

  it('does not ask for the automatic email factor of an Identity Engine org', async () => {
    const oie = await testEmulator({ clock: createClock(), engine: 'oie', signIn: 'password+factor' });
    expect(done((await afterPassword(ADA, oie)).page)).toBe(true);
  });
});
