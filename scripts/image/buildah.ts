import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { npm } from '../npm.ts';
import { root } from '../step.ts';

/** The folder is separate from the machine's images and containers. */
const folder = join(root, '.cache/image');
const limits = ['--ulimit=nofile=20000:20000', '--ulimit=nproc=90000:90000'];
const certificates = '/etc/ssl/certs/ca-certificates.crt';
const imageName = 'localhost/latchkey:test';
const baseName = 'localhost/latchkey-base:test';

export type ImageConfig = {
  User: string;
  Env: string[];
  Entrypoint: string[];
  Cmd: string[];
  WorkingDir: string;
  StopSignal: string;
  Healthcheck: { Test: string[] };
};

function run(file: string, args: readonly string[], output: 'shown' | 'returned' = 'shown'): string {
  const limitsFile = join(folder, 'containers.conf');
  mkdirSync(folder, { recursive: true });
  writeFileSync(limitsFile, '[containers]\ndefault_ulimits = ["nofile=20000:20000"]\n');
  const { status, stdout, error } = spawnSync(file, args, {
    encoding: 'utf8',
    // Namespaces and networks would need rights and programs that few machines have.
    env: { ...process.env, CONTAINERS_CONF: limitsFile, BUILDAH_ISOLATION: 'chroot' },
    stdio: ['ignore', output === 'shown' ? 'inherit' : 'pipe', 'inherit'],
    maxBuffer: 64 * 2 ** 20,
  });
  if (status !== 0) throw new Error(`${file} ${args[0]} failed`, { cause: error });
  return stdout ?? '';
}

const storage = [`--root=${folder}/storage`, `--runroot=${folder}/run`, '--storage-driver=vfs'];
const buildah = (args: readonly string[], output: 'shown' | 'returned' = 'returned') =>
  run('buildah', [...storage, ...args], output).trim();

const has = (name: string) => buildah(['images', '--quiet', '--filter', `reference=${name}`]) !== '';

/** Null if the registry cannot be reached. */
function pulledBase(name: string): string | null {
  const { status } = spawnSync('buildah', [...storage, 'pull', '--quiet', name], { timeout: 120_000, stdio: 'ignore' });
  return status === 0 ? name : null;
}

/** Has this Node and the host's npm at the paths of the official image. */
function debianBase(): string {
  if (has(baseName)) return baseName;
  const files = join(folder, 'base');
  rmSync(files, { recursive: true, force: true });
  run('debootstrap', ['--variant=minbase', 'trixie', files]);
  const local = join(files, 'usr/local');
  cpSync(process.execPath, join(local, 'bin/node'), { dereference: true });
  const modules = npm(['root', '--global'], root).output.trim();
  cpSync(join(modules, 'npm'), join(local, 'lib/node_modules/npm'), { recursive: true, dereference: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(local, 'bin/npm'));
  if (existsSync(certificates)) {
    mkdirSync(dirname(join(files, certificates)), { recursive: true });
    cpSync(certificates, join(files, certificates), { dereference: true });
  }
  const container = buildah(['from', '--network=host', 'scratch']);
  buildah(['add', '--quiet', container, files, '/']);
  buildah(['config', '--env', 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', container]);
  buildah(['commit', '--quiet', '--rm', '--format=docker', container, baseName]);
  rmSync(files, { recursive: true, force: true });
  return baseName;
}

export function buildImage(): string {
  const [, named = ''] = /^ARG BASE=(.+)$/m.exec(readFileSync(join(root, 'Dockerfile'), 'utf8')) ?? [];
  const base = process.env['BASE'] ?? pulledBase(named) ?? debianBase();
  const npmrc = join(folder, 'npmrc');
  writeFileSync(npmrc, existsSync(certificates) ? `cafile=${certificates}\n` : '');
  const secret = `--secret=id=npmrc,src=${process.env['NPMRC'] ?? npmrc}`;
  const args = ['--format=docker', '--network=host', '--pull=never', ...limits, `--build-arg=BASE=${base}`, secret];
  buildah(['build', ...args, '--tag', imageName, root], 'shown');
  // Deletes the image that had this name before.
  buildah(['rmi', '--prune']);
  return base;
}

export const configOf = (): ImageConfig =>
  (JSON.parse(buildah(['inspect', '--type=image', imageName])) as { Docker: { config: ImageConfig } }).Docker.config;

export function mountImage(): { folder: string; remove(): void } {
  const container = buildah(['from', '--network=host', '--pull=never', ...limits, imageName]);
  return { folder: buildah(['mount', container]), remove: () => void buildah(['rm', container]) };
}
