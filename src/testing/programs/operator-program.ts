import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** The built file of each operator's program by its source, where the run of vitest began with a build. */
    builtPrograms: Record<string, string>;
  }
}

const root = join(import.meta.dirname, '../../..');

/** Node's arguments that run an operator's program, named by its source: built, it starts for a fifth of the CPU. */
export const operatorProgram = (source: string): string[] => [
  '--disable-warning=ExperimentalWarning',
  join(root, inject('builtPrograms')[source] ?? source),
];

/** Runs an operator's program as npm does, with `PATH` and these variables only. Returns its exit code and output. */
export const runOperatorProgram = (
  source: string,
  words: readonly string[],
  env: Record<string, string>,
  flags: readonly string[] = [],
): Promise<{ code: number; out: string; err: string }> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      [...flags, ...operatorProgram(source), ...words],
      {
        cwd: root,
        env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: join(root, '.cache/node'), ...env },
        maxBuffer: 2 ** 24,
      },
      (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
