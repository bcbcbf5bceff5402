import { sql } from 'kysely';
import type { Store } from '../../store/open.ts';

/** Makes a store refuse every outcome in the audit log, as if it failed between a change and its record. */
export async function refuseOutcomes(store: Store): Promise<void> {
  await sql`CREATE TRIGGER refuse_outcomes BEFORE INSERT ON audit_log WHEN NEW.type = 'outcome'
    BEGIN SELECT raise(ABORT, 'no outcome is taken'); END`.execute(store);
}

/** Ends it. */
export async function takeOutcomes(store: Store): Promise<void> {
  await sql`DROP TRIGGER refuse_outcomes`.execute(store);
}
