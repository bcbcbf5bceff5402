import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const WAIT_MS = 30_000;

/** Runs in the program before it does: tells at a signal what it holds. */
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
  /** Settings besides those that every test has. */
  env?: Record<string, string>;
  /** A descriptor that takes standard error; nothing can be measured then. */
  log?: number;
};

export type ServerProcess = {
  base: string;
  emulator: string;
  password: string;
  /** What it holds after a collection: heap and buffers in MB, open descriptors (0 where the system does not tell). */
  measure(): Promise<{ heapMb: number; descriptors: number }>;
  /** What it has said so far, on standard output and error. */
  said(): string;
  /** Whether it has ended by now. */
  exited(): boolean;
  /** Ends it as a power cut would. */
  kill(): Promise<unknown>;
  /** Ends it as Ctrl-C would; gives its exit code, null where it was killed. */
  end(): Promise<number | null>;
};

/** Builds the pages where nobody has: the server does not start without them. */
export async function ensureBuilt(): Promise<void> {
  if (existsSync(join(root, 'dist/ssr/entry-server.js'))) return;
  const child = spawn(process.execPath, ['scripts/run.mjs', 'build'], { cwd: root, stdio: 'ignore' });
  await once(child, 'exit');
}

/**
 * Starts the real program, portal and org, on a folder of its own, and gives it when it is up. One that ended in order
 * leaves its compiled code in that folder, with which the next starts several times as fast.
 */
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
    NODE_COMPILE_CACHE: join(folder, 'compiled'),
    ...more,
  };
  const flags = [
    '--disable-warning=ExperimentalWarning',
    '--expose-gc',
    `--import=data:text/javascript,${encodeURIComponent(measuring)}`,
  ];
  const child: ChildProcess = spawn(process.execPath, [...flags, 'src/server.ts'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', log],
  });
  let said = '';
  let measured: (line: string) => void = () => {};
  child.stderr?.on('data', (chunk: Buffer) => {
    const [, line] = /^measured (.*)$/m.exec(String(chunk)) ?? [];
    if (line !== undefined) measured(line);
  });
  await new Promise<void>((resolve, reject) => {
    const patience = setTimeout(() => reject(new Error(`the server did not come up: ${said}`)), WAIT_MS);
    const hear = (chunk: Buffer) => {
      said += String(chunk);
      if (!/up in /.test(said)) return;
      clearTimeout(patience);
      resolve();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
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
