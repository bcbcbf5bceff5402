import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort } from '#testing/free-port.ts';
import { makeAuditKey } from '#bff/records/audit-log/kept-key.ts';
import { operatorPrograms } from './commands.mjs';
import { root } from './step.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

// The npm scripts in their own processes, as people run them. CI runs the others (check, test, e2e, bench); bench's own
// test runs its small size.

type Running = {
  child: ChildProcess;
  said: (words: RegExp) => Promise<string>;
  ended: Promise<{ code: number | null; text: string }>;
};

let folder: string;
let env: Record<string, string>;
const running: Running[] = [];

function start(name: string, extra: Record<string, string> = {}, ...words: string[]): Running {
  const child = spawn(process.execPath, ['scripts/run.mjs', name, ...words], {
    cwd: root,
    env: { PATH: process.env['PATH'], HOME: folder, ...env, ...extra },
  });
  let text = '';
  let closed = false;
  const waiting = new Set<() => void>();
  const more = (chunk: Buffer) => {
    text += chunk.toString();
    for (const look of waiting) look();
  };
  child.stdout.on('data', more);
  child.stderr.on('data', more);
  const ended = new Promise<{ code: number | null; text: string }>((resolve) => {
    child.once('close', (code) => {
      closed = true;
      for (const look of waiting) look();
      resolve({ code, text });
    });
  });
  const said = (words: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        if (words.test(text)) resolve(text);
        else if (closed) reject(new Error(`${name} ended without saying ${words.source}:\n${text}`));
        else return;
        waiting.delete(look);
      };
      waiting.add(look);
      look();
    });
  const one = { child, said, ended };
  running.push(one);
  return one;
}

async function end({ child, ended }: Running): Promise<{ code: number | null; text: string }> {
  child.kill('SIGTERM');
  return ended;
}

beforeEach(async () => {
  folder = temporaryFolder();
  env = { DATA_DIR: join(folder, 'data'), PORT: String(await freePort()), EMULATOR_PORT: String(await freePort()) };
});
afterEach(async () => {
  await Promise.all(running.splice(0).map(end));
});

test('npm start prints the address, the people and the password; a second one reports the taken port; it ends cleanly', async () => {
  const portal = start('start');
  const text = await portal.said(/simulator: +http\S+/);
  expect(text).toContain(`http://localhost:${env['PORT']}`);
  expect(text).toContain('ada@example.com');
  expect(text).toMatch(/^password: \S+$/m);
  expect((await fetch(`http://localhost:${env['PORT']}/livez`)).status).toBe(200);

  for (const [name, other] of [
    ['PORT', 'EMULATOR_PORT'],
    ['EMULATOR_PORT', 'PORT'],
  ] as const) {
    const second = await start('start', { DATA_DIR: join(folder, 'second'), [other]: String(await freePort()) }).ended;
    expect(second.text.trim().split('\n')).toEqual([expect.stringContaining(`Port ${env[name]} is taken`)]);
    expect(second.code).toBe(1);
  }

  expect((await end(portal)).code).toBe(0);
  await expect(fetch(`http://localhost:${env['PORT']}/livez`)).rejects.toThrow();
});

test('npm start lists all wrong settings at once, without a stack', async () => {
  const { code, text } = await start('start', { PORT: 'abc', HOST: '0.0.0.0' }).ended;
  expect(code).toBe(1);
  expect(text).toMatch(/PORT/);
  expect(text).toMatch(/HOST/);
  expect(text).not.toMatch(/^\s+at /m);
});

test('npm run dev serves the pages from their sources', async () => {
  const portal = start('dev');
  await portal.said(/simulator: +http\S+/);
  const page = await fetch(`http://localhost:${env['PORT']}/get-help`);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('src="/src/web/');
  expect((await end(portal)).code).toBe(0);
});

test('npm run emulator runs alone, and npm run doctor accepts a portal’s right settings for it and rejects wrong ones', async () => {
  const BASE_URL = 'https://portal.example.com';
  const emulator = start('emulator', { BASE_URL });
  const text = await emulator.said(/simulator: +http\S+/);
  const told = (label: string) => new RegExp(`^${label}: +(\\S+)`, 'm').exec(text)?.[1] ?? '';
  const settings = {
    BASE_URL,
    TRUSTED_PROXIES: '10.0.0.10',
    OKTA_ORG_URL: told('emulator'),
    OKTA_ISSUER: told('issuer'),
    OKTA_CLIENT_ID: told('client id'),
    OKTA_CLIENT_SECRET: told('client secret'),
    OKTA_API_TOKEN: told('API token'),
    SMTP_URL: told('mail'),
    SESSION_SECRET: 'a session secret of thirty-two bytes or more',
    AUDIT_SIGNING_KEY: makeAuditKey(),
  };
  const well = await start('doctor', settings).ended;
  expect(well.text).not.toMatch(/FAILED/);
  expect(well.code).toBe(0);
  const wrong = await start('doctor', { ...settings, OKTA_API_TOKEN: '00wrong' }).ended;
  expect(wrong.text).toMatch(/FAILED/);
  expect(wrong.code).toBe(1);
  expect((await end(emulator)).code).toBe(0);
});

test('npm run NAME starts each program of the operator from its source', async () => {
  // The doctor's is tested above.
  const { doctor: _, ...others } = operatorPrograms;
  for (const file of Object.keys(others)) {
    const name = file.replace('audit-', 'audit:');
    const { code, text } = await start(name).ended;
    expect([name, code, text.trim().split('\n')]).toEqual([
      name,
      1,
      [expect.stringMatching(/\bnot set\b|\?|no portal/)],
    ]);
  }
});

test('npm run build leaves the pages built', async () => {
  expect((await start('build').ended).code).toBe(0);
});

test('npm run soak runs the random tests that one names, in the given size and with the given seed', async () => {
  const sizes = { SOAK_SEQUENCES: '40', SOAK_REQUESTS: '100', SOAK_RACES: '1', SOAK_FUZZ: '200', SOAK_MINUTES: '0.05' };
  const { code, text: coloured } = await start('soak', { ...sizes, SOAK_SEED: '7' }, 'code-attempts').ended;
  const text = stripVTControlCharacters(coloured);
  expect(text).toContain('40 sequences, 100 requests, 1 races, 200 odd requests, 0.05 minutes; again with SOAK_SEED=7');
  expect(text).toMatch(/^tries: seed 7$/m);
  expect(text).toMatch(/^tries at the wire: seed 7$/m);
  expect(text).toMatch(/Test Files {2}2 passed/);
  expect(text).not.toMatch(/skipped/);
  expect(code).toBe(0);
  const none = await start('soak', {}, 'nothing').ended;
  expect([none.code, none.text]).toEqual([1, 'no random test has nothing in its path\n']);
});

test('npm run soak names tests that exist, and sizes that something reads', () => {
  const soak = readFileSync(join(root, 'scripts/soak.ts'), 'utf8');
  const tests = soak.match(/'src\/[^']+\.test\.ts'/g)!.map((file) => file.slice(1, -1));
  expect(tests.length).toBeGreaterThan(10);
  expect(tests.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  const readers = globSync('{src,bench}/**/*.ts', { cwd: root }).map((file) => readFileSync(join(root, file), 'utf8'));
  const sizes = new Set(soak.match(/SOAK_[A-Z_]+/g));
  // The script gives this one by another name.
  sizes.delete('SOAK_LOG_ROWS');
  expect([...sizes].filter((size) => !readers.some((text) => text.includes(size)))).toEqual([]);
});
