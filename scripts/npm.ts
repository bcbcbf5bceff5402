import { spawnSync } from 'node:child_process';
import { delimiter, sep } from 'node:path';

/** Uses the host's Node, because the packaged one has no npm. `code`: null after `seconds`. */
export function npm(
  words: readonly string[],
  folder: string,
  seconds = 120,
): { code: number | null; output: string; error: string } {
  const PATH = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((one) => !one.split(sep).includes('node_modules'))
    .join(delimiter);
  const { status, stdout, stderr } = spawnSync('npm', [...words, '--no-update-notifier'], {
    cwd: folder,
    // npm's variables for scripts would be settings of this npm.
    env: {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name))),
      PATH,
    },
    shell: process.platform === 'win32',
    encoding: 'utf8',
    timeout: seconds * 1000,
    maxBuffer: 64 * 2 ** 20,
  });
  return { code: status, output: stdout, error: stderr };
}
