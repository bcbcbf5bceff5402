import type { MessageId } from '../../../i18n/translate.tsx';

/** Texts for changes of a person's methods. */
const changeMessages: Record<string, MessageId> = {
  'user.mfa.factor.enroll': 'helpdesk-person.change_enroll',
  'user.mfa.factor.activate': 'helpdesk-person.change_activate',
  'user.mfa.factor.deactivate': 'helpdesk-person.change_deactivate',
  'user.mfa.factor.reset': 'helpdesk-person.change_reset',
  'user.mfa.factor.reset_all': 'helpdesk-person.change_reset_all',
  'user.account.freeze': 'helpdesk-person.change_freeze',
  'user.account.unfreeze': 'helpdesk-person.change_unfreeze',
};

export const changeMessage = (event: string): MessageId => changeMessages[event] ?? 'helpdesk-person.change_other';
