import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '#database/make-folder.ts';
import type { Kysely } from 'kysely';
import { openSqlite } from '#database/open.ts';
import { functions, migrations, type Tables } from './schema.ts';

/** Only the owner can read the file. Throws like `openSqlite`. */
export async function openStore(dataDir: string): Promise<Kysely<Tables>> {
  if (dataDir === ':memory:') return openSqlite<Tables>({ file: dataDir, migrations, functions });
  makeFolder(dataDir);
  const file = join(dataDir, 'emulator.sqlite');
  // SQLite gives its journal the database file's mode, so that file must already exist with the right mode.
  closeSync(openSync(file, 'a', 0o600));
  return openSqlite<Tables>({ file, migrations, functions });
}
