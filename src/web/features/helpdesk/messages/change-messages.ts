import { hasMessage, type MessageId } from '../../../i18n/translate.tsx';

/** A change of a person's methods, or what else a person may say was not them. */
export function changeMessage(event: string): MessageId {
  const id = `helpdesk.change.${event}`;
  return hasMessage(id) ? id : 'helpdesk.change_other';
}
