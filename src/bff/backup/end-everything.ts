import { sql, type Selectable, type Transaction } from 'kysely';
import type { Head } from '../audit-log/keys.ts';
import { readHead } from '../audit-log/head.ts';
import type { Store } from '../store/open.ts';
import type { Tables } from '../store/schema.ts';
import { upsert } from '../store/upsert.ts';

/** What the store that was replaced had, and the restored one must not lose. Times are milliseconds. */
export type Replaced = {
  head: Head;
  freezes: { userId: string; login: string | null; at: number; reported: string | null }[];
  revocations: { user_id: string; at: number }[];
  traces: Selectable<Tables['traces']>[];
};

export async function readReplaced(store: Store): Promise<Replaced> {
  const freezes = await store
    .selectFrom('freezes')
    .leftJoin('known_names', 'known_names.user_id', 'freezes.user_id')
    .select(['freezes.user_id as userId', 'known_names.login', 'freezes.at', 'freezes.reported'])
    .orderBy('freezes.at')
    .execute();
  return {
    head: await readHead(store),
    freezes,
    revocations: await store.selectFrom('session_revocations').selectAll().execute(),
    traces: await store.selectFrom('traces').selectAll().execute(),
  };
}

/** How many of each were ended. */
export type Ended = Record<'sessions' | 'approvals' | 'verifications' | 'codes' | 'links' | 'emails', number>;

/**
 * Ends everything in a restored store that may have been used, denied or ended after the backup: sessions with their
 * step-ups, requests that wait for an approval, verifications of callers, recovery codes, links that freeze. Emails
 * that were not sent then may have been sent since: they are held.
 */
export async function endEverything(
  step: Transaction<Tables>,
  now: number,
  revocations: Replaced['revocations'],
): Promise<Ended> {
  // Nobody's earlier sign-in at Okta starts another session.
  const people = await step.selectFrom('sessions').select('user_id').distinct().execute();
  const revoked = new Map([
    ...revocations.map(({ user_id, at }) => [user_id, at] as const),
    ...people.map(({ user_id }) => [user_id, now] as const),
  ]);
  for (const [user_id, at] of revoked) await upsert(step, 'session_revocations', ['user_id'], { user_id, at });
  const deleted = async (
    table: 'sessions' | 'recovery_codes' | 'freeze_links' | 'replacements' | 'open_acts' | 'replicas',
  ) => Number((await step.deleteFrom(table).executeTakeFirst()).numDeletedRows);
  const sessions = await deleted('sessions');
  for (const table of ['replacements', 'open_acts', 'replicas'] as const) await deleted(table);
  await step
    .updateTable('locks')
    .set(({ eb }) => ({ fence: eb('fence', '+', 1), expires_at: 0 }))
    .execute();
  const approvals = await step
    .updateTable('approvals')
    .set({ expires_at: now })
    .where('status', '=', 'waiting')
    .where('expires_at', '>', now)
    .executeTakeFirst();
  const verifications = await step
    .updateTable('caller_verifications')
    .set({ status: 'expired', code_mac: null, expires_at: now })
    .where('status', 'in', ['waiting', 'verified'])
    .executeTakeFirst();
  const emails = await step
    .updateTable('outbox')
    .set({ held_at: now, fault: 'a restore: it may have been sent since the backup' })
    .where('sent_at', 'is', null)
    .where('held_at', 'is', null)
    .executeTakeFirst();
  return {
    sessions,
    approvals: Number(approvals.numUpdatedRows),
    verifications: Number(verifications.numUpdatedRows),
    codes: await deleted('recovery_codes'),
    links: await deleted('freeze_links'),
    emails: Number(emails.numUpdatedRows),
  };
}

/** Whether a portal said within this time that it lives on the store; on PostgreSQL, by its own clock. */
export async function hasLivePortals(
  store: Store,
  withinMs: number,
  now: ReturnType<typeof sql<number>>,
): Promise<boolean> {
  const row = await store
    .selectFrom('replicas')
    .select('id')
    .where('seen_at', '>', sql<number>`${now} - ${withinMs}`)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
