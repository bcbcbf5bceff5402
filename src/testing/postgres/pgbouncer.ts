import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endWithUs } from '../end-with-us.ts';
import { freePort } from '../free-port.ts';
import { findProgram } from '../programs/find-program.ts';
import { answers, nobody } from './server.ts';

const program = findProgram('pgbouncer');

export const hasPgBouncer = program !== undefined;

/** Starts it in transaction mode with two connections. `roles` may connect, besides `postgres`. */
export async function startPgBouncer(
  server: { port: number },
  settings: readonly string[] = [],
  roles: readonly string[] = [],
): Promise<{ port: number; stop(): Promise<void> }> {
  if (program === undefined) throw new Error('PgBouncer is not installed');
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-pgbouncer-'));
  const owner = nobody();
  const port = await freePort();
  const file = join(folder, 'pgbouncer.ini');
  const users = join(folder, 'users.txt');
  writeFileSync(users, ['postgres', ...roles].map((role) => `"${role}" ""\n`).join(''));
  writeFileSync(
    file,
    [
      '[databases]',
      `* = host=127.0.0.1 port=${server.port}`,
      '[pgbouncer]',
      ...['listen_addr = 127.0.0.1', `listen_port = ${port}`, 'unix_socket_dir =', 'auth_type = trust'],
      ...[`auth_file = ${users}`, 'pool_mode = transaction', 'default_pool_size = 2', 'max_client_conn = 100'],
      ...settings,
    ].join('\n'),
  );
  for (const path of owner ? [folder, file, users] : []) chownSync(path, owner!.uid, owner!.gid);
  const child = endWithUs(spawn(program, [file], { ...owner, stdio: ['ignore', 'ignore', 'pipe'] }));
  await answers(child, port, 'pgbouncer');
  return {
    port,
    async stop() {
      if (child.exitCode === null) {
        const gone = once(child, 'exit');
        child.kill('SIGKILL');
        await gone;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
