import type { Approval } from '#contract/helpdesk.ts';
import type { MessageId } from '../../../i18n/translate.tsx';

const headings: Record<Approval['operation'], MessageId> = {
  reset: 'helpdesk-approvals.approval_heading',
  unfreeze: 'helpdesk-approvals.approval_heading_unfreeze',
  unlock: 'helpdesk-approvals.approval_heading_unlock',
};
const done: Record<Approval['operation'], MessageId> = {
  reset: 'helpdesk-approvals.approval_status_done',
  unfreeze: 'helpdesk-approvals.approval_status_unfrozen',
  unlock: 'helpdesk-approvals.approval_status_unlocked',
};

/** The heading of a request; each has `name`. */
export const requestMessage = ({ operation }: Pick<Approval, 'operation'>): MessageId => headings[operation];
/** What became of a request. */
export const requestStatusMessage = ({ status, operation }: Pick<Approval, 'status' | 'operation'>): MessageId =>
  status === 'done' ? done[operation] : `helpdesk-approvals.approval_status_${status}`;
