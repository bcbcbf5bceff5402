import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Reads a JSON file that is made when it is not there. It is its owner's alone, and is put in place whole, so that a kill leaves
 * either none or all of it. Throws an Error that it does not hold `what` when it cannot be read as JSON.
 */
export function keptJson<T>(file: string, what: string, make: () => T): T {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  let text: string | undefined;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  if (text !== undefined) {
    try {
      return JSON.parse(text) as T;
    } catch (cause) {
      throw new Error(`${file} does not hold ${what}`, { cause });
    }
  }
  const made = make();
  const draft = `${file}.${process.pid}`;
  const handle = openSync(draft, 'w', 0o600);
  writeSync(handle, `${JSON.stringify(made, null, 2)}\n`);
  fsyncSync(handle);
  closeSync(handle);
  renameSync(draft, file);
  return made;
}
