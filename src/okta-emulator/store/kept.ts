import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '#database/make-folder.ts';

/** Undefined if the file is missing. Throws an Error that names `what` if it is not JSON. */
export function readKept<T>(file: string, what: string): T | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new Error(`${file} does not hold ${what}`, { cause });
  }
}

/** Only the owner can read the file. It is replaced atomically, so that a kill leaves the old or the new file. */
export function keep(file: string, value: unknown): void {
  makeFolder(dirname(file));
  const draft = `${file}.${process.pid}`;
  const handle = openSync(draft, 'w', 0o600);
  writeSync(handle, `${JSON.stringify(value, null, 2)}\n`);
  fsyncSync(handle);
  closeSync(handle);
  renameSync(draft, file);
}
