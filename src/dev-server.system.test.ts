import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '#testing/free-port.ts';
import { ADA } from '#testing/test-env.ts';
import { exchange, signedInAt } from '#testing/visitor.ts';
import { commands } from '../scripts/commands.mjs';

const root = join(import.meta.dirname, '..');
const CANARY = 'canary-of-the-development-server';

const start = (env: Record<string, string>, words = ['src/server.ts', '--dev']): ChildProcess =>
  spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...words], {
    cwd: root,
    env: { PATH: process.env['PATH'], LOG_LEVEL: 'error', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
const heard = (child: ChildProcess) => {
  const lines = { text: '' };
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (lines.text += String(chunk)));
  return lines;
};

describe('[P4] npm run dev', () => {
  it('refuses a real org, before it opens anything', async () => {
    const real = {
      OKTA_ORG_URL: 'https://example.okta.com',
      OKTA_ISSUER: 'https://example.okta.com/oauth2/default',
      OKTA_CLIENT_ID: '0oa1',
      OKTA_CLIENT_SECRET: 'a-secret-of-the-client',
      OKTA_API_TOKEN: '00token-of-sixteen',
      SESSION_SECRET: 'k'.repeat(43),
      BASE_URL: 'https://methods.example.com',
      PORT: '0',
      DATA_DIR: '/nonexistent/latchkey',
    };
    const child = start(real);
    const said = heard(child);
    const [code] = (await once(child, 'exit')) as [number];
    expect([code, said.text]).toEqual([1, expect.stringContaining('npm run dev is for the demo alone')]);
  });

  it.each([
    ['HOST', '0.0.0.0'],
    ['BASE_URL', 'https://methods.example.com'],
    ['NODE_ENV', 'production'],
  ])(
    'refuses %s=%s',
    async (name, value) => {
      const child = start({ PORT: '0', DATA_DIR: '/nonexistent/latchkey', [name]: value });
      const [code] = (await once(child, 'exit')) as [number];
      expect(code).toBe(1);
    },
    60_000,
  );
});

describe('[P4] the development server, while it runs', () => {
  let child: ChildProcess;
  let said: { text: string };
  let base: string;
  let emulator: number;
  const upAgain = (times: number) =>
    new Promise<void>((resolve, reject) => {
      const look = () => said.text.split('up in').length > times && resolve();
      child.stdout?.on('data', look);
      child.once('exit', () => reject(new Error(said.text)));
      look();
    });
  // Vite serves this folder, so only Vite's own deny list can protect these files.
  const folder = mkdtempSync(join(root, 'node_modules', '.latchkey-dev-'));
  const files: Record<string, string> = {
    '.env': CANARY,
    '.env.local': CANARY,
    'tls.pem': CANARY,
    'tls.key': CANARY,
    'notes.txt': CANARY,
  };
  beforeAll(async () => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), `${text}\n`);
    const port = await freePort();
    base = `http://localhost:${port}`;
    emulator = await freePort();
    child = start({ PORT: String(port), EMULATOR_PORT: String(emulator), DATA_DIR: folder }, commands['dev']!.run);
    said = heard(child);
    await upAgain(1);
  });
  afterAll(async () => {
    child.kill('SIGTERM');
    await once(child, 'exit');
    rmSync(folder, { recursive: true, force: true });
  });

  it('restarts after an edit of the server, and keeps sessions', async () => {
    const password = /password: (\S+)/.exec(said.text)![1]!;
    const ada = await signedInAt({ base, emulator: `http://localhost:${emulator}`, password }, ADA);
    utimesSync(join(root, 'src/bff/app.ts'), new Date(), new Date());
    await upAgain(2);
    expect((await ada.call('getSession')).status).toBe(200);
  });

  const get = (path: string) => exchange(base, { path, headers: { accept: '*/*' } });

  it('serves the sources of the pages', async () => {
    expect((await get('/src/web/app/entry-client.tsx')).status).toBe(200);
    const { text } = await get('/');
    expect(text).toContain('/@vite/client');
    expect(text).toContain('/src/web/app/entry-client.tsx');
    // Vite's template has an inline script, which the CSP forbids.
    const scripts = [...text.matchAll(/<script\b([^>]*)>/g)].map(([, attributes = '']) => attributes);
    expect(scripts.filter((one) => !/ src="\//.test(one))).toEqual([' type="application/json" id="latchkey-data"']);
    expect((await get('/index.html')).status).toBe(404);
  });

  it('does not serve the data folder, settings or keys, by any path', async () => {
    const secrets = [
      CANARY,
      readFileSync(join(folder, 'session-secret'), 'utf8').trim(),
      'SQLite format 3',
      '"privateKey"',
      '"sealingKeys"',
    ];
    const names = [
      ...Object.keys(files),
      'session-secret',
      'portal.sqlite',
      'portal.sqlite-wal',
      'emulator.sqlite',
      'emulator-keys.json',
    ];
    const ends = [
      '',
      '?',
      '?raw',
      '?url',
      '?import',
      '?import&raw',
      '?raw??',
      '?import&raw??',
      '?inline',
      '?url&inline',
      '?inline&import',
      '?worker',
      '?init',
      '.svg?.wasm?init',
      '?t=1',
      '#x',
      '?direct',
      '/',
    ];
    const seen: string[] = [];
    for (const name of names) {
      const path = join(folder, name);
      const inside = `/${relative(root, path)}`;
      const starts = [
        inside,
        `/@fs${path}`,
        `/@fs/${path}`,
        `//${inside}`,
        inside.replace('.latchkey', '%2elatchkey'),
        `/src/..${inside}`,
        `/src/%2e%2e${inside}`,
        `/@id${inside}`,
        `/@fs${path}`.toUpperCase(),
        `/@fs${root}/src/..${inside}`,
        `/@id/__x00__${path}`,
      ];
      for (const begin of starts) {
        const replies = await Promise.all(ends.map((end) => get(begin + end).catch(() => null)));
        const shows = (text: string) =>
          secrets.some(
            (secret) => text.includes(secret) || text.includes(Buffer.from(secret).toString('base64').slice(0, -4)),
          );
        replies.forEach((reply, at) => reply && shows(reply.text) && seen.push(begin + ends[at]));
      }
    }
    expect(seen).toEqual([]);
  });

  it('serves only the pages’ sources of its folder, and nothing outside it', async () => {
    for (const path of [
      '/package.json',
      '/.git',
      '/vite.config.ts',
      '/README.md',
      `/@fs${root}/package.json`,
      '/@fs/etc/passwd',
      '/@fs/proc/self/environ',
      `/@fs${root}/.git`,
      '/.data/portal.sqlite',
      '/.data/session-secret',
      '/.env',
    ]) {
      for (const end of ['', '?raw', '?import&raw', '?raw??', '?url&inline']) {
        const reply = await get(path + end);
        expect([path + end, [200, 304].includes(reply.status) && !reply.text.includes('<!doctype html>')]).toEqual([
          path + end,
          false,
        ]);
      }
    }
  });

  it('answers to its own host name only', async () => {
    const reply = await exchange(base, { path: '/src/web/app/entry-client.tsx', headers: { host: 'evil.example' } });
    expect(reply.status).toBe(403);
  });
});
