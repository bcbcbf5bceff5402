import { join } from 'node:path';
import { sql, type Kysely } from 'kysely';
import { expect, test } from 'vitest';
import { ensureBuilt, startServerProcess } from '#testing/server-process.ts';
import { freePort } from '#testing/free-port.ts';
import { openTestStore, testDatabase } from '#testing/store.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

test('the server refuses a store of another schema in one line', async () => {
  await ensureBuilt();
  const folder = temporaryFolder();
  const store = await openTestStore(folder);
  const start = async () => startServerProcess({ port: await freePort(), emulatorPort: await freePort(), folder });
  const migrations = store as unknown as Kysely<{ kysely_migration: { name: string; timestamp: string } }>;
  await migrations.insertInto('kysely_migration').values({ name: '9999_later', timestamp: '' }).execute();
  const said = /^the server ended with 1: .* was written by a newer version \(it has the schema 9999_later, .*\n$/;
  await expect(start()).rejects.toThrow(said);
  await migrations.deleteFrom('kysely_migration').where('name', '=', '9999_later').execute();
  if (testDatabase === 'sqlite') {
    await sql`PRAGMA user_version = 5`.execute(store);
    const file = join(folder, 'portal.sqlite');
    await expect(start()).rejects.toThrow(
      new RegExp(`^the server ended with 1: ${file} was written by an older version \\(schema 5, .*\\n$`),
    );
  }
  await store.destroy();
});
