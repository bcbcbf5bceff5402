import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '#database/make-folder.ts';
import { randomToken } from './secrets.ts';

export function keptText(dataDir: string, name: string, make: () => string): string {
  const file = join(dataDir, name);
  if (!existsSync(file)) {
    makeFolder(dataDir);
    writeFileSync(file, make(), { mode: 0o600 });
  }
  return readFileSync(file, 'utf8');
}

export const keptSecret = (dataDir: string): string =>
  keptText(dataDir, 'session-secret', () => `${randomToken(32)}\n`).trim();
