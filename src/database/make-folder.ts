import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isBusy } from './errors.ts';

/** The folder cannot be created, or another process uses it. The message names the folder and the reason. */
export class FolderError extends Error {
  override readonly name = 'FolderError';
}

/**
 * Throws a FolderError. Node's option `recursive` loops forever where the file system reports a refused folder as
 * missing, as in `/proc`.
 */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    // Another process has just created the folder.
    if (code === 'EEXIST') return;
    throw new FolderError(`the folder ${folder} cannot be made (${code})`, { cause: error });
  }
}

/**
 * SQLite's lock on `portal.lock`, which the kernel releases when the process ends, also after a crash. Returns the
 * function that releases the folder. Throws a FolderError.
 */
export function takeFolder(folder: string): () => void {
  makeFolder(folder);
  const file = join(folder, 'portal.lock');
  const lock = new DatabaseSync(file);
  try {
    chmodSync(file, 0o600);
    lock.exec('PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (!isBusy(error)) throw error;
    throw new FolderError(`another portal runs on ${folder}`, { cause: error });
  }
  return () => lock.close();
}
