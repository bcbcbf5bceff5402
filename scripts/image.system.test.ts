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

/** A Dockerfile with each instruction on one line, without comments. */
const instructionsOf = (text: string): string => text.replace(/^\s*#.*\n/gm, '').replaceAll(/\\\n\s*/g, ' ');

/** Rules of the last stage of a Dockerfile, each with a change that breaks it. */
const rules: [rule: string, holds: (last: string, all: string) => boolean, from: RegExp | string, to: string][] = [
  [
    'the base has a digest, and the Node of .node-version',
    (_, all) =>
      new RegExp(`^ARG BASE=\\S+/node:${read('.node-version').trim()}-\\S+@sha256:[0-9a-f]{64}$`, 'm').test(all),
    /@sha256:\w+/,
    '',
  ],
  ['each stage is on the base', (_, all) => !/^FROM (?!\$\{BASE\})/m.test(all), 'FROM ${BASE}\n', 'FROM debian\n'],
  [
    'what runs is copied from the build alone, and nothing is fetched',
    (last) =>
      /^COPY --from=build /m.test(last) && !/^(?:COPY (?!--from=build )|ADD)|apt-get|curl|wget|npm ci/m.test(last),
    'COPY --from=build /image/ /',
    'COPY . /app',
  ],
  [
    'npm is removed',
    (last) => /rm -rf [^&]*\/node_modules.* npm npx corepack /.test(last),
    'rm -f npm npx',
    'rm -f npx',
  ],
  [
    'a user without rights',
    (last) => /^RUN [^]*^USER [1-9]\d*:[1-9]\d*$(?![^]*^RUN )/m.test(last),
    'USER 1000:1000',
    'USER root',
  ],
  ['a health check at /livez', (last) => /^HEALTHCHECK .* CMD \["node", .*\/livez/m.test(last), '/livez', '/'],
  ['the program is the first process', (last) => /^ENTRYPOINT \["latchkey"\]$/m.test(last), '["latchkey"]', 'latchkey'],
  [
    'no secret in a variable',
    (_, all) => !/^(?:ARG|ENV) .*(?:SECRET|TOKEN|KEY|PASSWORD)/m.test(all),
    'ENV NODE_ENV',
    'ENV OKTA_API_TOKEN=x NODE_ENV',
  ],
];

test.each(rules)('Dockerfile: %s', (_rule, holds, from, to) => {
  const isKept = (text: string) => holds(text.slice(text.lastIndexOf('\nFROM ') + 1), text);
  const text = read('Dockerfile');
  expect(isKept(instructionsOf(text))).toBe(true);
  expect(isKept(instructionsOf(text.replace(from, () => to)))).toBe(false);
});

test('the build gets what it reads, and nothing else', () => {
  const lines = read('.dockerignore').split('\n');
  expect(lines[1]).toBe('*');
  const kept = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  for (const file of kept) expect(() => statSync(join(root, file)), file).not.toThrow();
  const copied = instructionsOf(read('Dockerfile')).matchAll(/^COPY (?!--)(.+) \S+$/gm);
  const needed = [...copied].flatMap(([, files]) => files!.split(' '));
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
