import { spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { findChromium } from './chromium.mjs';
import { commands } from './commands.mjs';
import { debianInstall, missingPrograms } from './programs.mjs';
import { root } from './step.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

/** Stands in for npm: notes how it was called and leaves a small node_modules with a Vite of its own. */
const npm = `#!/usr/bin/env node
  const { appendFileSync, mkdirSync, rmSync, writeFileSync } = require('node:fs');
  appendFileSync('npm.log', process.argv.slice(2).join(' ') + '\\n' + process.env.PATH + '\\n');
  if (process.env.NPM_FAILS) process.exit(1);
  rmSync('node_modules', { recursive: true, force: true });
  mkdirSync('node_modules/vite/bin', { recursive: true });
  writeFileSync('node_modules/vite/bin/vite.js', ${JSON.stringify(`
    const { appendFileSync, copyFileSync, mkdirSync, writeFileSync } = require('node:fs');
    appendFileSync('vite.log', process.argv.slice(2).join(' ') + '\\n');
    if (process.env.VITE_FAILS) process.exit(1);
    for (const folder of ['dist/client/.vite', 'dist/ssr']) mkdirSync(folder, { recursive: true });
    writeFileSync('dist/client/.vite/manifest.json', '{}');
    writeFileSync('dist/ssr/entry-server.js', '');
    copyFileSync('program.js', 'dist/server.js');
  `)});
`;

/** Stands in for every program: notes what it was given, and ends as it is told. */
const program = `
  require('node:fs').appendFileSync('program.log', JSON.stringify(process.argv.slice(1)) + '\\n');
  if (process.argv.includes('--stay')) {
    process.on('SIGTERM', () => {
      require('node:fs').appendFileSync('program.log', 'ended well\\n');
      process.exit(7);
    });
    console.log('up');
    setInterval(() => {}, 1000);
  } else process.exitCode = Number(process.env.PROGRAM_CODE ?? 0);
`;

let folder: string;

const write = (file: string, text: string) => {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
};
const lines = (file: string) =>
  existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8').trim().split('\n') : [];
const installs = () => lines('npm.log').filter((line) => line.startsWith('ci '));
const builds = () => lines('vite.log');

beforeEach(() => {
  folder = temporaryFolder();
  for (const file of ['run.mjs', 'commands.mjs', 'bootstrap.mjs', 'chromium.mjs', 'programs.mjs', 'usage.mjs']) {
    cpSync(join(root, 'scripts', file), join(folder, 'scripts', file));
  }
  write('package-lock.json', JSON.stringify({ packages: { '': {}, 'node_modules/a': { version: '1.0.0' } } }));
  write('src/web/list.tsx', 'one');
  write('program.js', program);
  const programs = new Set(Object.values(commands).flatMap(({ run }) => run?.[0] ?? []));
  for (const file of programs) if (!file.startsWith('node_modules/')) write(file, program);
  write('bin/npm', npm);
  write('bin/apt-get', '#!/bin/sh\n');
  for (const file of ['bin/npm', 'bin/apt-get']) chmodSync(join(folder, file), 0o755);
});

/** As npm sets it. Vitest's Node stands in for the host's, which is found under its own folder. */
const npmEnv = () => ({
  PATH: [join(folder, 'node_modules/.bin'), join(folder, 'bin'), '/usr/bin', '/bin'].join(delimiter),
  npm_node_execpath: process.execPath,
  npm_config_user_agent: `npm/11.0.0 node/${process.version} linux x64 workspaces/false`,
});

function start(words: string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, ['scripts/run.mjs', ...words], { cwd: folder, env: { ...npmEnv(), ...env } });
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.once('close', (code) => resolve({ code, out, err }));
  });
  return { child, ended };
}
const run = (name: string, env?: NodeJS.ProcessEnv) => start([name], env).ended;

describe('packages', () => {
  test('are installed once, with a message, and without one at the next start', async () => {
    const first = await run('check');
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out).toMatch(/installing packages \(once, about a minute\) …\n.*done in \d+\.\d s/);
    expect(await run('doctor')).toEqual({ code: 0, out: '', err: '' });
    expect(installs()).toHaveLength(1);
  });

  test('are installed again when the lock file changed', async () => {
    await run('check');
    write('package-lock.json', JSON.stringify({ packages: { '': {}, 'node_modules/a': { version: '2.0.0' } } }));
    expect((await run('check')).out).toMatch(/the lock file changed/);
    expect(installs()).toHaveLength(2);
  });

  test('are left alone when they already match the lock file', async () => {
    const a = { version: '1.0.0', integrity: 'sha512-a' };
    const elsewhere = { version: '3.0.0', optional: true };
    write(
      'package-lock.json',
      JSON.stringify({ packages: { '': {}, 'node_modules/a': a, 'node_modules/b': elsewhere } }),
    );
    write('node_modules/.package-lock.json', JSON.stringify({ packages: { 'node_modules/a': a } }));
    expect(await run('doctor')).toEqual({ code: 0, out: '', err: '' });
    expect(installs()).toEqual([]);

    write('node_modules/.latchkey-install', 'of another lock file');
    write(
      'node_modules/.package-lock.json',
      JSON.stringify({ packages: { 'node_modules/a': { integrity: 'sha512-old' } } }),
    );
    await run('check');
    expect(installs()).toHaveLength(1);
  });

  test('are installed by an npm that cannot find the Node it deletes', async () => {
    await run('check');
    const [command, path] = lines('npm.log');
    expect(command).toMatch(/^ci --loglevel=error/);
    expect(path).not.toContain('node_modules');
  });

  test('that cannot be installed give one line and exit code 1, and the next start tries again', async () => {
    const failed = await run('start', { NPM_FAILS: '1' });
    expect(failed.code).toBe(1);
    expect(failed.err).toMatch(/^latchkey: npm could not install the packages.*\n$/);
    expect((await run('check')).code).toBe(0);
    expect(installs()).toHaveLength(2);
  });
});

describe('the build', () => {
  test('runs when it is missing or a source changed, not for a changed test or the next start', async () => {
    await run('start');
    await run('start');
    write('src/web/list.test.tsx', 'a test');
    await run('start');
    expect(builds()).toHaveLength(1);
    write('src/web/list.tsx', 'two');
    await run('start');
    write('public/robots.txt', 'two');
    await run('start');
    expect(builds()).toEqual(Array.from({ length: 3 }, () => 'build --app --logLevel=warn'));
  });

  test('runs again after an interrupted build or when files are missing', async () => {
    const failed = await run('start', { VITE_FAILS: '1' });
    expect([failed.code, failed.err]).toEqual([1, expect.stringMatching(/^latchkey: the build failed.*\n$/)]);
    expect((await run('start')).code).toBe(0);
    rmSync(join(folder, 'dist/ssr'), { recursive: true });
    expect((await run('start')).code).toBe(0);
    expect(builds()).toHaveLength(3);
  });

  test('does not run for commands without it', async () => {
    for (const name of ['dev', 'emulator', 'doctor']) await run(name);
    expect(builds()).toEqual([]);
  });
});

describe('the program', () => {
  test('gets the arguments of its script and of the person, and its exit code is the script’s', async () => {
    expect((await start(['dev', '--open'], { PROGRAM_CODE: '3' }).ended).code).toBe(3);
    const [words] = lines('program.log');
    expect(words).toBe(JSON.stringify([join(realpathSync(folder), 'src/server.ts'), '--dev', '--open']));
  });

  test('gets the signal that ends its script, and is waited for', async () => {
    const { child, ended } = start(['emulator', '--stay']);
    await new Promise<void>((resolve) =>
      child.stdout.on('data', (chunk: Buffer) => chunk.toString().includes('up\n') && resolve()),
    );
    child.kill('SIGTERM');
    expect((await ended).code).toBe(7);
  });

  test.skipIf(process.platform === 'win32')('ends with npm, whose shell forwards no signal', async () => {
    const script = spawn('sh', ['-c', `'${process.execPath}' scripts/run.mjs emulator --stay; true`], {
      cwd: folder,
      env: { ...npmEnv(), npm_lifecycle_event: 'emulator' },
    });
    const ended = new Promise((resolve) => script.stdout.once('close', resolve));
    await new Promise<void>((resolve) =>
      script.stdout.on('data', (chunk: Buffer) => chunk.toString().includes('up\n') && resolve()),
    );
    script.kill('SIGTERM');
    // Its output closes when the last process that could write to it is gone.
    await ended;
    expect(lines('program.log')).toHaveLength(2);
  });

  test('does not start when the folder could not be prepared', async () => {
    await run('start', { VITE_FAILS: '1' });
    expect(lines('program.log')).toEqual([]);
  });
});

describe.skipIf(process.platform === 'win32')('the Node that the program runs on', () => {
  const fakeNode = (file: string) => {
    write(file, `#!/bin/sh\necho ${file} "$@"\n`);
    chmodSync(join(folder, file), 0o755);
    return join(folder, file);
  };
  const npmOn = (node: string, version: string) => ({
    npm_node_execpath: node,
    npm_config_user_agent: `npm/11.0.0 node/v${version} linux x64`,
  });
  const program = '--disable-warning=ExperimentalWarning scripts/test.ts check\n';

  test('is the host’s from version 24, else the packaged one', async () => {
    await run('check');
    fakeNode('node_modules/.bin/node');
    const host = fakeNode('host/node');
    const env = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` };
    expect((await run('check', { ...env, ...npmOn(host, '26.1.0') })).out).toBe(`host/node ${program}`);
    expect((await run('check', { ...env, ...npmOn(host, '20.20.2') })).out).toBe(`node_modules/.bin/node ${program}`);
    rmSync(join(folder, 'node_modules/.bin/node'));
    const none = await run('check', { ...env, ...npmOn(host, '20.20.2') });
    expect([none.code, none.err]).toEqual([1, expect.stringMatching(/^latchkey: no Node 24 comes with .*\n$/)]);
  });
});

describe('two concurrent starts', () => {
  test('one prepares the folder, the other waits for it', async () => {
    const both = await Promise.all([run('start'), run('start'), run('start')]);
    expect(both.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect([installs().length, builds().length]).toEqual([1, 1]);
    expect(existsSync(join(folder, '.cache/bootstrap.lock'))).toBe(false);
  });

  test('a killed one, or one with an old lock, blocks nobody', async () => {
    const gone = spawn(process.execPath, ['--version']);
    await new Promise((resolve) => gone.once('close', resolve));
    write('.cache/bootstrap.lock', String(gone.pid));
    expect((await run('check')).code).toBe(0);

    rmSync(join(folder, 'node_modules'), { recursive: true });
    write('.cache/bootstrap.lock', String(process.pid));
    utimesSync(join(folder, '.cache/bootstrap.lock'), new Date(), new Date(Date.now() - 11 * 60_000));
    expect((await run('check')).code).toBe(0);
    expect(installs()).toHaveLength(2);
  });

  test('a running one is waited for', async () => {
    write('.cache/bootstrap.lock', String(process.pid));
    const { child, ended } = start(['check']);
    await new Promise<void>((resolve) =>
      child.stdout.on('data', (chunk: Buffer) => chunk.toString().includes('waiting for another start') && resolve()),
    );
    expect(installs()).toEqual([]);
    rmSync(join(folder, '.cache/bootstrap.lock'));
    expect((await ended).code).toBe(0);
    expect(installs()).toHaveLength(1);
  });
});

describe('browser', () => {
  test('is the one without windows where both are installed', () => {
    onTestFinished(() => void vi.unstubAllEnvs());
    vi.stubEnv('PATH', join(folder, 'bin'));
    vi.stubEnv('CHROMIUM_PATH', '');
    for (const name of ['chromium', 'chromium-headless-shell']) {
      write(`bin/${name}`, '');
      expect(findChromium()).toBe(join(folder, 'bin', name));
    }
  });

  test.runIf(existsSync('/etc/debian_version') && process.getuid?.() === 0)(
    'the one without windows is added to the other where Debian’s packages name it, and is no condition',
    async () => {
      write('bin/chromium', '');
      write('bin/apt-get', '#!/bin/sh\necho "$@" >> apt.log\nexit 1\n');
      write('bin/apt-cache', '#!/bin/sh\n[ "$2" = "$KNOWN" ]\n');
      chmodSync(join(folder, 'bin/apt-cache'), 0o755);
      // Without this machine's own.
      for (const [name, file] of Object.entries({ sh: '/bin/sh', env: '/usr/bin/env', node: process.execPath }))
        symlinkSync(file, join(folder, 'bin', name));
      const PATH = join(folder, 'bin');
      const bench = (env: NodeJS.ProcessEnv) => start(['bench', '--install'], env).ended;
      expect(await bench({ PATH })).toMatchObject({ code: 0, err: '' });
      expect(lines('apt.log')).toEqual([]);
      const env = { PATH, KNOWN: 'chromium-headless-shell' };
      expect(await bench(env)).toMatchObject({ code: 0, err: '' });
      expect(lines('apt.log')).toEqual([expect.stringMatching(/ install chromium-headless-shell$/)]);
      write('bin/chromium-headless-shell', '');
      await bench(env);
      expect(lines('apt.log')).toHaveLength(1);
    },
  );

  test('the one of CHROMIUM_PATH is used unchecked', async () => {
    const withBrowser = (CHROMIUM_PATH: string) => start(['test', '--install'], { CHROMIUM_PATH }).ended;
    expect(await withBrowser(process.execPath)).toMatchObject({ code: 0, err: '' });
    const lost = await withBrowser(join(folder, 'nowhere'));
    expect([lost.code, lost.err]).toEqual([
      1,
      `latchkey: CHROMIUM_PATH names no program: ${join(folder, 'nowhere')}\n`,
    ]);
  });
});

describe('programs that tests run', () => {
  test('are installed with `--install` only, which the program does not see', async () => {
    write('bin/apt-get', '#!/bin/sh\necho "$@" >> apt.log\n');
    const PATH = join(folder, 'bin');
    for (const [name, file] of Object.entries({ sh: '/bin/sh', env: '/usr/bin/env', node: process.execPath }))
      symlinkSync(file, join(folder, 'bin', name));
    for (const name of ['test', 'test:system']) expect(await run(name, { PATH })).toMatchObject({ code: 0, err: '' });
    expect(lines('apt.log')).toEqual([]);
    expect(lines('program.log').join('\n')).not.toContain('--install');
  });

  test('are looked for on the path, and installed without starting their services', () => {
    const servers = ['pgbouncer', 'haproxy', 'nginx', 'caddy', 'prometheus', 'prometheus-alertmanager'];
    const all = [...servers, 'kustomize', 'docker-compose', 'systemd-analyze'];
    expect(missingPrograms(join(folder, 'bin'))).toEqual(all);
    expect(debianInstall(['pgbouncer', 'systemd-analyze'])).toMatch(
      /exit 101.*\n.*\n.*\n.* install pgbouncer systemd >.*\n.*\n +for one in pgbouncer; do /,
    );
    for (const name of all) write(`bin/${name}`, '');
    expect(missingPrograms(join(folder, 'bin'))).toEqual([]);
  });
});

test('an unknown script or a missing lock file gives one line', async () => {
  expect((await run('fly')).err).toMatch(/^latchkey: unknown script “fly”: use one of .*\n$/);
  rmSync(join(folder, 'package-lock.json'));
  expect(await run('start')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^latchkey: package-lock.json is missing.*\n$/),
  });
});
