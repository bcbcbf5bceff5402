import type { HistoryEvent } from '#contract/audit-log/audit-events.ts';
import type { SecurityHistoryEntry } from '#contract/helpdesk.ts';
import { kindNames } from '../../components/factor/method-name.ts';
import type { Formats } from '../../i18n/format.ts';
import { hasMessage, type MessageId, type Translate } from '../../i18n/translate.tsx';

const CANCELLED = 'user.mfa.factor.enroll_cancelled';

const WRONG_CODE = 'user.mfa.factor.wrong_code';
const notReported: ReadonlySet<string> = new Set(['user.account.freeze', CANCELLED, WRONG_CODE]);

/** A freeze, a cancelled enrollment and a wrong code cannot be reported. */
export const isReportable = (event: string): boolean => !notReported.has(event);

/** The compiler finds an event of the history that has no text. */
const getMessageId = (event: HistoryEvent): MessageId => `security-history.event.${event}`;

/** The person's own answer to the helpdesk. “No” is not a failure. */
const isAnswer = ({ event, by }: Pick<SecurityHistoryEntry, 'event' | 'by'>): boolean =>
  event === 'helpdesk.caller_verification.verify' && by === 'you';

export const saysOutcome = (entry: SecurityHistoryEntry): boolean => isAnswer(entry) || entry.event === WRONG_CODE;

/** Okta's event name if there is no message for the event. */
export function eventText(
  t: Translate,
  list: Formats['list'],
  entry: Pick<SecurityHistoryEntry, 'event' | 'kind' | 'by' | 'outcome' | 'requested'>,
): string {
  const { event, kind, outcome } = entry;
  if (isAnswer(entry)) return t(outcome === 'success' ? 'security-history.answer_yes' : 'security-history.answer_no');
  const id: string = getMessageId(event as HistoryEvent);
  const text = hasMessage(id) ? t(id, { requested: entry.requested ?? 'no' }) : event;
  return kind ? `${text}: ${kindNames(t, kind, list)}` : text;
}
