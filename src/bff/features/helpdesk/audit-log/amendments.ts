import { mistakes } from '#contract/helpdesk-schemas.ts';
import type { AuditAct } from '#contract/helpdesk.ts';
import type { AuditEvent } from '../../../records/audit-log/audit-event.ts';
import type { AuditRow } from '../../../records/audit-log/audit-log.ts';
import type { Store } from '../../../platform/store/open.ts';

export const AMENDMENT: AuditEvent = 'helpdesk.amendment';

type Amendment = AuditAct['amendments'][number];
type Amendable = Pick<AuditRow, 'event' | 'actor' | 'subject' | 'correlation_id'>;

/** Whether an entry can be amended: it says what somebody did about somebody else, and belongs to an act. */
export const isAmendable = ({ event, actor, subject, correlation_id }: Amendable): boolean =>
  event !== AMENDMENT && subject !== null && actor !== null && actor !== subject && correlation_id !== null;

/** Returns the reason of an amendment's row. */
export const amendmentReason = (mistake: Amendment['mistake'], reason: string): string => `${mistake}: ${reason}`;

/** Reads what a row amends; null for a row that amends nothing. */
export function readAmendment({ event, at, reason, ticket }: AuditRow, by: string | null): Amendment | null {
  const [, code, text] = /^(\w+): (.*)$/s.exec(reason ?? '') ?? [];
  const mistake = mistakes.find((one) => one === code);
  if (event !== AMENDMENT || !mistake) return null;
  return { at: new Date(at).toISOString(), by, mistake, reason: text!, ticket };
}

export type Amendments = ReturnType<typeof createAmendments>;

/** Creates the reader of the entries that somebody amends. */
export const createAmendments = (store: Store) => ({
  /** Returns an entry that can be amended, by its number; null when there is none. */
  async entry(seq: number): Promise<AuditRow | null> {
    const row = await store.selectFrom('audit_log').selectAll().where('seq', '=', seq).executeTakeFirst();
    return row && isAmendable(row) ? row : null;
  },
});
