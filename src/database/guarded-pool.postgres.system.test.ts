import { AsyncLocalStorage } from 'node:async_hooks';
import { sql, type Kysely, type RawBuilder } from 'kysely';
import pg from 'pg';
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { readDatabase } from '#bff/platform/env/database-settings.ts';
import { startPostgres, type PostgresServer } from '#testing/postgres/server.ts';
import { startNetwork, type Network } from '#testing/replicas/network.ts';
import { isUnusable } from './errors.ts';
import { withoutStandby } from './portable-sql.ts';
import { openPostgres } from './postgres.ts';

const STATEMENT_MS = 300;
let server: PostgresServer;
let network: Network;
let db: Kysely<unknown>;
const changes = new AsyncLocalStorage<boolean>();
const said: string[] = [];
const warn = (...what: (string | undefined)[]) => void said.push(what.filter(Boolean).join(': '));

beforeAll(async () => {
  server = await startPostgres();
  network = await startNetwork(server.port);
  const set = {
    DATABASE_POOL_SIZE: 4,
    DATABASE_URL: server.getUrl('postgres').replace(String(server.port), String(network.port)),
  };
  const settings = { ...readDatabase(set, [], [])!, statementMs: STATEMENT_MS, lockMs: 200 };
  db = await openPostgres({ settings, migrations: {}, warn, isChange: () => changes.getStore() ?? false });
});
afterAll(async () => {
  await db.destroy();
  await network.close();
  await server.remove();
});

const backend = async (from: Kysely<unknown> = db) =>
  (await sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`.execute(from)).rows[0]!.pid;
const failure = async (work: Promise<unknown>) => {
  const begun = performance.now();
  const error: unknown = await work.then(
    () => null,
    (why: unknown) => why,
  );
  return { unusable: error !== null && isUnusable(error), ms: performance.now() - begun };
};
const works = () => expect.poll(() => backend().catch(() => null), { interval: 20 }).not.toBeNull();
const fill = () => Promise.all(Array.from({ length: 4 }, () => sql`SELECT pg_sleep(0.02)`.execute(db)));

beforeEach(async () => {
  await works();
  await fill();
  said.length = 0;
});

test('one statement that is too slow says nothing about the database', async () => {
  expect(await failure(sql`SELECT pg_sleep(5)`.execute(db))).toMatchObject({ unusable: true });
  expect(await backend()).toBeGreaterThan(0);
  expect(said).toEqual([]);
});

test('an error has no values of rows, since it goes to the log', async () => {
  await sql`CREATE TABLE people (email TEXT PRIMARY KEY, name TEXT NOT NULL)`.execute(db);
  const add = (name: string | null) => sql`INSERT INTO people VALUES ('ada@example.com', ${name})`.execute(db);
  await add('Ada');
  for (const name of ['Ada', null]) {
    const error = await add(name).then(String, (why: unknown) => why as Error);
    expect([JSON.stringify(pino.stdSerializers.err(error as Error)), JSON.stringify(error)].join()).not.toMatch(/ada/i);
  }
});

test('connections that were cut are not used again', async () => {
  const slow = sql`SELECT pg_sleep(0.2)`.execute(db);
  const broken = failure(slow);
  await backend();
  network.cut();
  expect(await broken).toMatchObject({ unusable: true });
  await works();
  await fill();
  expect(said.filter((line) => /is gone|is back/.test(line))).toEqual([]);
});

test('a silent network: running and waiting statements end by the limit, further ones at once, until it is back', async () => {
  network.silence();
  const begun = performance.now();
  const ends = await Promise.all(Array.from({ length: 12 }, () => failure(backend())));
  expect(ends.every(({ unusable }) => unusable)).toBe(true);
  expect(performance.now() - begun).toBeLessThan(STATEMENT_MS + 10_000);
  expect(await failure(backend())).toMatchObject({ unusable: true });
  await expect.poll(async () => (await failure(backend())).ms, { interval: 20 }).toBeLessThan(STATEMENT_MS / 2);
  await network.restore();
  await works();
  await fill();
  expect(said).toEqual([expect.stringMatching(/^the database is gone: /), 'the database is back']);
});

test('a dead standby: changes fail, reads go on, and no more connections are open than are allowed', async () => {
  const admin = new pg.Client({ connectionString: server.getUrl('postgres'), application_name: 'admin' });
  admin.on('error', () => {});
  await admin.connect();
  const standby = async (name: string) => {
    await admin.query(`ALTER SYSTEM SET synchronous_standby_names = '${name}'`);
    await admin.query('SELECT pg_reload_conf()');
  };
  await sql`CREATE TABLE kept (id bigint)`.execute(db);
  await sql`INSERT INTO kept VALUES (0)`.execute(db);
  await standby('nobody');
  const write = (statement: RawBuilder<unknown>) =>
    db.transaction().execute(async (tx) => {
      await sql`SET LOCAL synchronous_commit = on`.execute(tx);
      await statement.execute(tx);
    });
  const insert = () => write(sql`INSERT INTO kept VALUES (1)`);
  const change = () => changes.run(true, () => failure(insert()));
  await expect.poll(async () => (await change()).unusable, { interval: 20 }).toBe(true);
  await write(sql`UPDATE kept SET id = 2 WHERE id = 0 AND ${withoutStandby(db)}`);
  const ends = Array.from({ length: 3 }, change);
  for (let n = 0; n < 20; n += 1) {
    expect(await backend()).toBeGreaterThan(0);
    const open = await admin.query("SELECT 1 FROM pg_stat_activity WHERE application_name = 'latchkey'");
    expect(open.rowCount).toBeLessThanOrEqual(4);
  }
  expect((await Promise.all(ends)).every(({ unusable }) => unusable)).toBe(true);
  expect(await backend()).toBeGreaterThan(0);
  await standby('');
  await expect.poll(async () => (await change()).unusable, { interval: 20 }).toBe(false);
  await admin.end();
  expect(said.filter((line) => line.startsWith('the database is gone'))).toEqual([]);
});

test('a transaction from before does not go on after', async () => {
  let seen: number[] = [];
  const running = failure(
    db.transaction().execute(async (tx) => {
      seen = [await backend(tx)];
      network.silence();
      await failure(backend(tx));
      await network.restore();
      await works();
      seen.push(await backend(tx));
    }),
  );
  expect(await running).toMatchObject({ unusable: true });
  expect(seen).toHaveLength(1);
});

test.each(['fast', 'crash'] as const)(
  'a server that ends (%s): statements fail at once, and work soon after',
  async (how) => {
    await server.stop(how);
    await expect.poll(async () => (await failure(backend())).ms, { interval: 20 }).toBeLessThan(50);
    expect(await failure(backend())).toMatchObject({ unusable: true });
    await server.start();
    const begun = performance.now();
    await works();
    expect(performance.now() - begun).toBeLessThan(20_000);
  },
);

test('a primary that turned read-only: its connections are left, since the address may lead elsewhere now', async () => {
  const before = await backend();
  await sql`ALTER SYSTEM SET default_transaction_read_only = on`.execute(db);
  await sql`SELECT pg_reload_conf()`.execute(db);
  try {
    const write = () => failure(sql`CREATE TABLE written (id bigint)`.execute(db));
    await expect.poll(async () => (await write()).unusable, { interval: 20 }).toBe(true);
    for (let n = 0; n < 4; n += 1) await write();
    await fill();
    const { rows } = await sql<{ pid: number }>`SELECT pid FROM pg_stat_activity WHERE pid = ${before}`.execute(db);
    expect(rows).toEqual([]);
  } finally {
    await sql`ALTER SYSTEM RESET default_transaction_read_only`.execute(db);
    await sql`SELECT pg_reload_conf()`.execute(db);
  }
});

test('a start waits for a database that is not there yet', async () => {
  const settings = readDatabase({ DATABASE_POOL_SIZE: 4, DATABASE_URL: server.getUrl('postgres') }, [], [])!;
  await server.stop('fast');
  await expect(openPostgres({ settings, migrations: {}, existing: true })).rejects.toThrow('ECONNREFUSED');
  const opening = openPostgres({ settings, migrations: {} });
  await server.start();
  const late = await opening;
  expect(await backend(late)).toBeGreaterThan(0);
  await late.destroy();
});
