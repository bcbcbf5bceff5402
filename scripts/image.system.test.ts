import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeAuditKey } from '#bff/records/audit-log/kept-key.ts';
import { endWithUs } from '#testing/end-with-us.ts';
import { freePort } from '#testing/free-port.ts';
import { ensureBuilt } from '#testing/server-process.ts';
import { operatorPrograms } from './commands.mjs';
import { root } from './step.ts';

// `npm run image` builds the image and tries it. This is what needs no image.

const read = (file: string) => readFileSync(join(root, file), 'utf8');
type Instruction = { name: string; words: string };

/** The instructions of a Dockerfile, each on one line. */
const instructionsOf = (text: string): Instruction[] =>
  text
    .replace(/^\s*#.*\n/gm, '')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .flatMap((line) => {
      const [, name, words] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
      return name ? [{ name, words: words!.replaceAll(/\s+/g, ' ') }] : [];
    });

/** What is wrong with a Dockerfile, one line each. */
function faultsOf(text: string): string[] {
  const all = instructionsOf(text);
  const last = all.slice(all.findLastIndex(({ name }) => name === 'FROM'));
  const of = (name: string) => last.filter((one) => one.name === name).map(({ words }) => words);
  const node = read('.node-version').trim().replaceAll('.', '\\.');
  const rules: [string, boolean][] = [
    [
      'the base has a digest, and the Node of .node-version',
      new RegExp(`^ARG BASE=\\S+/node:${node}-\\S+@sha256:[0-9a-f]{64}$`, 'm').test(text),
    ],
    [
      'each stage is on the base',
      all.filter(({ name }) => name === 'FROM').every(({ words }) => words.startsWith('${BASE}')),
    ],
    [
      'what runs is copied from the build alone',
      of('COPY').length > 0 && of('COPY').every((words) => words.startsWith('--from=build ')),
    ],
    [
      'nothing is fetched in the last stage',
      of('ADD').length === 0 &&
        !of('RUN').some((words) => /\b(?:apt-get|curl|wget|npm (?:ci|i|install))\b/.test(words)),
    ],
    [
      'npm is removed',
      of('RUN').some((words) => /rm -rf [^&]*\/node_modules/.test(words) && / npm npx corepack /.test(words)),
    ],
    [
      'a user without rights, by number',
      /^[1-9]\d*:[1-9]\d*$/.test(of('USER').at(-1) ?? '') &&
        last.findLastIndex(({ name }) => name === 'RUN') < last.findIndex(({ name }) => name === 'USER'),
    ],
    ['a health check at /livez', of('HEALTHCHECK').some((words) => / CMD \["node", .*\/livez/.test(words))],
    ['the program is the first process', /^\["latchkey"\]$/.test(of('ENTRYPOINT')[0] ?? '')],
    [
      'no secret in a variable',
      !all.some(({ name, words }) => /^(?:ARG|ENV)$/.test(name) && /SECRET|TOKEN|KEY|PASSWORD/.test(words)),
    ],
  ];
  return rules.flatMap(([rule, holds]) => (holds ? [] : [rule]));
}

test('the Dockerfile keeps its rules, and each one can fail', () => {
  const text = read('Dockerfile');
  expect(faultsOf(text)).toEqual([]);
  const planted: [RegExp | string, string][] = [
    [/@sha256:\w+/, ''],
    ['FROM ${BASE}\n', 'FROM debian\n'],
    ['COPY --from=build /image/ /', 'COPY . /app'],
    ['WORKDIR /app', 'ADD https://example.com/x /app\nWORKDIR /app'],
    ['rm -f npm npx', 'rm -f npx'],
    ['USER 1000:1000', 'USER root'],
    ['/livez', '/'],
    ['["latchkey"]', 'latchkey'],
    ['ENV NODE_ENV', 'ENV OKTA_API_TOKEN=x NODE_ENV'],
  ];
  expect(planted.map(([what, by]) => faultsOf(text.replace(what, () => by)).length)).toEqual(planted.map(() => 1));
});

test('the build gets what it reads, and nothing else', () => {
  const lines = read('.dockerignore').split('\n');
  expect(lines[1]).toBe('*');
  const kept = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  for (const file of kept) expect(() => statSync(join(root, file)), file).not.toThrow();
  const needed = instructionsOf(read('Dockerfile')).flatMap(({ name, words }) =>
    name === 'COPY' && !words.startsWith('--') ? words.split(' ').slice(0, -1) : [],
  );
  const [, sources = ''] = /buildSources = '([^']+)'/.exec(read('scripts/bootstrap.mjs')) ?? [];
  expect(kept).toEqual(expect.arrayContaining([...needed.filter((one) => one !== '.'), ...sources.split(' ')]));
});

describe.skipIf(process.platform === 'win32')('what is copied into the image, without sources and packages', () => {
  let folder: string;
  const latchkey = () => join(folder, 'app/bin/latchkey');
  const env = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` };
  beforeAll(async () => {
    await ensureBuilt();
    folder = mkdtempSync(join(tmpdir(), 'latchkey-image-'));
    cpSync(join(root, 'dist'), join(folder, 'app/dist'), { recursive: true });
    cpSync(join(root, 'package.json'), join(folder, 'app/package.json'));
    cpSync(join(root, 'bin/latchkey'), latchkey());
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = (...words: string[]) => {
    const settings = { ...env, DATA_DIR: join(folder, 'none'), DATABASE_URL: '', EMULATOR_PORT: '1' };
    const { status, stdout, stderr } = spawnSync(latchkey(), words, { cwd: folder, env: settings, encoding: 'utf8' });
    return { status, output: stdout + stderr };
  };

  test('each of the operator’s programs runs', () => {
    const said: Record<string, RegExp> = {
      doctor: /^FAILED {2}org: it is not running/m,
      'audit-verify': /there is no portal's store in/,
      unfreeze: /whose freeze\?/,
      'prepare-database': /DATABASE_URL is not set/,
    };
    for (const file of Object.keys(operatorPrograms)) {
      const { output } = run(file);
      expect(output, file).toMatch(said[file] ?? /./);
      expect(output, file).not.toMatch(/ERR_MODULE|Cannot find|SyntaxError|ReferenceError/);
    }
    expect(run('fly')).toMatchObject({ status: 64, output: expect.stringContaining('unknown program “fly”') });
  });

  test('the portal starts, serves its pages and ends with exit code 0', async () => {
    const port = await freePort();
    const settings = {
      ...env,
      PORT: String(port),
      NODE_ENV: 'production',
      BASE_URL: `http://localhost:${port}`,
      DATA_DIR: join(folder, 'data'),
      OKTA_ORG_URL: 'http://localhost:1',
      OKTA_ISSUER: 'http://localhost:1',
      OKTA_CLIENT_ID: 'nobody',
      OKTA_CLIENT_SECRET: randomBytes(16).toString('hex'),
      OKTA_API_TOKEN: randomBytes(16).toString('hex'),
      SESSION_SECRET: randomBytes(32).toString('hex'),
      AUDIT_SIGNING_KEY: makeAuditKey(),
    };
    const child = endWithUs(spawn(latchkey(), { cwd: folder, env: settings, stdio: ['ignore', 'pipe', 'pipe'] }));
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    let said = '';
    await new Promise<void>((resolve, reject) => {
      // In production the start is a line of the log, which goes to stderr.
      child.stderr.on('data', (chunk: Buffer) => (said += String(chunk)).includes('"msg":"started"') && resolve());
      child.once('exit', () => reject(new Error(said)));
    });
    const page = await fetch(`http://localhost:${port}/`);
    const html = await page.text();
    expect([page.status, html]).toEqual([200, expect.stringContaining('<h1')]);
    const [, script = ''] = /<script[^>]* src="([^"]+)"/.exec(html) ?? [];
    expect((await fetch(new URL(script, page.url))).status).toBe(200);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });
});
