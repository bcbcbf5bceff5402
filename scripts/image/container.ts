import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { endWithUs } from '#testing/end-with-us.ts';
import type { ImageConfig } from './buildah.ts';

/** A read-only root, a volume, and a user without rights. The network is the machine's. `$0` is the root. */
const inside = `
  set -e
  for file in hosts resolv.conf; do
    touch "$0/etc/$file"
    mount --bind "/etc/$file" "$0/etc/$file"
  done
  mount --rbind "$0" "$0"
  mount -o remount,bind,ro "$0"
  mount --bind "$1" "$0/data"
  mount --rbind /dev "$0/dev"
  mount -t proc proc "$0/proc"
  root=$0 user=$2 folder=$3
  shift 3
  exec chroot --userspec="$user" "$root" env --chdir="$folder" "$@"`;

export type Place = { root: string; data: string; config: ImageConfig; env: Record<string, string> };

function commandIn({ root, data, config, env }: Place, words: readonly string[]) {
  const own = Object.fromEntries(
    config.Env.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  const place = [root, data, config.User, config.WorkingDir];
  const args = ['--mount', '--propagation=private', 'sh', '-c', inside, ...place, ...words];
  return { args, env: { ...own, ...env } };
}

export function runInside(place: Place, words: readonly string[]): { code: number | null; output: string } {
  const { args, env } = commandIn(place, words);
  const { status, stdout, stderr } = spawnSync('unshare', args, { env, encoding: 'utf8' });
  return { code: status, output: stdout + stderr };
}

export function startContainer(place: Place) {
  const { Entrypoint, Cmd, StopSignal } = place.config;
  const { args, env } = commandIn(place, [...Entrypoint, ...Cmd]);
  const child = endWithUs(spawn('unshare', args, { env, stdio: ['ignore', 'pipe', 'pipe'] }));
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += String(chunk)));
  return {
    said: () => said,
    async ready(port: number): Promise<void> {
      for (let tries = 0; tries < 600 && child.exitCode === null; tries += 1) {
        const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
        if (answer?.ok) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(`the container did not become ready: ${said}`);
    },
    async stop(): Promise<number | null> {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit');
        child.kill(StopSignal as NodeJS.Signals);
        await gone;
      }
      return child.exitCode;
    },
  };
}
