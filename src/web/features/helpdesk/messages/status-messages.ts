import { hasMessage, type MessageId } from '../../../i18n/translate.tsx';

/** Returns the text for a user status of Okta, or undefined for an unknown one. */
export function statusMessage(status: string): MessageId | undefined {
  const id = `helpdesk.status.${status}`;
  return hasMessage(id) ? id : undefined;
}
