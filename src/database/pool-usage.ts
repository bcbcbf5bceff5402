/** How the connections of a pool are used now. */
export type PoolUsage = { open: number; idle: number; waiting: number };

const usages = new WeakMap<object, () => PoolUsage>();

/** Lets `getPoolUsage` find the usage of a database's pool. */
export const recordPoolUsage = (db: object, usage: () => PoolUsage): void => void usages.set(db, usage);

/** The usage of a database's pool now; null for SQLite, which has none. */
export const getPoolUsage = (db: object): PoolUsage | null => usages.get(db)?.() ?? null;
