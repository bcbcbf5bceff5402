import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** This program's version, the same as in package.json. */
export const version = '0.2.0';

/** Paths of the file with the commit: from the server's bundle, from the chunks of programs, and from the sources. */
const places = ['commit', '../commit', '../../commit', '../../../../dist/commit'];

/** The commit that this program was built from, or `unknown`. */
export function builtCommit(): string {
  const file = places.map((place) => join(import.meta.dirname, place)).find(existsSync);
  return file === undefined ? 'unknown' : readFileSync(file, 'utf8').trim();
}
