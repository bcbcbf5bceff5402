import { hasMessage, type MessageId } from '../../../i18n/translate.tsx';

/** Returns the message for a user status of Okta, or undefined for an unknown status. */
export function statusMessage(status: string): MessageId | undefined {
  const id = `helpdesk.status.${status}`;
  return hasMessage(id) ? id : undefined;
}
