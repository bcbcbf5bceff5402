import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** A folder for data that cannot be made or had; the message names it and says why. */
export class FolderError extends Error {
  override readonly name = 'FolderError';
}

/**
 * Makes a folder that only its owner reads, and those that it is in. Node's own way (`recursive`) does not end where
 * the file system refuses a folder as missing, as in `/proc`. Throws a FolderError.
 */
export function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    // Another process made it.
    if (code === 'EEXIST') return;
    throw new FolderError(`the folder ${folder} cannot be made (${code})`, { cause: error });
  }
}

/** SQLite's code for a lock that somebody else has. */
const SQLITE_BUSY = 5;

/**
 * Makes a folder and takes it for this process: the kernel drops SQLite's lock on `portal.lock` with the process,
 * however it ends. Nothing is written to the file. Throws a FolderError if another process has it.
 * @returns gives the folder up
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
