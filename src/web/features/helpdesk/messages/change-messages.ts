import { hasMessage, type MessageId } from '../../../i18n/translate.tsx';

export function changeMessage(event: string): MessageId {
  const id = `helpdesk.change.${event}`;
  return hasMessage(id) ? id : 'helpdesk.change_other';
}
