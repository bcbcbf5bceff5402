import { spawn, type ChildProcess } from 'node:child_process';

/**
 * Lets a program end when this process ends, even by `kill -9`: then its end of the pipe to a shell is closed, which
 * kills the program. Where there is no `sh`, the program stays.
 */
export function endWithUs<T extends ChildProcess>(child: T): T {
  const watch = spawn('sh', ['-c', 'read -r _; kill -KILL "$0"', String(child.pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watch.on('error', () => {});
  watch.unref();
  child.once('exit', () => watch.kill('SIGKILL'));
  return child;
}
