import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const WAIT_MS = 30_000;

export type Porch = {
  base: string;
  org: string;
  password: string;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Ends it as Ctrl-C would. */
  end(): Promise<void>;
};

/** Builds the pages where nobody has: the porch does not start without them. */
export async function ensureBuilt(): Promise<void> {
  if (existsSync(join(root, 'dist/ssr/entry-server.js'))) return;
  const child = spawn(process.execPath, ['scripts/run.mjs', 'build'], { cwd: root, stdio: 'ignore' });
  await once(child, 'exit');
}

/**
 * Starts the real program, portal and org, on a folder of its own, and gives it when it is up. One that ended in order leaves its
 * compiled code in that folder, with which the next starts several times as fast.
 */
export async function startPorch(settings: { port: number; orgPort: number; folder: string }): Promise<Porch> {
  const { port, orgPort, folder } = settings;
  const env = { PATH: process.env['PATH'], PORT: String(port), ORG_PORT: String(orgPort), DATA_DIR: folder, RATE_LIMITS: 'off', ORG_RATE_LIMIT: '0', LOG_LEVEL: 'error', NODE_COMPILE_CACHE: join(folder, 'compiled') };
  const child: ChildProcess = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'src/server.ts'], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const patience = setTimeout(() => reject(new Error(`the porch did not come up: ${said}`)), WAIT_MS);
    const hear = (chunk: Buffer) => {
      said += String(chunk);
      if (!/up in /.test(said)) return;
      clearTimeout(patience);
      resolve();
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', (code) => reject(new Error(`the porch ended with ${code}: ${said}`)));
  });
  const stop = async (signal: 'SIGKILL' | 'SIGTERM') => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  };
  return {
    base: `http://localhost:${port}`,
    org: `http://localhost:${orgPort}`,
    password: /password: (\S+)/.exec(said)?.[1] ?? '',
    kill: () => stop('SIGKILL'),
    end: () => stop('SIGTERM'),
  };
}
