import type { TestProject } from 'vitest/node';
import { openStore } from '#bff/platform/store/open.ts';
import { startPostgres } from './server.ts';
import { FILLED, onDatabase, createSettings, TEMPLATE } from './databases.ts';
import { fillTables } from './fill-tables.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL has `DATABASE` in place of the database's name. */
    postgres: string;
  }
}

export default async function setUpPostgres(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres();
  const url = server.getUrl('DATABASE');
  await onDatabase(url, 'postgres', (client) => client.query(`CREATE DATABASE ${TEMPLATE}`));
  const store = await openStore({ dataDir: '', database: createSettings(url, TEMPLATE) });
  await store.destroy();
  await onDatabase(url, 'postgres', (client) => client.query(`CREATE DATABASE ${FILLED} TEMPLATE ${TEMPLATE}`));
  await onDatabase(url, FILLED, fillTables);
  project.provide('postgres', url);
  return () => server.remove();
}
