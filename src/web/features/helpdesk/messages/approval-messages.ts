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

type ApprovalReason = Approval['approvalReasons'][number];
const approvalReasonMessages: Record<ApprovalReason, MessageId> = {
  privileged: 'helpdesk.approval_reason_privileged',
  attack_signs: 'helpdesk.approval_reason_attack_signs',
  second_reset: 'helpdesk.approval_reason_second_reset',
  call_back: 'helpdesk.approval_reason_call_back',
  weak_answer: 'helpdesk.approval_reason_weak_answer',
  same_method: 'helpdesk.approval_reason_same_method',
  same_phone: 'helpdesk.approval_reason_same_phone',
  not_verified: 'helpdesk.approval_reason_not_verified',
  no_channel: 'helpdesk.approval_reason_no_channel',
  suspects_left: 'helpdesk.approval_reason_suspects_left',
};

/** Returns why an approver must agree. A reason of another version of the portal gets a general text. */
export const approvalReasonMessage = (reason: ApprovalReason): MessageId =>
  Object.hasOwn(approvalReasonMessages, reason) ? approvalReasonMessages[reason] : 'helpdesk.approval_reason_other';
