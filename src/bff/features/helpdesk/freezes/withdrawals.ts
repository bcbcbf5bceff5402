import { sql } from 'kysely';
import type { ownEndings } from '#contract/helpdesk-schemas.ts';
import { HOUR_MS } from '#clock';
import { lockingRows } from '#database/row-locks.ts';
import { getCorrelationId, newRow, type Actor, type NewRow } from '../../../records/audit-log/audit-log.ts';
import type { Tables } from '../../../platform/store/schema.ts';
import type { Store } from '../../../platform/store/open.ts';
import { readApproval, type ApprovalRow } from '../approvals/approval-row.ts';
import { toAuditDetails } from '../reset-model/reset.ts';
import { withoutReset } from '../../../platform/store/without-reset.ts';

/** An approved request may still start its reset this long after it expired. */
const BEGINS_MS = 5 * 60_000;
/** A denial withdraws requests up to this age. People can deny a caller verification for 24 hours. */
const LED_TO_MS = 25 * HOUR_MS;

/** An undecided request gets the time of the withdrawal. */
const decidedOr = (now: number) => sql<number>`COALESCE(decided_at, ${now})`;

/** The row belongs to the operation of the request. */
export function withdrawn(
  { reset }: Pick<ApprovalRow, 'reset'>,
  actor: Actor,
  reason: 'frozen' | 'the person did not call' | (typeof ownEndings)[number],
): NewRow {
  const { why: _, ...operation } = toAuditDetails(reset);
  return newRow(
    'event',
    { ...actor, correlationId: getCorrelationId(reset.by) },
    { ...operation, event: 'helpdesk.approval.withdraw' },
    { outcome: 'success', reason },
  );
}

/**
 * Withdraws approvals and caller verifications that the frozen person started or decided, or that are about them.
 * A reset that has begun continues.
 */
export async function withdrawAll(userId: string, actor: Actor, now: number, tx: Store): Promise<NewRow[]> {
  const actorIn = (correlationId: string | null | undefined): Actor => ({
    ...actor,
    correlationId: correlationId ?? getCorrelationId(actor),
  });
  const pending = tx
    .selectFrom('approvals')
    .select('id')
    // With parameters instead of literals, SQLite would not use the partial index.
    .where(sql<boolean>`status IN ('waiting', 'approved')`)
    .where('expires_at', '>', now - BEGINS_MS)
    .where(({ or, eb }) =>
      or([eb('agent_id', '=', userId), eb('user_id', '=', userId), eb('decider_id', '=', userId)]),
    );
  // The rows are locked first, so that the next statement sees a reset that has just begun.
  const ids = (await lockingRows(tx, pending).execute()).map(({ id }) => id);
  const approvals =
    ids.length === 0
      ? []
      : await tx
          .updateTable('approvals')
          .set({ status: 'withdrawn', decided_at: decidedOr(now) })
          .where('id', 'in', ids)
          .where(withoutReset)
          .returningAll()
          .execute();
  const rows = approvals.map((row) => withdrawn(readApproval(row), actor, 'frozen'));
  for (const whose of ['agent_id', 'user_id'] as const) {
    const callers = await tx
      .updateTable('caller_verifications')
      .set({ status: 'withdrawn', code_mac: null })
      .where(whose, '=', userId)
      .where('expires_at', '>', now)
      .where('status', 'in', ['waiting', 'verified'])
      .returning(['id', 'type', 'user_id', 'factor_id', 'correlation_id'])
      .execute();
    for (const { id, type, user_id: subject, factor_id: factorId, correlation_id } of callers) {
      const callerVerification = `${type}:${id}`;
      const details = {
        event: 'helpdesk.caller_verification.withdraw',
        subject,
        factorId,
        callerVerification,
      } as const;
      rows.push(newRow('event', actorIn(correlation_id), details, { outcome: 'success', reason: 'frozen' }));
    }
  }
  return rows;
}

/**
 * A reset that has begun continues. `reset`: whether a reset used the verification.
 * `tx` holds the locks of the person and the agent.
 */
export async function withdrawRequest(
  { id, user_id }: Pick<Tables['caller_verifications'], 'id' | 'user_id'>,
  actor: Actor,
  now: number,
  tx: Store,
): Promise<{ reset: boolean; beside: NewRow[] }> {
  const nothing = (reset: boolean) => ({ reset, beside: [] });
  const found = tx
    .selectFrom('approvals')
    .selectAll()
    .where('user_id', '=', user_id)
    .where('created_at', '>', now - LED_TO_MS);
  const requests = (await lockingRows(tx, found).execute()).map(readApproval);
  const request = requests.find(({ reset: { caller } }) => caller?.id === id);
  if (!request) {
    const verification = tx.selectFrom('caller_verifications').select('status').where('id', '=', id);
    return nothing((await verification.executeTakeFirst())?.status === 'used');
  }
  if (request.status !== 'waiting' && request.status !== 'approved') return nothing(request.status === 'done');
  const { numUpdatedRows } = await tx
    .updateTable('approvals')
    .set({ status: 'withdrawn', decided_at: decidedOr(now) })
    .where('id', '=', request.id)
    .where(withoutReset)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return nothing(true);
  return { reset: false, beside: [withdrawn(request, actor, 'the person did not call')] };
}
