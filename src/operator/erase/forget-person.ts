import { sql } from 'kysely';
import { getDatabaseName } from '#database/portable-sql.ts';
import type { Store } from '#bff/platform/store/open.ts';

/** Tables with the person's id in `user_id`. They do not record what happened, so the person's rows are deleted. */
const tablesByUser = ['factor_notes', 'replacements', 'seen_addresses', 'sessions', 'known_names'] as const;

/**
 * Rows that still have an effect, such as a freeze, stay with the person's id. `testing/columns.ts` lists what happens
 * to each column.
 */
export async function forgetPerson(store: Store, userId: string, now: number): Promise<void> {
  const addresses = await store.selectFrom('seen_addresses').select('address').where('user_id', '=', userId).execute();
  for (const { address } of addresses)
    await store
      .deleteFrom('outbox')
      .where(sql<string>`lower(address)`, '=', address)
      .execute();
  // The links still work, but the email about their use greets without a name.
  await store.updateTable('freeze_links').set({ name: '' }).where('user_id', '=', userId).execute();
  await store
    .deleteFrom('approvals')
    .where('status', '!=', 'approved')
    .where(({ or, eb }) => or([eb('user_id', '=', userId), eb('agent_id', '=', userId), eb('decider_id', '=', userId)]))
    .execute();
  // Waiting caller verifications stay, because the person may have denied a push. A denied push is a sign of attack.
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
 * Rewrites a SQLite file without the bytes of deleted rows. PostgreSQL overwrites such bytes over time. Throws if
 * another program reads for longer than `waitMs`, or if the rewrite fails, for example because the disk is full.
 */
export async function dropDeletedBytes(store: Store, waitMs = 1000): Promise<void> {
  if (getDatabaseName(store) === 'postgres') return;
  await sql`PRAGMA busy_timeout = ${sql.lit(waitMs)}`.execute(store);
  await sql`VACUUM`.execute(store);
  // If a reader prevents the checkpoint, SQLite reports no error, only `busy`.
  const { rows } = await sql<{ busy: number }>`PRAGMA wal_checkpoint(TRUNCATE)`.execute(store);
  if (rows[0]?.busy !== 0) throw new Error('another program reads it');
}
