/** Connections that are open and idle, and callers that wait. */
export type PoolUsage = { open: number; idle: number; waiting: number };

const usages = new WeakMap<object, () => PoolUsage>();

export const recordPoolUsage = (db: object, usage: () => PoolUsage): void => void usages.set(db, usage);

/** Null for SQLite, which has no pool. */
export const getPoolUsage = (db: object): PoolUsage | null => usages.get(db)?.() ?? null;
