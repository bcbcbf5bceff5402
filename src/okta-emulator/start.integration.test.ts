import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { createTransport } from 'nodemailer';
import { afterEach, describe, expect, it } from 'vitest';
import { createClock } from '#clock';
import { readSettings } from './settings.ts';
import { startEmulator } from './start.ts';
import { functions } from './store/schema.ts';
import { ADA, testEmulator } from './testing/emulator.ts';

describe('startEmulator', () => {
  it('refuses every address that is not loopback', async () => {
    for (const host of ['0.0.0.0', '::', '192.168.0.1', 'example.com', '127.0.0.1.example.com']) {
      await expect(startEmulator({ port: 0, host, dataDir: '/nonexistent', clock: createClock() })).rejects.toThrow(
        'loopback',
      );
    }
  });

  it('reports a taken port', async () => {
    const { port } = await testEmulator();
    await expect(testEmulator({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('keeps keys, people, factors and removals over a restart', async () => {
    let emulator = await testEmulator();
    const before = {
      token: emulator.apiToken,
      secret: emulator.clientSecret,
      password: emulator.password,
      keys: await (await fetch(`${emulator.issuer}/v1/keys`)).json(),
    };
    await emulator.activated(ADA);
    await emulator.api('POST', '/users/grace@example.com/lifecycle/reset_factors');
    await emulator.simulator('POST', '/users/katherine@example.com', { status: 'SUSPENDED' });
    const factors = async () => (await emulator.api('GET', `/users/${ADA}/factors`)).body;
    const listed = JSON.stringify(await factors()).replaceAll(emulator.url, '');
    emulator = await emulator.restart();
    expect({
      token: emulator.apiToken,
      secret: emulator.clientSecret,
      password: emulator.password,
      keys: await (await fetch(`${emulator.issuer}/v1/keys`)).json(),
    }).toEqual(before);
    expect(JSON.stringify(await factors()).replaceAll(emulator.url, '')).toBe(listed);
    expect((await emulator.api('GET', '/users/grace@example.com/factors')).body).toEqual([]);
    expect((await emulator.api('GET', '/users/katherine@example.com')).body.status).toBe('SUSPENDED');
  });

  it('takes secrets, address and engine from its options', async () => {
    const emulator = await testEmulator({
      url: 'http://127.0.0.1:1234/',
      apiToken: 'a-token-of-my-own',
      clientSecret: 'a-secret-of-my-own',
      engine: 'oie',
    });
    expect(emulator).toMatchObject({
      url: 'http://127.0.0.1:1234',
      issuer: 'http://127.0.0.1:1234/oauth2/default',
      apiToken: 'a-token-of-my-own',
      clientSecret: 'a-secret-of-my-own',
    });
    const answer = await fetch(`http://127.0.0.1:${emulator.port}/api/v1/users/${ADA}/factors`, {
      headers: { authorization: 'SSWS a-token-of-my-own' },
    });
    expect(await answer.text()).toContain('"href":"http://127.0.0.1:1234/api/v1/users/');
  });

  it('refuses unreadable keys, and frees the port', async () => {
    for (const file of ['emulator-keys.json', 'emulator-service-key.json']) {
      const dataDir = mkdtempSync(join(tmpdir(), 'latchkey-emulator-'));
      writeFileSync(join(dataDir, file), 'not json');
      await expect(testEmulator({ dataDir })).rejects.toThrow('does not hold');
    }
  });

  it('ends while a request hangs', async () => {
    const emulator = await testEmulator();
    await emulator.simulator('POST', '/faults', { match: 'GET /api/v1/*', delayMs: 60_000 });
    const hanging = emulator.api('GET', '/users').catch((error: Error) => error);
    await expect.poll(async () => (await emulator.simulator('GET', '/faults')).body).toEqual([]);
    await emulator.close();
    expect(await hanging).toBeInstanceOf(Error);
  });
});

describe("the emulator's settings", () => {
  it('report all errors at once', () => {
    const { wrong } = readSettings({
      EMULATOR_PORT: '99999',
      EMULATOR_URL: 'ftp://x',
      EMULATOR_ENGINE: 'steam',
      EMULATOR_CLIENT_SECRET: 'short',
      EMULATOR_API_TOKEN: 'with a space in it, but long',
      EMULATOR_SIGN_IN: 'fingerprint',
      EMULATOR_PASSKEY_RP_ID: 'http://example.com',
      EMULATOR_RATE_LIMIT: '-1',
      EMULATOR_MESSAGE_WAIT: '31',
    });
    expect(wrong.map((line) => line.split(' ')[0])).toEqual([
      'EMULATOR_PORT',
      'EMULATOR_URL',
      'EMULATOR_ENGINE',
      'EMULATOR_CLIENT_SECRET',
      'EMULATOR_API_TOKEN',
      'EMULATOR_SIGN_IN',
      'EMULATOR_PASSKEY_RP_ID',
      'EMULATOR_RATE_LIMIT',
      'EMULATOR_MESSAGE_WAIT',
    ]);
  });

  it('have defaults', () => {
    expect(readSettings({ EMULATOR_PORT: '' })).toEqual({
      settings: { port: 3001, engine: 'classic', rateLimit: 600, dataDir: './.data' },
      wrong: [],
    });
  });

  it('name a portal’s addresses, which its web app has', () => {
    expect(readSettings({ BASE_URL: 'https://portal.example.com' }).settings).toMatchObject({
      redirectUris: ['https://portal.example.com/auth/callback'],
      logoutEndpoint: 'https://portal.example.com/auth/global-token-revocation',
    });
    expect(readSettings({ BASE_URL: 'https://portal.example.com/x' }).wrong).toEqual([
      'BASE_URL is an http or https address without a path',
    ]);
  });
});

describe('the standalone emulator', () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });

  function run(environment: Record<string, string>) {
    const dataDir = environment.DATA_DIR ?? mkdtempSync(join(tmpdir(), 'latchkey-emulator-'));
    folders.push(dataDir);
    const program = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', fileURLToPath(new URL('main.ts', import.meta.url))],
      {
        env: { PATH: process.env.PATH, DATA_DIR: dataDir, ...environment },
      },
    );
    let out = '';
    program.stdout.on('data', (text: Buffer) => (out += text.toString()));
    program.stderr.on('data', (text: Buffer) => (out += text.toString()));
    const ended = new Promise<number | null>((resolve) => {
      program.on('exit', resolve);
    });
    return { program, ended, dataDir, out: () => out };
  }

  it('prints what a portal needs, and ends cleanly', async () => {
    const { program, ended, out } = run({ EMULATOR_PORT: '0' });
    await expect.poll(out).toContain('mail:');
    expect(out()).toMatch(/^password: {6}\S+$/m);
    const url = /^emulator: +(\S+)/m.exec(out())?.[1] ?? '';
    const token = /^API token: +(\S+)/m.exec(out())?.[1] ?? '';
    expect((await fetch(`${url}/api/v1/users/me`, { headers: { authorization: `SSWS ${token}` } })).status).toBe(200);
    program.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('[D1] keeps everything it acknowledged when it is killed', async () => {
    const { program, ended, out, dataDir } = run({ EMULATOR_PORT: '0' });
    await expect.poll(out).toContain('mail:');
    const mail = createTransport(/^mail: +(\S+)/m.exec(out())?.[1] ?? '');
    let acknowledged = 0;
    const load = (async () => {
      for (;;) {
        await mail.sendMail({ from: 'a@example.com', to: ADA, subject: `number ${acknowledged}`, text: '' });
        acknowledged += 1;
      }
    })().catch(() => undefined);
    await expect.poll(() => acknowledged).toBeGreaterThan(8);
    program.kill('SIGKILL');
    await Promise.all([ended, load]);
    const emulator = await testEmulator({ dataDir });
    const { body } = await emulator.simulator<{ text: string }[]>('GET', `/messages?user=${ADA}`);
    const kept = new Set(body.map(({ text }) => text));
    for (let number = 0; number < acknowledged; number++) expect(kept).toContain(`number ${number}`);
    // The request that was running at the kill may or may not be stored.
    expect(body.length - acknowledged).toBeLessThanOrEqual(1);
    const database = new DatabaseSync(join(dataDir, 'emulator.sqlite'));
    database.function('fold', { deterministic: true }, (text) => functions.fold(String(text)));
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    database.close();
  });

  it('prints one line on what prevents the start, and exits with 1', async () => {
    const { port } = await testEmulator();
    const taken = run({ EMULATOR_PORT: String(port) });
    const mail = run({ EMULATOR_PORT: '0', EMULATOR_SMTP_PORT: String(port) });
    const wrong = run({ EMULATOR_PORT: 'x', EMULATOR_ENGINE: 'y' });
    expect([await taken.ended, await mail.ended, await wrong.ended]).toEqual([1, 1, 1]);
    expect(mail.out()).toBe(`Port ${port} is taken. Set EMULATOR_SMTP_PORT to another one.\n`);
    expect(taken.out()).toBe(`Port ${port} is taken. Set EMULATOR_PORT to another one.\n`);
    expect(wrong.out().trim().split('\n')).toHaveLength(2);
  });
});
