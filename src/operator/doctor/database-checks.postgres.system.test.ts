import { chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { DatabaseSettings } from '#database/connection.ts';
import { openStore } from '#bff/platform/store/open.ts';
import { readDatabase } from '#bff/platform/env/database-settings.ts';
import { authority, certificates } from '#testing/certificates.ts';
import { freePort } from '#testing/free-port.ts';
import { onDatabase } from '#testing/postgres/databases.ts';
import { hasPgBouncer, startPgBouncer } from '#testing/postgres/pgbouncer.ts';
import { nobody, startPostgres, type PostgresServer } from '#testing/postgres/server.ts';
import { runChecks } from './config-check.ts';
import { databaseChecks } from './database-checks.ts';
import { secretChecks } from './secret-checks.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

/** A server only for this file, because these tests change its settings and roles. */
let server: PostgresServer;
const folder = temporaryFolder();
beforeAll(async () => {
  const owner = nobody();
  for (const [name, text] of Object.entries(certificates.good)) {
    const file = join(folder, `${name}.pem`);
    writeFileSync(file, text, { mode: 0o600 });
    for (const path of owner ? [folder, file] : []) chownSync(path, owner!.uid, owner!.gid);
  }
  const tls = ['ssl=on', `ssl_cert_file=${join(folder, 'cert.pem')}`, `ssl_key_file=${join(folder, 'key.pem')}`];
  server = await startPostgres({ fsync: true, settings: tls });
});
afterAll(async () => {
  await server.remove();
});

let settings: DatabaseSettings;
let count = 0;
/** Commits locally, because a commit would wait forever for the standby that one test names. */
const admin = (...statements: string[]) =>
  onDatabase(server.getUrl('DATABASE'), 'postgres', async (client) => {
    for (const statement of ['SET synchronous_commit = local', ...statements]) await client.query(statement);
  });
const inDatabase = (...statements: string[]) =>
  onDatabase(server.getUrl('DATABASE'), settings.database, async (client) => {
    for (const statement of statements) await client.query(statement);
  });
beforeEach(async () => {
  const name = `portal_${(count += 1)}`;
  await admin(`CREATE ROLE ${name} LOGIN`, `CREATE DATABASE ${name} OWNER ${name}`);
  settings = readDatabase(
    {
      DATABASE_URL: `postgres://${name}@127.0.0.1:${server.port}/${name}?sslmode=disable`,
      DATABASE_POOL_SIZE: 10,
    },
    [],
    [],
  )!;
});

async function said(over: Partial<DatabaseSettings> = {}, aheadMs = 0): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const clock = { now: () => Date.now() + aheadMs };
  for await (const { name, mark, text } of runChecks(databaseChecks({ ...settings, ...over }, clock)))
    found[name.replace('database ', '')] = `${mark} ${text}`;
  return found;
}
const migrate = async () => (await openStore({ dataDir: '', database: settings })).destroy();

test('a database that is empty, then one with the portal’s tables', async () => {
  const { user } = settings;
  const before = await said();
  expect(before).toEqual({
    database: expect.stringMatching(/^passed PostgreSQL \d+\.\d+ answers \(tested: 15 to 18\)$/),
    rights: `passed ${user} may create tables in the schema public, which is empty`,
    'time limits':
      'passed statement_timeout 3500 ms, lock_timeout 3000 ms, idle_in_transaction_session_timeout 4000 ms',
    TLS: 'passed none, and none is needed on this machine',
    clock: expect.stringMatching(
      /^passed this machine’s clock is \d+ ms (ahead of|behind) the database’s \(± \d+ ms\)$/,
    ),
    durability: expect.stringMatching(
      /^warning no standby is synchronous: .* Set synchronous_standby_names at the serv/,
    ),
    connections: 'passed the server allows 197, enough for 19 portals of DATABASE_POOL_SIZE 10',
  });
  const place = { dataDir: '/data', database: settings };
  const secrets = () => secretChecks(place, ['k'.repeat(43)], Date)[0]!.run();
  expect(await secrets()).toBe(
    `nothing is stored in the database ${settings.database} at 127.0.0.1:${server.port} yet`,
  );
  expect((await said()).rights).toContain('which is empty');
  await migrate();
  expect((await said()).rights).toMatch(
    /may use its \d+ tables in the schema public, and change them in a new version$/,
  );
  expect(await secrets()).toContain('there is one, and nothing is sealed');
});

test('a server that cannot be reached, each time with what to do', async () => {
  const fails = async (over: Partial<DatabaseSettings>) => {
    const { database, ...others } = await said(over);
    expect(new Set(Object.values(others))).toEqual(new Set(['skipped it needs what failed above: database']));
    return database;
  };
  expect(await fails({ port: await freePort() })).toMatch(/^FAILED connect ECONNREFUSED .*check DATABASE_URL$/);
  expect(await fails({ database: 'none' })).toMatch(/: create it: CREATE DATABASE none OWNER portal_/);
  expect(await fails({ user: 'nobody' })).toMatch(/^FAILED role "nobody" does not exist: .*pg_hba\.conf/);
  expect(await fails({ tls: { ca: undefined }, host: 'localhost' })).toMatch(/: name the file .*\?sslrootcert=FILE$/);
  expect(await fails({ tls: { ca: authority } })).toMatch(/: name the server in DATABASE_URL as its certificate does$/);
});

test('TLS is named with its version', async () => {
  const { TLS } = await said({ tls: { ca: authority }, host: 'localhost' });
  expect(TLS).toBe('passed TLSv1.3, and the server’s certificate is verified');
});

test('rights: a role that may not create, one that lacks some, and one that may only add to the audit log', async () => {
  const { user, database } = settings;
  await admin(`ALTER DATABASE ${database} OWNER TO postgres`);
  expect((await said()).rights).toBe(`FAILED ${user} may not create tables: GRANT CREATE ON SCHEMA public TO ${user}`);
  await inDatabase('CREATE SCHEMA own', `GRANT USAGE, CREATE ON SCHEMA own TO ${user}`);
  await inDatabase(`ALTER ROLE ${user} SET search_path = nowhere`);
  expect((await said()).rights).toMatch(new RegExp(`^FAILED ${user} has no schema: CREATE SCHEMA`));
  await inDatabase(`ALTER ROLE ${user} SET search_path = own`);
  await migrate();
  await inDatabase(`REVOKE CREATE ON SCHEMA own FROM ${user}`, `ALTER TABLE own.sessions OWNER TO postgres`);
  expect((await said()).rights).toBe(
    `FAILED ${user} lacks rights: GRANT SELECT, INSERT, UPDATE, DELETE ON sessions TO ${user}`,
  );
  await inDatabase(`GRANT SELECT, INSERT, UPDATE, DELETE ON own.sessions TO ${user}`);
  await inDatabase('ALTER TABLE own.audit_log OWNER TO postgres');
  await inDatabase(`GRANT SELECT, INSERT, UPDATE, DELETE ON own.audit_log TO ${user}`);
  expect((await said()).rights).toMatch(/^warning .* REVOKE UPDATE, DELETE, TRUNCATE ON audit_log FROM portal_\d+$/);
  await inDatabase(`REVOKE UPDATE, DELETE ON own.audit_log FROM ${user}`);
  expect((await said()).rights).toMatch(/before a new version, run prepare-database with their owner in DATABASE_URL$/);
});

test('time limits: too long, and of waiting connections', async () => {
  expect((await said({ statementMs: 30_000 }))['time limits']).toMatch(
    /^warning statement_timeout is 30000 ms: a requ/,
  );
  await admin(`ALTER ROLE ${settings.user} SET idle_session_timeout = '30s'`);
  expect((await said())['time limits']).toMatch(/SET idle_session_timeout = 0$/);
});

test('the clock, in both directions', async () => {
  expect((await said({}, 3000)).clock).toMatch(
    /^warning this machine’s clock is [23]\d{3} ms ahead of .*set both by NTP$/,
  );
  expect((await said({}, -90_000)).clock).toMatch(/^FAILED this machine’s clock is (89|90)\d{3} ms behind /);
});

test('durability: what a crash may lose', async () => {
  const { user } = settings;
  await admin(`ALTER ROLE ${user} SET synchronous_commit = off`);
  expect((await said()).durability).toMatch(/^FAILED synchronous_commit is off, .*SET synchronous_commit = on$/);
  await admin(`ALTER ROLE ${user} SET synchronous_commit = local`);
  await admin("ALTER SYSTEM SET synchronous_standby_names = 'second'", 'SELECT pg_reload_conf()');
  const withoutStandby = () =>
    admin('ALTER SYSTEM RESET synchronous_standby_names', 'SELECT pg_reload_conf()').then(() => undefined);
  onTestFinished(withoutStandby);
  // The server reloads its settings some time later.
  const durability = () => expect.poll(async () => (await said()).durability);
  await durability().toMatch(/^warning synchronous_commit is local, .*for second: /);
  await admin(`ALTER ROLE ${user} RESET synchronous_commit`);
  expect((await said()).durability).toMatch(/^FAILED no standby is connected, and commits wait for second, /);
  // For the server, any replication client is a standby.
  const url = new URL(server.getUrl('postgres'));
  url.searchParams.set('replication', 'true');
  const standby = new pg.Client(url.href);
  await standby.connect();
  expect((await said()).durability).toBe('passed synchronous_commit is on, with the standby second');
  await standby.end();
  await withoutStandby();
  await durability().toMatch(/^warning no standby is synchronous/);
});

test('connections, and a database that takes no writes', async () => {
  const { user, database } = settings;
  await admin(`ALTER ROLE ${user} CONNECTION LIMIT 15`);
  expect((await said()).connections).toMatch(
    /^warning the server allows 15, enough for 1 portal of DATABASE_POOL_SIZE 10/,
  );
  expect((await said({ poolSize: 20 })).connections).toMatch(
    /^FAILED DATABASE_POOL_SIZE is 20, and the server allows 15/,
  );
  await admin(`ALTER DATABASE ${database} SET default_transaction_read_only = on`);
  expect((await said()).database).toBe(
    `FAILED it takes no writes: ALTER DATABASE ${database} RESET default_transaction_read_only`,
  );
});

test.skipIf(!hasPgBouncer).each([
  ['transaction', /^passed a pooler lends them for one transaction each; the server has 197$/],
  ['session', /^warning the pooler lends a connection for a whole session, .*set pool_mode = transaction$/],
  ['statement', /^FAILED the pooler lends a connection for one statement: set pool_mode = transaction$/],
])('behind PgBouncer in %s mode', async (mode, connections) => {
  const pooler = await startPgBouncer(server, [`pool_mode = ${mode}`]);
  const through = { port: pooler.port, user: 'postgres' };
  const found = await said(through);
  expect(found.connections).toMatch(connections);
  expect(found['time limits']).toBe(
    'warning nothing limits statement_timeout, lock_timeout, idle_in_transaction_session_timeout, since a pooler takes no settings: ALTER ROLE postgres SET statement_timeout = 3500; ALTER ROLE postgres SET lock_timeout = 3000; ALTER ROLE postgres SET idle_in_transaction_session_timeout = 4000',
  );
  expect(found.TLS).toBe('passed the pooler is spoken to in the clear; from there to the server TLSv1.3');
  await pooler.stop();
});
