import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { runOperatorProgram } from '#testing/programs/operator-program.ts';
import { onDatabase, createSettings, getUrl } from '#testing/postgres/databases.ts';
import { dumpPrograms } from '#testing/postgres/native.ts';
import { startPostgres } from '#testing/postgres/server.ts';
import { testEnv } from '#testing/test-env.ts';
import { keptAuditKey } from '#bff/records/audit-log/kept-key.ts';
import { readAuditKeys } from '#bff/records/audit-log/keys.ts';
import { openStore } from '#bff/platform/store/open.ts';
import { checkRestored, goOnAfterBackup, readRows, startBackupFixture } from './testing/backup-fixture.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

// pg_dump refuses a newer server. Debian's pg_dump has the version of Debian's server, which runs here.
const programs = dumpPrograms!;
const dump = (name: string, ...words: string[]) =>
  new Promise<void>((resolve, reject) => {
    execFile(join(programs, name), words, (error) => (error ? reject(error) : resolve()));
  });

const env = await testEnv();
const folder = temporaryFolder();
const backup = join(folder, 'latchkey.dump');
const keys = readAuditKeys(keptAuditKey(folder));

test('[D4] a PostgreSQL store is dumped under load, restored as another database, and ended there', async () => {
  const server = await startPostgres({ programs });
  const url = server.getUrl('DATABASE');
  try {
    for (const name of ['live', 'restored'])
      await onDatabase(url, 'postgres', (client) => client.query(`CREATE DATABASE ${name}`));
    const fixture = await startBackupFixture(
      env,
      await openStore({ dataDir: '', database: createSettings(url, 'live') }),
      keys,
    );
    const stop = fixture.load();
    await dump('pg_dump', '--format=custom', `--file=${backup}`, getUrl(url, 'live').split('?')[0]!);
    await stop();
    const { grace, katherine } = await goOnAfterBackup(fixture);
    await fixture.portal.close();
    await dump(
      'pg_restore',
      '--no-owner',
      '--no-privileges',
      '--exit-on-error',
      `--dbname=${getUrl(url, 'restored').split('?')[0]!}`,
      backup,
    );
    const where = { DATA_DIR: folder, DATABASE_URL: getUrl(url, 'restored') };
    const replaced = ['--replaced', getUrl(url, 'live')];
    const store = await openStore({ dataDir: '', database: createSettings(url, 'restored') });
    // As if a portal had just run on this database.
    await store
      .insertInto('replicas')
      .values({ id: 'x', seen_at: sql<number>`(extract(epoch FROM now()) * 1000)::bigint` })
      .execute();
    expect((await runOperatorProgram('src/operator/restore/restore.ts', replaced, where)).err).toMatch(
      /a portal ran on this database/,
    );
    await store.deleteFrom('replicas').execute();
    expect((await runOperatorProgram('src/operator/restore/restore.ts', [backup], where)).err).toMatch(
      /by pg_restore first/,
    );
    // An error at the second of two people to freeze.
    const freezeFails = sql`ALTER TABLE freezes ADD CONSTRAINT fails CHECK (user_id <> ${sql.lit(katherine)})`;
    await freezeFails.execute(store);
    expect((await runOperatorProgram('src/operator/restore/restore.ts', replaced, where)).code).toBe(1);
    expect(await readRows(store, 'store.restored')).toHaveLength(0);
    expect(await store.selectFrom('freezes').selectAll().where('user_id', '=', grace).execute()).toHaveLength(0);
    await sql`ALTER TABLE freezes DROP CONSTRAINT fails`.execute(store);
    const { code, out } = await runOperatorProgram('src/operator/restore/restore.ts', replaced, where);
    expect([code, out]).toEqual([0, expect.stringContaining(`These people are frozen again: ${grace}, ${katherine}.`)]);
    const { code: verified } = await runOperatorProgram('src/operator/audit-verify/verify.ts', [], where);
    expect(verified).toBe(0);
    const portal = await checkRestored(env, store, { ...fixture, auditKeys: keys });
    expect(await readRows(store, 'store.restored')).toHaveLength(1);
    await portal.close();
    await store.destroy();
    await fixture.store.destroy();
  } finally {
    await server.remove();
  }
});
