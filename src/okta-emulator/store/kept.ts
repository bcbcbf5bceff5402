import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '#database/make-folder.ts';

/** Reads a JSON file; undefined if it is missing. Throws an Error that names `what` if the file is not JSON. */
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

/**
 * Writes a JSON file that only its owner can read. Replaces the file atomically, so that after a kill either the old or
 * the new file exists.
 */
export function keep(file: string, value: unknown): void {
  makeFolder(dirname(file));
  const draft = `${file}.${process.pid}`;
  const handle = openSync(draft, 'w', 0o600);
  writeSync(handle, `${JSON.stringify(value, null, 2)}\n`);
  fsyncSync(handle);
  closeSync(handle);
  renameSync(draft, file);
}
