import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { endWithUs } from '../end-with-us.ts';
import type { OrgAccess } from './org-program.ts';

const root = join(import.meta.dirname, '../../..');
/** `npm run check` sets this variable to the built server. */
const SERVER_FILE = process.env['SERVER_FILE'] ?? 'src/server.ts';
const WAIT_MS = 60_000;
/** Linux counts CPU time in ticks, 100 a second (`getconf CLK_TCK`). */
const TICKS = 100;

export type Program = {
  said(): string;
  running(): boolean;
  /** CPU seconds since the program's start. Linux only. */
  cpu(): number;
  memory(): number;
  signal(name: 'SIGSTOP' | 'SIGCONT'): void;
  /** Returns the exit code. Null if the program was killed. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
};

function start(file: string, env: Record<string, string>, folder = root): Program & { child: ChildProcess } {
  const child = endWithUs(
    spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=8', file], {
      cwd: folder,
      env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: join(root, '.cache/node'), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  let said = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding('utf8').on('data', (chunk: string) => (said = (said + chunk).slice(-1_000_000)));
  const running = () => child.exitCode === null && child.signalCode === null;
  return {
    child,
    said: () => said,
    running,
    cpu() {
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
      return (Number(fields[11]) + Number(fields[12])) / TICKS;
    },
    memory: () => 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))![1]),
    signal: (name) => void child.kill(name),
    async end(signal) {
      if (running()) {
        const gone = once(child, 'exit');
        child.kill(signal);
        await gone;
      }
      return child.exitCode;
    },
  };
}

/** Throws with the program's output after a minute, or if the program ended. */
async function until<T>(program: Program, check: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (const end = Date.now() + WAIT_MS; ;) {
    const found = await check();
    if (found !== undefined) return found;
    if (!program.running() || Date.now() > end) throw new Error(`a program did not come up: ${program.said()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export async function startOrgProgram(env: Record<string, string>): Promise<Program & { org: OrgAccess }> {
  const program = start('src/testing/replicas/org-program.ts', env);
  const line = await until(program, () => /^\{.*\}$/m.exec(program.said())?.[0]);
  return { ...program, org: JSON.parse(line) as OrgAccess };
}

/** Waits until the portal is ready. `folder`: the sources of another version. */
export async function startPortal(port: number, env: Record<string, string>, folder?: string): Promise<Program> {
  const program = start(folder ? 'src/server.ts' : SERVER_FILE, { ...env, PORT: String(port) }, folder);
  await until(program, () =>
    fetch(`http://127.0.0.1:${port}/readyz`).then(
      async (answer) => {
        await answer.arrayBuffer();
        return answer.ok ? true : undefined;
      },
      () => undefined,
    ),
  );
  return program;
}

/** For each request, the bare proxy reads one row of PostgreSQL and calls Okta once. */
export async function startPeer(env: Record<string, string>): Promise<{ port: number; program: Program }> {
  const program = start('bench/programs/bare-proxy.ts', env);
  const port = await until(program, () => /^port (\d+)$/m.exec(program.said())?.[1]);
  return { port: Number(port), program };
}
