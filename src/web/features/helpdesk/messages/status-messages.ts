import { hasMessage, type MessageId } from '../../../i18n/translate.tsx';

export function statusMessage(status: string): MessageId | undefined {
  const id = `helpdesk.status.${status}`;
  return hasMessage(id) ? id : undefined;
}
