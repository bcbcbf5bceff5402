import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The same as in package.json. */
export const version = '0.2.0';

/** Where the commit's file is, seen from the server's bundle, from the chunks of programs, and from the sources. */
const places = ['commit', '../commit', '../../commit', '../../../../dist/commit'];

export function builtCommit(): string {
  const file = places.map((place) => join(import.meta.dirname, place)).find(existsSync);
  return file === undefined ? 'unknown' : readFileSync(file, 'utf8').trim();
}
