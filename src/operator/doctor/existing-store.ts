import { MissingStoreError, openStore, type Store, type StorePlace } from '#bff/platform/store/open.ts';

/**
 * Runs work on the portal's store without changing it. Returns null when no portal has created the store. Throws the
 * database's error when the store cannot be read.
 */
export async function onExistingStore<T>(place: StorePlace, work: (store: Store) => Promise<T>): Promise<T | null> {
  let store: Store;
  try {
    store = await openStore(place, { existing: 'read' });
  } catch (error) {
    if (error instanceof MissingStoreError) return null;
    throw error;
  }
  try {
    return await work(store);
  } finally {
    await store.destroy();
  }
}

/** The store's name in messages. */
export const getName = ({ dataDir, database }: StorePlace): string =>
  database ? `the database ${database.database} at ${database.host}:${database.port}` : dataDir;
