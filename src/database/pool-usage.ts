/** How many connections of a pool are open and idle, and how many callers wait. */
export type PoolUsage = { open: number; idle: number; waiting: number };

const usages = new WeakMap<object, () => PoolUsage>();

/** Registers the function that `getPoolUsage` calls for this database. */
export const recordPoolUsage = (db: object, usage: () => PoolUsage): void => void usages.set(db, usage);

/** The current usage of a database's pool; null for SQLite, which has no pool. */
export const getPoolUsage = (db: object): PoolUsage | null => usages.get(db)?.() ?? null;
