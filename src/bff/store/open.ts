import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql, type Kysely } from 'kysely';
import { openSqlite } from '#database/open.ts';
import { createTables } from './create-tables.ts';
import type { Tables } from './schema.ts';

/** The longest life of a session, in milliseconds, whatever the activity. */
export const LONGEST_SESSION_MS = 8 * 60 * 60_000;

export type Store = Kysely<Tables>;

/** Increased with each change of the tables: nothing is released, so an older store is refused instead of migrated. */
const SCHEMA_VERSION = 7;

/** Opens the portal's store in `folder` (`:memory:` for tests). Throws when the file has another schema version. */
export function openStore(folder: string): Promise<Store> {
  const file = folder === ':memory:' ? folder : join(folder, 'portal.sqlite');
  return openSqlite({ file, migrations: [createTables], firstVersion: SCHEMA_VERSION });
}

/**
 * Opens the store in `folder`, and never creates or changes one. Throws when it has another schema version than this
 * program.
 */
export async function openExistingStore(folder: string): Promise<Store> {
  const database = new DatabaseSync(join(folder, 'portal.sqlite'), { readOnly: true });
  const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number };
  database.close();
  if (version !== SCHEMA_VERSION)
    throw new Error(`the store in ${folder} is of schema ${version}, and this program knows ${SCHEMA_VERSION} alone`);
  return openStore(folder);
}

/**
 * Called after the emulator was reset and its clock ran back. Deletes what mirrors Okta's state (wrong codes, step-ups,
 * open enrollments); keeps sessions, audit log and notifications. No remaining time is later than `now`, since that
 * would extend them.
 */
export async function followReset(store: Store, now: number): Promise<void> {
  const latest = (column: string) => sql<number>`min(${sql.ref(column)}, ${now})`;
  await store.transaction().execute(async (step) => {
    for (const table of [
      'step_ups',
      'grants',
      'transactions',
      'factor_names',
      'org_facts',
      'caller_verifications',
      'approvals',
      'resets',
      'recovery_codes',
      'freezes',
      'withdrawals',
      'seen_addresses',
      'pending_cancellations',
      'freeze_links',
      'consumed_tokens',
      'session_revocations',
      'lockout_misses',
      'wrong_code_counts',
      'code_attempts',
      'locks',
      'idempotency',
      'repeats',
      'removed_addresses',
      'alarms',
      'alarm_emails',
      'alarm_counts',
      'recent_resets',
      'known_networks',
    ] as const) {
      await step.deleteFrom(table).execute();
    }
    await step
      .updateTable('sessions')
      .set({
        created_at: latest('created_at'),
        seen_at: latest('seen_at'),
        auth_time: latest('auth_time'),
        verified_at: latest('verified_at'),
        ends_at: sql<number>`min(ends_at, created_at + ${LONGEST_SESSION_MS}, ${now + LONGEST_SESSION_MS})`,
      })
      .execute();
    await step
      .updateTable('outbox')
      .set({ next_at: latest('next_at') })
      .where('sent_at', 'is', null)
      .execute();
  });
}
