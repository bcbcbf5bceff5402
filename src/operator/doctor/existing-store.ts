import { MissingStoreError, openStore, type Store, type StorePlace } from '#bff/platform/store/open.ts';

/** Null: no portal has created the store. Throws the database's error if the store cannot be read. */
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

export const getName = ({ dataDir, database }: StorePlace): string =>
  database ? `the database ${database.database} at ${database.host}:${database.port}` : dataDir;
