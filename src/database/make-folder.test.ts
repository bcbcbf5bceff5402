import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FolderError, makeFolder } from './make-folder.ts';

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
