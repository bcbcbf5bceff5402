import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '#database/make-folder.ts';
import type { Kysely } from 'kysely';
import { openSqlite } from '#database/open.ts';
import { functions, migrations, type Tables } from './schema.ts';

/**
 * Opens the emulator's SQLite file in `dataDir`, readable by its owner only, or a store in memory for `:memory:`.
 * Throws as `openSqlite` does.
 */
export async function openStore(dataDir: string): Promise<Kysely<Tables>> {
  if (dataDir === ':memory:') return openSqlite<Tables>({ file: dataDir, migrations, functions });
  makeFolder(dataDir);
  const file = join(dataDir, 'emulator.sqlite');
  // SQLite gives its journal the mode of the database, so the file must exist with the right mode before.
  closeSync(openSync(file, 'a', 0o600));
  return openSqlite<Tables>({ file, migrations, functions });
}
