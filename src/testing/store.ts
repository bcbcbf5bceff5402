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

export const testDatabase: 'sqlite' | 'postgres' = process.env['TEST_DATABASE'] === 'postgres' ? 'postgres' : 'sqlite';

const server = () => inject('postgres');

export async function createPlace(folder: string): Promise<StorePlace> {
  if (testDatabase === 'sqlite') return { dataDir: folder };
  return { dataDir: folder, database: createSettings(server(), await databaseFor(server(), folder)) };
}

export async function storeEnv(folder: string): Promise<Record<string, string>> {
  if (testDatabase === 'sqlite') return {};
  return { DATABASE_URL: getUrl(server(), await databaseFor(server(), folder)) };
}

/** Without a folder, opens a new store, whose `destroy` frees its database for other tests. */
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

/** Acts like a primary that became a standby. Returns a function that allows writes again. */
export async function makeReadOnly(store: Store): Promise<() => Promise<void>> {
  const { rows } = await sql<{ name: string }>`SELECT current_database() AS name`.execute(store);
  const [{ name }] = rows as [{ name: string }];
  const change = async (how: string) => {
    await onDatabase(server(), 'postgres', async (client) => {
      await client.query(`ALTER DATABASE ${name} ${how}`);
      await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
    });
    // Waits until the store has noticed that its connections ended.
    while (!(await sql`SELECT 1`.execute(store).catch(() => null)));
  };
  await change('SET default_transaction_read_only = on');
  return () => change('RESET default_transaction_read_only');
}

/** Uses a new connection. Returns a function that ends it. */
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

/** The SQL of statements whose PostgreSQL plans have no scan. All test files of a process share this set. */
const kept = globalThis as { latchkeyPlanned?: Set<string> };

/** PostgreSQL only. */
export const openFilledStore = (): Promise<Store> =>
  openStore({ dataDir: '', database: { ...createSettings(server(), FILLED), poolSize: 2 } });

/** PostgreSQL plans the statements on the filled store, because it plans differently for small tables. */
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
