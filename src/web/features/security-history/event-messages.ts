import type { HistoryEvent } from '#contract/audit-log/audit-events.ts';
import type { SecurityHistoryEntry } from '#contract/helpdesk.ts';
import { kindNames } from '../../components/factor/method-name.ts';
import type { Formats } from '../../i18n/format.ts';
import type { MessageId, Translate } from '../../i18n/translate.tsx';

const CANCELLED = 'user.mfa.factor.enroll_cancelled';

const WRONG_CODE = 'user.mfa.factor.wrong_code';
const notReported: ReadonlySet<string> = new Set(['user.account.freeze', CANCELLED, WRONG_CODE]);

/** A freeze stopped all changes, and a cancelled enrollment and a wrong code changed nothing: they are not reported. */
export const isReportable = (event: string): boolean => !notReported.has(event);

/** The compiler names an event of the history without a text. */
const eventMessages: Record<HistoryEvent, MessageId> = {
  'user.mfa.factor.activate': 'security-history.event_activate',
  'user.mfa.factor.deactivate': 'security-history.event_deactivate',
  'user.mfa.factor.replace': 'security-history.event_replace',
  'user.mfa.factor.replace_begun': 'security-history.event_replace_begun',
  [CANCELLED]: 'security-history.event_enroll_cancelled',
  [WRONG_CODE]: 'security-history.event_wrong_code',
  'user.mfa.factor.reset': 'security-history.event_reset',
  'user.mfa.factor.reset_all': 'security-history.event_reset_all',
  'user.mfa.factor.rename': 'security-history.event_rename',
  'user.mfa.wrong_codes': 'security-history.event_wrong_codes',
  'user.session.start': 'security-history.event_sign_in',
  'user.session.refused': 'security-history.event_session_refused',
  'user.session.end_others': 'security-history.event_end_others',
  'user.account.freeze': 'security-history.event_freeze',
  'user.account.unfreeze': 'security-history.event_unfreeze',
  'user.account.unlock': 'security-history.event_unlock',
  'helpdesk.person.view': 'security-history.event_view',
  'helpdesk.caller_verification.start': 'security-history.event_challenge',
  'helpdesk.caller_verification.verify': 'security-history.event_verify',
  'helpdesk.caller_verification.call_back': 'security-history.event_call_back',
  'helpdesk.approval.request': 'security-history.event_request',
  'helpdesk.approval.approve': 'security-history.event_approve',
  'helpdesk.approval.deny': 'security-history.event_deny',
  'helpdesk.recovery_code.reveal': 'security-history.event_code',
  'helpdesk.approval.withdraw': 'security-history.event_withdraw',
  'helpdesk.caller_verification.withdraw': 'security-history.event_caller_withdraw',
  'helpdesk.call.report': 'security-history.event_report',
};

/** Whether it is the person's own answer to the helpdesk: “No” is done, and after “Yes” nobody is verified yet. */
const isAnswer = ({ event, by }: Pick<SecurityHistoryEntry, 'event' | 'by'>): boolean =>
  event === 'helpdesk.caller_verification.verify' && by === 'you';

/** Whether its text says how it ended. */
export const saysOutcome = (entry: SecurityHistoryEntry): boolean => isAnswer(entry) || entry.event === WRONG_CODE;

/** “Added: Authenticator app”; Okta's own name of an event that has no message. */
export function eventText(
  t: Translate,
  list: Formats['list'],
  entry: Pick<SecurityHistoryEntry, 'event' | 'kind' | 'by' | 'outcome'>,
): string {
  const { event, kind, outcome } = entry;
  if (isAnswer(entry)) return t(outcome === 'success' ? 'security-history.answer_yes' : 'security-history.answer_no');
  const messageId = Object.hasOwn(eventMessages, event) ? eventMessages[event as HistoryEvent] : undefined;
  const text = messageId ? t(messageId) : event;
  return kind ? `${text}: ${kindNames(t, kind, list)}` : text;
}
