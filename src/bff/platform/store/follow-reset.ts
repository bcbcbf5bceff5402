import { sql } from 'kysely';
import { least } from '#database/portable-sql.ts';
import { changeStore } from './change-store.ts';
import { LONGEST_SESSION_MS, type Store } from './open.ts';

/** Tables whose rows mirror Okta's state. */
const mirrors = [
  'step_ups',
  'grants',
  'replacements',
  'transactions',
  'factor_notes',
  'org_facts',
  'caller_verifications',
  'attack_signs',
  'approvals',
  'resets',
  'recovery_codes',
  'freezes',
  'seen_addresses',
  'tasks',
  'freeze_links',
  'consumed_tokens',
  'session_revocations',
  'lockout_misses',
  'wrong_code_counts',
  'code_attempts',
  'repeats',
] as const;
const counted = [
  'send',
  'message_country',
  'message_org',
  'message_number',
  'privileged',
  'new_freeze',
  'alarm_email',
  'alarm_emails',
  'left_out',
] as const;

/**
 * After a reset of the emulator, which sets the clock back, times after `now` become `now`. Otherwise a session would
 * last longer, or an email would be late.
 */
export async function followReset(store: Store, now: number): Promise<void> {
  const latest = (column: string) => least(sql.ref(column), now);
  await changeStore(store, async (tx) => {
    for (const table of mirrors) await tx.deleteFrom(table).execute();
    await tx.deleteFrom('counted_events').where('kind', 'in', counted).execute();
    await tx
      .updateTable('sessions')
      .set({
        created_at: latest('created_at'),
        // Ten minutes ago or earlier, so that a person's new sessions replace these sessions first.
        seen_at: least(sql.ref('seen_at'), now - 10 * 60_000),
        auth_time: latest('auth_time'),
        verified_at: latest('verified_at'),
        ends_at: least(least(sql.ref('ends_at'), sql`created_at + ${LONGEST_SESSION_MS}`), now + LONGEST_SESSION_MS),
      })
      .execute();
    // A higher fence takes each lock from its holder.
    await tx
      .updateTable('locks')
      .set(({ eb }) => ({ fence: eb('fence', '+', 1), expires_at: 0 }))
      .execute();
    await tx
      .updateTable('outbox')
      .set({ next_at: latest('next_at') })
      .where('sent_at', 'is', null)
      .execute();
  });
}
