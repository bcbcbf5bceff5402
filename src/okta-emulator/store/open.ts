import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { openSqlite } from '#database/open.ts';
import type { Tables } from './schema.ts';
import { functions, migrations } from './schema.ts';

/** Opens the org's own SQLite file in `dataDir`, readable by its owner alone. Throws as `openSqlite` does. */
export async function openStore(dataDir: string): Promise<Kysely<Tables>> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, 'emulator.sqlite');
  // SQLite gives its journal the rights of the file it belongs to, so the file must exist before SQLite makes it.
  closeSync(openSync(file, 'a', 0o600));
  return openSqlite<Tables>({ file, migrations, functions });
}
