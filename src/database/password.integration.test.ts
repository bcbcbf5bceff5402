import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql, type Kysely } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { databaseOf } from '#bff/platform/env/database-settings.ts';
import { startPostgres, type PostgresServer } from '#testing/postgres/server.ts';
import { createPassword } from './password.ts';
import { openPostgres } from './postgres.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-password-'));
const password = createPassword('one');
let server: PostgresServer;
let owner: Kysely<unknown>;
let portal: Kysely<unknown>;
const open = (url: string, poolSize: number) => {
  const limits = { DATABASE_STATEMENT_TIMEOUT_MS: 3000, DATABASE_LOCK_TIMEOUT_MS: 3000 };
  const settings = databaseOf({ DATABASE_POOL_SIZE: poolSize, ...limits, DATABASE_URL: url }, [], [])!;
  return openPostgres({ settings: { ...settings, rotating: password }, migrations: {}, warn: () => {} });
};
beforeAll(async () => {
  const access = join(folder, 'pg_hba.conf');
  writeFileSync(access, 'host all portal all scram-sha-256\nhost all all all trust\n');
  for (const path of [folder, access]) chmodSync(path, path === folder ? 0o755 : 0o644);
  server = await startPostgres({ settings: [`hba_file=${access}`] });
  owner = await open(server.urlOf('postgres'), 1);
  await sql`CREATE ROLE portal LOGIN SUPERUSER PASSWORD 'one'`.execute(owner);
  portal = await open(server.urlOf('postgres').replace('postgres@', 'portal:one@'), 1);
});
afterAll(async () => {
  await portal?.destroy();
  await owner?.destroy();
  await server.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** The next statement needs a new connection. */
async function onNewConnection(): Promise<unknown> {
  await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'portal'`.execute(owner);
  return expect
    .poll(() => sql`SELECT 1 AS one`.execute(portal).then(({ rows }) => rows, String), { timeout: 5000 })
    .toEqual([{ one: 1 }]);
}

test('a password that was written wrong first, and then right, is waited for with the one that the server has', async () => {
  await onNewConnection();
  password.rotate('typing mistake');
  password.rotate('two');
  await onNewConnection();
  await sql`ALTER ROLE portal PASSWORD 'two'`.execute(owner);
  await onNewConnection();
});
