import type { HistoryEvent, ShownEvent } from '#contract/audit-log/audit-events.ts';
import type { MessageId } from '../../../i18n/translate.tsx';

/** Texts for changes of a person's methods, and for what else a person may say was not them. */
const changeMessages: Partial<Record<ShownEvent | HistoryEvent, MessageId>> = {
  'user.mfa.factor.enroll': 'helpdesk.change_enroll',
  'user.mfa.factor.activate': 'helpdesk.change_activate',
  'user.mfa.factor.deactivate': 'helpdesk.change_deactivate',
  'user.mfa.factor.replace': 'helpdesk.change_replace',
  'user.mfa.factor.replace_begun': 'helpdesk.change_replace_begun',
  'user.mfa.factor.enroll_cancelled': 'helpdesk.change_enroll_cancelled',
  'user.mfa.factor.reset': 'helpdesk.change_reset',
  'user.mfa.factor.reset_all': 'helpdesk.change_reset_all',
  'user.account.freeze': 'helpdesk.change_freeze',
  'user.account.unfreeze': 'helpdesk.change_unfreeze',
  'user.account.unlock': 'helpdesk.change_unlock',
  'user.session.start': 'helpdesk.change_session',
  'user.session.refused': 'helpdesk.change_session_refused',
  'user.session.end_others': 'helpdesk.change_end_others',
  'user.mfa.factor.rename': 'helpdesk.change_rename',
  'user.mfa.wrong_codes': 'helpdesk.change_wrong_codes',
  'helpdesk.person.view': 'helpdesk.change_view',
  'helpdesk.caller_verification.start': 'helpdesk.change_caller',
  'helpdesk.caller_verification.verify': 'helpdesk.change_caller',
  'helpdesk.caller_verification.call_back': 'helpdesk.change_caller',
  'helpdesk.caller_verification.withdraw': 'helpdesk.change_caller',
  'helpdesk.approval.request': 'helpdesk.change_approval',
  'helpdesk.approval.approve': 'helpdesk.change_approval',
  'helpdesk.approval.deny': 'helpdesk.change_approval',
  'helpdesk.approval.withdraw': 'helpdesk.change_approval',
  'helpdesk.recovery_code.reveal': 'helpdesk.change_code',
};

export const changeMessage = (event: string): MessageId =>
  (changeMessages as Partial<Record<string, MessageId>>)[event] ?? 'helpdesk.change_other';
