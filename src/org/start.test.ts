import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { createTransport } from 'nodemailer';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { createClock } from '#clock';
import { readSettings } from './settings.ts';
import { startOrg } from './start.ts';
import { functions } from './store/schema.ts';
import { ADA, endOrgs, testOrg } from './testing/org.ts';

afterAll(endOrgs);

describe('an org', () => {
  it('refuses every address that is not loopback', async () => {
    for (const host of ['0.0.0.0', '::', '192.168.0.1', 'example.com', '127.0.0.1.example.com']) {
      await expect(startOrg({ port: 0, host, dataDir: '/nonexistent', clock: createClock() })).rejects.toThrow(
        'loopback',
      );
    }
  });

  it('says so when its port is taken', async () => {
    const { port } = await testOrg();
    await expect(testOrg({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('is the same after a restart: keys, people, factors, and what people removed stays removed', async () => {
    let org = await testOrg();
    const before = {
      token: org.apiToken,
      secret: org.clientSecret,
      password: org.password,
      keys: await (await fetch(`${org.issuer}/v1/keys`)).json(),
    };
    await org.activated(ADA);
    await org.api('POST', '/users/grace@example.com/lifecycle/reset_factors');
    await org.desk('POST', '/users/katherine@example.com', { status: 'SUSPENDED' });
    const factors = async () => (await org.api('GET', `/users/${ADA}/factors`)).body;
    const held = JSON.stringify(await factors()).replaceAll(org.url, '');
    org = await org.restart();
    expect({
      token: org.apiToken,
      secret: org.clientSecret,
      password: org.password,
      keys: await (await fetch(`${org.issuer}/v1/keys`)).json(),
    }).toEqual(before);
    expect(JSON.stringify(await factors()).replaceAll(org.url, '')).toBe(held);
    expect((await org.api('GET', '/users/grace@example.com/factors')).body).toEqual([]);
    expect((await org.api('GET', '/users/katherine@example.com')).body.status).toBe('SUSPENDED');
  });

  it('takes secrets, address and engine from its options', async () => {
    const org = await testOrg({
      url: 'http://127.0.0.1:1234/',
      apiToken: 'a-token-of-my-own',
      clientSecret: 'a-secret-of-my-own',
      engine: 'oie',
    });
    expect(org).toMatchObject({
      url: 'http://127.0.0.1:1234',
      issuer: 'http://127.0.0.1:1234/oauth2/default',
      apiToken: 'a-token-of-my-own',
      clientSecret: 'a-secret-of-my-own',
    });
    const answer = await fetch(`http://127.0.0.1:${org.port}/api/v1/users/${ADA}/factors`, {
      headers: { authorization: 'SSWS a-token-of-my-own' },
    });
    expect(await answer.text()).toContain('"href":"http://127.0.0.1:1234/api/v1/users/');
  });

  it('refuses keys it cannot read, and leaves the port free', async () => {
    for (const file of ['org-keys.json', 'org-service-key.json']) {
      const dataDir = mkdtempSync(join(tmpdir(), 'latchkey-org-'));
      writeFileSync(join(dataDir, file), 'not json');
      await expect(testOrg({ dataDir })).rejects.toThrow('does not hold');
    }
  });

  it('ends while a request hangs', async () => {
    const org = await testOrg();
    await org.desk('POST', '/faults', { match: 'GET /api/v1/*', delayMs: 60_000 });
    const hanging = org.api('GET', '/users').catch((error: Error) => error);
    await expect.poll(async () => (await org.desk('GET', '/faults')).body).toEqual([]);
    await org.close();
    expect(await hanging).toBeInstanceOf(Error);
  });
});

describe('its settings', () => {
  it('are listed at once when they are wrong', () => {
    const { wrong } = readSettings({
      ORG_PORT: '99999',
      ORG_URL: 'ftp://x',
      ORG_ENGINE: 'steam',
      ORG_CLIENT_SECRET: 'short',
      ORG_API_TOKEN: 'with a space in it, but long',
      ORG_SIGN_IN: 'fingerprint',
      ORG_PASSKEY_RP_ID: 'http://example.com',
      ORG_RATE_LIMIT: '-1',
    });
    expect(wrong.map((line) => line.split(' ')[0])).toEqual([
      'ORG_PORT',
      'ORG_URL',
      'ORG_ENGINE',
      'ORG_CLIENT_SECRET',
      'ORG_API_TOKEN',
      'ORG_SIGN_IN',
      'ORG_PASSKEY_RP_ID',
      'ORG_RATE_LIMIT',
    ]);
  });

  it('have defaults', () => {
    expect(readSettings({ ORG_PORT: '' })).toEqual({
      settings: { port: 3001, engine: 'classic', rateLimit: 600, dataDir: './.data' },
      wrong: [],
    });
  });
});

describe('started alone', { timeout: 60_000 }, () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });

  function run(environment: Record<string, string>) {
    const dataDir = environment.DATA_DIR ?? mkdtempSync(join(tmpdir(), 'latchkey-org-'));
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
    const { program, ended, out } = run({ ORG_PORT: '0' });
    await expect.poll(out, { timeout: 40_000 }).toContain('mail:');
    expect(out()).toMatch(/^password: {6}\S+$/m);
    const url = /^org: +(\S+)/m.exec(out())?.[1] ?? '';
    const token = /^API token: +(\S+)/m.exec(out())?.[1] ?? '';
    expect((await fetch(`${url}/api/v1/users/me`, { headers: { authorization: `SSWS ${token}` } })).status).toBe(200);
    program.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('[D1] loses nothing it has acknowledged when it is killed', async () => {
    const { program, ended, out, dataDir } = run({ ORG_PORT: '0' });
    await expect.poll(out, { timeout: 40_000 }).toContain('mail:');
    const mail = createTransport(/^mail: +(\S+)/m.exec(out())?.[1] ?? '');
    let acknowledged = 0;
    const load = (async () => {
      for (;;) {
        await mail.sendMail({ from: 'a@example.com', to: ADA, subject: `number ${acknowledged}`, text: '' });
        acknowledged += 1;
      }
    })().catch(() => undefined);
    await expect.poll(() => acknowledged, { timeout: 40_000 }).toBeGreaterThan(8);
    program.kill('SIGKILL');
    await Promise.all([ended, load]);
    const org = await testOrg({ dataDir });
    const { body } = await org.desk<{ text: string }[]>('GET', `/messages?user=${ADA}`);
    const kept = new Set(body.map(({ text }) => text));
    for (let number = 0; number < acknowledged; number++) expect(kept).toContain(`number ${number}`);
    // The one under way when the end came may have been kept or not.
    expect(body.length - acknowledged).toBeLessThanOrEqual(1);
    const database = new DatabaseSync(join(dataDir, 'org.sqlite'));
    database.function('fold', { deterministic: true }, (text) => functions.fold(String(text)));
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    database.close();
  });

  it('tells in one line what is in the way, and exits with 1', async () => {
    const { port } = await testOrg();
    const taken = run({ ORG_PORT: String(port) });
    const wrong = run({ ORG_PORT: 'x', ORG_ENGINE: 'y' });
    expect([await taken.ended, await wrong.ended]).toEqual([1, 1]);
    expect(taken.out()).toBe(`Port ${port} is taken. Set ORG_PORT to another one.\n`);
    expect(wrong.out().trim().split('\n')).toHaveLength(2);
  });
});
