import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { beforeEach, expect, test } from 'vitest';
import { makeAuditKey } from '#bff/records/audit-log/kept-key.ts';
import { endWithUs } from '#testing/end-with-us.ts';
import { freePort } from '#testing/free-port.ts';
import { runProgram } from '#testing/programs/find-program.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';
import { root } from './step.ts';

// CI runs the other scripts: check, test and test:system.

let folder: string;
let env: Record<string, string>;
beforeEach(async () => {
  folder = temporaryFolder();
  env = { DATA_DIR: join(folder, 'data'), PORT: String(await freePort()), EMULATOR_PORT: String(await freePort()) };
});

const options = (extra: Record<string, string>) => ({
  cwd: root,
  env: { PATH: process.env['PATH'], HOME: folder, ...env, ...extra },
});

const run = (name: string, extra: Record<string, string> = {}, ...words: string[]) =>
  runProgram(process.execPath, ['scripts/run.mjs', name, ...words], options(extra));

/** Resolves with the output when the script has printed the simulator's address, its last line. */
async function start(name: string, extra: Record<string, string> = {}): Promise<{ child: ChildProcess; text: string }> {
  const child = endWithUs(spawn(process.execPath, ['scripts/run.mjs', name], options(extra)));
  let text = '';
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => /simulator: +http\S+/.test((text += String(chunk))) && resolve());
    child.once('close', () => reject(new Error(`${name} ended: ${text}`)));
  });
  return { child, text };
}

async function end(child: ChildProcess): Promise<unknown> {
  child.kill('SIGTERM');
  const [code] = await once(child, 'close');
  return code;
}

test('npm start prints the address, the people and the password; a second one reports the taken port; it ends cleanly', async () => {
  const { child, text } = await start('start');
  expect(text).toContain(`http://localhost:${env['PORT']}`);
  expect(text).toContain('ada@example.com');
  expect(text).toMatch(/^password: \S+$/m);
  expect((await fetch(`http://localhost:${env['PORT']}/livez`)).status).toBe(200);
  const taken = { DATA_DIR: join(folder, 'second'), EMULATOR_PORT: String(await freePort()) };
  expect(await run('start', taken)).toEqual({
    code: 1,
    output: expect.stringMatching(new RegExp(`^[^\\n]*Port ${env['PORT']} is taken[^\\n]*\\n$`)),
  });
  expect(await end(child)).toBe(0);
  await expect(fetch(`http://localhost:${env['PORT']}/livez`)).rejects.toThrow();
});

test('npm start lists all wrong settings at once, without a stack', async () => {
  const { code, output } = await run('start', { PORT: 'abc', HOST: '0.0.0.0' });
  expect(code).toBe(1);
  expect(output).toMatch(/PORT[^]*HOST/);
  expect(output).not.toMatch(/^\s+at /m);
});

test('npm run dev serves the pages from their sources', async () => {
  const { child } = await start('dev');
  const page = await fetch(`http://localhost:${env['PORT']}/get-help`);
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('src="/src/web/')]);
  expect(await end(child)).toBe(0);
});

test('npm run emulator runs alone, and npm run doctor accepts a portal’s right settings for it and rejects wrong ones', async () => {
  const BASE_URL = 'https://portal.example.com';
  const { child, text } = await start('emulator', { BASE_URL });
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
  expect(await run('doctor', settings)).toEqual({ code: 0, output: expect.not.stringContaining('FAILED') });
  const wrong = { ...settings, OKTA_API_TOKEN: '00wrong' };
  expect(await run('doctor', wrong)).toEqual({ code: 1, output: expect.stringContaining('FAILED') });
  expect(await end(child)).toBe(0);
});

test('npm run soak runs the random tests that one names, in the given size and with the given seed', async () => {
  const sizes = { SOAK_SEQUENCES: '40', SOAK_REQUESTS: '100', SOAK_RACES: '1', SOAK_FUZZ: '200', SOAK_MINUTES: '0.05' };
  const { code, output } = await run('soak', { ...sizes, SOAK_SEED: '7' }, 'code-attempts');
  expect([code, stripVTControlCharacters(output)]).toEqual([0, expect.stringMatching(/^tries: seed 7$/m)]);
  expect(await run('soak', {}, 'nothing')).toEqual({ code: 1, output: 'no random test has nothing in its path\n' });
});
