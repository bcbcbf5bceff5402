import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FolderError, makeFolder, takeFolder } from './make-folder.ts';

const PROGRAM = new URL('make-folder.ts', import.meta.url).href;

test('makes a folder and those that it is in, for the owner only', () => {
  const root = mkdtempSync(join(tmpdir(), 'latchkey-folder-'));
  const folder = join(root, 'a', 'b');
  makeFolder(folder);
  makeFolder(folder);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  writeFileSync(join(root, 'file'), '');
  expect(() => makeFolder(join(root, 'file', 'c'))).toThrow(FolderError);
  rmSync(root, { recursive: true });
});

test.skipIf(!existsSync('/proc/self'))('says that the file system refuses one, and does not try for ever', () => {
  expect(() => makeFolder('/proc/latchkey/data')).toThrow('the folder /proc/latchkey cannot be made (ENOENT)');
});

test('a folder has one process, until that one ends in whatever way', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-folder-'));
  const code = `const { takeFolder } = await import(process.argv[1]); takeFolder(process.argv[2]); console.log('taken'); setInterval(() => {}, 1e6);`;
  const other = spawn(process.execPath, ['--input-type=module', '-e', code, PROGRAM, folder]);
  await once(other.stdout, 'data');
  expect(() => takeFolder(folder)).toThrow(FolderError);
  other.kill('SIGKILL');
  await once(other, 'close');
  const giveUp = takeFolder(folder);
  expect(() => takeFolder(folder)).toThrow(`another portal runs on ${folder}`);
  giveUp();
  takeFolder(folder)();
  expect(statSync(join(folder, 'portal.lock'))).toMatchObject({ size: 0 });
  rmSync(folder, { recursive: true });
});
