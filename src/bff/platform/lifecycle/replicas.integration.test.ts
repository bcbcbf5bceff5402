import { expect, test } from 'vitest';
import { freePort } from '#testing/free-port.ts';
import { ensureBuilt, startServerProcess } from '#testing/server-process.ts';
import { openTestStore, testDatabase } from '#testing/store.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

test('a server counts on PostgreSQL from before it listens until it ends in order', async () => {
  await ensureBuilt();
  const folder = temporaryFolder();
  const store = await openTestStore(folder);
  const live = async () => (await store.selectFrom('replicas').selectAll().execute()).length;
  const start = async () => startServerProcess({ port: await freePort(), emulatorPort: await freePort(), folder });
  const one = testDatabase === 'postgres' ? 1 : 0;
  const first = await start();
  expect(await live()).toBe(one);
  await first.end();
  expect(await live()).toBe(0);
  const second = await start();
  await second.kill();
  // The other portals delete the killed portal's row only after 45 s.
  expect(await live()).toBe(one);
  await store.destroy();
});
