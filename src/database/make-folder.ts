import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** A folder for data that cannot be made; the message names it and says why. */
export class FolderError extends Error {
  override readonly name = 'FolderError';
}

/**
 * Makes a folder that only its owner reads, and those that it is in. Node's own way (`recursive`) does not end where the
 * file system refuses a folder as missing, as in `/proc`. Throws a FolderError.
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
