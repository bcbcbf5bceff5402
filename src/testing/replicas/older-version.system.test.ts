import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { olderSources } from './older-version.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'latchkey-versions-'));
  write('package.json', '{"version":"0.1.3"}');
  write('tsconfig.json', '{}');
  write(tables, 'one');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const tables = 'src/bff/platform/store/create-tables.ts';
function write(file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.com', ...args], { cwd: root, stdio: 'pipe' });
function commit(tag?: string): void {
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'x');
  if (tag) git('tag', tag);
}
function found(): string[] {
  const older = olderSources(root);
  if ('none' in older) return [older.none];
  const text = readFileSync(join(older.folder, tables), 'utf8');
  rmSync(older.folder, { recursive: true });
  return [older.commit, text];
}

test('the last release of the minor version is the older one', () => {
  commit('v0.1.2');
  write(tables, 'two');
  commit();
  write(tables, 'three');
  expect(found()).toEqual(['v0.1.2', 'one']);
});

test('before the first release of a minor version it is the last commit, while the tables are the same', () => {
  commit('v0.0.9');
  write(tables, 'two');
  commit();
  write('src/other.ts', 'x');
  expect(found()).toEqual(['HEAD', 'two']);
  write(tables, 'three');
  expect(found()).toEqual([`no version is released yet, and ${tables} differs from the last commit`]);
});

test('sources without a repository have none', () => {
  expect(found()).toEqual(['these sources are in no git repository']);
});
