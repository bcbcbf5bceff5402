import type { AuditEvent, HistoryEvent } from '#contract/audit-log/audit-events.ts';
import { hasReason } from '#contract/audit-log/audit-reasons.ts';
import { saysWrongCode } from '../../../platform/errors/api-errors.ts';
import type { Store } from '../../../platform/store/open.ts';
import type { AuditRow } from '../audit-log.ts';
import { lastWritten } from '../head.ts';

type Row = Pick<AuditRow, 'seq' | 'event' | 'kind' | 'outcome' | 'reason' | 'correlation_id'>;

const ADDED = 'user.mfa.factor.activate';
const REMOVED = 'user.mfa.factor.deactivate';

/** The event that readers see for an enrollment that was begun and cancelled. What a phone left undone is no line. */
export const CANCELLED = 'user.mfa.factor.enroll_cancelled';

/** What readers see for a wrong code of a method that is being added, and for a verification by a call back. */
const WRONG_CODE = 'user.mfa.factor.wrong_code';
const CALLED_BACK = 'helpdesk.caller_verification.call_back';

/** A key's wrong answer is no wrong code. */
const isWrongCode = (row: Row): boolean => row.event === ADDED && row.kind !== 'webauthn' && saysWrongCode(row);
const isCallBack = (row: Row): boolean =>
  row.event === 'helpdesk.caller_verification.verify' && hasReason(row, 'call-back');

const isCancelled = (row: Row): boolean => row.event === REMOVED && hasReason(row, 'cancelled');
const isLeftUndone = (row: Row): boolean =>
  row.event === ADDED && row.outcome === 'failure' && (hasReason(row, 'cancelled') || hasReason(row, 'begun anew'));

/**
 * What readers see of a replacement. The log has no such events: it keeps the removal and the addition, which share the
 * replacement's operation. `begun`: the old method is gone, and no new one works yet.
 */
export const replacementEvents = { done: 'user.mfa.factor.replace', begun: 'user.mfa.factor.replace_begun' } as const;

/** Whether a row is the removal of a method that another one replaces. */
export const isReplaced = (row: Pick<Row, 'event' | 'reason'>): boolean =>
  row.event === REMOVED && hasReason(row, 'replaced');

const isPart = (row: Row): boolean => row.outcome === 'success' && (row.event === ADDED || isReplaced(row));

/**
 * Shows each replacement as one row: the later one of the removal and the addition, as `done`. A removal without an
 * addition shows as `begun`. Shows an enrollment that was begun and cancelled as one row, without the end of what a
 * phone left undone, and a wrong code as no addition that failed. A call back does not name the method whose number was
 * called. All other rows stay as they are.
 * @param rows outcomes and events of one person; their order is kept
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
  /** The other half of a replacement. */
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
