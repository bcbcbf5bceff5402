import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import pg from 'pg';
import { freePort } from '../free-port.ts';
import { nativeFolder } from './native.ts';

/** The server accepts connections without a password. */
export type PostgresServer = {
  port: number;
  getUrl(database: string): string;
  /** `fast`: as an operator does. `crash`: like a power cut. */
  stop(how?: 'fast' | 'crash'): Promise<void>;
  start(): Promise<void>;
  remove(): Promise<void>;
};

export type PostgresServerOptions = {
  /** Whether committed data survives a crash. Default: false, which makes tests twice as fast. */
  fsync?: boolean;
  /** `name=value`. */
  settings?: readonly string[];
  /** Default: the folder of the npm package. */
  programs?: string;
};

const WAIT_MS = 90_000;
/** PostgreSQL refuses to run as root. */
export const nobody = (): { uid: number; gid: number } | undefined =>
  process.getuid?.() === 0
    ? {
        uid: Number(execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' })),
        gid: Number(execFileSync('id', ['-g', 'nobody'], { encoding: 'utf8' })),
      }
    : undefined;

/** The package's install script would create these links, but it does not run here. */
function linkLibraries(native: string, folder: string): void {
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  mkdirSync(folder);
  for (const { source, target } of links) symlinkSync(join(native, '..', source), join(folder, basename(target)));
}

export async function answers(child: ChildProcess, port: number, name: string): Promise<void> {
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said = (said + String(chunk)).slice(-4000)));
  for (const until = Date.now() + WAIT_MS; ;) {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}: ${said}`);
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (Date.now() > until) throw new Error(`${name} does not answer: ${said}`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

export async function startPostgres({
  fsync = false,
  settings = [],
  programs,
}: PostgresServerOptions = {}): Promise<PostgresServer> {
  const native = nativeFolder();
  if (native === null) throw new Error('no package has PostgreSQL for this platform');
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-postgres-'));
  const owner = nobody();
  if (owner) chownSync(folder, owner.uid, owner.gid);
  linkLibraries(native, join(folder, 'lib'));
  const data = join(folder, 'data');
  const options = {
    ...owner,
    cwd: folder,
    env: {
      ...process.env,
      LC_ALL: 'C.UTF-8',
      ...(!programs && { LD_LIBRARY_PATH: [join(folder, 'lib'), join(native, 'lib')].join(':') }),
    },
  };
  const bin = (name: string) => join(programs ?? join(native, 'bin'), name);
  execFileSync(
    bin('initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--no-instructions'],
    {
      ...options,
      stdio: 'pipe',
    },
  );
  const port = await freePort();
  const all = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    'shared_buffers=64MB',
    ...(fsync ? [] : ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off']),
    ...settings,
  ];
  const getUrl = (database: string) => `postgres://postgres@127.0.0.1:${port}/${database}?sslmode=disable`;
  let child: ChildProcess | null = null;

  async function start(): Promise<void> {
    const args = ['-D', data, ...all.flatMap((setting) => ['-c', setting])];
    const started = spawn(bin('postgres'), args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
    child = started;
    await answers(started, port, 'PostgreSQL');
  }

  async function stop(how: 'fast' | 'crash' = 'fast'): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    // PostgreSQL calls these “fast” and “immediate” shutdown.
    child.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT');
    await gone;
  }

  // Vitest may end without its teardown, for example after `kill -9`. The closed pipe then ends the shell's `read`.
  const ending = `read -r _; kill -QUIT "$(head -n 1 data/postmaster.pid)"; sleep 1; rm -rf "${folder}"`;
  const watch = spawn('sh', ['-c', ending], { cwd: folder, detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  watch.unref();
  await start();
  return {
    port,
    getUrl,
    start,
    stop,
    async remove() {
      await stop('crash');
      watch.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
