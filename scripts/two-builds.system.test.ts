import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { root } from './step.ts';

const inClone = readdirSync(root).filter(
  (name) => !['.git', '.cache', '.data', 'dist', 'node_modules', 'playwright-report', 'test-results'].includes(name),
);
const inImage = [...readFileSync(join(root, '.dockerignore'), 'utf8').matchAll(/^!(.+)$/gm)].map(([, name]) => name!);

function build(parts: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-build-'));
  for (const part of parts) cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(folder, 'node_modules/vite/bin/vite.js'), 'build', '--app', '--logLevel=warn'],
    { cwd: folder, env: { ...process.env, NODE_ENV: 'production' }, encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return folder;
}

function digests(folder: string): Record<string, string> {
  const files = readdirSync(join(folder, 'dist'), { recursive: true, withFileTypes: true })
    // `commit` needs git, which these folders do not have.
    .filter((one) => one.isFile() && one.name !== 'commit')
    .map((one) => join(one.parentPath, one.name))
    .sort();
  const digest = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');
  return Object.fromEntries(files.map((file) => [relative(join(folder, 'dist'), file), digest(file)]));
}

test('[C4] two builds in two folders, a clone and the image’s, are equal to the byte', { timeout: 240_000 }, () => {
  const folders = [build(inClone), build(inImage)];
  try {
    const [one, other] = folders.map(digests);
    expect(Object.keys(one!).length).toBeGreaterThan(30);
    expect(Object.keys(one!)).toEqual(expect.arrayContaining(['server.js', 'programs/doctor.js']));
    expect(other).toEqual(one);
    for (const file of Object.keys(one!))
      expect(readFileSync(join(folders[0]!, 'dist', file), 'latin1')).not.toContain(folders[0]!);
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
});
