import { spawn } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { endWithUs } from '#testing/end-with-us.ts';
import { freePort } from '#testing/free-port.ts';
import { ensureBuilt, startServerProcess } from '#testing/server-process.ts';
import { notifySupervisor } from './supervisor.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

const patience = { interval: 20 };
let folder: string;
beforeEach(() => void (folder = temporaryFolder()));

type Run = { words: string[]; env: object };

function recorder(): { program: string; runs: () => Run[] } {
  const [program, file] = [join(folder, 'recorder'), join(folder, 'runs')];
  writeFileSync(
    program,
    `#!${process.execPath}
const run = { words: process.argv.slice(2), env: process.env };
require('node:fs').appendFileSync(${JSON.stringify(file)}, JSON.stringify(run) + '\\n');`,
  );
  chmodSync(program, 0o755);
  const lines = () => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []);
  return { program, runs: () => lines().map((line) => JSON.parse(line) as Run) };
}

test('the program that speaks to systemd gets the socket’s name and nothing else of the environment', async () => {
  const { program, runs } = recorder();
  const errors: Error[] = [];
  const stop = notifySupervisor({ NOTIFY_SOCKET: '/there', WATCHDOG_USEC: '60000' }, (e) => errors.push(e), program);
  await expect.poll(() => runs().length, patience).toBeGreaterThan(2);
  stop();
  expect(runs()[0]).toEqual({ words: ['READY=1'], env: { NOTIFY_SOCKET: '/there' } });
  expect(runs()[1]).toEqual({ words: ['WATCHDOG=1'], env: { NOTIFY_SOCKET: '/there' } });
  expect(errors).toEqual([]);
});

test('without systemd nothing is started; what cannot be said is an error', async () => {
  const { program, runs } = recorder();
  notifySupervisor({}, () => {}, program)();
  const error = await new Promise<Error>((resolve) => {
    notifySupervisor({ NOTIFY_SOCKET: '/there' }, resolve, join(folder, 'no-such-program'));
  });
  expect(error.message).toContain('ENOENT');
  expect(runs()).toEqual([]);
});

/** Perl, because Node has no Unix datagram sockets. Every Debian has Perl. */
const receiver = `use IO::Socket::UNIX; use Socket; $| = 1;
my $socket = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => $ARGV[0]) or die $!;
print "open\\n";
while (defined $socket->recv(my $message, 4096)) { print "$message\\n" }`;

test.skipIf(!['/usr/bin/perl', '/usr/bin/systemd-notify'].every(existsSync))(
  'the portal tells systemd that it is ready when it answers, and goes on while its event loop turns',
  async () => {
    await ensureBuilt();
    const socket = join(folder, 'notify');
    const child = endWithUs(spawn('/usr/bin/perl', ['-e', receiver, socket], { stdio: ['ignore', 'pipe', 'inherit'] }));
    let heard = '';
    child.stdout.on('data', (chunk: Buffer) => (heard += String(chunk)));
    await expect.poll(() => heard, patience).toBe('open\n');
    const port = await freePort();
    const env = { NOTIFY_SOCKET: socket, WATCHDOG_USEC: '900000', LOG_LEVEL: 'warn' };
    const starting = startServerProcess({ port, emulatorPort: await freePort(), folder, env });
    try {
      await expect.poll(() => heard, patience).toContain('READY=1');
      expect((await fetch(`http://127.0.0.1:${port}/livez`)).status).toBe(200);
      await expect.poll(() => heard, patience).toMatch(/READY=1\n(?:.*\n)*?WATCHDOG=1\n(?:.*\n)*?WATCHDOG=1\n/);
      expect((await starting).said()).not.toContain('systemd');
    } finally {
      await (await starting).kill();
      child.kill();
    }
  },
);
