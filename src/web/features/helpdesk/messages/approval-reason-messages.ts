import type { Approval } from '#contract/helpdesk.ts';
import { hasMessage, type MessageId } from '../../../i18n/translate.tsx';

/** Returns why an approver must agree. A reason of another version of the portal gets a general text. */
export function approvalReasonMessage(reason: Approval['approvalReasons'][number]): MessageId {
  const id: MessageId = `helpdesk-approval-reason.${reason}`;
  return hasMessage(id) ? id : 'helpdesk-approval-reason.other';
}
