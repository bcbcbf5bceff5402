import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { ensureBuilt, startServerProcess } from '#testing/server-process.ts';
import { freePort } from '#testing/test-env.ts';
import { openStore } from './open.ts';

test('the server refuses a store of an older schema in one line', { timeout: 120_000 }, async () => {
  await ensureBuilt();
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-old-store-'));
  const store = await openStore(folder);
  await sql`PRAGMA user_version = 5`.execute(store);
  await store.destroy();
  const starting = startServerProcess({ port: await freePort(), emulatorPort: await freePort(), folder });
  const file = join(folder, 'portal.sqlite');
  await expect(starting).rejects.toThrow(
    new RegExp(`^the server ended with 1: ${file} was written by an older version \\(schema 5, .*\\n$`),
  );
  rmSync(folder, { recursive: true, force: true });
});
