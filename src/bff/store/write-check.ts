import type { Store } from './open.ts';

/** More than fits on one page of SQLite's, so that space must be found for it. */
const FILLER = new Uint8Array(10_000);

/**
 * Rejects, as the statement does, when nothing can be written to the store. It writes for real, to the disk: a full one
 * says so only then.
 */
export async function assertStoreWritable(store: Store): Promise<void> {
  await store.transaction().execute(async (step) => {
    await step.insertInto('write_checks').values({ id: 1, filler: FILLER }).execute();
    await step.deleteFrom('write_checks').where('id', '=', 1).execute();
  });
}
