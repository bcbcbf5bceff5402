import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { openSqlite } from '#database/open.ts';
import { createTables } from './create-tables.ts';
import type { Tables } from './schema.ts';

/** A session ends after this long, whatever is done in it. */
export const LONGEST_SESSION_MS = 8 * 60 * 60_000;

export type Store = Kysely<Tables>;

/** Raised with each change of the tables: nothing is released, so an older store is refused instead of migrated. */
const SCHEMA_VERSION = 6;

/** Opens the portal's store in `folder` (`:memory:` for tests). Throws when the file is of another schema version. */
export function openStore(folder: string): Promise<Store> {
  const file = folder === ':memory:' ? folder : join(folder, 'portal.sqlite');
  return openSqlite({ file, migrations: [createTables], firstVersion: SCHEMA_VERSION });
}

/**
 * Opens the store that is in `folder`, and never makes or changes one. Throws when it is of another schema version than
 * this program's.
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
 * After the emulator began anew and its clock ran back: what mirrors the org's own state goes (wrong codes, proofs,
 * open enrollments); sessions, audit and notices stay, and none of their times lies ahead of `now`, which would
 * lengthen them.
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
