import type { Approval } from '#contract/helpdesk.ts';
import type { MessageId } from '../../../i18n/translate.tsx';

type ApprovalReason = Approval['approvalReasons'][number];
const approvalReasonMessages: Record<ApprovalReason, MessageId> = {
  privileged: 'helpdesk-approval-reason.privileged',
  unfreeze: 'helpdesk-approval-reason.unfreeze',
  attack_signs: 'helpdesk-approval-reason.attack_signs',
  second_reset: 'helpdesk-approval-reason.second_reset',
  call_back: 'helpdesk-approval-reason.call_back',
  weak_answer: 'helpdesk-approval-reason.weak_answer',
  same_method: 'helpdesk-approval-reason.same_method',
  same_phone: 'helpdesk-approval-reason.same_phone',
  not_verified: 'helpdesk-approval-reason.not_verified',
  no_channel: 'helpdesk-approval-reason.no_channel',
  suspects_left: 'helpdesk-approval-reason.suspects_left',
};

/** Returns why an approver must agree. A reason of another version of the portal gets a general text. */
export const approvalReasonMessage = (reason: ApprovalReason): MessageId =>
  Object.hasOwn(approvalReasonMessages, reason) ? approvalReasonMessages[reason] : 'helpdesk-approval-reason.other';
