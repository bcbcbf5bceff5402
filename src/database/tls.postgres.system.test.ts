import { chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { readDatabase } from '#bff/platform/env/database-settings.ts';
import { authority, certificates } from '#testing/certificates.ts';
import { onDatabase } from '#testing/postgres/databases.ts';
import { nobody, startPostgres, type PostgresServer } from '#testing/postgres/server.ts';
import { isUnusable } from './errors.ts';
import { inspectPostgres } from './inspect.ts';
import { openPostgres } from './postgres.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

const PASSWORD = 'a-password-that-nobody-prints';
const folder = temporaryFolder();
const fileOf = (name: string) => join(folder, name);
function write(name: string, text: string): void {
  writeFileSync(fileOf(name), text, { mode: 0o600 });
  const owner = nobody();
  if (owner) for (const path of [folder, fileOf(name)]) chownSync(path, owner.uid, owner.gid);
}
function certify(name: keyof typeof certificates): void {
  write('cert.pem', certificates[name].cert);
  write('key.pem', certificates[name].key);
}

let server: PostgresServer;
/** The server reads its certificate only at the start. */
async function serve(name: keyof typeof certificates): Promise<void> {
  certify(name);
  await server.stop('fast');
  await server.start();
}
beforeAll(async () => {
  certify('good');
  write('ca.pem', authority);
  write('hba.conf', 'host all postgres all trust\nhost all all all scram-sha-256\n');
  server = await startPostgres({
    settings: [
      'ssl=on',
      `ssl_cert_file=${fileOf('cert.pem')}`,
      `ssl_key_file=${fileOf('key.pem')}`,
      `hba_file=${fileOf('hba.conf')}`,
    ],
  });
  await onDatabase(server.getUrl('DATABASE'), 'postgres', (client) =>
    client.query(`CREATE ROLE latchkey LOGIN PASSWORD '${PASSWORD}'`),
  );
});
afterAll(async () => {
  await server.remove();
});
afterEach(() => vi.unstubAllEnvs());

function settingsOf(
  { host = 'localhost', user = `latchkey:${PASSWORD}`, mode = '' } = {},
  ca: string | null = fileOf('ca.pem'),
) {
  const faults: string[] = [];
  const set = {
    DATABASE_POOL_SIZE: 4,
    DATABASE_URL: `postgres://${user}@${host}:${server.port}/postgres${mode}${ca === null ? '' : `?sslrootcert=${ca}`}`,
  };
  const settings = readDatabase(set, faults, []);
  if (!settings) throw new Error(faults.join());
  return settings;
}

type Seen = { tls: boolean; user: string; statement: string; path: string; isolation: string };
/** Returns the server's view of a connection, or the error's message. Checks that no error contains the password. */
async function outcome(settings = settingsOf()): Promise<Seen | string> {
  try {
    const db = await openPostgres({ settings, migrations: {} });
    const { rows } = await sql<Seen>`
      SELECT ssl AS tls, current_user AS user, current_setting('statement_timeout') AS statement,
        current_setting('search_path') AS path, current_setting('default_transaction_isolation') AS isolation
      FROM pg_stat_ssl WHERE pid = pg_backend_pid()`.execute(db);
    await db.destroy();
    return rows[0]!;
  } catch (error) {
    const { inspect } = await import('node:util');
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(PASSWORD);
    expect(isUnusable(error), String(error)).toBe(true);
    return (error as Error).message;
  }
}
const plain = { user: 'latchkey', statement: '3500ms', path: '"$user", public', isolation: 'read committed' };
const safe = { ...plain, tls: true };

test('a certificate of the named authority and host is accepted; one that nobody named is not', async () => {
  expect(await outcome()).toEqual(safe);
  expect(await outcome(settingsOf({}, null))).toMatch(/unable to (?:verify|get)|self[- ]signed/);
  // The certificate is for `localhost`, not for its IP address.
  expect(await outcome(settingsOf({ host: '127.0.0.1' }))).toMatch(/does not match certificate/);
  expect(await outcome(settingsOf({ mode: '?sslmode=disable' }, null))).toEqual({ ...plain, tls: false });
});

test.each([
  ['otherHost', /does not match certificate/],
  ['expired', /certificate has expired/],
  ['selfSigned', /self[- ]signed certificate/],
] as const)('a server with the certificate %s is told nothing', async (name, why) => {
  await serve(name);
  try {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    expect(await outcome()).toMatch(why);
    await expect(inspectPostgres(settingsOf(), Date.now)).rejects.toThrow(why);
  } finally {
    await serve('good');
  }
});

test('a certificate that is no more valid while the portal runs makes the store unavailable, not the portal', async () => {
  const db = await openPostgres({ settings: settingsOf(), migrations: {} });
  await serve('expired');
  const ask = () =>
    sql`SELECT 1`.execute(db).then(
      () => 'works',
      (error: unknown) => isUnusable(error),
    );
  expect(new Set([await ask(), await ask(), await ask()])).toEqual(new Set([true]));
  await serve('good');
  await expect.poll(ask, { interval: 20 }).toBe('works');
  await db.destroy();
});

/** All variables that `pg` and libpq read. */
const variables = {
  PGHOST: 'db.evil.example',
  PGHOSTADDR: '192.0.2.1',
  PGPORT: '1',
  PGUSER: 'postgres',
  PGDATABASE: 'template1',
  PGPASSWORD: PASSWORD,
  PGPASSFILE: fileOf('pgpass'),
  PGSSLMODE: 'no-verify',
  PGSSLNEGOTIATION: 'nothing',
  PGSSLROOTCERT: '/nowhere',
  PGOPTIONS: '-c statement_timeout=1 -c search_path=evil -c default_transaction_isolation=serializable',
  PGAPPNAME: 'evil',
  PGREPLICATION: 'database',
  PGCLIENTENCODING: 'LATIN1',
  PGCLIENT_ENCODING: 'LATIN1',
  PGCONNECT_TIMEOUT: '1',
  PGBINARY: 'true',
};

test('no variable of the environment changes a connection, nor gives a password that the address has not', async () => {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  write('pgpass', `*:*:*:*:${PASSWORD}\n`);
  expect(await outcome()).toEqual(safe);
  expect(await outcome(settingsOf({ mode: '?sslmode=disable' }, null))).toEqual({ ...plain, tls: false });
  expect(await outcome(settingsOf({ user: 'latchkey' }))).toMatch(/password/);
  await expect(inspectPostgres(settingsOf({ user: 'latchkey' }), Date.now)).rejects.toThrow(/password/);
  vi.stubEnv('PGPASSWORD', undefined);
  expect(await outcome(settingsOf({ user: 'latchkey' }))).toMatch(/password/);
});

test('a wrong password is an unusable store, and is not printed', async () => {
  expect(await outcome(settingsOf({ user: `latchkey:x${PASSWORD}` }))).toBe(
    'password authentication failed for user "latchkey"',
  );
});

test('a name whose addresses all refuse is an unusable store too, with a reason', () => {
  // As Node throws when a host name has several addresses, and all refuse.
  const refused = Object.assign(new AggregateError([new Error('one'), new Error('other')]), { code: 'ECONNREFUSED' });
  expect(isUnusable(refused)).toBe(true);
  expect(isUnusable(new AggregateError([]))).toBe(false);
});
