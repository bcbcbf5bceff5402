import type { AuditEvent, HistoryEvent } from '#contract/audit-log/audit-events.ts';
import { hasReason } from '#contract/audit-log/audit-reasons.ts';
import { saysWrongCode } from '../../../platform/errors/api-errors.ts';
import type { Store } from '../../../platform/store/open.ts';
import type { AuditRow } from '../audit-log.ts';
import { lastWritten } from '../head.ts';

type Row = Pick<AuditRow, 'seq' | 'event' | 'kind' | 'outcome' | 'reason' | 'correlation_id'>;

const ADDED = 'user.mfa.factor.activate';
const REMOVED = 'user.mfa.factor.deactivate';

export const CANCELLED = 'user.mfa.factor.enroll_cancelled';

/** Readers of the history see these events instead of those in the log. */
const WRONG_CODE = 'user.mfa.factor.wrong_code';
const CALLED_BACK = 'helpdesk.caller_verification.call_back';

/** A wrong answer of a security key is not a wrong code. */
const isWrongCode = (row: Row): boolean => row.event === ADDED && row.kind !== 'webauthn' && saysWrongCode(row);
const isCallBack = (row: Row): boolean =>
  row.event === 'helpdesk.caller_verification.verify' && hasReason(row, 'call-back');

const isCancelled = (row: Row): boolean => row.event === REMOVED && hasReason(row, 'cancelled');
const isLeftUndone = (row: Row): boolean =>
  row.event === ADDED && row.outcome === 'failure' && (hasReason(row, 'cancelled') || hasReason(row, 'begun anew'));

/** Readers see these events for a replacement. `begun`: the old method is removed, and no new one works yet. */
export const replacementEvents = { done: 'user.mfa.factor.replace', begun: 'user.mfa.factor.replace_begun' } as const;

export const isReplaced = (row: Pick<Row, 'event' | 'reason'>): boolean =>
  row.event === REMOVED && hasReason(row, 'replaced');

const isPart = (row: Row): boolean => row.outcome === 'success' && (row.event === ADDED || isReplaced(row));

/**
 * What readers see:
 * - A replacement is one row: the later of removal and addition.
 * - A cancelled enrollment is one row. The row about its unfinished activation is hidden.
 * - A wrong code is an event of its own, not a failed addition.
 * - A call back does not show the method whose number was called.
 */
export async function shownRows<R extends Row>(
  store: Store,
  rows: readonly R[],
): Promise<(Omit<R, 'event'> & { event: AuditEvent | HistoryEvent })[]> {
  const correlationIds = [...new Set(rows.filter(isPart).flatMap(({ correlation_id }) => correlation_id ?? []))];
  const found: Row[] =
    correlationIds.length === 0
      ? []
      : await store
          .selectFrom('audit_log')
          .select(['seq', 'event', 'kind', 'outcome', 'reason', 'correlation_id'])
          .where('correlation_id', 'in', correlationIds)
          .where('seq', '<=', lastWritten)
          .execute();
  const parts = found.filter(isPart);
  const findOther = (row: Row) =>
    parts.find(
      ({ event, kind, correlation_id }) =>
        event !== row.event && kind === row.kind && correlation_id === row.correlation_id,
    );
  return rows.flatMap((row) => {
    const other = isPart(row) ? findOther(row) : undefined;
    if (other) return other.seq > row.seq ? [] : [{ ...row, event: replacementEvents.done }];
    if (isLeftUndone(row)) return [];
    if (isCancelled(row)) return [{ ...row, event: CANCELLED }];
    if (isWrongCode(row)) return [{ ...row, event: WRONG_CODE }];
    if (isCallBack(row)) return [{ ...row, event: CALLED_BACK, kind: null }];
    return isReplaced(row) ? [{ ...row, event: replacementEvents.begun }] : [row];
  });
}
