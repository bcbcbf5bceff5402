import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { MissingSchemaError } from '#database/errors.ts';
import type { DatabaseWarning } from '#database/guarded-pool.ts';
import type { MigrationProgress } from '#database/migrate.ts';
import { openSqlite } from '#database/open.ts';
import type { DatabaseSettings } from '#database/connection.ts';
import { currentScope } from '#okta/transport/call-scope.ts';
import { migrations } from './create-tables.ts';
import type { Tables } from './schema.ts';

/** The longest life of a session, in milliseconds, whatever the activity. */
export const LONGEST_SESSION_MS = 8 * 60 * 60_000;

export type Store = Kysely<Tables>;

/** Where the store is: in a PostgreSQL database or, without one, a SQLite file in `dataDir` (`:memory:` for tests). */
export type StorePlace = { dataDir: string; database?: DatabaseSettings | null };
type OpenStoreOptions = {
  /** For a store that the portal made: neither creates nor migrates it. With `read` nothing is written to it. */
  existing?: 'read' | 'write' | undefined;
  /** Called for what an operator should know about the database. */
  warn?: DatabaseWarning;
  /** With PostgreSQL. */
  progress?: MigrationProgress;
};

/** There is no store where one should be. */
export class MissingStoreError extends Error {
  override readonly name = 'MissingStoreError';
}

/**
 * Opens the portal's store, and creates or migrates its tables. Throws a SchemaVersionError when a newer or too old
 * program wrote it, and a MissingStoreError when an existing one is not there.
 */
export async function openStore(place: StorePlace, options: OpenStoreOptions = {}): Promise<Store> {
  try {
    return await openOn(place, options);
  } catch (error) {
    if (error instanceof MissingSchemaError) throw new MissingStoreError(error.message);
    throw error;
  }
}

async function openOn({ dataDir, database }: StorePlace, options: OpenStoreOptions): Promise<Store> {
  const { existing, warn, progress } = options;
  if (database) {
    // Imported only when needed, so that a start without it loads nothing of it.
    const { openPostgres } = await import('#database/postgres.ts');
    // What runs for no request is a change, too: tasks, emails, checks.
    const isChange = () => currentScope()?.change ?? true;
    const options = { settings: database, migrations, existing: existing !== undefined, progress, isChange };
    return openPostgres({ ...options, ...(warn && { warn }) });
  }
  const file = dataDir === ':memory:' ? dataDir : join(dataDir, 'portal.sqlite');
  // Opening a file creates it.
  if (existing && !existsSync(file))
    throw new MissingStoreError(`there is no portal's store in ${dataDir}: set DATA_DIR or DATABASE_URL`);
  return openSqlite({ file, migrations, existing });
}
