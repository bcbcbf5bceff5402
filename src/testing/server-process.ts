import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { endWithUs } from './end-with-us.ts';
import { storeEnv } from './store.ts';

const root = join(import.meta.dirname, '../..');
const WAIT_MS = 90_000;
/** `npm run check` sets this variable to the built server. */
const SERVER_FILE = process.env['SERVER_FILE'] ?? 'src/server.ts';

/** Makes the program print its memory and open descriptors at a signal. */
const measuring = `import { readdirSync } from 'node:fs';
process.on('SIGUSR2', () => {
  for (let n = 0; n < 3; n += 1) gc();
  const { heapUsed, external } = process.memoryUsage();
  let descriptors = 0;
  try { descriptors = readdirSync('/proc/self/fd').length; } catch {}
  process.stderr.write('measured ' + JSON.stringify({
      heapMb: (heapUsed + external) / 2 ** 20, descriptors }) + String.fromCharCode(10));
});`;

export type ServerProcessOptions = {
  port: number;
  emulatorPort: number;
  folder: string;
  env?: Record<string, string>;
  /** A file descriptor for standard error. `measure` does not work with it. */
  log?: number;
};

export type ServerProcess = {
  base: string;
  emulator: string;
  password: string;
  /** Measures after a garbage collection, in MB. `descriptors`: open ones, or 0 if the system does not report them. */
  measure(): Promise<{ heapMb: number; descriptors: number }>;
  said(): string;
  exited(): boolean;
  kill(): Promise<unknown>;
  /** Ends the program like Ctrl-C. Returns the exit code, or null if it was killed. */
  end(): Promise<number | null>;
};

/** The server does not start without the pages. */
export async function ensureBuilt(): Promise<void> {
  if (existsSync(join(root, 'dist/ssr/entry-server.js'))) return;
  const child = spawn(process.execPath, ['scripts/run.mjs', 'build'], { cwd: root, stdio: 'ignore' });
  await once(child, 'exit');
}

export async function startServerProcess(settings: ServerProcessOptions): Promise<ServerProcess> {
  const { port, emulatorPort, folder, env: more, log = 'pipe' } = settings;
  const env = {
    PATH: process.env['PATH'],
    PORT: String(port),
    EMULATOR_PORT: String(emulatorPort),
    DATA_DIR: folder,
    RATE_LIMITS: 'off',
    EMULATOR_RATE_LIMIT: '0',
    LOG_LEVEL: 'error',
    // Without a load balancer, the portal can end at once.
    DRAIN_SECONDS: '0',
    // Node caches compiled code here, so the next start is faster.
    NODE_COMPILE_CACHE: join(root, '.cache/node'),
    ...(await storeEnv(folder)),
    ...more,
  };
  const flags = [
    '--disable-warning=ExperimentalWarning',
    '--expose-gc',
    `--import=data:text/javascript,${encodeURIComponent(measuring)}`,
  ];
  const child: ChildProcess = endWithUs(
    spawn(process.execPath, [...flags, SERVER_FILE], { cwd: root, env, stdio: ['ignore', 'pipe', log] }),
  );
  let said = '';
  let measured: (line: string) => void = () => {};
  child.stderr?.on('data', (chunk: Buffer) => {
    const [, line] = /^measured (.*)$/m.exec(String(chunk)) ?? [];
    if (line !== undefined) measured(line);
  });
  await new Promise<void>((resolve, reject) => {
    const patience = setTimeout(() => reject(new Error(`the server did not come up: ${said}`)), WAIT_MS);
    const onData = (chunk: Buffer) => {
      said += String(chunk);
      if (!/up in /.test(said)) return;
      clearTimeout(patience);
      resolve();
    };
    child.stdout?.on('data', onData);
    child.stderr?.on('data', onData);
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${said}`)));
  });
  const stop = async (signal: 'SIGKILL' | 'SIGTERM') => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
    }
    return child.exitCode;
  };
  return {
    base: `http://localhost:${port}`,
    emulator: `http://localhost:${emulatorPort}`,
    password: /password: (\S+)/.exec(said)?.[1] ?? '',
    async measure() {
      const line = new Promise<string>((resolve) => (measured = resolve));
      child.kill('SIGUSR2');
      return JSON.parse(await line) as { heapMb: number; descriptors: number };
    },
    said: () => said,
    exited: () => child.exitCode !== null || child.signalCode !== null,
    kill: () => stop('SIGKILL'),
    end: () => stop('SIGTERM'),
  };
}
