import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian installs servers in `/usr/sbin`, which only root has in `PATH`. */
const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin'];

export const findProgram = (name: string): string | undefined =>
  folders.map((folder) => join(folder, name)).find(existsSync);

export const runProgram = (
  file: string,
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string | undefined> } = {},
): Promise<{ code: number; output: string }> =>
  new Promise((resolve) => {
    execFile(file, args, { ...options, maxBuffer: 2 ** 24 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr }),
    );
  });
