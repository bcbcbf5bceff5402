import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDatabase } from '../env/database-settings.ts';
import { startPostgres, type PostgresServer } from '#testing/postgres/server.ts';
import { hasPgBouncer, startPgBouncer } from '#testing/postgres/pgbouncer.ts';
import { changeStore, lockPeople } from './change-store.ts';
import { openStore } from './open.ts';

const limits = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'];
let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.remove());

async function onServer<T extends pg.QueryResultRow>(statement: string): Promise<T[]> {
  const client = new pg.Client({ host: '127.0.0.1', port: server.port, user: 'postgres', database: 'postgres' });
  await client.connect();
  try {
    return (await client.query<T>(statement)).rows;
  } finally {
    await client.end();
  }
}
async function open(port: number, warn: (what: string, detail?: string) => void) {
  const url = `postgres://postgres@127.0.0.1:${port}/postgres?sslmode=disable`;
  const database = readDatabase({ DATABASE_POOL_SIZE: 10, DATABASE_URL: url }, [], []);
  return openStore({ dataDir: '', database }, { warn });
}

test.skipIf(!hasPgBouncer)(
  'behind PgBouncer that refuses settings the portal migrates and runs, and says which time limits the role lacks',
  async () => {
    const pooler = await startPgBouncer(server);
    const said: string[] = [];
    const stores = await Promise.all([1, 2].map(() => open(pooler.port, (...words) => said.push(words.join(': ')))));
    expect(said).toEqual([1, 2].map(() => `the pooler sets no time limits: ${limits.join(', ')}`));
    // More transactions than the pooler has connections.
    const add = (n: number) =>
      changeStore(stores[n % 2]!, async (tx) => {
        await lockPeople(tx, 'ada');
        const { seq } = await tx.selectFrom('audit_sink_cursor').select('seq').executeTakeFirstOrThrow();
        await tx
          .updateTable('audit_sink_cursor')
          .set({ seq: seq + 1 })
          .execute();
      });
    await Promise.all(Array.from({ length: 20 }, (_, n) => add(n)));
    expect(await stores[0]!.selectFrom('audit_sink_cursor').select('seq').execute()).toEqual([{ seq: 20 }]);
    expect(await onServer("SELECT 1 FROM pg_locks WHERE locktype = 'advisory'")).toEqual([]);
    for (const store of stores) await store.destroy();
    await pooler.stop();
  },
);

test.skipIf(!hasPgBouncer)('behind PgBouncer the limits of the role hold', async () => {
  for (const name of limits) await onServer(`ALTER ROLE postgres SET ${name} = '2s'`);
  const ignoring = `ignore_startup_parameters = ${limits.join(',')}`;
  for (const settings of [[], [ignoring]]) {
    const pooler = await startPgBouncer(server, settings);
    const said: string[] = [];
    const store = await open(pooler.port, (...words) => said.push(words.join(': ')));
    const { rows } = await sql`SELECT current_setting('statement_timeout') AS limit`.execute(store);
    expect([said, rows]).toEqual([[], [{ limit: '2s' }]]);
    await store.destroy();
    await pooler.stop();
  }
});
