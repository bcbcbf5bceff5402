import type { Approval, CallerVerification } from '#contract/helpdesk.ts';
import type { MessageId } from '../../../i18n/translate.tsx';

export const reasonMessages: Record<Approval['reason'], MessageId> = {
  lost: 'helpdesk.reason_lost',
  replaced: 'helpdesk.reason_replaced',
  broken: 'helpdesk.reason_broken',
  compromised: 'helpdesk.reason_compromised',
  'locked-out': 'helpdesk.reason_locked_out',
  other: 'helpdesk.reason_other',
};

/** How a caller was verified, in the past tense. */
export const verifiedByMessages: Record<CallerVerification['type'], MessageId> = {
  push: 'helpdesk.verified_push',
  'own-session': 'helpdesk.verified_own_session',
  'call-back': 'helpdesk.verified_call_back',
};
