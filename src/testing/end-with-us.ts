import { spawn, type ChildProcess } from 'node:child_process';

/** Kills a program when this process ends, even by `kill -9`: the shell then reads the end of a closed pipe. */
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
