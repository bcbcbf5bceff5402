import { sql } from 'kysely';
import { databaseNameOf } from '#database/portable-sql.ts';
import type { Store } from '../../../platform/store/open.ts';

/** What to do where `mayPrune` is false. */
export const MAY_NOT_PRUNE =
  'the role of DATABASE_URL may not delete from audit_log: unset AUDIT_ARCHIVE here, and schedule `npm run audit:archive` with the owner’s role';

/** Whether this role may delete from the audit log. One that may only add to it is the better one for a portal. */
export async function mayPrune(store: Store): Promise<boolean> {
  if (databaseNameOf(store) === 'sqlite') return true;
  const { rows } = await sql<{ may: boolean }>`SELECT has_table_privilege('audit_log', 'DELETE') AS may`.execute(store);
  return rows[0]!.may;
}
