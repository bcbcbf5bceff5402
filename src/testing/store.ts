import { sql } from 'kysely';
import { inject } from 'vitest';
import { openStore, type Store, type StorePlace } from '#bff/platform/store/open.ts';
import { findScans, type Scan, type Statement } from './statements/statements.ts';
import {
  databaseFor,
  FILLED,
  giveBack,
  onDatabase,
  createSettings,
  takeDatabase,
  getUrl,
} from './postgres/databases.ts';

/** The database that this run's tests use. */
export const testDatabase: 'sqlite' | 'postgres' = process.env['TEST_DATABASE'] === 'postgres' ? 'postgres' : 'sqlite';

const server = () => inject('postgres');

/** Where the store of a folder is: in its file or, with PostgreSQL, in a database of its own. */
export async function createPlace(folder: string): Promise<StorePlace> {
  if (testDatabase === 'sqlite') return { dataDir: folder };
  return { dataDir: folder, database: createSettings(server(), await databaseFor(server(), folder)) };
}

/** The settings by which a server process finds the store of a folder, besides `DATA_DIR`. */
export async function storeEnv(folder: string): Promise<Record<string, string>> {
  if (testDatabase === 'sqlite') return {};
  return { DATABASE_URL: getUrl(server(), await databaseFor(server(), folder)) };
}

/** Opens a store of this run's database: that of a folder, or a new one that ends with its `destroy`. */
export async function openTestStore(folder?: string): Promise<Store> {
  if (folder !== undefined) return openStore(await createPlace(folder));
  if (testDatabase === 'sqlite') return openStore({ dataDir: ':memory:' });
  const name = await takeDatabase(server());
  const store = await openStore({ dataDir: ':memory:', database: createSettings(server(), name) });
  const destroy = store.destroy.bind(store);
  let ended = false;
  return Object.assign(store, {
    async destroy() {
      await destroy();
      if (!ended) giveBack(name);
      ended = true;
    },
  });
}

/**
 * Makes a database of PostgreSQL refuse every write, as a primary that became a standby does. Returns a function that
 * ends it. Connections end too, as they do then.
 */
export async function makeReadOnly(store: Store): Promise<() => Promise<void>> {
  const { rows } = await sql<{ name: string }>`SELECT current_database() AS name`.execute(store);
  const [{ name }] = rows as [{ name: string }];
  const change = async (how: string) => {
    await onDatabase(server(), 'postgres', async (client) => {
      await client.query(`ALTER DATABASE ${name} ${how}`);
      await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
    });
    // The store may not know yet that its connections ended.
    while (!(await sql`SELECT 1`.execute(store).catch(() => null)));
  };
  await change('SET default_transaction_read_only = on');
  return () => change('RESET default_transaction_read_only');
}

/** Runs a statement on a connection of its own to a store's database. Returns a function that ends that connection. */
export async function onServer(store: Store, statement: string): Promise<() => Promise<void>> {
  const { rows } = await sql<{ name: string }>`SELECT current_database() AS name`.execute(store);
  const held = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const running = onDatabase(server(), rows[0]!.name, async (client) => {
    await client.query(statement);
    held.resolve();
    await ended.promise;
  });
  await Promise.race([held.promise, running]);
  return () => {
    ended.resolve();
    return running;
  };
}

/** The statements whose plans were good with PostgreSQL, over the test files of a process. */
const kept = globalThis as { latchkeyPlanned?: Set<string> };

/** Opens the store that has many rows in every table, with PostgreSQL only. */
export const openFilledStore = (): Promise<Store> =>
  openStore({ dataDir: '', database: { ...createSettings(server(), FILLED), poolSize: 2 } });

/**
 * The statements of a portal that read a growing table through. SQLite plans them on the portal's own store. With
 * PostgreSQL the plans of small tables say nothing, so it plans them on a store with many rows in every table.
 */
export async function scansIn(store: Store, statements: ReadonlyMap<string, Statement>): Promise<Scan[]> {
  if (testDatabase === 'sqlite') return findScans(store as never, statements.values());
  const planned = (kept.latchkeyPlanned ??= new Set());
  const news = [...statements.values()].filter((statement) => !planned.has(statement.sql));
  const filled = await openFilledStore();
  try {
    const scans = await findScans(filled as never, news);
    if (scans.length === 0) for (const statement of news) planned.add(statement.sql);
    return scans;
  } finally {
    await filled.destroy();
  }
}
