import { sql } from 'kysely';
import { getDatabaseName } from '#database/portable-sql.ts';
import type { Store } from '#bff/platform/store/open.ts';

/** Tables that say something of a person by `user_id`, and are no record of what happened. */
const tablesByUser = ['factor_notes', 'replacements', 'seen_addresses', 'sessions', 'known_names'] as const;

/**
 * Deletes what the store has of a person besides the audit log. What still decides something stays, by their id: a
 * freeze and its links, a sign of attack of the last 24 hours, counts, the need for a recovery code, a reset that runs.
 * Emails to them that were not sent are not sent any more. `testing/columns.ts` lists what happens to each column.
 */
export async function forgetPerson(store: Store, userId: string, now: number): Promise<void> {
  const addresses = await store.selectFrom('seen_addresses').select('address').where('user_id', '=', userId).execute();
  for (const { address } of addresses)
    await store
      .deleteFrom('outbox')
      .where(sql<string>`lower(address)`, '=', address)
      .execute();
  // The links go on freezing; the email about it then greets nobody by name.
  await store.updateTable('freeze_links').set({ name: '' }).where('user_id', '=', userId).execute();
  await store
    .deleteFrom('approvals')
    .where('status', '!=', 'approved')
    .where(({ or, eb }) => or([eb('user_id', '=', userId), eb('agent_id', '=', userId), eb('decider_id', '=', userId)]))
    .execute();
  // A push that nobody has read may have been denied, which is a sign of attack.
  await store
    .deleteFrom('caller_verifications')
    .where('status', '!=', 'waiting')
    .where(({ or, eb }) => or([eb('user_id', '=', userId), eb('agent_id', '=', userId)]))
    .execute();
  await store.deleteFrom('attack_signs').where('user_id', '=', userId).where('ends_at', '<=', now).execute();
  await store.updateTable('attack_signs').set({ agent_name: null }).where('agent_id', '=', userId).execute();
  for (const table of tablesByUser) await store.deleteFrom(table).where('user_id', '=', userId).execute();
}

/**
 * Rewrites a SQLite file so that no bytes of deleted rows remain; changes wait meanwhile. Does nothing on PostgreSQL,
 * which overwrites such bytes in time. Throws if another program, for example a backup, reads for longer than `waitMs`;
 * throws SQLite's error if the rewrite fails, for example because the disk is full.
 */
export async function dropDeletedBytes(store: Store, waitMs = 1000): Promise<void> {
  if (getDatabaseName(store) === 'postgres') return;
  await sql`PRAGMA busy_timeout = ${sql.lit(waitMs)}`.execute(store);
  await sql`VACUUM`.execute(store);
  // It is no error for SQLite that a reader keeps the file as it was.
  const { rows } = await sql<{ busy: number }>`PRAGMA wal_checkpoint(TRUNCATE)`.execute(store);
  if (rows[0]?.busy !== 0) throw new Error('another program reads it');
}
