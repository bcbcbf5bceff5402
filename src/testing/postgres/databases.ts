import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import pg from 'pg';
import { readDatabase } from '#bff/platform/env/database-settings.ts';
import { firstRows } from '#bff/platform/store/create-tables.ts';
import type { DatabaseSettings } from '#database/connection.ts';

/** Each test's database is a copy of it. */
export const TEMPLATE = 'latchkey_template';
/** Has many rows in every table, so that PostgreSQL plans statements as on a store in use. */
export const FILLED = 'latchkey_filled';

export const getUrl = (server: string, name: string): string => server.replace('/DATABASE', `/${name}`);

export function createSettings(server: string, name: string): DatabaseSettings {
  const faults: string[] = [];
  const settings = readDatabase({ DATABASE_POOL_SIZE: 10, DATABASE_URL: getUrl(server, name) }, faults, []);
  if (!settings) throw new Error(faults.join('; '));
  // The limits are long, because many tests share few cores.
  return { ...settings, statementMs: 30_000, lockMs: 30_000, connectMs: 30_000 };
}

export async function onDatabase<T>(server: string, name: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const { tls: _tls, ...settings } = createSettings(server, name);
  const client = new pg.Client(settings);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Test files reuse databases, because copying a database takes much longer than emptying it. */
type Databases = { free: string[]; byFolder: Map<string, string> };
const kept = globalThis as { latchkeyTestDatabases?: Databases };
const databases: Databases = (kept.latchkeyTestDatabases ??= { free: [], byFolder: new Map() });

/** Also drops functions and triggers that tests created. */
async function empty(server: string, name: string): Promise<void> {
  await onDatabase(server, name, async (client) => {
    const { rows } = await client.query<{ statement: string }>(`
      SELECT format('DROP FUNCTION %I CASCADE', proname) AS statement FROM pg_proc
      WHERE pronamespace = current_schema()::regnamespace
      UNION ALL SELECT format('DELETE FROM %I', tablename) FROM pg_tables
      WHERE schemaname = current_schema() AND tablename NOT LIKE 'kysely%'`);
    await client.query([...rows.map(({ statement }) => statement), firstRows].join(';'));
  });
}

/** The database contains what a new store contains. */
export async function takeDatabase(server: string): Promise<string> {
  for (const [folder, name] of databases.byFolder) {
    if (existsSync(folder)) continue;
    databases.byFolder.delete(folder);
    databases.free.push(name);
  }
  const used = databases.free.pop();
  if (used !== undefined) {
    await empty(server, used);
    return used;
  }
  const name = `test_${randomBytes(8).toString('hex')}`;
  await onDatabase(server, 'postgres', (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`));
  return name;
}

export const giveBack = (name: string): void => void databases.free.push(name);

export async function databaseFor(server: string, folder: string): Promise<string> {
  const known = databases.byFolder.get(folder);
  if (known !== undefined) return known;
  const name = await takeDatabase(server);
  databases.byFolder.set(folder, name);
  return name;
}
