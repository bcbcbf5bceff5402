import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteQueryCompiler,
  sql,
} from 'kysely';
import { beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { openSqlite } from '#database/open.ts';
import { openPostgres } from '#database/postgres.ts';
import { verifyAuditLog } from '#operator/audit-verify/verify-log.ts';
import { onDatabase, createSettings } from '#testing/postgres/databases.ts';
import { findId } from '#testing/security-methods.ts';
import { openTestStore, testDatabase } from '#testing/store.ts';
import { readContents, readRows } from '#testing/store-contents.ts';
import { ANNIE, GRACE, HEDY, KATHERINE, startTestEnv } from '#testing/test-env.ts';
import { said } from '#testing/visitor.ts';
import { approve, signInAgent } from '../../features/helpdesk/testing/agent-fixture.ts';
import { helpdeskOfDemo, personId } from '../../features/helpdesk/testing/helpdesk-fixture.ts';
import { makeAuditKey } from '../../records/audit-log/kept-key.ts';
import { readAuditKeys } from '../../records/audit-log/keys.ts';
import { migrations } from './create-tables.ts';
import { openStore, type Store, type StorePlace } from './open.ts';

/**
 * A store of an earlier version: the statements that created its tables, and its rows.
 *
 * Just before the release of 0.2.0, write the file again: `KEEP_STORE=1 npx vitest run --project node
 * src/bff/platform/store/kept-store`. After the release the file must not change.
 */
type KeptStore = {
  migrations: string[];
  tables: Record<'sqlite' | 'postgres', string[]>;
  rows: Record<string, Record<string, string | number | null>[]>;
  signedBy: string;
};
const VERSION = '0.2.0';
const changelog = readFileSync(join(import.meta.dirname, '../../../../CHANGELOG.md'), 'utf8');
const isReleased = !changelog.includes(`## [${VERSION}] - not released`);
const file = join(import.meta.dirname, 'testing', `store-${VERSION}.json`);
const kept = () => JSON.parse(readFileSync(file, 'utf8')) as KeptStore;

const ofKysely = ({ migrations: applied }: KeptStore) => [
  'CREATE TABLE kysely_migration (name varchar(255) NOT NULL PRIMARY KEY, timestamp varchar(255) NOT NULL)',
  'CREATE TABLE kysely_migration_lock (id varchar(255) NOT NULL PRIMARY KEY, is_locked integer DEFAULT 0 NOT NULL)',
  "INSERT INTO kysely_migration_lock VALUES ('migration_lock', 0)",
  ...applied.map((name) => `INSERT INTO kysely_migration VALUES ('${name}', '2026-11-29T00:00:00.000Z')`),
];

async function statementsFor(engine: 'sqlite' | 'postgres'): Promise<string[]> {
  const statements: string[] = [];
  const db = new Kysely<never>({
    dialect: {
      createAdapter: () => (engine === 'sqlite' ? new SqliteAdapter() : new PostgresAdapter()),
      createDriver: () => new DummyDriver(),
      createQueryCompiler: () => (engine === 'sqlite' ? new SqliteQueryCompiler() : new PostgresQueryCompiler()),
      createIntrospector: () => null as never,
    },
    log: ({ query }) => void statements.push(query.sql),
  });
  for (const name of Object.keys(migrations).toSorted()) await migrations[name]!.up(db);
  return statements.filter((statement) => !statement.startsWith('INSERT'));
}

async function restored(store: KeptStore): Promise<StorePlace> {
  const { tables, rows } = store;
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-kept-store-'));
  const valuesOf = (row: object, mark: (at: number) => string) =>
    Object.keys(row)
      .map((_, at) => mark(at + 1))
      .join();
  const columnsOf = (row: object) =>
    Object.keys(row)
      .map((name) => `"${name}"`)
      .join();
  const inserts = Object.entries(rows).flatMap(([table, all]) => all.map((row) => ({ table, row })));
  if (testDatabase === 'sqlite') {
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const database = new DatabaseSync(join(folder, 'portal.sqlite'));
    for (const statement of [...tables.sqlite, ...ofKysely(store)]) database.exec(statement);
    for (const { table, row } of inserts)
      database
        .prepare(`INSERT INTO ${table} (${columnsOf(row)}) VALUES (${valuesOf(row, () => '?')})`)
        .run(...Object.values(row));
    database.close();
    return { dataDir: folder };
  }
  const server = inject('postgres');
  const name = `kept_${process.pid}_${Date.now().toString(36)}`;
  await onDatabase(server, 'postgres', (client) => client.query(`CREATE DATABASE ${name}`));
  onTestFinished(async () => {
    rmSync(folder, { recursive: true, force: true });
    await onDatabase(server, 'postgres', (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
  });
  await onDatabase(server, name, async (client) => {
    for (const statement of [...tables.postgres, ...ofKysely(store)]) await client.query(statement);
    for (const { table, row } of inserts)
      await client.query(
        `INSERT INTO ${table} (${columnsOf(row)}) VALUES (${valuesOf(row, (at) => `$${at}`)})`,
        Object.values(row),
      );
  });
  return { dataDir: folder, database: createSettings(server, name) };
}

async function schemaOf(store: Store): Promise<string[]> {
  const tables = await store.introspection.getTables();
  const columns = tables.flatMap(({ name, columns: all }) =>
    all.map((one) => `${name}.${one.name} ${one.dataType}${one.isNullable ? '' : ' NOT NULL'}`),
  );
  const { rows } = await (
    testDatabase === 'sqlite'
      ? sql<{ text: string }>`SELECT sql AS text FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL`
      : sql<{ text: string }>`SELECT indexdef AS text FROM pg_indexes WHERE schemaname = current_schema()`
  ).execute(store);
  return [...columns, ...rows.map(({ text }) => text)].filter((line) => !/kysely/.test(line)).toSorted();
}

/** Not a test, because a skipped test fails in CI. */
async function keepStore(): Promise<void> {
  const keys = readAuditKeys(makeAuditKey());
  const env = await startTestEnv();
  const portal = await env.fresh({ app: { audit: { keys: keys, sink: null }, helpdesk: helpdeskOfDemo(env) } });
  const grace = await portal.signedIn(GRACE);
  const body = { name: 'On my shelf' };
  expect(said(await grace.call('nameFactor', { factorId: await findId(grace, 'totp') }, { body }))).toBe('200');
  const agent = await signInAgent(portal, HEDY);
  const asked = await agent.reset(await personId(portal, KATHERINE), {
    callerVerificationId: undefined,
    note: 'abroad',
  });
  expect(said(await approve(await signInAgent(portal, ANNIE), asked.body.approval.id))).toBe('200');
  const contents = await readContents(portal.store);
  const found = Object.entries(contents).filter(([, rows]) => rows.length > 0);
  const store: KeptStore = {
    migrations: Object.keys(migrations).toSorted(),
    tables: { sqlite: await statementsFor('sqlite'), postgres: await statementsFor('postgres') },
    rows: Object.fromEntries(found) as KeptStore['rows'],
    signedBy: String(keys[0]!.publicKey.export({ type: 'spki', format: 'pem' })),
  };
  writeFileSync(file, `${JSON.stringify(store, null, 1)}\n`);
  await env.close();
}
beforeAll(async () => {
  if (process.env['KEEP_STORE']) await keepStore();
});

test(`a store of ${VERSION} opens with all its rows, and its log holds`, async () => {
  const store = kept();
  const opened = await openStore(await restored(store));
  const fresh = await openTestStore();
  try {
    if (isReleased)
      expect(
        await schemaOf(opened),
        'A migration that is released changed: change it back, and add another one.',
      ).toEqual(await schemaOf(fresh));
    for (const [table, rows] of Object.entries(store.rows)) {
      const found = await readRows(opened, table);
      for (const row of rows) expect(found).toContainEqual(expect.objectContaining(row));
    }
    expect(store.rows['audit_log']!.length).toBeGreaterThan(5);
    expect(await verifyAuditLog(opened, { keys: readAuditKeys(store.signedBy) })).toBeNull();
  } finally {
    await opened.destroy();
    await fresh.destroy();
  }
});

test('a migration of a later version changes it, keeps its rows, and an older program refuses it', async () => {
  const store = kept();
  const place = await restored(store);
  const later = {
    ...migrations,
    '9999_later': {
      up: (db: Kysely<never>) => sql`ALTER TABLE freezes ADD COLUMN later TEXT`.execute(db).then(() => {}),
    },
  };
  const opened: Store = place.database
    ? await openPostgres({ settings: place.database, migrations: later })
    : await openSqlite({ file: join(place.dataDir, 'portal.sqlite'), migrations: later });
  try {
    expect(await schemaOf(opened)).toContainEqual(expect.stringMatching(/^freezes\.later text$/i));
    expect((await readRows(opened, 'audit_log')).length).toBe(store.rows['audit_log']!.length);
    expect(await verifyAuditLog(opened, { keys: readAuditKeys(store.signedBy) })).toBeNull();
  } finally {
    await opened.destroy();
  }
  await expect(openStore(place)).rejects.toThrow(/written by a newer version \(it has the schema 9999_later/);
});
