import { request as httpRequest } from 'node:http';
import { createTransport } from 'nodemailer';
import { beforeEach, describe, expect, it } from 'vitest';
import { ADA, GRACE, testEmulator } from '../testing/emulator.ts';
import type { InboxMessage } from '../people/inbox.ts';
import type { LoggedRequest } from './requests.ts';

const emulator = await testEmulator();
beforeEach(() => emulator.reset());

/** fetch does not allow a chosen `Host`. */
const withHost = (path: string, host: string, method = 'GET') =>
  new Promise<number | undefined>((resolve, reject) => {
    const call = httpRequest(
      { port: emulator.port, host: '127.0.0.1', path, method, headers: { host, 'content-type': 'application/json' } },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      },
    );
    call.on('error', reject);
    call.end();
  });

describe('the simulator', () => {
  it('answers to its own host names only', async () => {
    for (const host of [`localhost:${emulator.port}`, `127.0.0.1:${emulator.port}`, `[::1]:${emulator.port}`]) {
      expect(await withHost(`/simulator/api/authenticators?user=${GRACE}`, host)).toBe(200);
      expect(await withHost('/simulator', host)).toBe(200);
    }
    for (const host of [
      'evil.example',
      `evil.example:${emulator.port}`,
      'localhost',
      `localhost:${emulator.port + 1}`,
      `localhost.evil.example:${emulator.port}`,
    ]) {
      expect(await withHost(`/simulator/api/authenticators?user=${GRACE}`, host)).toBe(403);
      expect(await withHost('/simulator', host)).toBe(403);
      expect(await withHost('/simulator/api/reset', host, 'POST')).toBe(403);
    }
  });

  it('accepts JSON only', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      'application/jsonp',
      '',
    ]) {
      const answer = await fetch(`${emulator.url}/simulator/api/clock`, {
        method: 'POST',
        body: '{"advanceSeconds":60}',
        headers: { 'content-type': type },
      });
      expect(answer.status).toBe(415);
    }
    expect((await fetch(`${emulator.url}/simulator/api/reset`, { method: 'POST' })).status).toBe(415);
    expect((await emulator.simulator('GET', `/authenticators?user=nobody@example.com`)).status).toBe(404);
    expect((await emulator.simulator('GET', '/messages')).status).toBe(404);
  });

  it('shows the phone: current codes, pending ones too', async () => {
    const katherine = 'katherine@example.com';
    const { body } = await emulator.simulator<Record<string, string>[]>('GET', `/authenticators?user=${katherine}`);
    expect(body).toEqual([
      {
        factorId: expect.stringMatching(/^uft/),
        provider: 'GOOGLE',
        status: 'PENDING_ACTIVATION',
        code: expect.stringMatching(/^\d{6}$/),
        expiresAt: '2026-06-01T12:00:30.000Z',
      },
    ]);
    emulator.clock.advance(30);
    expect(await emulator.code(katherine)).not.toBe(body[0]?.code);
    expect((await emulator.simulator('GET', `/authenticators?user=${ADA}`)).body).toEqual([]);
  });

  it('moves time forward only', async () => {
    const before = emulator.clock.now();
    const { body } = await emulator.simulator('POST', '/clock', { advanceSeconds: 90.5 });
    expect(body).toEqual({ now: new Date(before + 90_500).toISOString() });
    for (const advanceSeconds of [-1, '60', null])
      expect((await emulator.simulator('POST', '/clock', { advanceSeconds })).status).toBe(400);
    expect(emulator.clock.now()).toBe(before + 90_500);
  });

  it('sets a status as an administrator does', async () => {
    expect((await emulator.simulator('POST', `/users/${ADA}`, { status: 'SUSPENDED' })).body).toEqual({
      login: ADA,
      status: 'SUSPENDED',
    });
    expect((await emulator.api('GET', `/users/${ADA}`)).body.status).toBe('SUSPENDED');
    expect((await emulator.simulator('POST', `/users/${ADA}`, { status: 'ABROAD' })).status).toBe(400);
    expect((await emulator.simulator('POST', '/users/nobody', { status: 'ACTIVE' })).status).toBe(404);
  });

  it('records requests, newest first, without queries and without its own', async () => {
    await emulator.api('GET', `/users/${ADA}/factors?secret=1`);
    await emulator.api('GET', '/nowhere');
    await fetch(`${emulator.issuer}/v1/keys`);
    const { body } = await emulator.simulator<LoggedRequest[]>('GET', '/requests');
    expect(body).toEqual([
      { method: 'GET', path: '/oauth2/default/v1/keys', status: 200, at: expect.any(String) },
      { method: 'GET', path: '/api/v1/nowhere', status: 404, at: expect.any(String) },
      { method: 'GET', path: `/api/v1/users/${ADA}/factors`, status: 200, at: '2026-06-01T12:00:15.000Z' },
    ]);
    expect((await emulator.simulator<LoggedRequest[]>('GET', '/requests?limit=1')).body).toHaveLength(1);
  });

  it('resets everything, but keeps ids of people and groups', async () => {
    const before = {
      ada: (await emulator.api('GET', `/users/${ADA}`)).body.id,
      groups: (await emulator.api('GET', `/users/${ADA}/groups`)).body,
    };
    await emulator.activated(ADA);
    await emulator.simulator('POST', `/users/${GRACE}`, { status: 'DEPROVISIONED' });
    await emulator.api('POST', `/users/helpdesk@example.com/lifecycle/reset_factors`);
    await emulator.simulator('POST', '/faults', { match: 'GET /api/v1/users/*', status: 500, times: 9 });
    await emulator.simulator('POST', '/clock', { advanceSeconds: 1000 });
    expect((await emulator.simulator('POST', '/reset', {})).body).toEqual({ now: '2026-06-01T12:00:15.000Z' });
    expect((await emulator.api('GET', `/users/${ADA}`)).body).toMatchObject({ id: before.ada, status: 'ACTIVE' });
    expect((await emulator.api('GET', `/users/${ADA}/groups`)).body).toEqual(before.groups);
    expect((await emulator.api('GET', `/users/${ADA}/factors`)).body).toEqual([]);
    expect((await emulator.api('GET', `/users/${GRACE}`)).body.status).toBe('ACTIVE');
    expect((await emulator.api('GET', '/users/helpdesk@example.com/factors')).body).toMatchObject([
      { status: 'ACTIVE', provider: 'GOOGLE' },
    ]);
    expect((await emulator.simulator('GET', '/faults')).body).toEqual([]);
  });

  it('has a page without inline script or style, whose texts stay text', async () => {
    await emulator.simulator('POST', '/faults', { match: 'GET /<img/src=x>', status: 500 });
    const answer = await fetch(`${emulator.simulatorUrl}?user=${GRACE}`);
    const text = await answer.text();
    expect(answer.headers.get('content-security-policy')).toMatch(/default-src 'none'(?!.*unsafe)/);
    expect(text.replace(/<script src="\/assets\/simulator\.js" defer><\/script>/, '')).not.toMatch(
      /<script|<style| style=| on\w+=|<img/,
    );
    expect(text).toContain('&lt;img/src=x&gt;');
    expect(text).toContain((await emulator.code(GRACE)).slice(0, 3));
    expect((await fetch(`${emulator.simulatorUrl}?user=nobody`)).status).toBe(404);
    for (const file of ['simulator.js', 'simulator.css', 'devices.css'])
      expect((await fetch(`${emulator.url}/assets/${file}`)).status).toBe(200);
  });
});

describe('messages of the emulator', () => {
  const part = async (name: string, login: string) => {
    const text = await (await fetch(`${emulator.simulatorUrl}?user=${login}`)).text();
    return new RegExp(`<div id="${name}">(.*?)</div>`, 's').exec(text)?.[1] ?? '';
  };

  it('appear where they belong: SMS and calls on the phone, email in the inbox, each with its code to copy', async () => {
    expect(await part('phone', ADA)).toContain('Nothing on this phone yet.');
    for (const [factorType, profile] of [
      ['sms', { phoneNumber: '+15550100123' }],
      ['call', { phoneNumber: '+15550100124' }],
      ['email', {}],
    ] as const) {
      expect((await emulator.api('POST', `/users/${ADA}/factors`, { factorType, profile })).status).toBe(200);
    }
    const { body } = await emulator.simulator<InboxMessage[]>('GET', `/messages?user=${ADA}`);
    expect(body.map(({ channel, to }) => [channel, to])).toEqual([
      ['email', ADA],
      ['call', '+15550100124'],
      ['sms', '+15550100123'],
    ]);
    const [phone, inbox] = [await part('phone', ADA), await part('inbox', ADA)];
    for (const { channel, code, id } of body) {
      const [here, elsewhere] = channel === 'email' ? [inbox, phone] : [phone, inbox];
      expect(here).toContain(`id="copy-${id}" data-copy="${code}"`);
      expect(elsewhere).not.toContain(`data-copy="${code}"`);
    }
    expect(phone).toContain('Text message to <span class="mono">+15550100123</span>');
    expect(phone).toContain('Call to <span class="mono">+15550100124</span>');
    expect(await part('phone', GRACE)).not.toContain('Texts and calls');
  });
});

describe('the inbox', () => {
  const send = (to: string, more: object = {}) =>
    createTransport(emulator.smtpUrl).sendMail({
      from: 'no-reply@example.com',
      to,
      subject: 'A code',
      text: 'Your code is 012345, not 12 or 123456789.',
      ...more,
    });
  const inbox = async (login: string) =>
    (await emulator.simulator<InboxMessage[]>('GET', `/messages?user=${login}`)).body;

  it('accepts email for primary and secondary addresses, in any case, newest first', async () => {
    await send(ADA);
    emulator.clock.advance(1);
    await send('ADA@home.example', { subject: 'Grüße', text: undefined, html: '<p>Hello <b>Ada</b> &amp; co</p>' });
    expect(await inbox(ADA)).toEqual([
      {
        id: expect.stringMatching(/^msg/),
        channel: 'email',
        to: expect.stringMatching(/^ada@home\.example$/i),
        text: expect.stringContaining('Grüße\n\nHello'),
        code: null,
        at: '2026-06-01T12:00:16.000Z',
      },
      {
        id: expect.stringMatching(/^msg/),
        channel: 'email',
        to: ADA,
        text: 'A code\n\nYour code is 012345, not 12 or 123456789.',
        code: '012345',
        at: '2026-06-01T12:00:15.000Z',
      },
    ]);
    expect(await inbox(GRACE)).toEqual([]);
  });

  it('stores an email once per recipient, however often it is sent', async () => {
    for (let time = 0; time < 3; time++) await send(`${ADA}, ${GRACE}`, { messageId: '<one@example.com>' });
    await send(ADA, { messageId: '<two@example.com>' });
    expect([(await inbox(ADA)).length, (await inbox(GRACE)).length]).toEqual([2, 1]);
  });

  it('accepts email for unknown recipients silently, and keeps all over a restart', async () => {
    await send('stranger@example.net');
    let own = await testEmulator();
    await createTransport(own.smtpUrl).sendMail({ from: 'a@example.com', to: ADA, subject: 'kept', text: '' });
    own = await own.restart();
    expect((await own.simulator<InboxMessage[]>('GET', `/messages?user=${ADA}`)).body).toMatchObject([
      { text: 'kept' },
    ]);
  });
});
