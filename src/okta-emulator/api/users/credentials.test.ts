import { beforeEach, describe, expect, it } from 'vitest';
import { CALLBACK, createBrowser } from '../../testing/browser.ts';
import { testEmulator } from '../../testing/emulator.ts';

type User = { id: string; status: string; passwordChanged: string; errorCode: string; [name: string]: unknown };

const LOGIN = 'barbara@example.com';
const PASSWORD = 'Substitution1';
const profile = { firstName: 'Barbara', lastName: 'Liskov', email: LOGIN, login: LOGIN };
const question = { question: 'Which language?', answer: 'Clu from MIT' };

const emulators = { classic: await testEmulator(), oie: await testEmulator({ engine: 'oie' }) };

describe.each(['classic', 'oie'] as const)('credentials on %s', (engine) => {
  const emulator = emulators[engine];
  beforeEach(async () => {
    await emulator.reset();
    await emulator.api('POST', '/users', { profile, credentials: { password: { value: PASSWORD } } });
  });

  const post = (path: string, body?: object) => emulator.api<User>('POST', `/users/${LOGIN}${path}`, body);
  const read = async () => (await emulator.api<User>('GET', `/users/${LOGIN}`)).body;
  const change = (old: string, next: string) =>
    post('/credentials/change_password', { oldPassword: { value: old }, newPassword: { value: next } });
  const ask = (given: object = question, password = PASSWORD) =>
    post('/credentials/change_recovery_question', { password: { value: password }, recovery_question: given });
  const reset = (answer: string, next: string) =>
    post('/credentials/forgot_password_recovery_question', {
      password: { value: next },
      recovery_question: { answer },
    });

  it('a password changes with the old one, and both answers show no secret', async () => {
    const before = await read();
    emulator.clock.advance(2);
    const { body } = await change(PASSWORD, 'Abstraction2');
    expect(body).toEqual({ password: {}, provider: { type: 'OKTA', name: 'OKTA' } });
    expect(Date.parse((await read()).passwordChanged) - Date.parse(before.passwordChanged)).toBe(2000);
    expect((await change(PASSWORD, 'Abstraction3')).body).toMatchObject({
      errorCode: 'E0000014',
      errorCauses: [{ errorSummary: 'Old Password is not correct' }],
    });
    for (const weak of ['short1A', 'nodigitsHere', 'NOLOWER12', 'noupper12', 'Barbara12345'])
      expect((await change('Abstraction2', weak)).body).toMatchObject({ errorCode: 'E0000014' });
    expect((await post('/credentials/change_password', {})).body).toMatchObject({ errorCode: 'E0000003' });
    await post('/lifecycle/suspend');
    expect((await change('Abstraction2', 'Abstraction3')).body).toMatchObject({ errorCode: 'E0000035' });
  });

  it('a changed password signs in', async () => {
    await change(PASSWORD, 'Abstraction2');
    const browser = createBrowser(emulator);
    for (const [password, works] of [
      [PASSWORD, false],
      ['Abstraction2', true],
    ] as const) {
      const { url } = await browser.submit(await browser.authorize(), { username: LOGIN, password });
      expect([password, url.href.startsWith(CALLBACK)]).toEqual([password, works]);
    }
  });

  it('nobody signs in without a password', async () => {
    const other = 'nopassword@example.com';
    await emulator.api('POST', '/users', { profile: { ...profile, login: other, email: other } });
    const browser = createBrowser(emulator);
    const { status, url } = await browser.submit(await browser.authorize(), { username: other, password: '' });
    expect([status < 500, url.href.startsWith(CALLBACK)]).toEqual([true, false]);
  });

  it('an expired password has to be changed', async () => {
    expect((await post('/lifecycle/expire_password')).body).toMatchObject({ status: 'PASSWORD_EXPIRED', profile });
    expect((await change(PASSWORD, 'Abstraction2')).status).toBe(200);
    expect((await read()).status).toBe('ACTIVE');
    for (const path of [
      '/lifecycle/expire_password_with_temp_password',
      '/lifecycle/expire_password?tempPassword=true',
    ]) {
      const { tempPassword } = (await post(path)).body;
      expect(tempPassword).toMatch(/^\w{12}$/);
      expect((await read()).status).toBe('PASSWORD_EXPIRED');
      expect((await change(String(tempPassword), 'Abstraction2')).status).toBe(200);
    }
    await post('/lifecycle/deactivate');
    expect((await post('/lifecycle/expire_password')).body).toMatchObject({ errorCode: 'E0000038' });
  });

  it('a recovery question changes with the password, and its answer sets a new one', async () => {
    expect((await reset(question.answer, 'Abstraction2')).body).toMatchObject({ errorCode: 'E0000034' });
    expect((await ask(question, 'wrong')).body).toMatchObject({ errorCode: 'E0000014' });
    for (const bad of [{}, { question: '', answer: 'long enough' }, { question: 'Who?', answer: 'me' }])
      expect((await ask(bad)).body).toMatchObject({ errorCode: 'E0000001' });
    const { body } = await ask();
    expect(body).toEqual({
      password: {},
      recovery_question: { question: question.question },
      provider: { type: 'OKTA', name: 'OKTA' },
    });
    expect((await reset('something else', 'Abstraction2')).body).toMatchObject({ errorCode: 'E0000087' });
    expect((await reset(question.answer, 'weak')).body).toMatchObject({ errorCode: 'E0000014' });
    emulator.clock.advance(2);
    expect((await reset(' clu FROM mit', 'Abstraction2')).body).toMatchObject({ password: {} });
    expect((await change('Abstraction2', PASSWORD)).status).toBe(200);
    await post('/lifecycle/suspend');
    expect((await ask()).body).toMatchObject({ errorCode: 'E0000036' });
  });

  it('a forgotten password gives a link, on Classic to people with a recovery question', async () => {
    const link = () => post('/credentials/forgot_password?sendEmail=false');
    if (engine === 'classic') expect((await link()).body).toMatchObject({ errorCode: 'E0000034' });
    await ask();
    expect((await link()).body.resetPasswordUrl).toMatch(/\/signin\/reset-password\/[\w-]{20}$/);
    expect((await post('/credentials/forgot_password')).body).toEqual({});
    expect((await read()).status).toBe('ACTIVE');
    const { body } = await post('/lifecycle/reset_password?sendEmail=false');
    expect(body.resetPasswordUrl).toMatch(/\/reset_password\/[\w-]{20}$/);
    expect((await read()).status).toBe('RECOVERY');
    expect((await link()).body).toMatchObject({ errorCode: 'E0000034' });
    expect((await reset(question.answer, 'Abstraction2')).status).toBe(200);
    expect((await read()).status).toBe('ACTIVE');
  });

  it('a lifecycle call in another status has Okta’s code', async () => {
    const code = async (name: string) => (await post(`/lifecycle/${name}`)).body.errorCode;
    expect(await code('activate')).toBe('E0000016');
    expect(await code('unsuspend')).toBe('E0000001');
    expect((await post('/lifecycle/unlock')).body).toMatchObject({
      errorCode: 'E0000032',
      errorCauses: [{ errorSummary: 'The user is not locked out.' }],
    });
    await post('/lifecycle/suspend');
    expect(await code('suspend')).toBe('E0000001');
    await post('/lifecycle/unsuspend');
    expect((await read()).status).toBe('ACTIVE');
    await post('/lifecycle/deactivate');
    for (const name of ['deactivate', 'reset_password', 'expire_password']) expect(await code(name)).toBe('E0000038');
    const { body } = await post('/lifecycle/activate?sendEmail=false');
    expect(body).toEqual({
      activationUrl: expect.stringMatching(/\/welcome\/[\w-]{20}$/),
      activationToken: expect.stringMatching(/^[\w-]{20}$/),
    });
    expect((await read()).status).toBe('ACTIVE');
  });
});
