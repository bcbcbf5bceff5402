import { randomInt } from 'node:crypto';
import { getDatabaseName } from '#database/portable-sql.ts';
import { changeStore } from './change-store.ts';
import type { Store } from './open.ts';
import { upsert } from './upsert.ts';

/** More than one page of SQLite holds, so that the write needs free space. */
const FILLER = new Uint8Array(10_000);

/**
 * Rejects with the statement's error when the store cannot be written. It really writes to the disk, since a full disk
 * fails only then.
 */
export async function assertStoreWritable(store: Store): Promise<void> {
  // PostgreSQL writes each version of a row anew, also with a few ids for all.
  if (getDatabaseName(store) === 'postgres')
    return upsert(store, 'write_checks', ['id'], { id: randomInt(16), filler: FILLER });
  // An id of its own: checks with the same one would wait for each other.
  const id = randomInt(2 ** 47);
  await changeStore(store, async (tx) => {
    await tx.insertInto('write_checks').values({ id, filler: FILLER }).execute();
    await tx.deleteFrom('write_checks').where('id', '=', id).execute();
  });
}
