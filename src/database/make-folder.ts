import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** A data folder cannot be created, or another process uses it. The message names the folder and the reason. */
export class FolderError extends Error {
  override readonly name = 'FolderError';
}

/**
 * Creates a folder that only its owner can read, and its missing parents. Node's option `recursive` is not used: it
 * loops forever where the file system reports a refused folder as missing, as in `/proc`. Throws a FolderError.
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

/** SQLite's code when another process has the lock. */
const SQLITE_BUSY = 5;

/**
 * Creates a folder and locks it for this process with SQLite's lock on `portal.lock`. The kernel releases the lock when
 * the process ends, also after a crash. The file stays empty. Throws a FolderError if another process has the lock.
 * @returns the function that releases the folder
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
    if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw error;
    throw new FolderError(`another portal runs on ${folder}`, { cause: error });
  }
  return () => lock.close();
}
