import { sql, type Selectable, type Transaction } from 'kysely';
import { resetEvents } from '#bff/platform/kinds/events.ts';
import type { Head } from '#bff/records/audit-log/keys.ts';
import { lastWritten, readHead } from '#bff/records/audit-log/head.ts';
import type { Store } from '#bff/platform/store/open.ts';
import type { Tables } from '#bff/platform/store/schema.ts';
import { upsert } from '#bff/platform/store/upsert.ts';

/** The data of the replaced store that the restored one must keep. Times are in ms since 1970. */
export type Replaced = {
  head: Head;
  freezes: { userId: string; login: string | null; at: number; reported: string | null }[];
  revocations: { user_id: string; at: number }[];
  attackSigns: Selectable<Tables['attack_signs']>[];
  /** People who need a recovery code for their first method after a reset. */
  codesNeeded: string[];
};

/** People whose methods a reset removed or may have removed, and who have not added a method since. */
async function needingCodes(store: Store): Promise<string[]> {
  const rows = await store
    .selectFrom('recovery_codes as code')
    .select('code.user_id')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('audit_log')
            .select('seq')
            .whereRef('audit_log.subject', '=', 'code.user_id')
            .whereRef('audit_log.seq', '>', 'code.outcome')
            .where('audit_log.seq', '<=', lastWritten)
            // Literals instead of parameters, because SQLite uses the partial index only then.
            .where(sql<boolean>`event = 'user.mfa.factor.activate' AND audit_log.outcome = 'success'`),
        ),
      ),
    )
    .execute();
  // A reset without an outcome has no code yet, but may have happened at Okta.
  const open = await store
    .selectFrom('open_intents')
    .select('subject')
    .where('event', 'in', [...resetEvents])
    .execute();
  return [...new Set([...rows.map(({ user_id }) => user_id), ...open.flatMap(({ subject }) => subject ?? [])])];
}

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
    attackSigns: await store.selectFrom('attack_signs').selectAll().execute(),
    codesNeeded: await needingCodes(store),
  };
}

/**
 * Keeps the need for a code. Otherwise, after a reset, a thief with the password could add a method. Returns how many
 * codes were still valid.
 */
async function endCodes(
  tx: Transaction<Tables>,
  { now, end }: { now: number; end: number },
  needed: readonly string[],
): Promise<number> {
  const live = tx.selectFrom('recovery_codes').select('user_id').where('expires_at', '>', now);
  const codes = await live.execute();
  const over = { code_mac: '', sealed: null, session_id: null, expires_at: now };
  await tx.updateTable('recovery_codes').set(over).execute();
  const there = new Set((await tx.selectFrom('recovery_codes').select('user_id').execute()).map((row) => row.user_id));
  // The restored log may lack the reset's row. With the log's last row as `outcome`, the next method that the person
  // adds ends the need for a code.
  for (const user_id of needed.filter((id) => !there.has(id)))
    await tx
      .insertInto('recovery_codes')
      .values({ ...over, user_id, outcome: end, approval_id: null })
      .execute();
  return codes.length;
}

export type Ended = Record<'sessions' | 'approvals' | 'verifications' | 'codes' | 'links' | 'emails', number>;

/** Returns the emails' addresses and audit rows. */
async function deleteUnsent(tx: Transaction<Tables>) {
  const unsent = await tx
    .selectFrom('outbox')
    .leftJoin('audit_log', 'audit_log.seq', 'outbox.event')
    .select(['outbox.address', 'audit_log.event', 'audit_log.subject', 'audit_log.correlation_id'])
    .where('outbox.sent_at', 'is', null)
    .orderBy('outbox.created_at')
    .execute();
  await tx.deleteFrom('outbox').where('sent_at', 'is', null).execute();
  return unsent;
}

/**
 * Ends everything that may have been used, denied or ended after the backup. Unsent emails may have been sent since, so
 * they are deleted, and returned as `unsent`. `end`: the number of the log's last row.
 */
export async function endEverything(
  tx: Transaction<Tables>,
  { now, end }: { now: number; end: number },
  { revocations, codesNeeded }: Pick<Replaced, 'revocations' | 'codesNeeded'>,
): Promise<{ ended: Ended; unsent: Awaited<ReturnType<typeof deleteUnsent>> }> {
  // A sign-in at Okta from before the restore must not start a session.
  const people = await tx.selectFrom('sessions').select('user_id').distinct().execute();
  const revoked = new Map([
    ...revocations.map(({ user_id, at }) => [user_id, at] as const),
    ...people.map(({ user_id }) => [user_id, now] as const),
  ]);
  for (const [user_id, at] of revoked) await upsert(tx, 'session_revocations', ['user_id'], { user_id, at });
  const deleted = async (table: 'sessions' | 'freeze_links' | 'replacements' | 'replicas') =>
    Number((await tx.deleteFrom(table).executeTakeFirst()).numDeletedRows);
  const sessions = await deleted('sessions');
  for (const table of ['replacements', 'replicas'] as const) await deleted(table);
  await tx
    .updateTable('locks')
    .set(({ eb }) => ({ fence: eb('fence', '+', 1), expires_at: 0 }))
    .execute();
  const approvals = await tx
    .updateTable('approvals')
    .set({ expires_at: now })
    .where('status', '=', 'waiting')
    .where('expires_at', '>', now)
    .executeTakeFirst();
  const verifications = await tx
    .updateTable('caller_verifications')
    .set({
      // A waiting push may have been denied since the backup. It verifies nobody any more, but its result is still read
      // at Okta.
      status: sql<
        'waiting' | 'expired'
      >`CASE WHEN type = 'push' AND status = 'waiting' THEN 'waiting' ELSE 'expired' END`,
      code_mac: null,
      expires_at: now,
    })
    .where('status', 'in', ['waiting', 'verified'])
    .executeTakeFirst();
  const codes = await endCodes(tx, { now, end }, codesNeeded);
  const unsent = await deleteUnsent(tx);
  const ended = {
    sessions,
    approvals: Number(approvals.numUpdatedRows),
    verifications: Number(verifications.numUpdatedRows),
    codes,
    links: await deleted('freeze_links'),
    emails: unsent.length,
  };
  return { ended, unsent };
}

/** `now`: SQL for the current time; on PostgreSQL the server's clock. */
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
