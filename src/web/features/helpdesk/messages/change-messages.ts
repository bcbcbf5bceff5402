import { hasMessage, type MessageId } from '../../../i18n/translate.tsx';

/** Returns the message of a change of methods, or of another event that a person may report as not theirs. */
export function changeMessage(event: string): MessageId {
  const id = `helpdesk.change.${event}`;
  return hasMessage(id) ? id : 'helpdesk.change_other';
}
