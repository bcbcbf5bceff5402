import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { commands } from './commands.mjs';
import { root } from './step.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

/** A fake npm: records its calls and writes a small node_modules with a fake Vite. */
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

/** A fake for every program: records its arguments, and ends as it is told. */
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

/** Vitest's Node is used as the host's, which has a folder of its own. */
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
const said = (child: ChildProcess, text: string) =>
  new Promise<void>((resolve) =>
    child.stdout!.on('data', (chunk: Buffer) => chunk.toString().includes(text) && resolve()),
  );

test('a fresh clone is installed and built once, again when its lock file or a source changed', async () => {
  const first = await run('start');
  expect(first).toMatchObject({ code: 0, err: '' });
  expect(first.out).toMatch(/installing packages \(once, about a minute\) …\n[^]*building pages and server …\n/);
  // npm deletes node_modules, so it must not run on the Node inside it.
  const [command, path] = lines('npm.log');
  expect(command).toMatch(/^ci --loglevel=error/);
  expect(path).not.toContain('node_modules');
  write('src/web/list.test.tsx', 'a test');
  expect(await run('start')).toEqual({ code: 0, out: '', err: '' });
  expect([installs().length, builds()]).toEqual([1, ['build --app --logLevel=warn']]);
  expect(lines('program.log')).toHaveLength(2);

  write('package-lock.json', JSON.stringify({ packages: { '': {}, 'node_modules/a': { version: '2.0.0' } } }));
  expect((await run('dev')).out).toMatch(/the lock file changed/);
  expect([installs().length, builds().length]).toEqual([2, 1]);
  write('src/web/list.tsx', 'two');
  await run('start');
  rmSync(join(folder, 'dist/ssr'), { recursive: true });
  await run('start');
  expect(builds()).toHaveLength(3);
});

test('packages that already match the lock file are left alone', async () => {
  const a = { version: '1.0.0', integrity: 'sha512-a' };
  const elsewhere = { version: '3.0.0', optional: true };
  write(
    'package-lock.json',
    JSON.stringify({ packages: { '': {}, 'node_modules/a': a, 'node_modules/b': elsewhere } }),
  );
  write('node_modules/.package-lock.json', JSON.stringify({ packages: { 'node_modules/a': a } }));
  expect(await run('doctor')).toEqual({ code: 0, out: '', err: '' });
  expect(installs()).toEqual([]);
});

test.each([
  ['NPM_FAILS', /^latchkey: npm could not install the packages.*\n$/],
  ['VITE_FAILS', /^latchkey: the build failed.*\n$/],
])(
  'a step that fails (%s) gives one line, starts nothing, and is done again by the next start',
  async (fails, line) => {
    expect(await run('start', { [fails]: '1' })).toMatchObject({ code: 1, err: expect.stringMatching(line) });
    expect(lines('program.log')).toEqual([]);
    expect((await run('start')).code).toBe(0);
  },
);

test('an unknown script or a missing lock file gives one line', async () => {
  expect((await run('fly')).err).toMatch(/^latchkey: unknown script “fly”: use one of .*\n$/);
  rmSync(join(folder, 'package-lock.json'));
  const line = expect.stringMatching(/^latchkey: package-lock.json is missing.*\n$/);
  expect(await run('start')).toMatchObject({ code: 1, err: line });
});

test('the program gets the arguments and the signals of its script, whose exit code is the program’s', async () => {
  expect((await start(['emulator', '--open'], { PROGRAM_CODE: '3' }).ended).code).toBe(3);
  expect(lines('program.log')[0]).toMatch(/src\/okta-emulator\/main\.ts","--open"\]$/);
  const { child, ended } = start(['emulator', '--stay']);
  await said(child, 'up\n');
  child.kill('SIGTERM');
  expect((await ended).code).toBe(7);
});

test.skipIf(process.platform === 'win32')('the program ends with npm, whose shell forwards no signal', async () => {
  const script = spawn('sh', ['-c', `'${process.execPath}' scripts/run.mjs emulator --stay; true`], {
    cwd: folder,
    env: { ...npmEnv(), npm_lifecycle_event: 'emulator' },
  });
  // The output closes when the last process that could write to it has ended.
  const ended = new Promise((resolve) => script.stdout.once('close', resolve));
  await said(script, 'up\n');
  script.kill('SIGTERM');
  await ended;
  expect(lines('program.log')).toHaveLength(2);
});

test.skipIf(process.platform === 'win32')('the Node is the host’s from version 24, else the packaged one', async () => {
  const fakeNode = (file: string) => {
    write(file, `#!/bin/sh\necho ${file} "$@"\n`);
    chmodSync(join(folder, file), 0o755);
    return join(folder, file);
  };
  const check = (version: string) =>
    run('check', {
      PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
      npm_node_execpath: host,
      npm_config_user_agent: `npm/11.0.0 node/v${version} linux x64`,
    });
  await run('check');
  fakeNode('node_modules/.bin/node');
  const host = fakeNode('host/node');
  const words = '--disable-warning=ExperimentalWarning scripts/test.ts check\n';
  expect((await check('26.1.0')).out).toBe(`host/node ${words}`);
  expect((await check('20.20.2')).out).toBe(`node_modules/.bin/node ${words}`);
  rmSync(join(folder, 'node_modules/.bin/node'));
  expect(await check('20.20.2')).toMatchObject({ code: 1, err: expect.stringMatching(/^latchkey: no Node 24 comes/) });
});

test('of concurrent starts one prepares the folder; one that was killed blocks nobody', async () => {
  const gone = spawn(process.execPath, ['--version']);
  await new Promise((resolve) => gone.once('close', resolve));
  write('.cache/bootstrap.lock', String(gone.pid));
  const all = await Promise.all([run('start'), run('start'), run('start')]);
  expect(all.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect([installs().length, builds().length]).toEqual([1, 1]);
  expect(existsSync(join(folder, '.cache/bootstrap.lock'))).toBe(false);

  rmSync(join(folder, 'node_modules'), { recursive: true });
  write('.cache/bootstrap.lock', String(process.pid));
  const { child, ended } = start(['check']);
  await said(child, 'waiting for another start');
  expect(installs()).toHaveLength(1);
  rmSync(join(folder, '.cache/bootstrap.lock'));
  expect((await ended).code).toBe(0);
});

test('a browser and programs of tests are installed with `--install` only, which the program does not see', async () => {
  write('bin/apt-get', '#!/bin/sh\necho "$@" >> apt.log\n');
  // The folder has none of this machine's other programs.
  for (const [name, file] of Object.entries({ sh: '/bin/sh', env: '/usr/bin/env', node: process.execPath }))
    symlinkSync(file, join(folder, 'bin', name));
  const env = { PATH: join(folder, 'bin') };
  for (const name of ['test', 'test:system']) expect(await run(name, env)).toMatchObject({ code: 0, err: '' });
  expect(lines('apt.log')).toEqual([]);

  const install = (settings = {}) => start(['test', '--install'], { ...env, ...settings }).ended;
  expect(await install({ CHROMIUM_PATH: process.execPath })).toMatchObject({ code: 0, err: '' });
  const lost = join(folder, 'nowhere');
  expect(await install({ CHROMIUM_PATH: lost })).toMatchObject({
    code: 1,
    err: `latchkey: CHROMIUM_PATH names no program: ${lost}\n`,
  });
  expect(lines('program.log').join('\n')).not.toContain('--install');
  if (existsSync('/etc/debian_version') && process.getuid?.() === 0) {
    expect(await install()).toMatchObject({ code: 0, err: '' });
    expect(lines('apt.log').at(-1)).toMatch(/ install fonts-liberation chromium-headless-shell$/);
  }
});
