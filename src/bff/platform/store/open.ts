import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { HOUR_MS } from '#clock';
import { MissingSchemaError } from '#database/errors.ts';
import type { DatabaseWarning } from '#database/guarded-pool.ts';
import type { MigrationProgress } from '#database/migrate.ts';
import { openSqlite } from '#database/open.ts';
import type { DatabaseSettings } from '#database/connection.ts';
import { currentScope } from '#okta/transport/call-scope.ts';
import { migrations } from './create-tables.ts';
import type { Tables } from './schema.ts';

/** The longest life of a session, in ms, even if the session is used all the time. */
export const LONGEST_SESSION_MS = 8 * HOUR_MS;

export type Store = Kysely<Tables>;

/** PostgreSQL, or a SQLite file in `dataDir` (`:memory:` for tests). */
export type StorePlace = { dataDir: string; database?: DatabaseSettings | null };
type OpenStoreOptions = {
  /** If set, the store must exist and have all migrations. `read`: nothing is written to it. */
  existing?: 'read' | 'write' | undefined;
  warn?: DatabaseWarning;
  /** Only for PostgreSQL. */
  progress?: MigrationProgress;
};

export class MissingStoreError extends Error {
  override readonly name = 'MissingStoreError';
}

/**
 * Creates or migrates the tables. Throws a SchemaVersionError when the store's version is newer than the program or too
 * old.
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
    // Imported here, so that a portal with SQLite does not load the driver.
    const { openPostgres } = await import('#database/postgres.ts');
    // Changes get fewer connections. Work without a request (tasks, emails, checks) is a change, too.
    const isChange = () => currentScope()?.change ?? true;
    const options = { settings: database, migrations, existing: existing !== undefined, progress, isChange };
    return openPostgres({ ...options, ...(warn && { warn }) });
  }
  const file = dataDir === ':memory:' ? dataDir : join(dataDir, 'portal.sqlite');
  // Opening a missing file would create it.
  if (existing && !existsSync(file))
    throw new MissingStoreError(`there is no portal's store in ${dataDir}: set DATA_DIR or DATABASE_URL`);
  return openSqlite({ file, migrations, existing });
}
