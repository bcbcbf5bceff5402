import type { MessageId } from '../../../i18n/translate.tsx';

const known: Record<string, MessageId> = {
  ACTIVE: 'helpdesk.status_active',
  STAGED: 'helpdesk.status_staged',
  PROVISIONED: 'helpdesk.status_staged',
  RECOVERY: 'helpdesk.status_recovery',
  PASSWORD_EXPIRED: 'helpdesk.status_password',
  LOCKED_OUT: 'helpdesk.status_locked',
  SUSPENDED: 'helpdesk.status_suspended',
  DEPROVISIONED: 'helpdesk.status_gone',
};

/** Returns the text for a user status of Okta, or undefined for an unknown one. */
export const statusMessage = (status: string): MessageId | undefined => known[status];
