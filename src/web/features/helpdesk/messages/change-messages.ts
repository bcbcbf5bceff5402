import type { MessageId } from '../../../i18n/translate.tsx';

/** Texts for changes of a person's methods. */
const changeMessages: Record<string, MessageId> = {
  'user.mfa.factor.enroll': 'helpdesk.change_enroll',
  'user.mfa.factor.activate': 'helpdesk.change_activate',
  'user.mfa.factor.deactivate': 'helpdesk.change_deactivate',
  'user.mfa.factor.reset': 'helpdesk.change_reset',
  'user.mfa.factor.reset_all': 'helpdesk.change_reset_all',
  'user.account.freeze': 'helpdesk.change_freeze',
  'user.account.unfreeze': 'helpdesk.change_unfreeze',
};

export const changeMessage = (event: string): MessageId => changeMessages[event] ?? 'helpdesk.change_other';
