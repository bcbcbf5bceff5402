// npm skips `prestart` with `ignore-scripts`, as in our .npmrc. Plain JavaScript without dependencies: it runs on the
// host's Node before anything is installed.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { bootstrap, node24, UserFacingError, root } from './bootstrap.mjs';
import { commands, operatorPrograms } from './commands.mjs';
import { usageOf } from './usage.mjs';

/** @param {string[]} args @returns {Promise<number>} the exit code */
function runNode(args) {
  const PATH = [join(root, 'node_modules', '.bin'), process.env['PATH'] ?? process.env['Path']].join(delimiter);
  // Early releases of Node 24 warn about SQLite and TypeScript.
  const child = spawn(node24(), ['--disable-warning=ExperimentalWarning', ...args], {
    cwd: root,
    // Compiling takes a quarter of the start. The cache saves it at the next start.
    env: { NODE_COMPILE_CACHE: join(root, '.cache', 'node'), ...process.env, PATH },
    stdio: 'inherit',
  });
  // A terminal sends Ctrl-C to both processes. This process waits until the program has ended.
  process.on('SIGINT', () => {});
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill(signal));
  // npm sends SIGTERM only to its shell, which ends and does not forward it.
  const parent = process.ppid;
  const isNpms = process.env['npm_lifecycle_event'] && process.platform !== 'win32';
  if (isNpms) setInterval(() => process.ppid === parent || child.kill('SIGTERM'), 200).unref();
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

try {
  const [name = '', ...words] = process.argv.slice(2);
  const command = commands[name];
  if (!command) throw new UserFacingError(`unknown script “${name}”: use one of ${Object.keys(commands).join(', ')}.`);
  const args = command.installs ? words.filter((word) => word !== '--install') : words;
  const source = command.usage ?? Object.values(operatorPrograms).find((one) => one === command.run?.[0]);
  if (source && args.includes('--help')) {
    console.log(usageOf(join(root, source)));
    process.exit(0);
  }
  const installs = words.includes('--install') ? (command.installs ?? []) : [];
  await bootstrap([...command.needs, ...installs]);
  if (command.run) process.exitCode = await runNode([...command.run, ...args]);
} catch (error) {
  const isOurs = error instanceof UserFacingError;
  console.error(`latchkey: ${isOurs ? error.message : `could not prepare this folder: ${String(error)}`}`);
  process.exitCode = 1;
}
