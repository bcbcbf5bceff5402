import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDatabase } from '#bff/platform/env/database-settings.ts';
import { startPostgres, type PostgresServer } from '#testing/postgres/server.ts';
import { isUnusable, MissingSchemaError, SchemaVersionError } from './errors.ts';
import type { DatabaseSettings } from './connection.ts';
import { openPostgres } from './postgres.ts';

type Tables = { notes: { id: number; text: string } };

const running = (...statements: string[]): Migration => ({
  async up(db) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
});
const first = running('CREATE TABLE notes (id bigint PRIMARY KEY, text text NOT NULL)');
const second = running('CREATE INDEX notes_text ON notes (text)');
const failing = running('CREATE TABLE half (id bigint)', 'SELECT nothing');

/** Only for this file, because these tests stop the server. */
let server: PostgresServer;
let count = 0;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.remove());

const settingsOf = (name: string): DatabaseSettings => {
  const settings = readDatabase({ DATABASE_POOL_SIZE: 4, DATABASE_URL: server.getUrl(name) }, [], [])!;
  return { ...settings, statementMs: 5000, lockMs: 500 };
};
async function asAdmin<T extends pg.QueryResultRow>(statement: string, name = 'postgres'): Promise<T[]> {
  const { tls: _tls, ...settings } = settingsOf(name);
  const client = new pg.Client(settings);
  await client.connect();
  try {
    return (await client.query<T>(statement)).rows;
  } finally {
    await client.end();
  }
}
async function newDatabase(): Promise<DatabaseSettings> {
  const name = `notes_${(count += 1)}`;
  await asAdmin(`CREATE DATABASE ${name}`);
  return settingsOf(name);
}
const open = (settings: DatabaseSettings, migrations = { '1': first } as Record<string, Migration>, existing = false) =>
  openPostgres<Tables>({ settings, migrations, existing });

test('applies each migration once, also when several start at once, and keeps the data', async () => {
  const settings = await newDatabase();
  const many = await Promise.all(Array.from({ length: 4 }, () => open(settings)));
  await many[0]!.insertInto('notes').values({ id: 1, text: 'kept' }).execute();
  for (const db of many) await db.destroy();
  const again = await open(settings, { '1': first, '2': second });
  expect(await again.selectFrom('notes').selectAll().execute()).toEqual([{ id: 1, text: 'kept' }]);
  await again.destroy();
});

test('tells how many of the needed migrations were applied', async () => {
  const settings = await newDatabase();
  await (await open(settings)).destroy();
  const told: number[][] = [];
  const progress = (...numbers: number[]) => void told.push(numbers);
  const migrations = { '1': first, '2': second, '3': running('CREATE TABLE third (id bigint)') };
  await (await openPostgres({ settings, migrations, progress })).destroy();
  expect(told).toEqual([0, 1, 2].map((applied) => [applied, 2]));
});

test('rolls a failed migration back, with all that began with it', async () => {
  const settings = await newDatabase();
  await expect(open(settings, { '1': first, '2': failing })).rejects.toThrow('nothing');
  expect(await asAdmin("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", settings.database)).toEqual([]);
  await (await open(settings)).destroy();
});

test('a migration takes as long as it needs, and so does waiting for another portal’s', async () => {
  const settings = { ...(await newDatabase()), statementMs: 100 };
  const slow = running('SELECT pg_sleep(1)', 'CREATE TABLE slow (id bigint)');
  const many = await Promise.all([1, 2].map(() => open(settings, { '1': first, '2': slow })));
  for (const db of many) await db.destroy();
  expect(await asAdmin("SELECT 1 FROM pg_tables WHERE tablename = 'slow'", settings.database)).toHaveLength(1);
});

test('a migration that needs a table in use gives up after a lock’s time, before others have waited long', async () => {
  const settings = await newDatabase();
  const db = await open(settings);
  const wider = running('CREATE TABLE half (id bigint)', 'ALTER TABLE notes ADD COLUMN more text');
  await db.transaction().execute(async (tx) => {
    await tx.selectFrom('notes').selectAll().execute();
    const late = await open(settings, { '1': first, '2': wider }).catch((error: unknown) => error);
    expect([String(late), isUnusable(late)]).toEqual([expect.stringContaining('lock timeout'), true]);
  });
  expect(await asAdmin("SELECT 1 FROM pg_tables WHERE tablename = 'half'", settings.database)).toEqual([]);
  await (await open(settings, { '1': first, '2': wider })).destroy();
  await db.destroy();
});

test('refuses a database of a newer version; opens an existing one without migrating', async () => {
  const settings = await newDatabase();
  await expect(open(settings, { '1': first }, true)).rejects.toThrow(MissingSchemaError);
  await (await open(settings)).destroy();
  await expect(open(settings, { '1': first, '2': second }, true)).rejects.toThrow('lacks the schema 2');
  await (await open(settings, { '1': first, '2': second })).destroy();
  await expect(open(settings)).rejects.toThrow(SchemaVersionError);
  await expect(open(settings)).rejects.toThrow('newer version (it has the schema 2, this program knows 1)');
  await (await open(settings, { '1': first, '2': second }, true)).destroy();
});

test('whole numbers are numbers, and one that is not safe is an error', async () => {
  const db = await open(await newDatabase());
  await db
    .insertInto('notes')
    .values([1, 2].map((id) => ({ id, text: 'x' })))
    .execute();
  const { rows } = await sql`SELECT count(*) AS count, sum(id) AS sum, max(id) AS max FROM notes`.execute(db);
  expect(rows).toEqual([{ count: 2, sum: 3, max: 2 }]);
  await expect(sql`SELECT 9007199254740993::bigint AS n`.execute(db)).rejects.toThrow('no safe integer');
  await db.destroy();
});

test('a lock that is held and a statement that is slow end by their limits, as an unusable store', async () => {
  const settings = { ...(await newDatabase()), statementMs: 1000 };
  const db = await open(settings);
  await db.insertInto('notes').values({ id: 1, text: 'x' }).execute();
  const update = (text: string, tx = db) => tx.updateTable('notes').set({ text }).where('id', '=', 1).execute();
  await db.transaction().execute(async (tx) => {
    await update('held', tx);
    const waiting = await update('late').catch((error: unknown) => error);
    expect([String(waiting), isUnusable(waiting)]).toEqual([expect.stringContaining('lock timeout'), true]);
  });
  const slow = await sql`SELECT pg_sleep(5)`.execute(db).catch((error: unknown) => error);
  expect([String(slow), isUnusable(slow)]).toEqual([expect.stringContaining('statement timeout'), true]);
  await db.destroy();
});

test('a server without TLS is not spoken to, unless the address says so', async () => {
  const settings = { ...(await newDatabase()), tls: { ca: undefined } };
  await expect(open(settings)).rejects.toThrow('does not support SSL');
});

test('connections that break end no process, and the next statement gets a new one', async () => {
  const db = await open(await newDatabase());
  const broken = db.transaction().execute(async (tx) => {
    await sql`SELECT 1`.execute(tx);
    await asAdmin("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'latchkey'");
    await sql`SELECT 1`.execute(tx);
  });
  expect(isUnusable(await broken.catch((error: unknown) => error))).toBe(true);
  expect((await sql`SELECT 1 AS one`.execute(db)).rows).toEqual([{ one: 1 }]);
  await server.stop('crash');
  expect(isUnusable(await sql`SELECT 1`.execute(db).catch((error: unknown) => error))).toBe(true);
  await server.start();
  const again = () => sql`SELECT 1 AS one`.execute(db).catch(() => ({ rows: [] }));
  await expect.poll(async () => (await again()).rows, { interval: 20 }).toEqual([{ one: 1 }]);
  await db.destroy();
});
