import type { HistoryEvent } from '#contract/audit-log/audit-events.ts';
import type { SecurityHistoryEntry } from '#contract/helpdesk.ts';
import { kindNames } from '../../components/factor/method-name.ts';
import type { Formats } from '../../i18n/format.ts';
import { hasMessage, type MessageId, type Translate } from '../../i18n/translate.tsx';

const CANCELLED = 'user.mfa.factor.enroll_cancelled';

const WRONG_CODE = 'user.mfa.factor.wrong_code';
const notReported: ReadonlySet<string> = new Set(['user.account.freeze', CANCELLED, WRONG_CODE]);

/** A freeze stopped all changes, and a cancelled enrollment and a wrong code changed nothing: they are not reported. */
export const isReportable = (event: string): boolean => !notReported.has(event);

/** The compiler names an event of the history without a text. */
const getMessageId = (event: HistoryEvent): MessageId => `security-history.event.${event}`;

/** Whether it is the person's own answer to the helpdesk. Its outcome is “yes” or “no”, and neither is a failure. */
const isAnswer = ({ event, by }: Pick<SecurityHistoryEntry, 'event' | 'by'>): boolean =>
  event === 'helpdesk.caller_verification.verify' && by === 'you';

/** Whether an entry's text includes the outcome. */
export const saysOutcome = (entry: SecurityHistoryEntry): boolean => isAnswer(entry) || entry.event === WRONG_CODE;

/** “Added: Authenticator app”; Okta's own name of an event that has no message. */
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
