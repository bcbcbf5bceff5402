// What every npm script is: makes the folder ready, then runs the program on Node 24, whatever the host has. Not by
// `prestart` and its like: npm skips those where `ignore-scripts` is set, as it is here (.npmrc) and on many a careful
// person's machine. Plain JavaScript without dependencies: it runs on the host's Node before anything is installed.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { bootstrap, node24, UserFacingError, root } from './bootstrap.mjs';
import { commands } from './commands.mjs';

/** @param {string[]} args what Node is given @returns {Promise<number>} the exit code */
function runNode(args) {
  const PATH = [join(root, 'node_modules', '.bin'), process.env['PATH'] ?? process.env['Path']].join(delimiter);
  // Early releases of Node 24 warn of SQLite and of TypeScript, which this program is made of.
  const child = spawn(node24(), ['--disable-warning=ExperimentalWarning', ...args], {
    cwd: root,
    // A quarter of the time to start is spent on compiling; the next start need not do it again.
    env: { NODE_COMPILE_CACHE: join(root, '.cache', 'node'), ...process.env, PATH },
    stdio: 'inherit',
  });
  // A terminal sends Ctrl-C to both; the program ends in its own time, and this after it.
  process.on('SIGINT', () => {});
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill(signal));
  // npm hands a SIGTERM to its shell, and the shell dies of it without a word to this.
  const parent = process.ppid;
  const isNpms = process.env['npm_lifecycle_event'] && process.platform !== 'win32';
  if (isNpms) setInterval(() => process.ppid === parent || child.kill('SIGTERM'), 200).unref();
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

try {
  const [name = '', ...args] = process.argv.slice(2);
  const command = commands[name];
  if (!command) throw new UserFacingError(`there is no “${name}”: one of ${Object.keys(commands).join(', ')}.`);
  await bootstrap(command.needs);
  if (command.run) process.exitCode = await runNode([...command.run, ...args]);
} catch (error) {
  const isOurs = error instanceof UserFacingError;
  console.error(`latchkey: ${isOurs ? error.message : `could not make this folder ready: ${String(error)}`}`);
  process.exitCode = 1;
}
