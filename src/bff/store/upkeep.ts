import { sql } from 'kysely';
import type { Store } from './open.ts';

/** Once a day: the query planner learns how the tables have grown. It reads a sample of each index, some milliseconds. */
export const upkeep = async (store: Store): Promise<void> => void (await sql`PRAGMA optimize`.execute(store));
