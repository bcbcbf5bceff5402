import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Built files by source file. Empty if the test run did not build first. */
    builtPrograms: Record<string, string>;
  }
}

const root = join(import.meta.dirname, '../../..');

/** The built file starts with a fifth of the CPU. */
export const operatorProgram = (source: string): string[] => [
  '--disable-warning=ExperimentalWarning',
  join(root, inject('builtPrograms')[source] ?? source),
];

/** The program's only variables are `PATH` and `env`. */
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
