import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '#database/make-folder.ts';
import { randomToken } from './secrets.ts';

/** Returns the text of one of the demo's files beside the database. Creates the file at the first start. */
export function keptText(dataDir: string, name: string, make: () => string): string {
  const file = join(dataDir, name);
  if (!existsSync(file)) {
    makeFolder(dataDir);
    writeFileSync(file, make(), { mode: 0o600 });
  }
  return readFileSync(file, 'utf8');
}

/** The demo's session secret. */
export const keptSecret = (dataDir: string): string =>
  keptText(dataDir, 'session-secret', () => `${randomToken(32)}\n`).trim();
