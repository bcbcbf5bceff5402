import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export type Program = {
  url: string;
  output(): string;
  usage(): Promise<Usage>;
  end(): Promise<void>;
};

export type Usage = { cpuMs: number; residentBytes: number };

export type Sandbox = {
  folder(): string;
  start(
    file: string,
    env: Record<string, string>,
    found: (program: Omit<Program, 'url'>) => Promise<string>,
  ): Promise<Program>;
  close(): Promise<void>;
};

const root = join(import.meta.dirname, '..');
const meter = fileURLToPath(import.meta.resolve('./programs/meter.mjs'));
const inherited = ['NODE_COMPILE_CACHE', 'PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot'];

/** Throws after half a minute. */
export async function until<T>(what: string, check: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const end = performance.now() + 30_000;
  while (performance.now() < end) {
    const found = await check();
    if (found !== undefined) return found;
    await sleep(4);
  }
  throw new Error(`waited too long for ${what}`);
}

async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const patience = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await exit;
  clearTimeout(patience);
}

export function createSandbox(): Sandbox {
  const folders: string[] = [];
  const children: ChildProcess[] = [];
  return {
    folder() {
      const made = mkdtempSync(join(tmpdir(), 'latchkey-bench-'));
      folders.push(made);
      return made;
    },
    async start(file, env, found) {
      const kept = Object.fromEntries(
        inherited.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
      );
      const child = fork(join(root, file), {
        cwd: root,
        env: { ...kept, ...env },
        execArgv: ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=8', '--import', meter],
        silent: true,
      });
      children.push(child);
      let text = '';
      for (const stream of [child.stdout!, child.stderr!])
        stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
      const died = once(child, 'exit').then(() => {
        throw new Error(`${file} ended: ${text}`);
      });
      died.catch(() => {});
      const program = {
        output: () => text,
        async usage(): Promise<Usage> {
          const answer = once(child, 'message') as Promise<[Usage]>;
          child.send({ ask: 'usage' });
          return (await Promise.race([answer, died]))[0];
        },
        end: () => endOf(child),
      };
      return { ...program, url: await Promise.race([found(program), died]) };
    },
    async close() {
      await Promise.all(children.map(endOf));
      for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
