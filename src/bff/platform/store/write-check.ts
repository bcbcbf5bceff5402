import { randomInt } from 'node:crypto';
import { getDatabaseName } from '#database/portable-sql.ts';
import { changeStore } from './change-store.ts';
import type { Store } from './open.ts';
import { upsert } from './upsert.ts';

/** Larger than a page of SQLite, so that the write needs free space. */
const FILLER = new Uint8Array(10_000);

/** Writes to the disk, because otherwise the check would not notice a full disk. */
export async function assertStoreWritable(store: Store, random = (below: number) => randomInt(below)): Promise<void> {
  // Each update writes a new version of the row to the disk, so a few rows are enough.
  if (getDatabaseName(store) === 'postgres')
    return upsert(store, 'write_checks', ['id'], { id: random(16), filler: FILLER });
  // Checks with the same id would wait for each other.
  const id = random(2 ** 47);
  await changeStore(store, async (tx) => {
    await tx.insertInto('write_checks').values({ id, filler: FILLER }).execute();
    await tx.deleteFrom('write_checks').where('id', '=', id).execute();
  });
}
